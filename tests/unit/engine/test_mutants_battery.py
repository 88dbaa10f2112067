"""Battery at its borders: each of these kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

import pytest

from korgoo.engine.desk import Desk
from korgoo.engine.findings import Finding, Reason
from korgoo.engine.force import Force
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Observation
from korgoo.engine.rules import battery
from korgoo.engine.rules.seen import Seen
from korgoo.engine.state import PersonState, Standing
from tests.stories import MINUTE, P1, at, circle, judge, plan, rows_of

ENDS = at(23)


def readings(*told: tuple[float, int | None, bool | None], ends: int | None = None) -> list[Finding]:
    """Feed (hour, percent, charging); return what was found of the battery."""
    order = plan(circle(), expected_interval_ms=60 * MINUTE, effective_until_ms=ends)
    rows = [(at(hour), Observation(at(hour), at(hour), battery_percent=p, charging=c)) for hour, p, c in told]
    ledger = judge(rows_of(P1, (at(told[0][0]) - 1, order), *rows), until_ms=ends and ends + MINUTE)
    return [e for e in ledger.events if e.kind.startswith("battery")]


def falling(start: float, *percents: int, minutes: float = 10) -> list[tuple[float, int | None, bool | None]]:
    return [(start + n * minutes / 60, percent, None) for n, percent in enumerate(percents)]


def codes(found: list[Finding]) -> list[tuple[str, Reason]]:
    return [(f.kind, f.code) for f in found]


def test_three_points_in_twenty_minutes_that_leave_four_hours_are_just_enough() -> None:
    (opened,) = readings(*falling(20, 39, 36, minutes=20))
    assert (opened.kind, opened.code) == ("battery.low", Reason.BATTERY_FORECAST)
    assert opened.params == {"level": 36, "empty_at": "2026-05-28T18:20:00.000Z", "hours_left": 4.0}


def test_the_forecast_rests_on_the_last_eight_levels() -> None:
    """Ten slow hours, then two percent in ten minutes: the slow ones count until eight levels are newer."""
    (opened,) = readings((10, 60, None), *falling(20, 46, 44, 42, 40, 38, 36, 34, 32))
    assert opened.code is Reason.BATTERY_FORECAST
    assert (opened.at_ms, opened.params["hours_left"]) == (at(21) + 10 * MINUTE, 2.7)


def test_a_level_told_again_is_no_new_level_and_no_end_of_the_discharge() -> None:
    again = [(20.2 + n / 60, 42, None if n % 2 else False) for n in range(8)]
    told = [*falling(20, 46, 44), *again, (20.5, 40, None)]
    (opened,) = readings(*told)
    assert (opened.at_ms, opened.params["hours_left"]) == (at(20.5), 3.3)


def test_a_rise_begins_a_new_discharge() -> None:
    found = readings((18, 90, None), (19, 40, None), *falling(19.2, 45, 40))
    assert codes(found) == [("battery.low", Reason.BATTERY_FORECAST), ("battery.low", Reason.CHARGED)]


def test_the_charger_begins_a_new_one_too_and_the_old_forecast_is_forgotten() -> None:
    found = readings((18, 90, None), (19, 40, None), (19.2, 39, True), (19.4, 39, False))
    assert codes(found) == [("battery.low", Reason.BATTERY_FORECAST), ("battery.low", Reason.CHARGED)]


def test_a_charger_may_be_told_without_a_level() -> None:
    assert codes(readings((20, 18, None), (20.1, None, True)))[-1] == ("battery.low", Reason.CHARGED)


def test_a_charger_that_is_out_tells_no_level() -> None:
    assert readings((20, None, False), (20.1, None, True)) == []


def test_of_two_readings_of_one_moment_the_one_that_came_later_counts() -> None:
    assert codes(readings((20, 50, None), (20, 15, None))) == [("battery.low", Reason.BATTERY_LEVEL)]


def test_nothing_left_is_low_and_critical_and_in_silence_flat() -> None:
    found = readings((20, 0, None), ends=ENDS)
    assert [f.kind for f in found[:3]] == ["battery.low", "battery.critical", "battery.flat"]


def test_with_the_order_they_end_at_its_end_and_not_when_the_clock_looked() -> None:
    ends = at(20.2) + 3_700
    assert {f.until_ms for f in readings((20, 9, None), ends=ends)[2:]} == {ends}


@pytest.mark.parametrize(("left_ms", "told"), [(1, [("battery.low", Reason.BATTERY_FORECAST)]), (0, [])])
def test_a_forecast_that_has_run_out_says_nothing_of_a_device_that_goes_on(
    left_ms: int, told: list[tuple[str, Reason]]
) -> None:
    """Long before, 30 % were left for eight hours; now it tells only that it does not charge."""
    state = PersonState(P1)
    state.battery.percent, state.battery.empty_ms = 30, at(20) + left_ms
    desk = Desk(state, at_ms=at(20), seq=9, findings=[])
    seen = Seen(Observation(at(20), at(20), charging=False), at(20), placed=False, again=False)
    battery.observe(desk, Force(plan(circle()), Parameters()), seen)
    assert codes(desk.findings) == told


def silent(percent: int, *standing: str, empty_ms: int = 0) -> tuple[Desk, Force]:
    """A person whose device is silent since 20:00 under an order that ends at 23:00."""
    state = PersonState(P1, heard_ms=at(20))
    state.battery.percent, state.battery.empty_ms = percent, empty_ms
    state.standing.update({kind: Standing(kind, at(20)) for kind in standing})
    force = Force(plan(circle(), effective_until_ms=ENDS), Parameters())
    return Desk(state, at_ms=at(21), seq=9, findings=[]), force


@pytest.mark.parametrize(
    ("standing", "empty_ms", "due_ms"),
    [
        ((), 0, 0),
        (("contact.lost",), at(22), at(22)),
        (("battery.low",), 0, ENDS),
        (("contact.lost", "battery.low"), at(22), at(22)),
        (("contact.lost", "battery.low"), at(24), ENDS),
        (("contact.lost", "battery.flat", "battery.low", "battery.critical"), at(22), ENDS),
    ],
)
def test_the_clock_looks_when_the_charge_runs_out_or_the_order_ends(
    standing: tuple[str, ...], empty_ms: int, due_ms: int
) -> None:
    assert battery.due(*silent(50, *standing, empty_ms=empty_ms)) == due_ms


def test_after_the_end_of_the_order_no_silence_is_flat() -> None:
    desk, force = silent(3, "contact.lost")
    desk.at_ms = ENDS
    battery.fire(desk, force)
    assert desk.findings == []
