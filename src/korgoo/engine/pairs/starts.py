"""Starting points of a pair: its sorted lane as it stood at a moment, kept to judge again from there.

As those of one person (`engine.starts`), over the rows of the pair and of both persons: going on from one
gives the bytes that the whole run gives, as long as no row after it speaks of a moment before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine.pairs.pair import Pair
from korgoo.engine.pairs.reading import read_fixes, standing_plans
from korgoo.engine.pairs.state import PairState, SideState, pack_pair, unpack_pair
from korgoo.engine.plan import PairPlan, Together
from korgoo.engine.rows import Kind, Row, Suspension
from korgoo.engine.starts import Halt, earliest_until
from korgoo.engine.timing import Reading, copy_reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Body


class PairStart(Halt, array_like=True, frozen=True):
    """The start of a pair.

    `plans` are all plans that count, as (seq, log ms, plan): a fix is read under the one that held when it
    came. `readings` say how far the clocks of both sides' devices had been read before `first_seq`.
    """

    plans: list[tuple[int, int, PairPlan]]
    readings: tuple[Reading, Reading]


_DECODER = msgspec.msgpack.Decoder(PairStart)


def unpack_pair_start(packed: bytes) -> PairStart:
    """Return the start of these bytes.

    Raises:
        msgspec.ValidationError: the bytes were packed by an engine with another state.
    """
    return _DECODER.decode(packed)


def first_pair_start(key: str) -> PairStart:
    """Return the start before everything."""
    return PairStart(-1, 0, 1, pack_pair(PairState(key)), [], [], [], (Reading(), Reading()))


def take_up_pair(start: PairStart, rows: Iterable[Row]) -> PairState:
    """Return the state to go on with; exceptions are those of the last row about each."""
    state = unpack_pair(start.state)
    for row in rows:
        if isinstance(row.body, Together):
            state.together[row.body.together_id] = row.body
        elif isinstance(row.body, Suspension):
            state.suspensions[row.body.suspension_id] = row.body
    return state


def recall_pair_plans(start: PairStart, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of all plans: those that the start remembers, and those that came since."""
    known = (Row(seq, log_ms, Kind.PAIR, "", plan) for seq, log_ms, plan in start.plans)
    return [*(row for row in known if row.seq < start.first_seq), *(r for r in rows if r.kind is Kind.PAIR)]


def shadow_of(start: PairStart, key: str, parameters: Parameters) -> Pair:
    """Return a pair that only reads: it knows the clocks of both sides' devices as the start left them."""
    sides = [SideState(clocks=copy_reading(reading).clocks) for reading in start.readings]
    return Pair(PairState(key, sides=sides), parameters)


def pair_contradicted_from(start: PairStart, rows: Sequence[Row], parameters: Parameters) -> int | None:
    """Return the earliest moment up to the start's that a row after it speaks about; none if none does.

    `rows` are those of the pair and of both persons from `start.first_seq` on, in the order of seq.
    """
    state = unpack_pair(start.state)
    moments = [_spoken_of(row.body, state) for row in rows if row.seq > start.seq]
    shadow = shadow_of(start, state.key, parameters)
    fixes = read_fixes(shadow, rows, standing_plans(recall_pair_plans(start, rows)))
    moments += [fix.at_ms for fix in fixes if fix.seq > start.seq]
    return earliest_until(start, moments)


def _spoken_of(body: Body, state: PairState) -> int | None:
    """Return from when on a control row changes what the sorted lane reads; none if it changes nothing."""
    match body:
        case PairPlan():
            return body.effective_from_ms
        case Together():
            return min(body.from_ms, state.together.get(body.together_id, body).from_ms)
        case Suspension():
            return min(body.from_ms, state.suspensions.get(body.suspension_id, body).from_ms)
        case _:
            return None
