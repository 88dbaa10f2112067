"""Where a side is and how near, to the centimetre: each kills an error that `korgoo mutate rules` plants.

At the equator one step of 36,175 and 26,950 in 1e-7 degrees is 400 m north and 300 m east: 500 m, in ten
seconds 50 m/s.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from korgoo.engine import ring as bits
from korgoo.engine.geometry import Shape
from korgoo.engine.ground import offset
from korgoo.engine.pairs.nearness import Sight, _compare, look_at_place, look_back, look_now
from korgoo.engine.pairs.track import Spot, Track, admit, far_apart, spot_between, spot_now, velocity
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, Frame, Zone, ZoneKind
from korgoo.engine.ring import Fix

P = Parameters()
T = 1_000_000_000
ORIGIN = (0, 0)
NORTH, EAST = 36_175, 26_950
TEN_S = 10_000


def mover(**changes: Any) -> Track:
    """One who has gone the step in the last ten seconds."""
    return msgspec.structs.replace(
        Track(T, NORTH, EAST, 800, before_ms=T - TEN_S, before_sigma=600), **changes
    )


def stander(north: float, east: float, **changes: Any) -> Track:
    """One who lies still so many steps from the origin."""
    lat, lon = round(north * NORTH), round(east * EAST)
    there = Track(T, lat, lon, still=True, before_ms=T - TEN_S, before_lat=lat, before_lon=lon)
    return msgspec.structs.replace(there, **changes)


def test_the_step_is_what_it_is_said_to_be() -> None:
    assert offset(0, 0, NORTH, EAST) == (30_000, 40_000)


def test_a_mover_goes_on_for_a_minute_less_and_less_sure() -> None:
    turned = 5_000 * 30 * 35 // 100
    assert spot_now(mover(), ORIGIN, T + 30_000, P) == Spot(
        120_000, 160_000, 800**2 + 3_600**2 + turned**2, 3_000, 4_000
    )
    loose, turned = 120 * 90 + 5_000 * 30, 5_000 * 60 * 35 // 100
    assert spot_now(mover(), ORIGIN, T + 90_000, P) == Spot(
        210_000, 280_000, 800**2 + loose**2 + turned**2, 3_000, 4_000
    )


def test_who_lies_still_may_have_drifted() -> None:
    assert spot_now(mover(still=True), ORIGIN, T + 90_000, P) == Spot(30_000, 40_000, 800**2 + 2_700**2)


def test_between_two_fixes_the_nearer_one_says_how_sure() -> None:
    loose = 150 + 12_500 * 35 // 100
    late, early = T - 2_500, T - 7_500
    assert spot_between(mover(), ORIGIN, late, P) == Spot(22_500, 30_000, 800**2 + loose**2)
    assert spot_between(mover(before_sigma=900), ORIGIN, early, P) == Spot(7_500, 10_000, 900**2 + loose**2)
    loose = 37 + 12_500 * 35 // 100
    assert spot_between(mover(still=True), ORIGIN, late, P) == Spot(22_500, 30_000, 800**2 + loose**2)


@pytest.mark.parametrize(
    ("changes", "speed"),
    [
        ({}, (3_000, 4_000)),
        ({"still": True}, (0, 0)),
        ({"before_ms": 0}, (0, 0)),
        ({"before_ms": T - 600_000}, (50, 66)),
        ({"before_ms": T - 600_001}, (0, 0)),
        ({"before_ms": T - 1}, (30_000_000, 40_000_000)),
        ({"before_ms": T}, (0, 0)),
        ({"sigma_cm": 25_000, "before_sigma": 25_000}, (0, 0)),
        ({"sigma_cm": 25_000, "before_sigma": 24_999}, (3_000, 4_000)),
        ({"sigma_cm": 24_999, "before_sigma": 25_000}, (3_000, 4_000)),
    ],
)
def test_speed_is_the_last_step_where_it_is_more_than_noise(
    changes: dict[str, Any], speed: tuple[int, int]
) -> None:
    assert velocity(mover(**changes), P) == speed


def fix(steps: float, at_ms: int, sigma_cm: int, code: int = 0) -> Fix:
    return Fix(at_ms, 1, round(steps * NORTH), round(steps * EAST), sigma_cm, code)


@pytest.mark.parametrize(("sigma_cm", "doubtful"), [(3_700, False), (3_699, True)])
def test_a_step_beyond_a_walk_and_five_error_scales_is_a_ride(sigma_cm: int, *, doubtful: bool) -> None:
    side = Track(T, 0, 0, 3_700)
    assert admit(side, fix(1, T + TEN_S, sigma_cm), P) == ""
    assert side.doubtful is doubtful
    moving = Track(T, 0, 0, 3_700)
    admit(moving, fix(1, T + TEN_S, sigma_cm, bits.MOVING), P)
    assert not moving.doubtful


@pytest.mark.parametrize(("sigma_cm", "said"), [(5_000, ""), (4_999, "held:jump")])
def test_what_nobody_can_have_reached_waits(sigma_cm: int, said: str) -> None:
    """In a second 100 m, with 100 m of slack and three error scales of both."""
    assert admit(Track(T, 0, 0, 5_000), fix(1, T + 1_000, sigma_cm), P) == said


@pytest.mark.parametrize(("sigma_cm", "said"), [(5_000, ""), (4_999, "held:jump")])
def test_a_second_one_agrees_within_its_reach_of_the_one_that_waits(sigma_cm: int, said: str) -> None:
    side = Track(T, 0, 0, 100, before_ms=T - TEN_S, before_lat=5, before_lon=6, before_sigma=70)
    assert admit(side, fix(1, T + 1_000, 5_000), P) == "held:jump"
    assert (side.at_ms, side.held_ms, side.held_lat, side.held_lon, side.held_sigma) == (
        *(T, T + 1_000),
        *(NORTH, EAST, 5_000),
    )
    assert admit(side, fix(2, T + 2_000, sigma_cm, bits.STILL), P) == said
    if said:
        assert (side.held_ms, side.held_lat, side.held_sigma) == (T + 2_000, 2 * NORTH, sigma_cm)
        return
    assert msgspec.structs.astuple(side) == (
        *(T + 2_000, 2 * NORTH, 2 * EAST, 5_000, True),
        *(T + 1_000, NORTH, EAST, 5_000),
        *(0, NORTH, EAST, 5_000, side.doubtful),
        *(T + 2_000, 2 * NORTH, 2 * EAST, 0, 0, False, 0, 0, 0),
    )


def test_a_second_fix_of_the_same_moment_leaves_the_step_before_as_it_was() -> None:
    side = mover()
    admit(side, fix(1, T, 300), P)
    assert (side.sigma_cm, side.before_ms, side.before_lat, side.before_sigma) == (300, T - TEN_S, 0, 600)


@pytest.mark.parametrize(
    ("lat", "lon", "far"), [(1, 0, False), (0, 1, False), (1.01, 0, True), (0, 1.01, True)]
)
def test_beyond_two_hundred_kilometres_nothing_is_compared(lat: float, lon: float, *, far: bool) -> None:
    """200 km are 500 steps north or 666.67 steps east."""
    other = Track(T, int(lat * 499.9 * NORTH), int(lon * 666.6 * EAST))
    assert far_apart(Track(T), other) is far


@pytest.mark.parametrize(("lat_e7", "lon_e7"), [(18_087_348, 0), (0, 17_966_313)])
def test_two_hundred_kilometres_to_the_centimetre_are_still_compared(lat_e7: int, lon_e7: int) -> None:
    assert sum(offset(*ORIGIN, lat_e7, lon_e7)) == 20_000_000
    assert not far_apart(Track(T), Track(T, lat_e7, lon_e7))
    assert far_apart(Track(T), Track(T, lat_e7 + (lat_e7 > 0), lon_e7 + (lon_e7 > 0)))


def test_how_near_and_how_fast_nearer() -> None:
    here, there = Spot(100, 200, 9), Spot(3_100, 4_200, 16, -300, -400)
    assert _compare(here, there, 7, 8) == Sight(7, 5_000, 5, 500, 8)
    assert _compare(here._replace(east_cms=300, north_cms=400), there, 7, 8).closing_cms == 1_000
    assert _compare(Spot(0, 0, 0, 9, 9), Spot(0, 0, 0), 7, 8) == Sight(7, 0, 1, 0, 8)
    assert _compare(Spot(0, 0, 0), Spot(1, 0, 1, -7, 0), 7, 8) == Sight(7, 1, 1, 7, 8)
    assert _compare(Spot(0, 0, 0), Spot(3, 0, 4, -7, 0), 7, 8) == Sight(7, 3, 2, 7, 8)


def test_both_are_compared_at_the_newer_of_the_two_fixes() -> None:
    """She stands 500 m beyond where he was ten seconds after his fix of ten seconds ago."""
    him = mover(at_ms=T - TEN_S, before_ms=T - 2 * TEN_S)
    her = stander(3, 3)
    sight = look_now(her, him, P)
    assert list(sight[:2]) == [T, pytest.approx(50_000, abs=5)]
    assert sight.closing_cms == pytest.approx(5_000, abs=2)
    assert sight.age_ms == TEN_S
    assert list(look_now(him, her, P)[:2]) == [T, pytest.approx(50_000, abs=5)]


@pytest.mark.parametrize(
    ("north", "east", "passed_ms", "distance_cm"),
    [
        (1, 0, 6_400, 24_000),
        (0, 1, 3_600, 24_000),
        (-1, -1, 0, 50_000),
        (2, 2, TEN_S, 50_000),
        (0.5, 0.5, 5_000, 0),
    ],
)
def test_on_the_way_he_was_nearest_there(north: float, east: float, passed_ms: int, distance_cm: int) -> None:
    sight = look_back(mover(), stander(north, east), P)
    assert sight is not None
    assert sight.at_ms == pytest.approx(T - TEN_S + passed_ms, abs=1 if 0 < passed_ms < TEN_S else 0)
    assert sight.age_ms == T - sight.at_ms
    assert sight.distance_cm == pytest.approx(distance_cm, abs=10)
    assert sight.closing_cms == (0 if passed_ms < TEN_S else 5_000), "at the end by its course"


@pytest.mark.parametrize(("north", "east", "passed_ms"), [(1, 0, 6_400), (0, 1, 3_600)])
def test_it_is_the_same_where_she_was_seen_a_little_before_him(north: int, east: int, passed_ms: int) -> None:
    sight = look_back(mover(), stander(north, east, at_ms=T - 3_000), P)
    assert sight is not None
    assert sight.at_ms == pytest.approx(T - TEN_S + passed_ms, abs=1)
    assert sight.distance_cm == pytest.approx(24_000, abs=10)


def test_who_was_seen_once_and_later_is_taken_as_seen_then() -> None:
    sight = look_back(mover(), stander(-1, -1, at_ms=T + 3_000, before_ms=0), P)
    assert sight is not None
    assert sight.sigma_cm == 800


def test_two_who_move_are_compared_on_both_their_ways() -> None:
    """She comes towards him from two steps away: they meet in the middle after seven seconds and a half."""
    her = stander(0.5, 0.5, still=False, before_lat=2 * NORTH, before_lon=2 * EAST)
    sight = look_back(mover(), her, P)
    assert sight is not None
    assert sight.at_ms == pytest.approx(T - 2_000, abs=2)
    assert sight.distance_cm < 20


def test_who_stands_where_he_was_is_no_way() -> None:
    sight = look_back(stander(0, 0), stander(1, 1), P)
    assert sight is not None
    assert sight[:2] == (T - TEN_S, 50_000)


@pytest.mark.parametrize(
    ("moved", "other", "start_ms"),
    [
        (mover(before_ms=T - 600_000), stander(-1, -1, before_ms=T - 600_000), T - 600_000),
        (mover(before_ms=T - 600_001), stander(-1, -1, before_ms=T - 600_001), None),
        (mover(before_ms=0), stander(-1, -1), None),
        (mover(), stander(-1, -1, before_ms=T - 600_001), T),
        (mover(), stander(-1, -1, before_ms=T - 4_000), T - 4_000),
        (mover(), stander(-1, -1, before_ms=0), T),
        (mover(), stander(-1, -1, at_ms=T - 3_000, before_ms=0), T - 3_000),
        (mover(), stander(-1, -1, at_ms=T + 3_000, before_ms=T - 3_000), T - 3_000),
        (mover(), stander(-1, -1, at_ms=T - TEN_S), None),
        (mover(), stander(-1, -1, at_ms=T - TEN_S + 1, before_ms=T - 2 * TEN_S), T - TEN_S),
        (mover(), stander(-1, -1, at_ms=T + 3_000, before_ms=T), T),
        (mover(), stander(-1, -1, at_ms=T + 3_000, before_ms=T + 1), None),
    ],
)
def test_the_way_is_known_where_both_were_seen_within_ten_minutes(
    moved: Track, other: Track, start_ms: int | None
) -> None:
    """He goes away from her: he was nearest when what is known of both begins."""
    sight = look_back(moved, other, P)
    assert (sight.at_ms if sight else None) == start_ms


def shape(north: float, east: float, off_cm: int = 0) -> Shape:
    """A round place of 100 m so many steps from the origin, in a frame of its own."""
    frame = Frame(round(north * NORTH), round(east * EAST), 1_167_269, 1_159_455)
    disc = Disc(off_cm, 0, 10_000)
    return Shape(Zone("work", ZoneKind.EXCLUSION, frame, disc, disc))


@pytest.mark.parametrize(
    ("north", "east", "distance_cm", "closing_cms"),
    [
        (2, 2, 40_000, 5_000),
        (0, 0, 40_000, -5_000),
        (1, 2, 20_000, 3_000),
        (2, 1, 30_000, 4_000),
        (1, 1, 0, 0),
    ],
)
def test_a_place_is_as_near_as_its_border(north: int, east: int, distance_cm: int, closing_cms: int) -> None:
    sight = look_at_place(mover(), shape(north, east), P)
    assert sight.distance_cm == pytest.approx(distance_cm, abs=5)
    assert sight.closing_cms == pytest.approx(closing_cms, abs=3)
    assert (sight.at_ms, sight.sigma_cm, sight.age_ms) == (T, 800, 0)


def test_a_centimetre_from_the_middle_he_still_comes_nearer() -> None:
    assert look_at_place(mover(), shape(1, 1, off_cm=1), P).closing_cms == pytest.approx(3_000, abs=3)


def test_nobody_is_surer_of_a_place_than_a_centimetre() -> None:
    assert look_at_place(mover(sigma_cm=0), shape(1, 1), P).sigma_cm == 1
    assert look_at_place(mover(sigma_cm=1), shape(1, 1), P).sigma_cm == 1
