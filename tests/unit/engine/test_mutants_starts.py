"""Starts of a person and what contradicts them: each test kills an error that is planted there."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Permit
from korgoo.engine.rejudge import make_start
from korgoo.engine.rows import Body, Inspection, Row, Source, Suspension
from korgoo.engine.starts import (
    Start,
    contradicted_from,
    drop_void,
    first_start,
    pack_start,
    recall_plans,
    unpack_start,
)
from korgoo.engine.state import PersonState, pack_state, unpack_state
from tests.stories import MINUTE, P1, at, circle, fix, kind_of, plan, rows_of

P = Parameters()
CLOCK = at(14.1)
END = at(14.6)
PERMIT, LEAVE = Permit("p", "home", at(14.05), at(14.2)), Suspension(1, at(14.06), at(14.2))
NO_PLACE = msgspec.structs.replace(fix(CLOCK), lat_e7=None, lon_e7=None)


def told() -> list[Row]:
    """An order, one for 14:20, a permit, a suspension, and a walk out; one fix comes late."""
    entries: list[tuple[int, Body]] = [
        (at(13), plan(circle(), from_ms=at(12.9))),
        (at(13.1), plan(circle(radius_m=80), version="2", from_ms=at(14) + 20 * MINUTE)),
        (at(13.2), PERMIT),
        (at(13.3), LEAVE),
    ]
    for n in range(30):
        late_ms = 90_000 if n == 11 else 0
        moment = at(14) + n * MINUTE
        entries.append((moment + late_ms, fix(moment, 300 if n % 20 > 12 else 0, late_ms=late_ms)))
    return rows_of(P1, *sorted(entries, key=lambda entry: entry[0]))


ROWS = told()


def made(clock_ms: int, rows: list[Row] = ROWS) -> Start:
    return make_start(first_start(P1), rows, P, clock_ms=clock_ms)


MOMENTS = (
    *(at(12.9) - 1, at(12.9), at(14) - 1, at(14), at(14.05), CLOCK, at(14) + 11 * MINUTE),
    *(at(14) + 12 * MINUTE, at(14) + 20 * MINUTE - 1, at(14) + 20 * MINUTE, at(14.45), at(14.55)),
)


@pytest.mark.parametrize("clock_ms", MOMENTS)
def test_a_start_made_from_another_is_the_one_that_all_rows_make(clock_ms: int) -> None:
    halfway = unpack_start(pack_start(made(clock_ms)))
    known = [row for row in ROWS if row.seq >= halfway.first_seq]
    assert contradicted_from(halfway, known, P) is None
    onward = make_start(halfway, known, P, clock_ms=END)
    assert pack_start(onward) == pack_start(made(END))
    assert len(onward.episodes) == 1


@pytest.mark.parametrize(
    ("body", "speaks"),
    [
        (plan(circle(), version="3", from_ms=CLOCK), CLOCK),
        (plan(circle(), version="3", from_ms=CLOCK + 1), None),
        (Permit("new", "home", CLOCK, at(15)), CLOCK),
        (Permit("new", "home", CLOCK + 1, at(15)), None),
        (Permit("p", "home", CLOCK + 1, at(15)), PERMIT.from_ms),
        (Permit("p", "home", at(14.01), at(15)), at(14.01)),
        (Suspension(2, CLOCK, at(15)), CLOCK),
        (Suspension(1, CLOCK + 1, at(15)), LEAVE.from_ms),
        (Suspension(1, at(14.01), at(15)), at(14.01)),
        (Inspection(1, at(14)), None),
        (fix(CLOCK), CLOCK),
        (fix(CLOCK + 1), None),
        (NO_PLACE, None),
        (msgspec.structs.replace(NO_PLACE, beacon="hub"), CLOCK),
    ],
)
def test_what_is_told_of_a_moment_up_to_it_contradicts_a_start(body: Body, speaks: int | None) -> None:
    start = made(CLOCK)
    known = [row for row in ROWS if row.seq >= start.first_seq]
    late = Row(len(ROWS) + 1, at(14.6), kind_of(body), P1, body)
    later = Row(len(ROWS) + 2, at(14.6), kind_of(fix(0)), P1, fix(at(14.58), source=Source.GPS))
    assert len(known) > 10
    assert contradicted_from(start, [*known, late, later], P) == speaks


def test_of_several_moments_that_contradict_a_start_the_earliest_counts() -> None:
    bodies: list[Body] = [fix(at(14.05)), plan(circle(), version="3", from_ms=at(14.02)), fix(at(14.03))]
    late = [Row(len(ROWS) + n, at(14.6), kind_of(body), P1, body) for n, body in enumerate(bodies, 1)]
    assert contradicted_from(made(CLOCK), late, P) == at(14.02)


@pytest.mark.parametrize("body", [plan(circle(), version="3", from_ms=at(14)), fix(at(14.01))])
def test_what_was_known_when_a_start_was_made_does_not_contradict_it(body: Body) -> None:
    rows = [*ROWS, Row(len(ROWS) + 1, at(14.6), kind_of(body), P1, body)]
    start = made(CLOCK, rows)
    assert start.first_seq < start.seq == len(rows)
    assert contradicted_from(start, rows[start.first_seq - 1 :], P) is None


def test_exceptions_that_are_told_after_a_start_are_those_of_its_next_run() -> None:
    start = made(at(14.45))
    leave, again = Permit("p", "home", at(14.5), at(15)), Permit("q", "home", at(14.5), at(15))
    later: list[Body] = [leave, again, Suspension(2, END, END + 1)]
    rows = [Row(len(ROWS) + n, at(14.49), kind_of(body), P1, body) for n, body in enumerate(later, 1)]
    state = unpack_state(make_start(start, rows, P, clock_ms=END).state)
    assert state.permits == {"p": leave, "q": again}
    assert state.suspensions == {1: LEAVE, 2: later[2]}


def test_plans_that_wait_are_remembered_as_rows_of_the_person() -> None:
    start = made(CLOCK)
    rows = [row for row in ROWS if row.seq >= start.first_seq]
    assert recall_plans(start, rows) == [ROWS[1], *rows]
    assert recall_plans(start, []) == [Row(2, at(13.1), kind_of(ROWS[1].body), "", ROWS[1].body)]


@pytest.mark.parametrize(
    ("second", "told_at", "kept"),
    [
        (at(15), at(14.9), ["2"]),
        (at(15), at(15), ["1", "2"]),
        (at(15) + 1, at(14.9), ["1", "2"]),
        (at(14), at(14.9), ["2"]),
        (at(14), at(15.1), ["1", "2"]),
    ],
)
def test_an_order_voids_what_waits_to_begin_with_it_or_later(
    second: int, told_at: int, kept: list[str]
) -> None:
    """The first was told for three o'clock."""
    bodies = [
        (at(13), plan(circle(), from_ms=at(15))),
        (told_at, plan(circle(), version="2", from_ms=second)),
    ]
    assert [row.body.version for row in drop_void(rows_of(P1, *bodies))] == kept


def test_before_everything_no_row_is_known_and_an_order_may_begin_with_time_itself() -> None:
    first = first_start(P1)
    packed = msgspec.msgpack.decode(pack_start(first))
    assert packed == [-1, 0, 1, pack_state(PersonState(P1)), [], [], [], [{}]]
    start = made(CLOCK, rows_of(P1, (at(13), plan(circle(), from_ms=0))))
    assert unpack_state(start.state).plan
