"""Battery: by level, by forecast to empty, and flat where the silence is explained."""

from __future__ import annotations

from korgoo.engine.findings import KINDS, Closing, Event, Reason
from korgoo.engine.plan import ZoneKind
from korgoo.engine.rows import Observation
from tests.stories import MINUTE, NIGHT, P1, Ledger, at, circle, fix, judge, plan, rows_of

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


def ending(*readings: tuple[float, int | None, bool | None], ends: float, until: float) -> Ledger:
    """The same under an order that ends then."""
    order = plan(circle(), expected_interval_ms=10 * MINUTE, effective_until_ms=at(ends))
    rows = [
        (at(hour), Observation(at(hour), at(hour), battery_percent=p, charging=c)) for hour, p, c in readings
    ]
    return judge(rows_of(P1, (at(readings[0][0]) - 1, order), *rows), until_ms=at(until))


def test_with_the_order_its_battery_findings_end() -> None:
    ledger = ending((20, 9, None), ends=20.2, until=20.3)
    assert told(ledger) == [
        ("opened", "battery.low", Reason.BATTERY_LEVEL),
        ("opened", "battery.critical", Reason.BATTERY_LEVEL),
        ("closed", "battery.low", Reason.ORDER_CHANGED),
        ("closed", "battery.critical", Reason.ORDER_CHANGED),
    ]
    assert {e.until_ms for e in ledger.events[2:]} == {at(20.2)}


def test_they_end_under_an_order_of_no_zones_too() -> None:
    order = plan(expected_interval_ms=10 * MINUTE, effective_until_ms=at(20.2))
    low = Observation(at(20), at(20), battery_percent=15)
    ledger = judge(rows_of(P1, (at(19.9), order), (at(20), low)), until_ms=at(20.25))
    assert told(ledger)[-1] == ("closed", "battery.low", Reason.ORDER_CHANGED)


def test_so_does_a_flat_one_and_after_the_end_nothing_opens() -> None:
    ledger = ending((20, 3, None), ends=21, until=21.5)
    assert ("opened", "battery.flat", Reason.BATTERY_EMPTY) in told(ledger)
    assert told(ledger)[-1] == ("closed", "battery.flat", Reason.ORDER_CHANGED)
    assert told(ending((20, 50, None), (20.3, 9, None), ends=20.2, until=20.5)) == []


def test_when_an_order_ends_only_what_latches_stands_open() -> None:
    """Out, inside the school's ground, strap cut, SOS, flat and silent: then the order ends."""
    school = circle("school", kind=ZoneKind.EXCLUSION, east_m=900, radius_m=100)
    flat = circle("flat", radius_m=200)
    order = plan(circle(windows=(NIGHT,)), school, flat, effective_until_ms=at(23))
    out = [fix(at(22) + n * MINUTE, 900, battery_percent=3 if n else 90) for n in range(12)]
    bare = [
        Observation(at(22.25) + n * MINUTE, at(22.25) + n * MINUTE, strap=False, sos=True) for n in range(20)
    ]
    rows = rows_of(P1, (at(21.9), order), *((o.received_at_ms, o) for o in [*out, *bare]))
    ledger = judge(rows, until_ms=at(23.5))
    opened = {e.kind for e in ledger.events if e.event is Event.OPENED}
    sorted_lane = {"curfew.absent", "zone.enter", "zone.exit"}
    assert opened == sorted_lane | {
        *("sos", "tamper.strap", "contact.lost", "position.lost"),
        *("battery.low", "battery.critical", "battery.flat"),
    }
    standing = {e.kind for e in ledger.standing.values() if ledger.until[e.id] is None}
    assert standing == {"sos", "tamper.strap"}
    assert all(KINDS[kind].closing is Closing.PERSON for kind in standing)
