"""A pair's past judged again: from all rows or from a start, it is as if all had been known in time.

Each test kills an error that `korgoo mutate rules` plants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from korgoo.engine.pairs.rejudge import make_pair_start
from korgoo.engine.pairs.starts import (
    PairStart,
    first_pair_start,
    pair_contradicted_from,
    unpack_pair_start,
)
from korgoo.engine.pairs.state import unpack_pair
from korgoo.engine.plan import Together
from korgoo.engine.ring import fixes
from korgoo.engine.rows import Body, Kind, Observation, Row, Suspension
from korgoo.engine.starts import pack_start
from tests.pairs import APART, numbered, order
from tests.stories import HOUR, MINUTE, P1, P2, at, fix, kind_of
from tests.unit.engine.pair_days import Day, minutes, now, of
from tests.unit.engine.pair_states import P

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.pairs.pair import Pair

Entry = tuple[int, str, Body]
BEHIND = 2 * HOUR
HEARING = Together("hearing", at(14.15), at(14.2))


def afternoon() -> list[Row]:
    """Stale messages of his device, an order, a walk to her, a wider order, a hearing, and two fixes late."""
    stale: list[Entry] = [
        (m, P1, fix(m - BEHIND, 5_000, late_ms=BEHIND, device="old")) for m in (at(13), at(13.3))
    ]
    told: list[Entry] = [*stale, (at(13.4), APART, order(100, effective_from_ms=at(13.35)))]
    for n, moment in enumerate(minutes(14, 20)):
        late_ms = 90_000 if n in (4, 11) else 0
        told.append((moment + late_ms, P1, fix(moment, max(80, 900 - 150 * n), late_ms=late_ms)))
        told.append((moment + 5_000, P2, fix(moment + 5_000)))
    told.append((at(14.09), P1, fix(at(14.09) - BEHIND, 300, late_ms=BEHIND, device="old")))
    told.append((at(14.12) + 7, APART, order(300, version="2", effective_from_ms=at(14.1))))
    told.append((at(14.13) + 7, APART, HEARING))
    told.append((at(14.25) + 7, P2, Suspension(1, at(14.3), at(14.4))))
    return numbered(told)


ROWS = afternoon()
END = at(14.4)
MOMENTS = (
    *(at(13.35) - 1, at(13.35), at(14) - 1, at(14), at(14) + 5_000, at(14) + 4 * MINUTE),
    *(at(14.09), at(14.1) - 1, at(14.1), at(14.12), at(14.15), at(14.2), at(14) + 11 * MINUTE, at(14.33)),
)


def known(start: PairStart) -> list[Row]:
    return [row for row in ROWS if row.seq >= start.first_seq]


def made(clock_ms: int, rows: Sequence[Row] = ROWS) -> PairStart:
    return make_pair_start(first_pair_start(APART), rows, P, clock_ms=clock_ms)


@pytest.mark.parametrize("clock_ms", MOMENTS)
def test_a_start_made_from_another_is_the_one_that_all_rows_make(clock_ms: int) -> None:
    halfway = unpack_pair_start(pack_start(made(clock_ms)))
    assert pair_contradicted_from(halfway, known(halfway), P) is None
    onward = make_pair_start(halfway, known(halfway), P, clock_ms=END)
    assert pack_start(onward) == pack_start(made(END))


def test_the_afternoon_has_something_to_tell() -> None:
    start = made(END)
    assert len(start.episodes) > 5
    assert all(len(shown) == 12 for shown in start.trace)
    assert start.readings[0].clocks["old"].behind_ms == BEHIND


@pytest.mark.parametrize("clock_ms", [at(14) - 1, at(14), at(14) + 4 * MINUTE, at(14) + 19 * MINUTE])
def test_a_start_reads_on_from_the_first_row_whose_fix_comes_after_it(clock_ms: int) -> None:
    after = [
        row.seq
        for row in ROWS
        if row.log_at_ms >= at(14) and isinstance(row.body, Observation)
        if (row.body.received_at_ms if row.body.device == "old" else row.body.fixed_at_ms) > clock_ms
    ]
    assert (made(clock_ms).first_seq, made(clock_ms).seq) == (min(after), len(ROWS))


def test_what_the_next_run_has_to_read_no_clock_has_been_read_by() -> None:
    """By his second stale message his clock is known to be behind; its own fix comes after the start."""
    start = made(at(13.2))
    assert (start.first_seq, start.readings[0].clocks["old"].behind_ms) == (2, 0)


def test_an_upload_of_many_places_of_one_instant_is_judged_once() -> None:
    instant, arrived = at(14.1), at(14.2)
    told: list[Entry] = [(at(14.15), P2, fix(at(14.15)))]
    told += [(arrived + n, P1, fix(instant, n, late_ms=arrived + n - instant)) for n in range(60)]
    rows = numbered([(at(13.4), APART, order(effective_from_ms=at(13.35))), *told])
    start = made(instant, rows)
    assert start.first_seq == 2
    onward = make_pair_start(start, rows[1:], P, clock_ms=END)
    assert pack_start(onward) == pack_start(made(END, rows))


def test_after_the_last_fix_a_start_reads_on_from_the_next_row() -> None:
    assert (made(END).first_seq, made(END).seq) == (len(ROWS) + 1, len(ROWS))
    onward = make_pair_start(made(END), [], P, clock_ms=at(15))
    assert (onward.first_seq, onward.seq) == (len(ROWS) + 1, len(ROWS))


@pytest.mark.parametrize(
    "body", [Together("later", at(14.34), at(14.36)), Suspension(2, at(14.34), at(14.36))]
)
def test_an_exception_that_is_told_after_a_start_holds_from_its_first_moment(body: Body) -> None:
    """They stand together at 14:20 and say nothing more; what is told at 14:21 frees them later."""
    close: list[Entry] = [(m, key, fix(m)) for m in minutes(14, 20) for key in (P1, P2)]
    before = numbered([(at(13.4), APART, order(effective_from_ms=at(13.35))), *close])
    rows = [*before, Row(len(before) + 1, at(14.35), kind_of(body), APART, body)]
    start = made(at(14) + 19 * MINUTE, before)
    last: Row = Row(len(rows) + 1, at(14.5), Kind.OBSERVATION, P2, fix(at(14.37)))
    onward = make_pair_start(start, [*rows[start.first_seq - 1 :], last], P, clock_ms=END)
    whole = made(END, [*rows, last])
    assert unpack_pair(onward.state).judged == unpack_pair(whole.state).judged
    assert (onward.episodes, onward.trace) == (whole.episodes, whole.trace)
    closed = [episode.closed for episode in onward.episodes if episode.closed is not None]
    assert [change.since_ms for change in closed] == [at(14.34)] * 3


def lane_of(pair: Pair) -> tuple[object, ...]:
    """All that the sorted lane came to, whatever rows told it."""
    state = pair.state
    held = [(one.at_ms, one.lat_e7, one.lon_e7, one.sigma_cm, one.code) for one in fixes(state.ring)]
    marks = [(kept.position, kept.clock_ms, kept.judged) for kept in state.checkpoints]
    return state.plan, msgspec.to_builtins(state.judged), held, marks


def walk(day: Day, *, late: int = -1) -> None:
    """An hour in which he comes to her and goes again; one of his fixes comes when all is over."""
    for n, moment in enumerate(minutes(14, 60)):
        if n != late:
            day.tell(moment, fix(moment, 100 * abs(20 - n)), P1)
        day.tell(moment + 9_000, fix(moment + 9_000), P2)
    if late >= 0:
        moment = at(14) + late * MINUTE
        day.tell(at(15), fix(moment, 100 * abs(20 - late), late_ms=at(15) - moment), P1)


@pytest.mark.parametrize(("late", "recalled"), [(3, 1), (59, 0)])
def test_a_fix_that_comes_late_leaves_the_lane_as_if_it_had_come_in_time(late: int, recalled: int) -> None:
    in_time, belated = of(now()), of(now())
    walk(in_time)
    walk(belated, late=late)
    assert lane_of(belated.pair) != lane_of(in_time.pair)
    in_time.look(at(15))
    belated.look(at(15))
    assert belated.recalled == recalled
    assert lane_of(belated.pair) == lane_of(in_time.pair)


def test_what_the_clock_had_decided_stands_when_rows_are_judged_again() -> None:
    """A hearing freed them after their last word; a fix of two hours ago changes nothing of it."""
    day = of(now())
    day.meet(*minutes(14, 60))
    begins = at(15.01)
    day.tell(begins - 9_000, Together("hearing", begins, at(18)))
    assert len(day.look(begins)) == 3
    day.tell(at(15.02), fix(at(13.5), 9_000, late_ms=at(15.02) - at(13.5)), P1)
    assert not day.look(at(15.02))
    assert day.recalled == 1


def test_the_clocks_of_devices_are_known_again_with_all_that_they_had_told() -> None:
    """His device was two hours behind before there was an order: that shows when rows are judged again."""
    day = Day()
    for moment in (at(12), at(12.5)):
        day.tell(moment, fix(moment - BEHIND, 5_000, late_ms=BEHIND, device="old"), P1)
    day.tell(at(13), order(effective_from_ms=at(12.9)))
    assert day.pair.state.sides[0].clocks == {}
    day.look(at(13))
    assert day.recalled == 1
    assert day.pair.state.sides[0].clocks["old"].behind_ms == BEHIND


def test_an_order_holds_from_the_very_fix_of_its_beginning_and_after_the_last() -> None:
    plans = [order(effective_from_ms=at(14)), order(100, version="2", effective_from_ms=at(14.5))]
    told: list[Entry] = [(at(13.9) + n, APART, plan) for n, plan in enumerate(plans)]
    rows = numbered([*told, (at(14), P1, fix(at(14))), (at(14) + 1, P2, fix(at(14) + 1))])
    one, other = (unpack_pair(made(clock_ms, rows).state) for clock_ms in (at(14.4), at(14.5)))
    assert (len(list(fixes(one.ring))), one.plan) == (2, plans[0])
    assert (len(other.ring), other.plan) == (0, plans[1])
