"""What a loss and a silent device's sensor weigh, at their borders."""

from __future__ import annotations

from typing import Any

import pytest

from korgoo.engine import ring as rings
from korgoo.engine.belief import ZoneBelief
from korgoo.engine.desk import Desk
from korgoo.engine.findings import RECORDED
from korgoo.engine.force import Force
from korgoo.engine.judged import Judged
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import ZoneKind
from korgoo.engine.rows import Motion, Observation, Source
from korgoo.engine.rules import loss
from korgoo.engine.rules.loss import Known, Weight, weigh
from korgoo.engine.rules.seen import Seen
from korgoo.engine.state import Loss, PersonState
from tests.stories import HOME_LAT, HOME_LON, MINUTE, P1, at, circle, plan

NOON = at(12)
LOST = NOON + 12 * MINUTE
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


def test_a_side_is_right_from_the_threshold_of_belief_on() -> None:
    for belief, priority in ((4_000, RECORDED), (3_999, 0)):
        state = PersonState(P1, placed_ms=NOON, loss=Loss(NOON, LOST))
        state.judged = Judged(
            used_lat=HOME_LAT, used_lon=HOME_LON, sensed_ms=NOON, zones=[ZoneBelief(belief, binds=True)]
        )
        assert weight_of(state, Force(plan(circle()), Parameters())).priority == priority


def test_a_forbidden_zone_is_near_below_its_limit() -> None:
    zone = circle("school", kind=ZoneKind.EXCLUSION, radius_m=100, east_m=900)
    shape = Force(plan(zone), Parameters()).shapes[0]
    apart_cm = -shape.measure(*shape.locate(HOME_LAT, HOME_LON))
    for near_cm, priority in ((apart_cm, RECORDED), (apart_cm + 1, 0)):
        state = PersonState(P1, placed_ms=NOON, loss=Loss(NOON, LOST, 1, NOON + 10 * MINUTE))
        state.judged = Judged(
            used_lat=HOME_LAT, used_lon=HOME_LON, sensed_ms=NOON, zones=[ZoneBelief(-6_000, binds=True)]
        )
        force = Force(plan(zone), Parameters(loss_near_cm=near_cm))
        assert weight_of(state, force).priority == priority


def weight_of(state: PersonState, force: Force) -> Weight:
    desk = Desk(state, at_ms=LOST, seq=1, findings=[])
    return weigh(desk, force, "position.lost", Known(0, common=False))


def test_a_sensor_is_a_witness_for_less_than_a_week() -> None:
    force = Force(plan(circle()), Parameters())
    for age_ms, priority in ((force.parameters.witness_ms - 1, RECORDED), (force.parameters.witness_ms, 0)):
        state = PersonState(P1, placed_ms=NOON, loss=Loss(NOON, LOST))
        state.judged = Judged(used_lat=HOME_LAT, used_lon=HOME_LON, zones=[ZoneBelief(6_000, binds=True)])
        state.judged.sensed_ms = LOST - age_ms
        assert weight_of(state, force).priority == priority
