"""Where one side of a pair is: jumps are held, uncertainty grows, and the way between fixes counts."""

from __future__ import annotations

import math

import pytest

from korgoo.engine import ring as bits
from korgoo.engine.geometry import Shape
from korgoo.engine.pairs.nearness import _compare, look_at_place, look_back, look_now
from korgoo.engine.pairs.track import Spot, Track, admit, far_apart, spot_between, spot_now, velocity
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Zone, ZoneKind
from korgoo.engine.ring import Fix
from tests.pairs import place
from tests.stories import FRAME, HOME_LAT, HOME_LON, MINUTE, at

PARAMETERS = Parameters()
NOON = at(12)
HOME = (HOME_LAT, HOME_LON)


def seen(minute: float, east_m: float, *, sigma_m: float = 8, code: int = 0, north_m: float = 0) -> Fix:
    """A fix so many minutes after noon and metres from home."""
    return Fix(
        NOON + round(minute * MINUTE),
        1,
        HOME_LAT + round(north_m * 100 * 2**20 / FRAME.y_scale),
        HOME_LON + round(east_m * 100 * 2**20 / FRAME.x_scale),
        round(sigma_m * 100),
        code,
    )


def track(*fixes: Fix) -> Track:
    """One side after these fixes."""
    side = Track()
    for item in fixes:
        admit(side, item, PARAMETERS)
    return side


def test_a_jump_is_held_until_a_second_fix_agrees() -> None:
    side = track(seen(0, 0))
    assert admit(side, seen(1, 20_000), PARAMETERS) == "held:jump"
    assert side.at_ms == NOON
    assert admit(side, seen(2, 20_050), PARAMETERS) == ""
    assert side.at_ms == NOON + 2 * MINUTE
    assert side.before_ms == NOON + MINUTE, "it came from where the held one was"


def test_a_lone_jump_is_forgotten_when_the_next_fix_is_home_again() -> None:
    side = track(seen(0, 0), seen(1, 20_000), seen(2, 5))
    assert side.held_ms == 0
    assert admit(side, seen(3, 20_000), PARAMETERS) == "held:jump", "the one before does not speak for it"


def test_what_decisions_ignore_moves_nothing() -> None:
    side = track(seen(0, 0))
    code = bits.IGNORED | bits.REASONS.index("mock") << bits.REASON_SHIFT
    assert admit(side, seen(1, 100, code=code), PARAMETERS) == "ignored:mock"
    assert side.at_ms == NOON


def test_a_ride_is_doubtful_unless_the_device_tells_of_it() -> None:
    assert not track(seen(0, 0), seen(1, 150)).doubtful
    assert track(seen(0, 0), seen(1, 1_000)).doubtful
    assert not track(seen(0, 0), seen(1, 1_000, code=bits.MOVING)).doubtful
    assert not track(seen(0, 0), seen(1, 1_000), seen(2, 1_020)).doubtful


@pytest.mark.parametrize(("minutes", "least_m", "most_m"), [(0, 8, 8), (1, 70, 75), (5, 355, 365)])
def test_somebody_seen_at_rest_may_have_begun_to_walk(minutes: int, least_m: int, most_m: int) -> None:
    spot = spot_now(track(seen(-1, 0), seen(0, 0)), HOME, NOON + minutes * MINUTE, PARAMETERS)
    assert least_m <= math.isqrt(spot.variance_cm2) / 100 <= most_m
    assert (spot.east_cm, spot.north_cm) == (0, 0)


