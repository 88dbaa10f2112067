"""Battery: by level, by forecast to empty, and flat where the silence is explained."""

from __future__ import annotations

from korgoo.engine.findings import Reason
from korgoo.engine.rows import Observation
from tests.stories import MINUTE, P1, Ledger, at, circle, judge, plan, rows_of

PLAN = plan(circle(), expected_interval_ms=10 * MINUTE)


def run(
    *readings: tuple[float, int | None, bool | None], until: float, late: Observation | None = None
) -> Ledger:
    """Feed (hour, percent, charging) readings and let the clock run."""
    rows = [
        (at(hour), Observation(at(hour), at(hour), battery_percent=percent, charging=charging))
        for hour, percent, charging in readings
    ]
    if late is not None:
        rows.append((late.received_at_ms, late))
        rows.sort(key=lambda row: row[0])
    return judge(rows_of(P1, (at(readings[0][0]) - 1, PLAN), *rows), until_ms=at(until))


def told(ledger: Ledger) -> list[tuple[str, str, Reason]]:
    return [(e.event.value, e.kind, e.code) for e in ledger.events if e.kind.startswith("battery")]


def test_low_and_critical_open_at_their_level() -> None:
    ledger = run((20, 21, None), (20.1, 20, None), (20.2, 11, None), (20.3, 10, None), until=20.31)
    assert told(ledger) == [
        ("opened", "battery.low", Reason.BATTERY_LEVEL),
        ("opened", "battery.critical", Reason.BATTERY_LEVEL),
    ]
    assert [e.at_ms for e in ledger.events] == [at(20.1), at(20.3)]


def test_the_forecast_needs_twenty_minutes_and_three_points_and_a_low_level() -> None:
    """Two percent in ten minutes: from 40 % it is three hours to empty, which is soon."""
    falling = [(20 + n / 6, 46 - 2 * n, None) for n in range(8)]
    ledger = run(*falling, until=21.2)
    assert told(ledger) == [("opened", "battery.low", Reason.BATTERY_FORECAST)]
    opened = ledger.events[0]
    assert (opened.at_ms, opened.params["level"], opened.params["hours_left"]) == (at(20.5), 40, 3.3)
    assert told(run((20, 40, None), (20.1, 36, None), (20.2, 33, None), until=20.21)) == []


def test_a_slow_discharge_foretells_nothing() -> None:
    assert told(run(*((20 + n / 6, 40 - n // 3, None) for n in range(12)), until=21.9)) == []


def test_charging_ends_it_and_so_do_five_points_more() -> None:
    plugged = run((20, 20, None), (20.1, 20, True), until=20.11)
    assert told(plugged)[-1] == ("closed", "battery.low", Reason.CHARGED)
    wobble = run((20, 20, None), (20.1, 24, None), (20.2, 20, None), until=20.21)
    assert told(wobble) == [("opened", "battery.low", Reason.BATTERY_LEVEL)]
    recovered = run((20, 20, None), (20.1, 25, None), until=20.11)
    assert told(recovered)[-1] == ("closed", "battery.low", Reason.CHARGED)


def test_on_the_charger_nothing_opens() -> None:
    assert told(run((20, 5, True), (20.1, 6, None), until=20.11)) == []
    assert told(run((20, 5, True), (20.1, 5, False), until=20.11)) != []


def test_a_late_reading_changes_nothing() -> None:
    late = Observation(at(19.5), at(20.2), battery_percent=1)
    assert told(run((20, 80, None), (20.3, 80, None), until=20.31, late=late)) == []


def test_silence_that_the_forecast_explains_is_flat_from_that_moment() -> None:
    falling = [(20 + n / 6, 12 - 2 * n, None) for n in range(4)]
    ledger = run(*falling, until=22)
    flat = next(e for e in ledger.events if e.kind == "battery.flat")
    assert flat.code is Reason.BATTERY_EMPTY
    assert flat.since_ms == at(21), "6 % at 20:30, two each ten minutes"
    assert flat.at_ms - flat.since_ms <= 10_000
    contact = next(e for e in ledger.events if e.kind == "contact.lost")
    assert contact.at_ms < flat.at_ms


def test_three_percent_and_silence_is_flat_at_once() -> None:
    ledger = run((20, 3, None), until=21)
    assert [(e.kind, e.at_ms) for e in ledger.events if e.kind in {"contact.lost", "battery.flat"}] == [
        ("contact.lost", at(20) + 21 * MINUTE),
        ("battery.flat", at(20) + 21 * MINUTE),
    ]


def test_silence_with_charge_is_not_flat_and_being_heard_ends_flat() -> None:
    assert told(run((20, 60, None), until=24)) == []
    ledger = run((20, 3, None), (21, 2, None), until=21.01)
    assert told(ledger)[-1] == ("closed", "battery.flat", Reason.HEARD_AGAIN)
