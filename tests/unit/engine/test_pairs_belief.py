"""Belief about a ring: one doubtful fix decides nothing, however often the other side speaks."""

from __future__ import annotations

import pytest

from korgoo.engine.pairs.belief import _widen, weigh_sight
from korgoo.engine.pairs.judged import Near
from korgoo.engine.pairs.nearness import Sight
from korgoo.engine.parameters import Parameters
from tests.stories import MINUTE, at

PARAMETERS = Parameters()
NOON = at(12)
RING_CM = 30_000
SURE = (False, False)


def look(
    near: Near,
    minute: float,
    distance_m: int,
    *,
    side: int = 0,
    sigma_m: int = 12,
    weak: tuple[bool, bool] = SURE,
    elapsed_ms: int = MINUTE,
) -> Near:
    """Let one fix speak."""
    sight = Sight(NOON + round(minute * MINUTE), distance_m * 100, sigma_m * 100, 0, 0)
    weigh_sight(near, sight, RING_CM, elapsed_ms=elapsed_ms, side=side, weak=weak, parameters=PARAMETERS)
    return near


def apart() -> Near:
    """A pair that is believed to be apart."""
    near = Near()
    for minute in (-3, -2, -1):
        look(near, minute, 2_000)
    assert near.verdict == -1
    return near


def test_a_fix_whose_whole_error_lies_within_may_decide_at_once_when_nothing_is_known() -> None:
    assert look(Near(), 0, 100).verdict == 1
    assert look(Near(), 0, 280).verdict == 0, "its error reaches over the ring"
    assert look(Near(), 0, 2_000).verdict == -1


def test_two_looks_turn_a_saturated_belief_since_the_first_of_them() -> None:
    near = apart()
    assert look(near, 0, 250).verdict == -1
    assert look(near, 1, 240).verdict == 1
    assert near.side_ms == NOON


@pytest.mark.parametrize(("common_cms", "verdict"), [(750, 1), (0, -1)])
def test_two_in_one_car_do_not_part_because_a_receiver_lies_behind(common_cms: int, verdict: int) -> None:
    near = Near(belief=6_000, verdict=1)
    for minute in range(1, 12):
        sight = Sight(NOON + minute * 20_000, 6_500, 1_200, 0, 0, common_cms)
        weigh_sight(near, sight, 5_000, elapsed_ms=20_000, side=0, weak=SURE, parameters=PARAMETERS)
    assert near.verdict == verdict


def test_a_lag_is_a_stretch_of_the_way() -> None:
    sight = Sight(NOON, 6_500, 300, 0, 0, 40)
    assert _widen(sight, Parameters(pair_lag_ms=10_000)) == 500


def test_who_rides_the_same_way_far_apart_is_not_said_to_meet() -> None:
    near = Near()
    for minute in range(1, 6):
        sight = Sight(NOON + minute * MINUTE, 40_000, 1_200, 0, 0, 2_500)
        weigh_sight(near, sight, RING_CM, elapsed_ms=MINUTE, side=0, weak=SURE, parameters=PARAMETERS)
    assert near.verdict == -1
    for minute in range(6, 12):
        sight = Sight(NOON + minute * MINUTE, 100_000, 1_200, 0, 0, 2_500)
        weigh_sight(near, sight, RING_CM, elapsed_ms=MINUTE, side=0, weak=SURE, parameters=PARAMETERS)
    assert (near.verdict, near.belief) == (-1, -PARAMETERS.saturation_mn)


def test_a_spike_near_her_is_not_confirmed_by_her_own_fixes() -> None:
    near, weak = apart(), (True, False)
    look(near, 0, 20, weak=weak)
    for n in range(1, 9):
        look(near, n / 10, 20, side=1, weak=weak)
        assert near.verdict == -1
    assert near.belief <= PARAMETERS.lone_mn
    assert look(near, 1, 2_000).verdict == -1


@pytest.mark.parametrize(("seconds", "verdict"), [(5, -1), (13, -1), (15, 1)])
def test_two_doubtful_fixes_agree_only_when_they_lie_apart_in_time(seconds: int, verdict: int) -> None:
    near, weak = apart(), (True, False)
    look(near, 0, 20, weak=weak)
    assert look(near, seconds / 60, 20, weak=weak, elapsed_ms=60_000).verdict == verdict


def test_a_ride_that_the_speed_tells_of_needs_no_third_fix() -> None:
    near = apart()
    look(near, 0, 150)
    assert look(near, 0.5, 20, side=1).verdict == 1


def test_a_sloppy_side_must_speak_twice_however_often_the_other_does() -> None:
    near, weak = Near(), (True, False)
    look(near, 0, 150, sigma_m=120, weak=weak)
    for n in range(1, 9):
        assert look(near, n, 150, side=1, sigma_m=120, weak=weak).verdict == 0
    assert look(near, 9, 150, sigma_m=120, weak=weak).verdict == 1


def test_the_same_holds_for_leaving() -> None:
    near = Near(belief=6_000, verdict=1)
    look(near, 0, 2_000, weak=(True, False))
    for n in range(1, 6):
        assert look(near, n, 2_000, side=1, weak=(True, False)).verdict == 1


def test_fixes_at_once_say_nothing_new() -> None:
    near = look(Near(), 0, 250)
    before = near.belief
    assert look(near, 0, 250, elapsed_ms=0).belief == before
