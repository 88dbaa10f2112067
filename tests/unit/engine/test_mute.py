"""Devices that tell neither motion nor speed: who leaves goes on, what wanders does not (ADR 385)."""

from __future__ import annotations

from typing import Final, NamedTuple

import pytest

from korgoo.engine.force import Force
from korgoo.engine.judged import Judged, Trace
from korgoo.engine.judgement import advance, apply, begin
from korgoo.engine.mute import is_mute
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import ZoneKind
from korgoo.engine.ring import MOVING, NETWORKED, RESTING, STILL, Fix
from tests.stories import HOME_LAT, HOME_LON, at, circle, find_longitude, plan

P: Final = Parameters()
EIGHT: Final = at(20)
SIGMA_CM: Final = 800
SECOND: Final = 1_000
EDGE: Final = 5_000
UNTOLD: Final = "used:motion.untold"
SHAPE: Final = Force(plan(circle()), P).shapes[0]


class Seen(NamedTuple):
    """The verdict after each fix, and how each was taken."""

    verdicts: list[int]
    said: list[str]


def east(cm: int) -> int:
    """Return the longitude that lies so far east of home in the zone's own frame, to the centimetre."""
    home_cm = SHAPE.locate(HOME_LAT, HOME_LON)[0]
    return find_longitude(home_cm + cm, lambda lon: SHAPE.locate(HOME_LAT, lon)[0], begin=HOME_LON + cm)


def look(
    *told: tuple[float, int], kind: ZoneKind = ZoneKind.INCLUSION, code: int = 0, before: int = 0
) -> Seen:
    """Judge (seconds after eight, centimetres east of home), after half an hour at home.

    `code` is what these fixes tell, `before` what those at home told.
    """
    bound = Force(plan(circle(kind=kind), expected_interval_ms=15 * SECOND), P)
    judged, seen, trace = begin(bound, EIGHT - 10**8, None, []), Seen([], []), Trace(1)
    home = [(-15.0 * n, 0) for n in range(120, 0, -1)]
    for number, (second, cm) in enumerate([*home, *told]):
        at_ms = EIGHT + round(second * SECOND)
        advance(judged, bound, at_ms - 1, [])
        says = before if second < 0 else code
        fix = Fix(at_ms, number, HOME_LAT, east(cm) if cm else HOME_LON, SIGMA_CM, says)
        apply(judged, bound, fix, [], trace=trace)
        if second >= 0:
            seen.verdicts.append(judged.zones[0].verdict)
            _, _, _, _, say = trace.zones[0][-1]
            seen.said.append(say)
    return seen


def walk(*, every_s: int = 15, steps: int, step_cm: int, first_cm: int = 6_000) -> list[tuple[float, int]]:
    return [(every_s * n, first_cm + n * step_cm) for n in range(steps)]


def test_who_walks_out_is_believed_as_soon_as_he_has_gone_on() -> None:
    seen = look(*walk(steps=7, step_cm=2_000, first_cm=10_000))
    assert seen.verdicts == [1, 1, 1, -1, -1, -1, -1]
    assert seen.said == [UNTOLD] * 3 + ["used"] * 4


def test_a_place_that_leaps_away_and_stands_waits_until_bursts_are_over() -> None:
    seen = look(*[(15 * n, 20_000) for n in range(9)])
    assert P.course_hold_ms == 90 * SECOND
    assert seen.said == [UNTOLD] * 6 + ["used"] * 3
    assert seen.verdicts == [1] * 6 + [-1] * 3


def test_a_burst_that_comes_down_in_two_steps_is_no_course() -> None:
    assert look((0, 15_000), (15, 30_000), (30, 30_100), (45, 30_200)).verdicts == [1] * 4
    assert look((0, 15_000), (15, 16_499), (30, 40_000)).verdicts == [1] * 3, "a step of 15 m is the least"
    assert look((0, 15_000), (15, 16_500), (30, 40_000)).verdicts == [1, 1, -1]


