"""Starts of pairs, what contradicts them, the bare state: each test kills an error that is planted there."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine.pairs.judged import LastSight, Near, PairJudged, RingStanding
from korgoo.engine.pairs.rejudge import make_pair_start
from korgoo.engine.pairs.starts import PairStart, first_pair_start, pair_contradicted_from
from korgoo.engine.pairs.state import PairState, pack_pair, unpack_pair
from korgoo.engine.pairs.track import Track
from korgoo.engine.plan import Together
from korgoo.engine.rows import Body, Inspection, Row, Suspension
from tests.pairs import APART, numbered, order
from tests.stories import MINUTE, P1, P2, at, fix, kind_of
from tests.unit.engine.pair_days import minutes
from tests.unit.engine.pair_states import P

CLOCK = at(14.1)
HEARING, LEAVE = Together("hearing", at(14.05), at(14.2)), Suspension(1, at(14.06), at(14.2))


def told() -> list[Row]:
    """Twenty minutes of both, an interval together and a suspension."""
    entries: list[tuple[int, str, Body]] = [(at(13.4), APART, order(effective_from_ms=at(13.35)))]
    entries += [(m, key, fix(m, 5_000)) for m in minutes(14, 20) for key in (P1, P2)]
    return numbered([*entries, (at(13.5), APART, HEARING), (at(13.6), P1, LEAVE)])


def start_of(rows: list[Row]) -> PairStart:
    return make_pair_start(first_pair_start(APART), rows, P, clock_ms=CLOCK)


@pytest.mark.parametrize(
    ("body", "speaks"),
    [
        (order(version="2", effective_from_ms=CLOCK), CLOCK),
        (order(version="2", effective_from_ms=CLOCK + 1), None),
        (Together("new", CLOCK, at(15)), CLOCK),
        (Together("new", CLOCK + 1, at(15)), None),
        (Together("hearing", CLOCK + 1, at(15)), HEARING.from_ms),
        (Together("hearing", at(14.01), at(15)), at(14.01)),
        (Suspension(2, CLOCK, at(15)), CLOCK),
        (Suspension(1, CLOCK + 1, at(15)), LEAVE.from_ms),
        (Suspension(1, at(14.01), at(15)), at(14.01)),
        (Inspection(1, at(14)), None),
        (fix(CLOCK, late_ms=MINUTE * 20), CLOCK),
        (fix(CLOCK + 1, late_ms=MINUTE * 20), None),
    ],
)
def test_what_is_told_of_a_moment_up_to_it_contradicts_a_start(body: Body, speaks: int | None) -> None:
    rows = told()
    start = start_of(rows)
    late = Row(len(rows) + 1, at(14.5), kind_of(body), P1, body)
    later = Row(len(rows) + 2, at(14.5), late.kind, P1, fix(at(14.4)))
    known = [row for row in rows if row.seq >= start.first_seq]
    assert len(known) > 10
    assert pair_contradicted_from(start, [*known, late, later], P) == speaks


@pytest.mark.parametrize(
    "body", [order(version="2", effective_from_ms=at(14)), fix(at(14), late_ms=30 * MINUTE)]
)
def test_what_was_known_when_a_start_was_made_does_not_contradict_it(body: Body) -> None:
    rows = told()
    rows.append(Row(len(rows) + 1, at(14.5), kind_of(body), P1, body))
    start = start_of(rows)
    assert start.first_seq < start.seq == len(rows)
    assert pair_contradicted_from(start, rows[start.first_seq - 1 :], P) is None


def test_before_everything_no_row_is_known_and_an_order_may_begin_with_time_itself() -> None:
    first = first_pair_start(APART)
    assert (first.seq, first.first_seq, unpack_pair(first.state)) == (0, 1, PairState(APART))
    start = start_of(numbered([(at(13.4), APART, order(effective_from_ms=0))]))
    assert unpack_pair(start.state).plan == order(effective_from_ms=0)
    assert make_pair_start(first, [], P, clock_ms=CLOCK).first_seq == 1


def packed(state: object) -> object:
    """Return what a snapshot holds of it, value by value."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(state))


def test_of_a_pair_that_nothing_is_known_of_a_snapshot_holds_nothing() -> None:
    side, ring = packed(Track()), [0, 0, False, []]
    assert packed(Near()) == [0, 0, 0, 0, [0, 0]]
    assert packed(RingStanding()) == ring
    assert packed(LastSight()) == [0] * 6
    bare = [0, [side, side], [], [ring] * 3, False, 0, 0, 0, 0, 0, [0] * 6, -1, 0, []]
    assert packed(PairJudged()) == bare


def test_a_start_is_a_row_of_values_in_their_order() -> None:
    start = packed(first_pair_start(APART))
    assert start == [-1, 0, 1, pack_pair(PairState(APART)), [], [], [], [[{}], [{}]]]
