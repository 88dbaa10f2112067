"""Who walks gets no farther than people walk, whatever place a network tells (ADR 0200)."""

from __future__ import annotations

from typing import Final

import pytest

from korgoo.engine.force import Force
from korgoo.engine.ground import offset
from korgoo.engine.judgement import apply, begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.ring import MOVING, NETWORKED, ON_FOOT, STILL, STIRRED, Fix
from tests.stories import HOME_LAT, HOME_LON, MINUTE, at, circle, find_longitude, plan

P: Final = Parameters()
EIGHT: Final = at(20)
SIGMA_CM: Final = 800
WALKS: Final = STIRRED | ON_FOOT | MOVING
RIDES: Final = STIRRED | MOVING
HELD: Final = "held:motion.foot"
FAR_CM: Final = P.foot_cms * 60 + 4 * SIGMA_CM
"""How far a walk of a minute reaches, with twice both errors."""


def east_of_home(distance_cm: int) -> int:
    """Return the longitude that lies so far east of home, or a centimetre less."""
    return find_longitude(distance_cm + 1, lambda lon: offset(HOME_LAT, HOME_LON, HOME_LAT, lon)[0]) - 1


def say(*fixes: tuple[float, int, int]) -> list[str]:
    """Return how fixes were taken, each as (minute after eight, centimetres east, code)."""
    force = Force(plan(circle()), P)
    judged = begin(force, EIGHT - 1, None, [])
    return [
        apply(
            judged,
            force,
            Fix(EIGHT + round(minute * MINUTE), n, HOME_LAT, east_of_home(cm), SIGMA_CM, code),
            [],
        )
        for n, (minute, cm, code) in enumerate(fixes)
    ]


@pytest.mark.parametrize(("beyond_cm", "said"), [(0, "used"), (2, HELD)])
def test_a_walk_reaches_as_far_as_people_walk_and_both_errors(beyond_cm: int, said: str) -> None:
    assert say((0, 0, STILL), (1, FAR_CM + beyond_cm, WALKS | NETWORKED))[-1] == said


def test_satellites_and_rides_are_not_held_for_it() -> None:
    assert say((0, 0, STILL), (1, 2 * FAR_CM, WALKS))[-1] == "used"
    assert say((0, 0, STILL), (1, 2 * FAR_CM, RIDES | NETWORKED))[-1] == "used"
    assert say((0, 0, RIDES), (1, 2 * FAR_CM, STILL | NETWORKED))[-1] == "used", "the ride ended there"
    assert say((0, 0, 0), (1, 2 * FAR_CM, STILL | NETWORKED))[-1] == "used", "nobody says how he went"


def test_what_repeats_the_place_is_held_with_it_and_not_for_ever() -> None:
    """A walk of ten minutes would reach it: but he was never on the way."""
    last = 1 + P.foot_hold_ms / MINUTE
    story = [(0.0, 0, STILL), *((float(n), 2 * FAR_CM, WALKS | NETWORKED) for n in range(1, 11))]
    assert say(*story)[1:] == [HELD] * 10
    assert say(*story, (last - 0.001, 2 * FAR_CM, WALKS | NETWORKED))[-1] == HELD
    assert say(*story, (last, 2 * FAR_CM, WALKS | NETWORKED))[-1] == "used"


def test_a_place_that_was_doubted_at_rest_is_doubted_when_the_sensor_walks() -> None:
    """The sensor misreads now and then: the place was told before it did."""
    story = [(0.0, 0, STILL), (1.0, 2 * FAR_CM, STILL | NETWORKED), (2.0, 2 * FAR_CM, WALKS | NETWORKED)]
    assert say(*story)[1:] == ["held:motion.still", HELD]


def test_who_is_seen_on_the_way_is_believed_at_its_end() -> None:
    ways = [(float(n), 9_000 * n, WALKS | NETWORKED) for n in range(5)]
    assert say(*ways) == ["used"] * 5


def test_who_walked_when_he_was_seen_last_may_rest_where_a_walk_ends() -> None:
    assert say((0, 0, WALKS), (1, FAR_CM, STILL | NETWORKED))[-1] == "used"


def test_a_place_that_was_doubted_is_forgotten_with_the_next_one_that_is_used() -> None:
    """The next walk is measured from its own beginning."""
    story = [(0, 0, STILL), (1, 2 * FAR_CM, WALKS | NETWORKED), (2, 0, STILL), (3, FAR_CM, WALKS | NETWORKED)]
    assert say(*story)[1:] == [HELD, "used", "used"]
