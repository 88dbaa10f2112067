"""One key, one row: what a row does to the lanes, and when the clock looks again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine import quiet, step
from korgoo.engine import ring as rings
from korgoo.engine.clocks import Clock
from korgoo.engine.findings import Event, Finding
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Permit, Plan, Window
from korgoo.engine.rejudge import Recalled
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Inspection, Observation, Row
from korgoo.engine.shard import Shard
from korgoo.engine.state import Loss, PersonState, Spot, Standing, Suspicion
from korgoo.engine.subject import Subject
from tests.stories import (
    EVERY_DAY,
    HOME_LAT,
    HOME_LON,
    MINUTE,
    NIGHT,
    P1,
    Ledger,
    at,
    circle,
    fix,
    judge,
    kind_of,
    plan,
    rows_of,
)

if TYPE_CHECKING:
    from korgoo.engine.rows import Body

HOLD_MS = 8 * MINUTE
LAST = at(20) + 20 * MINUTE
KNOWN = Parameters()


def at_home(order: Plan | None = None) -> Subject:
    """Return somebody who has been at home for twenty minutes."""
    shard = Shard(KNOWN, recall=lambda _key, _seq: Recalled([], []))
    told = [fix(at(20) + minute * MINUTE) for minute in range(1, 21)]
    shard.feed(rows_of(P1, (at(20), order or plan(circle())), *((body.fixed_at_ms, body) for body in told)))
    return shard.subjects[P1]


def take(subject: Subject, log_ms: int, body: Body, *, seq: int = 100) -> list[Finding]:
    """Take one row, whatever it is."""
    findings: list[Finding] = []
    work = step.observe if isinstance(body, Observation) else step.control
    work(subject, Row(seq, log_ms, kind_of(body), P1, body), findings)
    return findings


def live(until_ms: int, *bodies: tuple[int, Body]) -> Ledger:
    return judge(rows_of(P1, *sorted(bodies, key=lambda body: body[0])), until_ms=until_ms)


def stay(from_ms: int, until_ms: int, east_m: float) -> list[tuple[int, Body]]:
    return [(at_ms, fix(at_ms, east_m)) for at_ms in range(from_ms, until_ms, MINUTE)]


def test_a_position_that_is_sent_twice_is_one() -> None:
    subject = at_home()
    for seq in (100, 101):
        take(subject, LAST + MINUTE, fix(LAST + MINUTE), seq=seq)
    assert rings.count(subject.state.ring) == 21
    assert not subject.state.dirty_ms


@pytest.mark.parametrize(("age_ms", "placed"), [(HOLD_MS - 1, True), (HOLD_MS, False)])
def test_a_late_position_says_where_he_is_as_long_as_any_does(age_ms: int, *, placed: bool) -> None:
    subject, now_ms = at_home(), LAST + 5 * MINUTE
    take(subject, now_ms, fix(now_ms - age_ms, 5, late_ms=age_ms))
    assert (subject.state.placed_ms == now_ms) is placed


def test_what_the_device_says_of_the_last_position_may_correct_since_when_it_was_so() -> None:
    subject = at_home()
    opened_ms = LAST + 5 * MINUTE
    take(subject, opened_ms, Observation(opened_ms, opened_ms, strap=False))
    (corrected,) = take(subject, opened_ms + 1, fix(LAST, late_ms=5 * MINUTE, strap=False))
    assert (corrected.event, corrected.kind, corrected.since_ms) == (Event.CORRECTED, "tamper.strap", LAST)


@pytest.mark.parametrize(("ahead_ms", "remembered"), [(60_000, 0), (60_001, 1)])
def test_only_messages_that_are_more_than_a_position_are_remembered(ahead_ms: int, remembered: int) -> None:
    subject = at_home()
    take(subject, LAST + MINUTE, fix(LAST + MINUTE + ahead_ms, late_ms=-ahead_ms))
    assert len(subject.state.recent) == remembered


@pytest.mark.parametrize(
    ("seen", "code", "due_ms", "settled"),
    [
        (b"\1\0", 0, 0, [True, False]),
        (b"\0\1", 0, LAST + MINUTE + 1, [False, True]),
        (b"\1\1", 0, LAST + MINUTE, None),
        (b"\1\1", 0, LAST, None),
        (b"\1\1", rings.beacon_code(0), 0, None),
        (b"\1\1", rings.beacon_code(1), 0, None),
        (None, 0, 0, None),
    ],
)
def test_screening_settles_a_zone_unless_the_clock_or_a_home_unit_has_something_to_say(
    seen: bytes | None, code: int, due_ms: int, settled: list[bool] | None
) -> None:
    subject = at_home(plan(circle(), circle("yard", radius_m=80)))
    assert subject.expected == b"\1\1"
    subject.state.judged.due_ms = due_ms
    told = Fix(LAST + MINUTE, 100, HOME_LAT, HOME_LON, 800, code)
    assert step._settled(subject, seen, told) == settled


def test_the_second_of_two_versions_for_one_moment_is_the_one_that_waits() -> None:
    subject = at_home()
    for version in ("2", "3"):
        take(subject, LAST, plan(circle(), version=version, from_ms=at(22)))
    assert [waiting.version for waiting in subject.state.pending] == ["3"]


def test_a_version_takes_the_place_of_one_that_began_at_the_same_moment() -> None:
    subject = at_home()
    take(subject, LAST, plan(circle(), version="2"))
    assert subject.force is not None
    assert subject.force.plan.version == "2"


def test_an_older_version_that_comes_late_is_read_for_its_own_time() -> None:
    """He was out until the third version; the second, which comes last, says that he might be."""
    versions = [
        (at(20), plan(circle(), version="1", from_ms=at(20))),
        (at(20.5), plan(circle(radius_m=2_000), version="3", from_ms=at(20.5))),
        (at(20.75), plan(circle(radius_m=1_500), version="2", from_ms=at(20) + MINUTE)),
    ]
    told = live(at(21), *versions, *stay(at(20) + 2 * MINUTE, at(21), 900)).told("zone.exit")
    assert told[0] == ("opened", "zone.exit")
    assert told[-1] == ("annulled", "zone.exit")


def test_a_finding_is_named_by_the_row_that_opens_it_or_by_the_timer() -> None:
    """A version that is in force when it comes, one that waits for its time, and a window that opens."""
    away = stay(at(20), at(21), 900)

    def moment_of(*bodies: tuple[int, Body]) -> str:
        (name,) = [e.id for e in live(at(21), *bodies).events if e.event is Event.OPENED]
        return name.rpartition("/")[2]

    permitted = plan(circle(), permits=(Permit("p", "home", 0, at(30)),))
    now = (at(20.5) - 5_000, plan(circle(), version="2", from_ms=at(20.5) - 5_000))
    later = (at(20.25), plan(circle(), version="2", from_ms=at(20.5)))
    opens = plan(circle(windows=(Window(EVERY_DAY, 20 * 3600 + 1830, 6 * 3600),)))
    assert moment_of((at(20), permitted), now, *away).isdecimal()
    assert moment_of((at(20), permitted), later, *away).endswith(f".{at(20.5)}")
    assert moment_of((at(20), opens), *away).endswith(f".{at(20.5) + 30_000}")


def test_a_version_that_begins_with_the_last_position_changes_nothing_behind_it() -> None:
    subject = at_home()
    take(subject, LAST, plan(circle(radius_m=60), version="2", from_ms=LAST))
    assert not subject.state.dirty_ms
    take(subject, LAST, plan(circle(radius_m=70), version="3", from_ms=LAST - 1))
    assert subject.state.dirty_ms == LAST - 1


def test_a_permit_from_the_last_position_on_ends_what_stands_with_the_next_mark() -> None:
    last_ms = at(20.5) - MINUTE
    away = stay(at(20), at(20.5), 900)
    permit = (last_ms + 5_000, Permit("p", "home", last_ms, at(30)))
    (closed,) = [e for e in live(at(20.5) + 1, (at(20), plan(circle())), *away, permit).events if e.until_ms]
    assert (closed.at_ms, closed.until_ms) == (last_ms + 10_000, last_ms)


def test_a_permit_for_later_ends_what_stands_when_it_begins_though_nobody_is_heard() -> None:
    last_ms = at(20.5) - MINUTE
    away = stay(at(20), at(20.5), 900)
    permit = (last_ms + 5_000, Permit("p", "home", last_ms + 30_000, at(30)))
    (closed,) = [e for e in live(at(20.5) + 1, (at(20), plan(circle())), *away, permit).events if e.until_ms]
    assert (closed.at_ms, closed.until_ms) == (last_ms + 30_000, last_ms + 30_000)


@pytest.mark.parametrize("minutes_old", [10, 57], ids=["within the ring", "older than the ring"])
def test_what_ends_by_the_clock_just_as_the_past_is_judged_again_ends_by_later_knowledge(
    minutes_old: int,
) -> None:
    """A fix from the night comes just before the curfew ends: both are told at once, of what is over."""
    night, seen_ms = (at(29), plan(circle(windows=(NIGHT,)))), at(30) - minutes_old * MINUTE + 7_000
    late = (at(30) - 500, fix(seen_ms, 900, late_ms=at(30) - 500 - seen_ms))
    told = live(at(30.1), night, *stay(at(29) + 20_000, at(30.1), 900), late).events
    (closed,) = [e for e in told if e.event is Event.CLOSED]
    assert (closed.at_ms, closed.until_ms, closed.live) == (at(30), at(30), False)


def test_the_clock_asks_nothing_of_whom_no_order_binds() -> None:
    subject, findings = Subject(PersonState(P1), KNOWN), list[Finding]()
    assert not step.moves_on(subject, LAST)
    step.mark(subject, LAST, findings, lambda _key, _seq: Recalled([], []))
    assert findings == []
    take(subject, LAST, Inspection(1, LAST))
    assert subject.wake_ms == 0


def test_a_version_waits_for_its_moment_whatever_the_clock_looks_at_before() -> None:
    subject = at_home()
    take(subject, LAST, plan(circle(), version="2", from_ms=LAST + 30 * MINUTE))

    def version_at(at_ms: int) -> str:
        step.mark(subject, at_ms, [], lambda _key, _seq: Recalled([], []))
        assert subject.force is not None
        return subject.force.plan.version

    assert version_at(LAST + 30 * MINUTE - 1) == "1"
    assert version_at(LAST + 30 * MINUTE) == "2"


def test_a_version_whose_moment_nobody_marked_begins_with_the_next_mark() -> None:
    subject = at_home()
    take(subject, LAST, plan(circle(), version="2", from_ms=LAST + 30 * MINUTE))
    step.mark(subject, LAST + 31 * MINUTE, [], lambda _key, _seq: Recalled([], []))
    assert not subject.state.pending


def test_after_the_end_of_an_order_the_clock_has_nothing_to_look_at() -> None:
    subject = at_home(plan(effective_until_ms=LAST + MINUTE))
    assert step.moves_on(subject, LAST + 2 * MINUTE)
    assert subject.wake_ms == 0


STANDS = Standing("it", LAST)
TROUBLES: list[dict[str, Any]] = [
    {"slack_ms": 1},
    {"standing": {"contact.lost": STANDS}},
    {"standing": {"position.lost": STANDS}},
    {"standing": {"battery.flat": STANDS}},
    {"standing": {"tamper.skin": STANDS}},
    {"suspicions": {"position.jumping": Suspicion()}},
    {"clocks": {"phone": Clock(LAST, LAST)}},
    {"loss": Loss(LAST, LAST)},
    {"spot": Spot(1, 2, 3, LAST, LAST)},
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: str(next(iter(trouble))))
def test_whoever_is_in_any_trouble_is_looked_at_with_each_fix(trouble: dict[str, Any]) -> None:
    subject = at_home()
    assert subject.calm
    for name, value in trouble.items():
        setattr(subject.state, name, value)
    step.refresh(subject, LAST)
    assert not subject.calm


def test_so_is_one_whose_last_place_waits_for_another_or_whose_device_is_tied_to_a_phone() -> None:
    subject = at_home()
    subject.state.judged.held_ms = LAST
    step.refresh(subject, LAST)
    assert not subject.calm
    assert not at_home(plan(circle(), tether_ms=MINUTE)).calm


@pytest.mark.parametrize(("still_fixes", "rests"), [(0, False), (1, True), (2, True)])
def test_a_rest_begins_with_its_first_position(still_fixes: int, *, rests: bool) -> None:
    subject = at_home()
    subject.state.still_fixes = still_fixes
    step.refresh(subject, LAST)
    assert subject.rests is rests


def test_what_the_clock_decides_next_is_reckoned_anew_after_each_full_look() -> None:
    """A quiet fix leaves the next window as it is known; a permit brings a moment before that."""
    subject = at_home(plan(circle(windows=(NIGHT,))))
    for minute in (1, 3):
        now_ms, body = LAST + minute * MINUTE, fix(LAST + minute * MINUTE)
        assert quiet.pass_quietly(subject, Row(100, now_ms, kind_of(body), P1, body))
        assert step.moves_on(subject, now_ms)
        if minute == 1:
            assert subject.due_ms == now_ms + HOLD_MS
            take(subject, now_ms, Permit("p", "home", now_ms + 3 * MINUTE, at(30)))
    assert subject.due_ms == LAST + 4 * MINUTE