@pytest.mark.parametrize(("apart_ms", "said"), [(39_999, UNTOLD), (40_000, "used")])
def test_one_step_suffices_where_it_took_longer_than_one_error_lasts(apart_ms: int, said: str) -> None:
    assert look((0, 15_000), (apart_ms / 1000, 30_000)).said == [UNTOLD, said]


@pytest.mark.parametrize(("gone_cm", "verdict"), [(5_999, 1), (6_000, -1)])
def test_a_course_has_a_length(gone_cm: int, verdict: int) -> None:
    assert look((0, 10_000), (15, 13_000), (30, 10_000 + gone_cm)).verdicts[-1] == verdict


@pytest.mark.parametrize(("step_cm", "verdict"), [(1_499, 1), (1_500, -1)])
def test_its_last_step_goes_on_too(step_cm: int, verdict: int) -> None:
    assert look((0, 10_000), (15, 16_000 - 1_500), (30, 16_000 - 1_500 + step_cm)).verdicts[-1] == verdict


def test_at_a_quick_rate_a_step_is_as_long_as_somebody_goes_in_it() -> None:
    """One metre a second, told each five seconds."""
    crept = look(*walk(every_s=5, steps=16, step_cm=499, first_cm=20_000))
    went = look(*walk(every_s=5, steps=16, step_cm=500, first_cm=20_000))
    assert crept.said == [UNTOLD] * 16
    assert went.said == [UNTOLD] * 12 + ["used"] * 4


def test_a_place_that_creeps_is_measured_anew_each_ninety_seconds() -> None:
    """Sixty metres in 105 s; then in 90."""
    leads = [(0, 20_000), (15, 20_900), (30, 21_800), (45, 22_700), (60, 23_600), (75, 24_500)]
    network = [*leads, (89.999, 25_400), (105, 27_000), (120, 28_600)]
    assert look(*network, code=NETWORKED).verdicts == [1] * 7 + [-1] * 2, "the first place is 105 s old"
    anew = [*leads, (90, 25_400), (105, 27_000), (120, 28_600)]
    assert look(*anew, code=NETWORKED).verdicts == [1] * 9, "from the place of the 90th second on"


def test_a_network_that_tells_one_wrong_place_waits_ten_minutes() -> None:
    seen = look(*[(60 * n, 20_000) for n in range(12)], code=NETWORKED)
    assert seen.verdicts == [1] * 10 + [-1] * 2


def test_a_new_turn_begins_anew() -> None:
    """He went out and came back: that he had gone on then says nothing of a burst hours later."""
    out = walk(steps=4, step_cm=2_000, first_cm=10_000)
    back = [(60 + 15 * n, 0) for n in range(100)]
    burst = [(60 + 1500 + 15 * n, 20_000) for n in range(6)]
    assert look(*out, *back, *burst).verdicts[-6:] == [1] * 6


def test_who_is_believed_outside_needs_no_course() -> None:
    seen = look(*walk(steps=12, step_cm=2_000, first_cm=10_000), (180, 0), (195, 20_000), (210, 20_000))
    assert UNTOLD not in seen.said[4:]


@pytest.mark.parametrize("word", [STILL, RESTING, MOVING])
def test_a_device_that_told_of_motion_is_judged_by_that(word: int) -> None:
    """Though these fixes tell nothing."""
    assert UNTOLD not in look((0, 20_000), (15, 20_000), (30, 20_000), before=word).said


def test_after_a_week_without_a_word_it_is_mute() -> None:
    assert not is_mute(Judged(told_ms=2), P.witness_ms + 1, P)
    assert is_mute(Judged(told_ms=1), P.witness_ms + 1, P)
    assert is_mute(Judged(), 1, P), "one that never told anything is so from the first fix"


def test_a_forbidden_place_does_not_wait() -> None:
    """There one alarm too many is the smaller harm."""
    told = [(0, 20_000), (15, 20_000), (30, 20_000)]
    assert look(*told, kind=ZoneKind.EXCLUSION).said == ["used"] * 3


def test_where_nobody_knows_the_side_the_first_word_counts() -> None:
    late_s = 6 * 3600
    seen = look((late_s, 20_000), (late_s + 15, 20_000))
    assert seen.said == ["used"] * 2