def test_who_lies_still_stays_and_who_rides_goes_on_for_a_minute() -> None:
    still = track(seen(-1, 0), seen(0, 0, code=bits.STILL))
    assert math.isqrt(spot_now(still, HOME, NOON + 5 * MINUTE, PARAMETERS).variance_cm2) < 10_000
    rider = track(seen(-1, -600, code=bits.MOVING), seen(0, 0, code=bits.MOVING))
    assert velocity(rider, PARAMETERS)[0] == pytest.approx(1_000, abs=3)
    places = [spot_now(rider, HOME, NOON + n * MINUTE // 2, PARAMETERS).east_cm for n in range(5)]
    assert places == pytest.approx([0, 30_000, 60_000, 60_000, 60_000], abs=200)
    unsure = [spot_now(rider, HOME, NOON + n * MINUTE // 2, PARAMETERS).variance_cm2 for n in range(5)]
    assert unsure == sorted(set(unsure))


def test_noise_and_old_steps_have_no_course() -> None:
    assert velocity(track(seen(-1, 0), seen(0, 10)), PARAMETERS) == (0, 0)
    assert velocity(track(seen(-60, 0), seen(0, 900)), PARAMETERS) == (0, 0)
    assert velocity(track(seen(0, 0)), PARAMETERS) == (0, 0)


def test_between_two_fixes_the_middle_is_the_least_sure() -> None:
    side = track(seen(0, 0), seen(2, 600))
    spots = [spot_between(side, HOME, NOON + n * MINUTE // 2, PARAMETERS) for n in range(5)]
    assert [s.east_cm for s in spots] == pytest.approx([0, 15_000, 30_000, 45_000, 60_000], abs=100)
    sigmas = [s.variance_cm2 for s in spots]
    assert sigmas[0] == sigmas[4] == 640_000
    assert max(sigmas) == sigmas[2] > sigmas[1] == pytest.approx(sigmas[3], rel=0.01)


def test_two_who_cross_between_their_fixes_are_found_near() -> None:
    east = track(seen(-0.5, -600), seen(0.5, 600))
    west = track(seen(-0.5, 600, north_m=20), seen(0.5, -600, north_m=20))
    assert look_now(east, west, PARAMETERS).distance_cm > 110_000
    back = look_back(east, west, PARAMETERS)
    assert back is not None
    assert back.distance_cm == pytest.approx(2_000, abs=50)
    assert back.at_ms == pytest.approx(NOON, abs=100)


def test_nobody_knows_the_way_between_fixes_far_apart_in_time() -> None:
    other = track(seen(-1, 0), seen(0, 0))
    assert look_back(track(seen(0, 500)), other, PARAMETERS) is None
    assert look_back(track(seen(-11, 500), seen(0, 0)), other, PARAMETERS) is None


def test_both_are_brought_to_one_instant_and_closing_is_positive() -> None:
    rider = track(seen(-1, -1_200, code=bits.MOVING), seen(0, -600, code=bits.MOVING))
    her = track(seen(-0.5, 600), seen(0.5, 600))
    sight = look_now(her, rider, PARAMETERS)
    assert sight.distance_cm == pytest.approx(90_000, abs=300)
    assert sight.closing_cms == pytest.approx(1_000, abs=5)
    assert sight.age_ms == MINUTE // 2
    swapped = look_now(rider, her, PARAMETERS)
    assert swapped.distance_cm == pytest.approx(sight.distance_cm, abs=3)


def test_a_place_is_measured_to_its_border_and_within_it_the_distance_is_nothing() -> None:
    there = place(east_m=1_000, radius_m=200)
    shape = Shape(Zone("z", ZoneKind.EXCLUSION, there.frame, there.outer, there.inner))
    assert look_at_place(track(seen(0, 0)), shape, PARAMETERS).distance_cm == pytest.approx(80_000, abs=100)
    assert look_at_place(track(seen(0, 900)), shape, PARAMETERS).distance_cm == 0


def test_a_plane_compares_neighbours_only_and_the_antimeridian_parts_nobody() -> None:
    fiji, samoa = Track(NOON, -170_000_000, 1_799_990_000), Track(NOON, -170_000_000, -1_799_990_000)
    assert not far_apart(fiji, samoa)
    assert look_now(fiji, samoa, PARAMETERS).distance_cm < 30_000
    assert far_apart(fiji, Track(NOON, -170_000_000, 1_740_000_000))
    assert far_apart(fiji, Track(NOON, 170_000_000, 1_799_990_000))


@pytest.mark.parametrize(
    ("his", "hers", "common_cms"),
    [
        ((0, 1_000), (0, 1_000), 1_000),
        ((0, 1_000), (0, 500), 500),  # half as quick is still the same way
        ((0, 1_000), (0, 499), 0),
        ((500, 500), (0, 1_000), 707),  # 45 degrees are
        ((501, 500), (0, 1_000), 0),
        ((1_000, 0), (0, 1_000), 0),
        ((0, -1_000), (0, 1_000), 0),
        ((0, 0), (0, 1_000), 0),
        ((1, 0), (1, 0), 1),
        ((0, 0), (0, 0), 0),
    ],
)
def test_two_go_together_who_go_the_same_way_about_as_quickly(
    his: tuple[int, int], hers: tuple[int, int], common_cms: int
) -> None:
    him, her = Spot(0, 0, 10_000, *his), Spot(6_000, 0, 10_000, *hers)
    assert _compare(him, her, NOON, 0).common_cms == common_cms
    assert _compare(her, him, NOON, 0).common_cms == common_cms
