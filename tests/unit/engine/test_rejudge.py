"""Judging the rows of a person again: from the first on, or from a start, it ends in the same lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine import ring as rings
from korgoo.engine.episodes import Recorded
from korgoo.engine.findings import Reason
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Permit, Plan
from korgoo.engine.rejudge import Recalled, judge_rows, make_start, settle_rows
from korgoo.engine.rows import Row
from korgoo.engine.starts import first_start, pack_start
from korgoo.engine.state import PersonState, pack_state
from korgoo.engine.subject import Subject
from tests.stories import MINUTE, NIGHT, P1, at, circle, fix, kind_of, plan

if TYPE_CHECKING:
    from korgoo.engine.rejudge import Account
    from korgoo.engine.rows import Body

KNOWN = Parameters()
NOON, NOW = at(12), at(14)
HOME = plan(circle(), from_ms=NOON)


def minute(number: float) -> int:
    return NOON + round(number * MINUTE)


def rows_of(*told: tuple[int, Body]) -> list[Row]:
    """Return rows in the order in which they came, numbered from 1 on."""
    return [Row(seq, log_ms, kind_of(body), P1, body) for seq, (log_ms, body) in enumerate(told, 1)]


def fixes(first: int, last: int, east_m: float = 0, **told: Any) -> list[tuple[int, Body]]:
    """Return a fix a minute, from the first up to the last."""
    return [(minute(number), fix(minute(number), east_m, **told)) for number in range(first, last + 1)]


def late(number: float, log: float, east_m: float = 0, **told: Any) -> tuple[int, Body]:
    """Return a fix of one minute that came in another."""
    return minute(log), fix(minute(number), east_m, late_ms=minute(log) - minute(number), **told)


def settle(rows: list[Row], start: bytes | None = None) -> tuple[Subject, Account]:
    """Judge rows again for somebody of whom nothing else is known."""
    subject = Subject(PersonState(P1), KNOWN)
    return subject, settle_rows(subject, Recalled(rows, [], start), NOW)


EDITED = [
    (minute(0), HOME),
    *fixes(1, 20),
    *fixes(21, 28, 900),
    late(10, 28.5, 900),
    late(25.5, 28.7, 300),
    *fixes(29, 50),
    (minute(50.1), plan(circle(), circle("yard", radius_m=90), version="2", from_ms=minute(25.5))),
    late(25.5, 50.15, 310),
    (minute(50.2), plan(circle(radius_m=60), version="3", from_ms=minute(60))),
    (minute(50.3), Permit("p", "home", minute(55), minute(58))),
    *fixes(51, 75, 900),
    late(70, 76, 900, device="b"),
]
"""An order that is edited for the past and ahead of time, with positions of the very moment of the edit."""
ONCE = next(index for index, (_, body) in enumerate(EDITED) if isinstance(body, Plan) and body.version == "3")
"""How many rows there are before the order is edited ahead of time."""


@pytest.mark.parametrize("told", [EDITED[:ONCE], EDITED], ids=["once", "twice"])
@pytest.mark.parametrize("clock", [0, 5, 20, 22, 25.5, 26, 40, 54, 55, 57, 60, 61, 80])
def test_from_a_start_it_ends_in_the_same_lane(clock: float, told: list[tuple[int, Body]]) -> None:
    rows = rows_of(*told)
    start = make_start(first_start(P1), rows, KNOWN, clock_ms=minute(clock))
    whole, (short, account) = settle(rows), settle(rows[start.first_seq - 1 :], pack_start(start))
    short.state.permits = whole[0].state.permits
    assert pack_state(short.state) == pack_state(whole[0].state)
    assert account.episodes == whole[1].episodes
    assert [list(zone) for zone in account.trace.zones] == [list(zone) for zone in whole[1].trace.zones]
    assert account.differences == whole[1].differences
    assert len(account.episodes) == (5 if told is EDITED else 2)


def test_a_start_may_be_made_from_another_one() -> None:
    rows = rows_of(*EDITED)
    first = make_start(first_start(P1), rows, KNOWN, clock_ms=minute(22))
    second = make_start(first, rows[first.first_seq - 1 :], KNOWN, clock_ms=minute(57))
    assert second == make_start(first_start(P1), rows, KNOWN, clock_ms=minute(57))
    assert make_start(second, [], KNOWN, clock_ms=minute(57)).seq == len(rows)


@pytest.mark.parametrize("last", [30, 31], ids=["nobody is heard", "the next position calls him home"])
def test_a_permit_that_comes_after_the_start_was_made_is_looked_at_when_it_begins(last: int) -> None:
    """He is on his way home: the permit has begun and ended before that is believed."""
    told = [(minute(0), HOME), *fixes(1, 29, 900), *fixes(30, 30)]
    start = make_start(first_start(P1), rows_of(*told), KNOWN, clock_ms=minute(30))
    permit = (minute(30.5), Permit("p", "home", minute(30.6), minute(30.8)))
    rows = rows_of(*told, permit, *fixes(31, last))
    _, account = settle(rows[start.first_seq - 1 :], pack_start(start))
    ends = [(episode.since_ms, episode.closed and episode.closed.code) for episode in account.episodes]
    later = Reason.RETURNED if last == 31 else None
    assert ends == [(minute(1), Reason.WINDOW_ENDED), (minute(30.8), later)]


@pytest.mark.parametrize(("clock", "first_seq"), [(0, 2), (19.99, 21), (20, 22), (30, 32), (31, 32)])
def test_a_run_from_a_start_has_to_read_the_rows_from_the_first_one_after_its_moment(
    clock: float, first_seq: int
) -> None:
    rows = rows_of((minute(0), HOME), *fixes(1, 30))
    start = make_start(first_start(P1), rows, KNOWN, clock_ms=minute(clock))
    assert (start.clock_ms, start.seq, start.first_seq) == (minute(clock), 31, first_seq)


def test_a_start_knows_the_clocks_that_were_read_before_those_rows() -> None:
    told = [(minute(0), HOME), late(1, 11, device="read"), *fixes(12, 20), late(21, 31, device="to be read")]
    start = make_start(first_start(P1), rows_of(*told), KNOWN, clock_ms=minute(20))
    assert start.first_seq == len(told)
    assert list(start.reading.clocks) == ["read"]


def test_a_start_remembers_the_versions_that_begin_after_it() -> None:
    versions = [plan(circle(), version=str(n), from_ms=minute(n)) for n in (30, 31, 40, 35)]
    told = [(minute(0), HOME), *fixes(1, 20), *((minute(20), version) for version in versions)]
    start = make_start(first_start(P1), rows_of(*told), KNOWN, clock_ms=minute(30))
    assert [(seq, waiting.version) for seq, _, waiting in start.plans] == [(23, "31"), (25, "35")]


def test_a_message_that_was_sent_twice_is_judged_once() -> None:
    subject, _ = settle(rows_of((minute(0), HOME), *fixes(1, 9), late(5, 10), *fixes(11, 12), late(12, 13)))
    seen = [(fix.at_ms - NOON) // MINUTE for fix in rings.fixes(subject.state.ring)]
    assert seen == [*range(1, 10), 11, 12]


def test_of_one_moment_the_row_that_came_first_is_judged_first() -> None:
    again = plan(circle(radius_m=60), version="2", from_ms=minute(9))
    before, _ = settle(rows_of((minute(0), HOME), *fixes(1, 9), (minute(10), again)))
    assert rings.count(before.state.ring) == 0
    after, _ = settle(rows_of((minute(0), HOME), *fixes(1, 8), (minute(8.5), again), *fixes(9, 9)))
    assert rings.count(after.state.ring) == 1


def test_whoever_is_judged_again_goes_on_with_all_that_came_of_it() -> None:
    """The rows are the truth: the order, the ring, what a change of the order carried, what was recorded."""
    known = Subject(PersonState(P1), KNOWN)
    for seen in (HOME, plan(circle(windows=(NIGHT,)), version="2")):
        known.take_plan(seen, minute(0))
    known.expect()
    known.learners()
    third = plan(circle(), version="3", from_ms=minute(20.5))
    rows = rows_of((minute(0), HOME), *fixes(1, 20, 900), (minute(20.5), third))
    recorded = [Recorded("old", "home", "zone.exit", 1, 2)]
    settle_rows(known, Recalled(rows, recorded), NOW)
    fresh, _ = settle(rows)
    assert known.force is not None
    assert known.force.plan.version == "3"
    assert known.learning is None
    assert known.state.recorded == recorded
    assert known.state.recorded is not recorded
    assert set(known.state.carried) == {"home"}
    known.state.recorded = []
    assert pack_state(known.state) == pack_state(fresh.state)


def test_rows_are_judged_up_to_a_moment() -> None:
    wider = plan(circle(radius_m=60), from_ms=minute(9))
    rows = rows_of((minute(0), HOME), *fixes(1, 9, 900), (minute(9.1), wider))
    subject = Subject(PersonState(P1), KNOWN)
    changes, trace = judge_rows(subject, rows, until_ms=minute(9) - 1)
    assert rings.count(subject.state.ring) == 8
    assert [change.what for change in changes] == ["open"]
    assert len(trace.zones) == 1
    subject = Subject(PersonState(P1), KNOWN)
    judge_rows(subject, rows, until_ms=minute(9))
    assert subject.force is not None
    assert subject.force.plan.zones[0].outer.radius_cm == 6_000


def test_of_whom_no_order_ever_bound_nothing_is_shown() -> None:
    subject = Subject(PersonState(P1), KNOWN)
    assert judge_rows(subject, rows_of(*fixes(1, 9)), until_ms=NOW)[1].zones == []
    assert not subject.state.ring
