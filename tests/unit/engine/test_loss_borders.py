"""What a silent device's sensor is worth, at its borders: each kills an error that is planted there."""

from __future__ import annotations

from typing import Any

import pytest

from korgoo.engine import ring as rings
from korgoo.engine.desk import Desk
from korgoo.engine.force import Force
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Motion, Observation, Source
from korgoo.engine.rules import loss
from korgoo.engine.rules.seen import Seen
from korgoo.engine.state import Loss, PersonState
from tests.stories import HOME_LAT, HOME_LON, MINUTE, P1, at, circle, plan

NOON = at(12)
P = Parameters()
FORCE = Force(plan(circle(), expected_interval_ms=60 * MINUTE), P)


def hear(state: PersonState, at_ms: int, motion: Motion, **fields: Any) -> None:
    """The device tells what its sensor says, and no place that decisions may use."""
    observation = Observation(at_ms, at_ms, motion=motion, **fields)
    seen = Seen(observation, at_ms, placed=False, again=False)
    loss.follow(Desk(state, at_ms=at_ms, seq=9, findings=[]), FORCE, seen)


def at_home() -> PersonState:
    """Ten places at home, one a minute, the last at noon; long before, the sensor had spoken of movement."""
    state = PersonState(P1, placed_ms=NOON)
    for minute in range(-9, 1):
        state.ring += rings.pack_fix(NOON + minute * MINUTE, 1, HOME_LAT, HOME_LON, 800, rings.STILL)
    state.judged.used_lat, state.judged.used_lon = HOME_LAT, HOME_LON
    state.judged.sensed_ms = NOON - 60 * MINUTE
    return state


@pytest.mark.parametrize(("motion_ms", "stirred"), [(P.loss_stir_ms - 1, False), (P.loss_stir_ms, True)])
def test_rest_wears_off_all_that_was_motion(motion_ms: int, *, stirred: bool) -> None:
    """Two minutes of walking and an hour of rest: nothing is left of them but what comes after."""
    state = at_home()
    state.loss = Loss(NOON, NOON, stir_ms=2 * MINUTE)
    hear(state, NOON + 60 * MINUTE, Motion.STILL)
    hear(state, NOON + 60 * MINUTE + motion_ms, Motion.WALKING)
    assert (state.loss.stirred_ms > 0) is stirred


def test_a_sensor_that_spoke_of_movement_before_the_last_places_is_a_witness_of_their_rest() -> None:
    state, mast = at_home(), {"source": Source.CELL, "lat_e7": HOME_LAT, "lon_e7": HOME_LON}
    hear(state, NOON + MINUTE, Motion.STILL, **mast)
    assert state.loss is not None
    assert state.loss.track.rested_ms == NOON + MINUTE


def test_half_a_position_is_none() -> None:
    state = at_home()
    hear(state, NOON + MINUTE, Motion.STILL, source=Source.CELL, lat_e7=HOME_LAT)
    assert state.loss is not None
    assert (state.loss.track.rested_ms, state.loss.stir_ms) == (0, 0)
