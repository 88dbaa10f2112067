"""A still device is where it was, whatever place a network tells: to the border, and not for ever."""

from __future__ import annotations

from itertools import count

import pytest

from korgoo.engine.force import Force
from korgoo.engine.ground import offset
from korgoo.engine.judgement import apply, begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.ring import IGNORED, NETWORKED, PLACELESS, STILL, Fix
from tests.stories import HOME_LAT, HOME_LON, MINUTE, at, circle, plan

P = Parameters()
EIGHT = at(20)
ELSEWHERE = HOME_LON + 100_000  # some 800 m to the east
HELD = "held:motion.still"


def say(*fixes: tuple[float, int, int]) -> list[str]:
    """Return how fixes at home or elsewhere were taken, each as (minute after eight, longitude, code)."""
    force = Force(plan(circle()), P)
    judged = begin(force, EIGHT - 1, None, [])
    return [
        apply(judged, force, Fix(EIGHT + round(minute * MINUTE), n, HOME_LAT, lon, 800, code), [])
        for n, (minute, lon, code) in enumerate(fixes)
    ]


def test_a_network_that_tells_another_place_is_held_while_the_device_is_still() -> None:
    assert say((0, HOME_LON, STILL), (1, ELSEWHERE, STILL | NETWORKED)) == ["used", HELD]
    assert say((0, HOME_LON, STILL), (1, ELSEWHERE, STILL)) == ["used", "used"], "satellites are not"


@pytest.mark.parametrize("code", [0, IGNORED, PLACELESS])
def test_whatever_moved_in_between_it_may_be_there(code: int) -> None:
    story = ((0, HOME_LON, STILL), (0.5, HOME_LON, code), (1, ELSEWHERE, STILL | NETWORKED))
    assert say(*story)[-1] != HELD
    same = ((0, HOME_LON, STILL), (0.5, HOME_LON, code | STILL), (1, ELSEWHERE, STILL | NETWORKED))
    assert say(*same)[-1] == HELD


def test_a_network_that_does_not_say_that_the_device_is_still_is_not_held_for_it() -> None:
    assert say((0, HOME_LON, STILL), (1, ELSEWHERE, NETWORKED))[-1] != HELD


def test_a_device_that_has_moved_has_to_be_seen_again_before_it_rests() -> None:
    story = ((0, HOME_LON, 0), (1, ELSEWHERE, STILL | NETWORKED))
    assert say(*story)[-1] != HELD


@pytest.mark.parametrize(("late_ms", "held"), [(-1, True), (0, False)])
def test_it_is_held_for_half_an_hour_since_it_first_told_of_another_place(
    late_ms: int, *, held: bool
) -> None:
    last = 1 + (P.still_hold_ms + late_ms) / MINUTE
    story = [
        (0.0, HOME_LON, STILL),
        (1.0, ELSEWHERE, STILL | NETWORKED),
        (last, ELSEWHERE, STILL | NETWORKED),
    ]
    assert (say(*story)[-1] == HELD) is held


def taken(lat: int, lon: int) -> str:
    """Return how a network's place is taken whose error is 3 m, after one of satellites with 8 m at home."""
    force = Force(plan(circle()), P)
    judged = begin(force, EIGHT - 1, None, [])
    apply(judged, force, Fix(EIGHT, 1, HOME_LAT, HOME_LON, 800, STILL), [])
    return apply(judged, force, Fix(EIGHT + MINUTE, 2, lat, lon, 300, STILL | NETWORKED), [])


def test_it_may_be_as_far_off_as_a_walk_indoors_and_both_errors() -> None:
    reach_cm = P.still_reach_cm + 300 + 800
    lon = next(lon for lon in count(HOME_LON) if offset(HOME_LAT, HOME_LON, HOME_LAT, lon)[0] == reach_cm)
    beyond = next(
        beyond for beyond in count(lon) if offset(HOME_LAT, HOME_LON, HOME_LAT, beyond)[0] > reach_cm
    )
    assert (taken(HOME_LAT, lon), taken(HOME_LAT, beyond)) == ("used", HELD)
    assert taken(HOME_LAT + 20_000, HOME_LON) == HELD, "and so it is northward"
