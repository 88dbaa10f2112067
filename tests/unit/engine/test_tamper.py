"""Strap, case, skin, tether: latched until somebody has looked at the device."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine.findings import Finding, Reason
from korgoo.engine.rows import Inspection, Motion, Observation
from tests.stories import P1, at, circle, fix, judge, plan, rows_of


def says(hour: float, *, received: float | None = None, **sensors: bool) -> tuple[float, Observation]:
    told_ms = at(received if received is not None else hour)
    return told_ms, msgspec.structs.replace(Observation(at(hour), told_ms, device="b1"), **sensors)


def looked(row_at: float, when: float, *kinds: str) -> tuple[float, Inspection]:
    return at(row_at), Inspection(1, at(when), kinds)


def run(*bodies: tuple[float, object]) -> list[Finding]:
    rows = rows_of(P1, (at(8), plan(circle(), expected_interval_ms=10**8)), *bodies)  # type: ignore[arg-type]
    return judge(rows).events


def told(*bodies: tuple[float, object]) -> list[tuple[str, Reason, int]]:
    return [(e.event.value, e.code, e.since_ms) for e in run(*bodies)]


OPENED = ("opened", Reason.OPENED_BY_DEVICE, at(10))


@pytest.mark.parametrize("sensor", ["strap", "case", "skin", "tether"])
def test_each_sensor_has_its_own_latch(sensor: str) -> None:
    found = run(says(9, strap=True, case=True, skin=True, tether=True), says(10, **{sensor: False}))
    assert [(f.kind, f.since_ms, f.params) for f in found] == [(f"tamper.{sensor}", at(10), {"device": "b1"})]
    assert found[0].evidence[0].seq == found[0].seq


def test_restored_closes_nothing_and_opened_again_is_the_same_finding() -> None:
    story = [says(10, strap=False), says(10.1, strap=True), says(10.2, strap=True), says(10.3, strap=False)]
    assert told(*story) == [
        OPENED,
        ("updated", Reason.RESTORED, at(10)),
        ("updated", Reason.REPEATED, at(10)),
    ]
    assert run(*story)[-1].params == {"times": 2}


def test_only_an_inspection_ends_it() -> None:
    assert told(says(10, strap=False), looked(11, 10.9)) == [OPENED, ("closed", Reason.INSPECTED, at(10))]
    assert run(says(10, strap=False), looked(11, 10.9))[-1].until_ms == at(10.9)


def test_an_inspection_of_before_ends_nothing() -> None:
    assert told(says(10, strap=False), looked(11, 9.9)) == [OPENED]


def test_an_inspection_at_the_same_moment_ends_it() -> None:
    assert len(told(says(10, strap=False), looked(11, 10))) == 2


def test_an_inspection_written_down_late_does_not_clear_what_came_after_it() -> None:
    story = [says(10, strap=False), says(10.1, strap=True), says(11.5, strap=False), says(11.6, strap=True)]
    assert told(*story, looked(12, 11))[-1][0] == "updated", "opened again at 11:30, after the inspection"
    assert told(*story, looked(12, 11.9))[-1][0] == "closed"


def test_an_inspection_of_one_sensor_leaves_the_others() -> None:
    found = run(says(10, strap=False, case=False), looked(11, 10.5, "tamper.case"))
    assert [(f.event.value, f.kind) for f in found] == [
        ("opened", "tamper.strap"),
        ("opened", "tamper.case"),
        ("closed", "tamper.case"),
    ]


def test_a_tamper_of_the_past_is_raised_when_it_arrives_whatever_came_since() -> None:
    found = run(
        says(9, strap=True),
        says(11, strap=True),
        says(10, strap=False, received=11.2),
        says(11.3, strap=True),
    )
    assert [(f.event.value, f.since_ms, f.at_ms) for f in found] == [
        ("opened", at(10), at(11.2)),
        ("updated", at(10), at(11.3)),
    ]


def test_one_recorded_before_an_inspection_says_so() -> None:
    found = run(says(9, strap=True), looked(10.5, 10.4), says(10, strap=False, received=11))
    assert found[-1].params["before_inspection"] is True
    partly = run(says(9, strap=True), looked(10.5, 10.4, "tamper.case"), says(10, strap=False, received=11))
    assert "before_inspection" not in partly[-1].params, "that inspection did not look at the strap"


def test_an_earlier_tamper_that_comes_late_corrects_the_beginning() -> None:
    story = [
        says(9, strap=True),
        (at(10), fix(at(10), strap=False)),
        (at(10.2), fix(at(9.5), strap=False, late_ms=at(10.2) - at(9.5))),
        (at(10.3), fix(at(9.7), strap=False, late_ms=at(10.3) - at(9.7))),
    ]
    assert told(*story) == [OPENED, ("corrected", Reason.LATE_DATA, at(9.5))]


def test_an_intact_reading_between_two_open_ones_that_comes_last_restores_nothing() -> None:
    between = (at(10.3), fix(at(10.1), strap=True, late_ms=at(10.3) - at(10.1)))
    assert told(
        (at(10), fix(at(10), strap=False)),
        (at(10.2), fix(at(10.2), strap=False, battery_percent=50)),
        between,
    ) == [OPENED]


def test_a_late_intact_reading_is_no_restoration() -> None:
    assert told(says(10, strap=False), says(9.9, strap=True, received=10.1)) == [OPENED]


OPEN = fix(at(10), strap=False)
INTACT = fix(at(10.2), strap=True)


def test_two_open_readings_of_one_instant_are_one_beginning() -> None:
    other = (at(10.01), fix(at(10), strap=False, battery_percent=50))
    assert told((at(10), OPEN), other) == [OPENED]


def test_open_and_intact_in_one_instant_is_open() -> None:
    other = (at(10.01), fix(at(10), strap=True, battery_percent=50))
    assert told((at(10), OPEN), other) == [OPENED], "nothing was restored before it was open"


def test_of_two_readings_of_one_later_instant_the_one_that_came_last_is_told() -> None:
    again = (at(10.21), fix(at(10.2), strap=False, battery_percent=50))
    assert told((at(10), OPEN), (at(10.2), INTACT), again)[1:] == [
        ("updated", Reason.RESTORED, at(10)),
        ("updated", Reason.REPEATED, at(10)),
    ]
    off = (at(10.2), fix(at(10.2), strap=False, battery_percent=50))
    assert told((at(10), OPEN), off, (at(10.21), INTACT))[1:] == [("updated", Reason.RESTORED, at(10))]


def test_one_recorded_at_the_moment_of_an_inspection_counts_as_before_it() -> None:
    found = run(says(9, strap=True), looked(10.5, 10), says(10, strap=False, received=11))
    assert found[-1].params["before_inspection"] is True


def test_a_step_in_the_message_that_says_unworn_counts() -> None:
    """Three steps tell of it, and the first of them may come with the news that the skin is gone."""
    worn = says(9.9, skin=True)
    off = (at(10), fix(at(10), skin=False, motion=Motion.WALKING))
    steps = [(at(10 + n / 10), fix(at(10 + n / 10), motion=Motion.WALKING)) for n in (1, 2)]
    assert [code for _, code, _ in told(worn, off, *steps[:1])] == [Reason.OPENED_BY_DEVICE]
    assert [code for _, code, _ in told(worn, off, *steps)] == [Reason.OPENED_BY_DEVICE, Reason.MOVES_UNWORN]


def test_after_an_inspection_of_the_skin_sensor_steps_count_from_none() -> None:
    def step(hour: float) -> tuple[float, Observation]:
        return at(hour), fix(at(hour), motion=Motion.WALKING)

    first = [says(10, skin=False), step(10.1), step(10.2), looked(10.4, 10.3, "tamper.skin")]
    second = [says(10.5, skin=True), says(10.6, skin=False), step(10.7), step(10.8)]
    codes = [Reason.OPENED_BY_DEVICE, Reason.INSPECTED, Reason.OPENED_BY_DEVICE]
    assert [code for _, code, _ in told(*first, *second)] == codes
    assert [code for _, code, _ in told(*first, *second, step(10.9))] == [*codes, Reason.MOVES_UNWORN]
