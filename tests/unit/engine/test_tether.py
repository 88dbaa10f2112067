"""Expected heartbeats of the tether: what is missing, and when nobody expects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine.desk import Desk
from korgoo.engine.force import Force
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Inspection, Suspension
from korgoo.engine.rules import tether
from korgoo.engine.rules.seen import Seen
from korgoo.engine.state import PersonState
from tests.stories import HOUR, MINUTE, P1, circle, fix, judge, plan, rows_of
from tests.unit.engine.doubts import START, found, kinds, minutes, told

if TYPE_CHECKING:
    from korgoo.engine.rows import Body


def tethered(*parts: tuple[int, int, bool | None]) -> list[tuple[int, Body]]:
    return [pair for first, last, reach in parts for pair in minutes(first, last, every_s=15, tether=reach)]


def test_a_missing_heartbeat_is_found_within_a_minute() -> None:
    events = found(*tethered((0, 5, True), (5, 8, None)), tether_ms=45_000)
    assert [(f.kind, f.code.value, f.since_ms) for f in events] == [
        ("tamper.tether", "heartbeat_missing", START + 5 * MINUTE - 15_000)
    ]
    assert events[0].at_ms == START + 5 * MINUTE + 30_000, "the mark at which it is due"
    assert events[0].params == {"silent_s": 45, "limit_s": 45, "last_seen": "2026-05-28T14:04:45.000Z"}


def test_nobody_expects_heartbeats_where_the_plan_does_not() -> None:
    assert told(*tethered((0, 2, True), (2, 20, None))) == []


def test_a_heartbeat_that_was_stored_is_none() -> None:
    late = [(t, fix(t - HOUR, late_ms=HOUR, tether=True)) for t, _ in minutes(5, 8, every_s=15)]
    fresh = minutes(5, 8, every_s=15)
    events = kinds(told(*tethered((0, 5, True)), *late, *fresh, tether_ms=45_000), "tamper.tether")
    assert events == ["tamper.tether opened"]


def test_after_an_inspection_the_heartbeats_are_expected_anew() -> None:
    story = [
        *tethered((0, 2, True), (2, 20, None)),
        (START + 10 * MINUTE, Inspection(1, START + 10 * MINUTE)),
    ]
    events = [f for f in found(*story, tether_ms=45_000) if f.kind == "tamper.tether"]
    assert [f.event.value for f in events] == ["opened", "closed", "opened"]
    assert events[-1].since_ms == START + 10 * MINUTE


def test_no_heartbeat_is_missed_under_a_suspension_or_after_the_order() -> None:
    story = tethered((0, 2, True), (2, 20, None))
    pause = (START + MINUTE, Suspension(1, START + MINUTE, START + 25 * MINUTE))
    assert kinds(told(*story, pause, tether_ms=45_000), "tamper.tether") == []
    assert kinds(told(*story, tether_ms=45_000, effective_until_ms=START + 2 * MINUTE), "tamper.tether") == []


def test_heartbeats_are_expected_from_the_first_message_under_an_order_that_wants_them() -> None:
    """Ten minutes without, then an order that expects them: the minutes before it count for nothing."""
    wanted = (START + 10 * MINUTE, plan(circle(), version="2", from_ms=START + 10 * MINUTE, tether_ms=45_000))
    rows = [(START - 1000, plan(circle())), *minutes(0, 10), wanted, *tethered((11, 12, True))]
    assert judge(rows_of(P1, *rows)).events == []


def beat(*, age_ms: int = 0, tethered_ms: int = START, slack_ms: int = 0) -> tuple[Desk, Force, Seen]:
    """Two minutes after the last heartbeat another message says that the tether is in reach."""
    state = PersonState(P1, heard_ms=START + MINUTE, tethered_ms=tethered_ms, slack_ms=slack_ms)
    now = START + 2 * MINUTE
    seen = Seen(fix(now - age_ms, late_ms=age_ms, tether=True), now - age_ms, placed=True, again=False)
    force = Force(plan(circle(), tether_ms=45_000), Parameters())
    return Desk(state, at_ms=now, seq=9, findings=[]), force, seen


def test_a_heartbeat_counts_until_it_is_older_than_its_interval_and_any_lag() -> None:
    oldest = 45_000 + Parameters().clock_fresh_ms
    for age_ms, tethered_ms in ((oldest, START + 2 * MINUTE), (oldest + 1, START)):
        desk, force, seen = beat(age_ms=age_ms)
        tether.observe(desk, force, seen)
        assert desk.state.tethered_ms == tethered_ms


def test_our_own_outage_is_added_to_the_limit() -> None:
    desk, force, _ = beat(slack_ms=7_000)
    assert tether.due(desk, force) == START + 45_000 + 7_000
