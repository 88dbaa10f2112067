"""Motion and reported speed as evidence for and against having left."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from korgoo.engine import motion, ring
from korgoo.engine.force import Force
from korgoo.engine.judged import Judged
from korgoo.engine.judgement import apply, begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.plausibility import classify, sense_motion
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Motion, Observation, Source
from tests.stories import MINUTE, at, circle, fix, noise, plan

PLAIN = Parameters()
FOOT = ring.STIRRED | ring.ON_FOOT
SLOW = msgspec.structs.replace(PLAIN, moving_tau_ms=PLAIN.tau_ms)


def told_of(**fields: Any) -> int:
    return sense_motion(Observation(0, 0, **{"source": Source.GPS, **fields}), PLAIN)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, 0),
        ({"speed_cms": 100}, ring.SPED | ring.MOVING),
        ({"speed_cms": 99}, 0),
        ({"speed_cms": 51}, 0),
        ({"speed_cms": 50}, ring.RESTING),
        ({"speed_cms": 0}, ring.RESTING),
        ({"speed_cms": 0, "source": Source.WIFI}, 0),
        ({"speed_cms": 0, "source": None}, 0),
        ({"motion": Motion.WALKING}, FOOT | ring.MOVING),
        ({"motion": Motion.WALKING, "speed_cms": 51}, FOOT | ring.MOVING),
        ({"motion": Motion.WALKING, "speed_cms": 0}, FOOT | ring.RESTING),
        ({"motion": Motion.WALKING, "speed_cms": 0, "source": Source.WIFI}, FOOT | ring.MOVING),
        ({"motion": Motion.VEHICLE, "speed_cms": 900}, ring.STIRRED | ring.SPED | ring.MOVING),
        ({"motion": Motion.STILL, "speed_cms": 300}, ring.SPED | ring.MOVING),
        ({"motion": Motion.STILL, "speed_cms": 0}, ring.RESTING),
    ],
)
def test_what_sensor_and_receiver_say_of_motion(said: dict[str, Any], code: int) -> None:
    assert told_of(**said) == code


def believed_out_at(parameters: Parameters, step_m: float, *, seed: int = 1, **said: Any) -> int | None:
    """Return how many fixes, 15 s apart, it takes from home until he is believed outside; none = never."""
    error, force = noise(seed), Force(plan(circle(), expected_interval_ms=15_000), parameters)
    judged = begin(force, at(20) - 1, None, [])
    for n in range(120):
        out = max(0, n - 80)
        seen = fix(at(20) + n * 15_000, step_m * out + error(), error(), **(said if out else {}))
        sigma_cm, code = classify(seen, force)
        where = (seen.lat_e7 or 0, seen.lon_e7 or 0)
        apply(judged, force, Fix(seen.fixed_at_ms, n, *where, sigma_cm, code), [])
        if judged.zones[0].verdict < 0:
            return out
    return None


def test_a_device_that_moves_back_towards_the_border_is_weighed_as_ever() -> None:
    def belief(parameters: Parameters, *north_m: float) -> int:
        force = Force(plan(circle(), expected_interval_ms=15_000), parameters)
        judged = begin(force, at(20) - 1, None, [])
        for n, north in enumerate([0] * 20 + list(north_m)):
            seen = fix(at(20) + n * 15_000, 0, north, motion=Motion.WALKING)
            sigma_cm, code = classify(seen, force)
            where = (seen.lat_e7 or 0, seen.lon_e7 or 0)
            apply(judged, force, Fix(seen.fixed_at_ms, n, *where, sigma_cm, code), [])
        return judged.zones[0].belief

    assert belief(PLAIN, 60) < belief(SLOW, 60), "outward"
    assert belief(PLAIN, 4, 3) == belief(SLOW, 4, 3), "inside"
    large = msgspec.structs.replace(PLAIN, moving_step_cm=7_000)
    assert belief(large, 60) == belief(SLOW, 60), "sixty metres are no step of seventy"
    assert belief(PLAIN, 60, 50) == belief(SLOW, 60, 50) + belief(PLAIN, 60) - belief(SLOW, 60), "a way back"


def test_a_leap_with_a_speed_of_nought_is_weighed_as_still() -> None:
    leap = believed_out_at(PLAIN, 200, speed_cms=0)
    plain = believed_out_at(PLAIN, 200)
    assert leap is not None, "it only weakens"
    assert plain is not None
    assert leap > plain
    assert believed_out_at(PLAIN, 30, speed_cms=0) == believed_out_at(PLAIN, 30), "no leap"


def test_a_mast_seen_while_walking_is_ignored_for_what_it_is_and_hears_no_home_unit() -> None:
    """The bits of motion stand above those of the home unit in a fix's code."""
    force = Force(plan(circle()), PLAIN)
    mast = fix(at(20), source=Source.CELL, accuracy_cm=200_000, motion=Motion.WALKING)
    code = classify(mast, force)[1]
    assert ring.reason(code) == "source.cell"
    assert ring.heard(code) == -1


def test_a_device_goes_once_it_has_said_so_twice_in_a_row() -> None:
    judged = Judged()
    words = [ring.MOVING, ring.STILL, ring.MOVING, 0, ring.MOVING, ring.MOVING]  # the 0 tells nothing
    going = []
    for minute, code in enumerate(words):
        motion.follow(judged, minute * MINUTE, code)
        going.append(judged.going_ms // MINUTE)
    assert going == [0, 0, 0, 0, 4, 5]
    motion.follow(judged, 6 * MINUTE, ring.RESTING)
    assert (judged.moves, judged.going_ms) == (False, 5 * MINUTE)
