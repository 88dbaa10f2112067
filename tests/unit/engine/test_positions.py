"""Positions that do not fit: what is a sign against them, to the very border, and what is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from korgoo.engine.force import Force
from korgoo.engine.ground import offset
from korgoo.engine.parameters import Parameters
from korgoo.engine.plausibility import classify
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Motion, Source
from korgoo.engine.rules import positions
from korgoo.engine.state import PersonState
from tests.stories import HOME_LAT, HOME_LON, MINUTE, P1, circle, find_longitude, fix, plan
from tests.unit.engine.doubts import START, found, kinds, minutes, status, told

if TYPE_CHECKING:
    from korgoo.engine.rows import Body

PARAMETERS = Parameters()
STILL = Motion.STILL
SPOOFED = "position.spoofed"
OPENED = ["position.spoofed opened"]


def sent(minute: float, north_m: float = 0, **fields: Any) -> tuple[int, Body]:
    """A position of that minute after eight, so far from home, as (received, fix)."""
    moment = START + round(minute * MINUTE)
    return moment, fix(moment, fields.pop("east_m", 0), north_m, **fields)


def spoofed(*story: tuple[int, Body]) -> list[str]:
    return kinds(told(*story), SPOOFED)


def test_a_mast_does_not_speak_for_a_device_that_makes_positions_up() -> None:
    masts = minutes(5, 9, source=Source.CELL, accuracy_cm=100_000)
    mocks = minutes(0, 5, mock=True)
    assert kinds(told(*mocks, *masts), "position.mock") == ["position.mock opened"]
    again = told(*mocks, *masts, *minutes(9, 12))
    assert ("closed", "position.mock", "plausible_again") in again


def test_three_jumps_are_a_finding_and_five_positions_that_fit_end_it() -> None:
    far = [sent(5, 90_000), sent(6, -90_000), sent(7, east_m=90_000)]
    assert kinds(told(*minutes(0, 5), *far[:2], *minutes(8, 12)), "position.jumping") == []
    story = [*minutes(0, 5), *far, *minutes(8, 12)]
    assert [event for event in told(*story) if event[1] == "position.jumping"] == [
        ("opened", "position.jumping", "jumping")
    ]
    assert ("closed", "position.jumping", "plausible_again") in told(*story, *minutes(12, 13))


def test_a_vehicle_that_moves_no_more_than_sixty_metres_stands() -> None:
    assert positions.parks(PARAMETERS.spoof_parked_e7, PARAMETERS)
    assert not positions.parks(PARAMETERS.spoof_parked_e7 + 1, PARAMETERS)


def test_positions_that_say_nothing_of_motion_are_not_held_against_a_rest() -> None:
    story = [sent(n, 700 if n % 3 == 2 else 0, motion=None if n % 3 == 2 else STILL) for n in range(15)]
    assert spoofed(*story) == []


def test_positions_that_say_nothing_of_motion_do_not_speak_for_a_device_that_is_doubted() -> None:
    """A sense is trusted again by what it says: silence of the sensor is no answer."""
    doubted = [*minutes(0, 10, motion=STILL), *[sent(n, 700, motion=STILL) for n in range(10, 20)]]
    mute = [sent(n, 700) for n in range(20, 30)]
    assert spoofed(*doubted, *mute) == OPENED
    walks = [sent(n, 700, motion=Motion.WALKING) for n in range(30, 35)]
    assert spoofed(*doubted, *mute, *walks) == [*OPENED, "position.spoofed closed"]


def test_a_status_that_says_nothing_of_motion_does_not_end_a_rest() -> None:
    rest = minutes(0, 10, motion=STILL)
    away = [sent(n, 700, motion=STILL) for n in range(10, 20)]
    assert spoofed(*rest, status(9.5), *away) == OPENED
    assert spoofed(*rest, status(9.5, motion=STILL), *away) == OPENED
    assert spoofed(*rest, status(9.5, motion=Motion.WALKING), *away) == [], "he has walked there"


def test_after_a_walk_one_position_alone_is_no_rest_even_where_the_last_rest_was() -> None:
    walk = [*minutes(0, 10, motion=STILL), sent(10, motion=Motion.WALKING), sent(11, motion=STILL)]
    assert spoofed(*walk, *[sent(n, 700, motion=STILL) for n in range(12, 22)]) == []


@pytest.mark.parametrize(("late_s", "events"), [(0, OPENED), (1, [])])
def test_a_rest_is_one_rest_as_long_as_a_position_speaks_for_the_present(
    late_s: int, events: list[str]
) -> None:
    hold = Force(plan(), PARAMETERS).hold_ms / MINUTE
    second = hold + late_s / 60
    first = [sent(0, motion=STILL), sent(second, motion=STILL)]
    assert spoofed(*first, *[sent(second + n, 700, motion=STILL) for n in range(1, 8)]) == events
    rested = PARAMETERS.spoof_motion_ms / MINUTE
    firm = [sent(0, motion=STILL), sent(rested, motion=STILL)]
    assert spoofed(*firm, *[sent(rested + second + n, 700, motion=STILL) for n in range(7)]) == events


def at_distance(distance_cm: int) -> tuple[int, int]:
    """A place that is so far east of home to the centimetre."""
    lon = find_longitude(distance_cm, lambda lon: offset(HOME_LAT, HOME_LON, HOME_LAT, lon)[0])
    assert offset(HOME_LAT, HOME_LON, HOME_LAT, lon) == (distance_cm, 0)
    return HOME_LAT, lon


@pytest.mark.parametrize(("beyond_cm", "agrees"), [(0, True), (1, False)])
def test_a_second_position_agrees_within_the_slack_and_three_times_its_error(
    beyond_cm: int,
    *,
    agrees: bool,
) -> None:
    state, force = PersonState(P1), Force(plan(circle()), PARAMETERS)
    first = fix(START, motion=STILL)
    sigma_cm, code = classify(first, force)
    lat, lon = at_distance(PARAMETERS.spoof_slack_cm + 3 * sigma_cm + beyond_cm)
    for at_ms, place in ((START, (HOME_LAT, HOME_LON)), (START + PARAMETERS.spoof_motion_ms, (lat, lon))):
        positions.follow_rest(state, force, first, Fix(at_ms, 1, *place, sigma_cm, code), gap_ms=MINUTE)
    assert state.still_fixes == (positions.FIRM if agrees else 1)


@pytest.mark.parametrize(("beyond_cm", "events"), [(0, []), (1, OPENED)])
def test_a_radio_contradicts_from_beyond_the_slack_and_three_times_the_error(
    beyond_cm: int, events: list[str]
) -> None:
    """Seen from the edge of the home, whose radius is 50 m."""
    force = Force(plan(circle()), PARAMETERS)
    east_cm = 5_000 + PARAMETERS.spoof_slack_cm + 3 * classify(fix(START), force)[0] + beyond_cm
    lon = find_longitude(east_cm, lambda lon: force.shapes[0].locate(HOME_LAT, lon)[0])
    there = [(t, msgspec.structs.replace(fix(t, beacon="home"), lon_e7=lon)) for t, _ in minutes(1, 8)]
    assert spoofed(*minutes(0, 1), *there) == events


def test_a_ride_that_stays_is_doubted_though_some_of_its_positions_say_nothing_of_motion() -> None:
    ride = [sent(n, motion=None if n % 5 == 4 else Motion.VEHICLE) for n in range(40)]
    assert spoofed(*ride) == OPENED


@pytest.mark.parametrize(("late_ms", "events"), [(0, OPENED), (1, [])])
def test_a_ride_is_followed_as_long_as_a_position_speaks_for_the_present(
    late_ms: int, events: list[str]
) -> None:
    step = Force(plan(), PARAMETERS).hold_ms + late_ms
    assert spoofed(*[sent(n * step / MINUTE, motion=Motion.VEHICLE) for n in range(8)]) == events


def test_a_ride_that_moves_north_and_east_moves() -> None:
    ride = [sent(n, 60 * n, east_m=60 * n, motion=Motion.VEHICLE) for n in range(45)]
    assert spoofed(*ride) == []


def masts(
    away_cm: int, accuracy_cm: int | None, *, age_ms: int = MINUTE, every_ms: int = 6 * MINUTE
) -> list[tuple[int, Body]]:
    """Five times a satellites' position at home, and then a mast that is so far away."""
    lat, lon = at_distance(away_cm)
    story: list[tuple[int, Body]] = []
    for n in range(5):
        moment = START + n * every_ms
        mast = fix(moment + age_ms, source=Source.CELL, accuracy_cm=accuracy_cm)
        mast = msgspec.structs.replace(mast, lat_e7=lat, lon_e7=lon)
        story += [(moment, fix(moment)), (moment + age_ms, mast)]
    return story


