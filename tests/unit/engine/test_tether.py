"""Expected heartbeats of the tether: what is missing, and when nobody expects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine.rows import Inspection, Suspension
from tests.stories import HOUR, MINUTE, fix
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
    assert 45_000 <= events[0].at_ms - events[0].since_ms <= 60_000


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
