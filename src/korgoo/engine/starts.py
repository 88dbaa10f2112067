"""Starting points: the sorted lane of one person as it stood at a moment, kept to judge again from there.

Judging a whole history again goes through its events in the order of their time. A start is that run,
halted after the last event at or before `clock_ms`: going on from it gives the bytes that the whole run
gives, as long as nobody has learned since of an event before that moment. `contradicted_from` says whether
somebody has; it needs nothing but the rows after the start, so a start can be kept anywhere, or lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine.episodes import Episode  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.plan import Permit, Plan
from korgoo.engine.ring import Fix  # noqa: TC001 - msgspec reads the annotations
from korgoo.engine.rows import Kind, Row, Suspension
from korgoo.engine.state import PersonState, pack_state, unpack_state
from korgoo.engine.timing import Reading, copy_reading, read_times

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Body


class Halt(msgspec.Struct, frozen=True):
    """Where a run over the rows of a person or a pair was halted, and what it carries on from `clock_ms`.

    `seq` is the last row that was known when it was made; `first_seq` the first one that a run from here
    has to read.
    """

    clock_ms: int
    seq: int
    first_seq: int
    state: bytes
    episodes: list[Episode]
    trace: list[list[tuple[Fix, int | None, int, int, str]]]


class Start(Halt, array_like=True, frozen=True):
    """The start of a person.

    `plans` are those known then that take effect later, as (seq, log ms, plan);
    `reading` says how far the devices' clocks had been read before `first_seq`.
    """

    plans: list[tuple[int, int, Plan]]
    reading: Reading


def pack_start(start: Halt) -> bytes:
    """Return the canonical bytes of a start, of a person or of a pair."""
    return msgspec.msgpack.encode(start)


_DECODER = msgspec.msgpack.Decoder(Start)


def unpack_start(packed: bytes) -> Start:
    """Return the start of these bytes.

    Raises:
        msgspec.ValidationError: the bytes were packed by an engine with another state.
    """
    return _DECODER.decode(packed)


def take_up(start: Start, rows: Iterable[Row]) -> PersonState:
    """Return the state to go on with; permits and suspensions are those of the last row about each."""
    state = unpack_state(start.state)
    for row in rows:
        if isinstance(row.body, Permit):
            state.permits[row.body.permit_id] = row.body
        elif isinstance(row.body, Suspension):
            state.suspensions[row.body.suspension_id] = row.body
    return state


def recall_plans(start: Start, rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the plans before them that the start remembers for later."""
    key = rows[0].key if rows else ""
    plans = (Row(seq, log_ms, Kind.PLAN, key, plan) for seq, log_ms, plan in start.plans)
    return [*(row for row in plans if row.seq < start.first_seq), *rows]


def drop_void(plans: Iterable[Row]) -> list[Row]:
    """Return the rows of plans without those that a later one made void before they began.

    A plan holds all that binds from its beginning on, so one that waits to begin later says nothing any more.
    """
    standing: list[Row] = []
    for row in sorted(plans, key=lambda row: row.seq):
        begins_ms = row.body.effective_from_ms
        standing = [
            known
            for known in standing
            if known.body.effective_from_ms <= row.log_at_ms or known.body.effective_from_ms < begins_ms
        ]
        standing.append(row)
    return standing


def contradicted_from(start: Start, rows: Sequence[Row], parameters: Parameters) -> int | None:
    """Return the earliest moment up to the start's that a row after it speaks about; none if none does.

    `rows` are the person's rows from `start.first_seq` on.
    """
    state = unpack_state(start.state)
    moments = [_spoken_of(row.body, state) for row in rows if row.seq > start.seq]
    for at_ms, row in read_times(copy_reading(start.reading), rows, parameters):
        if row.seq > start.seq and (row.body.lat_e7 is not None or row.body.beacon is not None):
            moments.append(at_ms)
    return earliest_until(start, moments)


def earliest_until(start: Halt, moments: Iterable[int | None]) -> int | None:
    """Return the earliest of the moments that lie up to the start's; none if none does."""
    return min((at_ms for at_ms in moments if at_ms is not None and at_ms <= start.clock_ms), default=None)


def _spoken_of(body: Body, state: PersonState) -> int | None:
    """Return from when on a control row changes what the sorted lane reads; none if it changes nothing."""
    match body:
        case Plan():
            return body.effective_from_ms
        case Permit():
            return min(body.from_ms, state.permits.get(body.permit_id, body).from_ms)
        case Suspension():
            return min(body.from_ms, state.suspensions.get(body.suspension_id, body).from_ms)
        case _:
            return None


def first_start(key: str) -> Start:
    """Return the start before everything."""
    return Start(-1, 0, 1, pack_state(PersonState(key)), [], [], [], Reading())
