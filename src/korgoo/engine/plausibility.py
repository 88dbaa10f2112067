"""Plausibility: the error scale of a fix and whether decisions may use it. Nothing is ever deleted.

What is here reads one fix by itself; jumps are judged in `judgement`, where its neighbours are, and what
persists in `rules.positions`, `rules.clock` and `rules.signals`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine import ring
from korgoo.engine.rows import Motion, Source

if TYPE_CHECKING:
    from korgoo.engine.force import Force
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.ring import Fix
    from korgoo.engine.rows import Observation


_GPS: Final = Source.GPS


def judging_time(observation: Observation) -> int:
    """Return the time at which a fix is judged: the device's, never later than we received it."""
    if observation.clock_faulty or observation.fixed_at_ms > observation.received_at_ms:
        return observation.received_at_ms
    return observation.fixed_at_ms


def scale_error(source: Source | None, accuracy_cm: int | None, parameters: Parameters) -> int:
    """Return the error scale per axis, cm, from source and reported radius (0 or none = unknown)."""
    if source is None or source is _GPS:
        if not accuracy_cm:
            return parameters.gps_default_cm
        scaled_cm = accuracy_cm * parameters.gps_half_percent // 100
        floor_cm = parameters.gps_floor_cm
    elif source is Source.WIFI or source is Source.FUSED:
        if not accuracy_cm:
            return parameters.wifi_default_cm
        scaled_cm = accuracy_cm * parameters.wifi_percent // 100
        floor_cm = parameters.wifi_floor_cm
    else:
        if not accuracy_cm:
            return parameters.network_default_cm
        scaled_cm = accuracy_cm * parameters.network_percent // 100
        floor_cm = parameters.network_floor_cm
    return max(floor_cm, scaled_cm)


def classify(observation: Observation, force: Force) -> tuple[int, int]:
    """Return (sigma_cm, code) of an observation that holds a position or a home unit's radio."""
    code = _sensed(observation)
    if observation.motion is not None or observation.speed_cms is not None:
        code |= sense_motion(observation, force.parameters)
        if code & ring.SPED:
            code &= ~ring.STILL
    if observation.beacon is not None:
        index = force.beacons.get(observation.beacon)
        if index is not None:
            code |= ring.beacon_code(index)
    if observation.lat_e7 is None:
        return 1, code | ring.PLACELESS
    reason = _distrust(observation, force.parameters)
    if reason and ring.heard(code) >= 0 and not observation.mock:
        return 1, code | ring.PLACELESS  # the home unit's radio is evidence of its own, whatever a cell says
    if reason:
        code |= ring.IGNORED | reason << ring.REASON_SHIFT
    return scale_error(observation.source, observation.accuracy_cm, force.parameters), code


def classify_place(observation: Observation, parameters: Parameters) -> tuple[int, int]:
    """Return (sigma_cm, code) of an observation that holds a position, without any zone in mind."""
    code = _sensed(observation)
    if reason := _distrust(observation, parameters):
        code |= ring.IGNORED | reason << ring.REASON_SHIFT
    return scale_error(observation.source, observation.accuracy_cm, parameters), code


def sense_motion(observation: Observation, parameters: Parameters) -> int:
    """Return what sensor and receiver say of motion: that the device moves, or that its speed is nought.

    The receiver's own speed (Doppler) outdoes the sensor, which reads a smooth ride as still and a hand that
    plays with the phone as walking. Networks report a speed of nought for want of one.
    """
    motion, speed_cms = observation.motion, observation.speed_cms
    stirs = motion is not None and motion is not Motion.STILL
    code = ring.STIRRED if stirs else 0
    if motion is Motion.WALKING:
        code |= ring.ON_FOOT
    if speed_cms is not None and observation.source is _GPS:
        if speed_cms >= parameters.moving_cms:
            return code | ring.SPED | ring.MOVING
        if speed_cms <= parameters.resting_cms:
            return code | ring.RESTING
    return code | ring.MOVING if stirs else code


def _sensed(observation: Observation) -> int:
    """Return what the device says beside the place: that it lies still, that a network told the place."""
    code = ring.STILL if observation.motion is Motion.STILL else 0
    if observation.source is Source.WIFI or observation.source is Source.NETWORK:
        code |= ring.NETWORKED
    return code


def _distrust(observation: Observation, parameters: Parameters) -> int:
    """Return why decisions do not use a position, as an index of `ring.REASONS`; 0 = they do."""
    if observation.mock:
        return 3
    if observation.source is Source.CELL:
        return 1  # up to 139 km off while claiming 1-4 km (noise.md)
    coarse = observation.accuracy_cm is not None and observation.accuracy_cm > parameters.coarse_cm
    return 2 if coarse else 0


def tells_place(fix: Fix) -> bool:
    """Say whether decisions learn from a fix where the person is: a position, or a home unit of the plan."""
    if fix.code & ring.PLACELESS:
        return ring.heard(fix.code) >= 0
    return not fix.code & ring.IGNORED
