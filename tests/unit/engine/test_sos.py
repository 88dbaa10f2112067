"""SOS: before any plan, at any age, once a press, until a person has stood it down."""

from __future__ import annotations

from korgoo.engine.findings import Event, Finding, Reason
from korgoo.engine.rows import Body, Observation, StandDown, Suspension
from tests.stories import P1, at, circle, fix, judge, plan, rows_of

PLAN = (at(8), plan(circle(), expected_interval_ms=10**8))


def press(hour: float, received: float | None = None) -> tuple[int, Observation]:
    late = 0 if received is None else at(received) - at(hour)
    return at(hour if received is None else received), fix(
        at(hour), 40, sos=True, device="phone", late_ms=late
    )


def run(*bodies: tuple[int, Body]) -> list[Finding]:
    return [e for e in judge(rows_of(P1, *bodies)).events if e.kind == "sos"]


def told(*bodies: tuple[int, Body]) -> list[tuple[str, Reason]]:
    return [(e.event.value, e.code) for e in run(*bodies)]


def test_a_press_needs_no_plan() -> None:
    found = run(press(9))
    assert [(f.event, f.since_ms, f.at_ms, f.params["device"]) for f in found] == [
        (Event.OPENED, at(9), at(9), "phone")
    ]


def test_a_press_before_the_plan_stands_on_after_it() -> None:
    assert told(press(7), PLAN, press(9)) == [("opened", Reason.PRESSED), ("updated", Reason.PRESSED)]


def test_a_press_of_hours_ago_is_raised_with_its_age() -> None:
    opened = run(PLAN, press(9, received=12))[0]
    assert (opened.since_ms, opened.at_ms, opened.params["lag_s"]) == (at(9), at(12), 3 * 3600)


def test_one_press_delivered_five_times_is_one_press() -> None:
    again = [press(9, received=9 + n / 100) for n in range(5)]
    assert told(PLAN, *again) == [("opened", Reason.PRESSED)]
    assert told(*again) == [("opened", Reason.PRESSED)], "also before any plan"


def test_a_second_press_is_counted() -> None:
    found = run(PLAN, press(9), press(9.1), press(9.2))
    assert [f.params.get("presses") for f in found] == [None, 2, 3]
    assert len({f.id for f in found}) == 1
    assert [f.number for f in found] == [0, 1, 2]


def test_a_stand_down_ends_it_and_the_next_press_is_a_new_one() -> None:
    first = run(PLAN, press(9))[0]
    stand_down = (at(9.5), StandDown(first.id, at(9.5)))
    # marks are rows too: the story with a stand-down numbers its press alike
    found = run(PLAN, press(9), stand_down, press(10))
    assert [(f.event.value, f.code) for f in found] == [
        ("opened", Reason.PRESSED),
        ("closed", Reason.STOOD_DOWN),
        ("opened", Reason.PRESSED),
    ]
    assert found[1].until_ms == at(9.5)
    assert found[2].id != found[0].id


def test_a_stand_down_of_another_alert_ends_nothing() -> None:
    assert told(PLAN, press(9), (at(9.5), StandDown("person:p1/sos/sos/999", at(9.5)))) == [
        ("opened", Reason.PRESSED)
    ]


def test_a_press_that_was_delivered_before_the_stand_down_does_not_come_back() -> None:
    first = run(PLAN, press(9))[0]
    assert told(PLAN, press(9), (at(9.5), StandDown(first.id, at(9.5))), press(9, received=9.6)) == [
        ("opened", Reason.PRESSED),
        ("closed", Reason.STOOD_DOWN),
    ]


def test_a_suspension_does_not_silence_it() -> None:
    assert told(PLAN, (at(8.5), Suspension(1, at(8.5), at(12))), press(9)) == [("opened", Reason.PRESSED)]