@pytest.mark.parametrize(("accuracy_cm", "limit_cm"), [(100_000, 800_000), (None, 650_000)])
def test_a_mast_contradicts_beyond_five_kilometres_and_three_times_its_radius(
    accuracy_cm: int | None, limit_cm: int
) -> None:
    assert spoofed(*masts(limit_cm, accuracy_cm)) == []
    assert spoofed(*masts(limit_cm + 1, accuracy_cm)) == OPENED


def test_a_mast_is_compared_with_satellites_of_the_last_five_minutes() -> None:
    age_ms = PARAMETERS.cell_age_ms
    assert spoofed(*masts(2_000_000, 100_000, age_ms=age_ms)) == OPENED
    assert spoofed(*masts(2_000_000, 100_000, age_ms=age_ms + 1)) == []
    events = [f for f in found(*masts(2_000_000, 100_000)) if f.kind == SPOOFED]
    assert [f.params for f in events] == [{"sense": "network"}]


@pytest.mark.parametrize(("late_ms", "events"), [(0, OPENED), (1, [])])
def test_masts_further_apart_than_a_wrong_place_lasts_are_two_troubles(
    late_ms: int, events: list[str]
) -> None:
    assert spoofed(*masts(2_000_000, 100_000, every_ms=PARAMETERS.frozen_ms + late_ms)) == events
