"""The quiet path: a fix that cannot change any belief leaves its trace in ring, clock and scatter only.

What `step.observe` would do with such a fix, and nothing else: the property test `screened run = full run`
holds the two together. A rule that must see every fix makes the subject not `calm`, or the fix not plain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine import belief as beliefs
from korgoo.engine import motion, step, tables
from korgoo.engine import ring as rings
from korgoo.engine.geometry import INSIDE, locate
from korgoo.engine.live_lane import SPACING
from korgoo.engine.plausibility import scale_error, sense_motion
from korgoo.engine.rows import Motion, Source
from korgoo.engine.rules import phone, positions

if TYPE_CHECKING:
    from korgoo.engine.judged import Judged
    from korgoo.engine.rows import Observation, Row
    from korgoo.engine.subject import Subject

_STRIDE: Final = SPACING * rings.WIDTH
_STILL: Final = Motion.STILL
_VEHICLE: Final = Motion.VEHICLE
_SOURCE_CODES: Final = {
    None: 0,
    Source.GPS: 0,
    Source.FUSED: 0,
    Source.WIFI: rings.NETWORKED,
    Source.NETWORK: rings.NETWORKED,
    Source.CELL: -1,  # ignored for decisions: never quiet
}
"""What the source says in a fix's code."""


def pass_quietly(subject: Subject, row: Row) -> bool:
    """Take a fix that cannot change any belief; say whether it was one.

    The caller has screened it: every zone's saturated belief is confirmed, and the subject is calm.
    """
    observation: Observation = row.body
    state = subject.state
    judged = state.judged
    at_ms = observation.fixed_at_ms
    elapsed_ms = at_ms - judged.used_ms
    code = _quiet_code(subject, observation, judged, elapsed_ms)
    if code < 0:
        return False
    lat_e7, lon_e7 = observation.lat_e7 or 0, observation.lon_e7 or 0
    ring = state.ring
    if len(ring) % _STRIDE == 0:
        subject.checkpoint()
    sigma_cm = scale_error(observation.source, observation.accuracy_cm, subject.parameters)
    ring += rings.pack_fix(at_ms, row.seq, lat_e7, lon_e7, sigma_cm, code)
    _learn(subject, lat_e7, lon_e7, elapsed_ms, code)
    judged.clock_ms = judged.used_ms = at_ms
    judged.used_lat, judged.used_lon, judged.used_sigma = lat_e7, lon_e7, sigma_cm
    if code & motion.SPEAKS:
        motion.follow(judged, at_ms, code)
    judged.stirred, judged.doubted_ms = not code & rings.STILL, 0
    if not code & rings.NETWORKED:
        judged.satellite_ms = at_ms
    state.last_seq = row.seq
    state.heard_ms = state.placed_ms = row.log_at_ms
    return True


def _learn(subject: Subject, lat_e7: int, lon_e7: int, elapsed_ms: int, code: int) -> None:
    """Let the places in which the person is believed learn their scatter."""
    force = subject.force
    if force is None:
        return
    heard = rings.heard(code) if code > rings.NETWORKED else -1
    expected = subject.expected
    for index in force.learners:
        if expected[index] == INSIDE and index != heard:
            x_cm, y_cm = locate(force.zones[index].frame, lat_e7, lon_e7)
            beliefs.learn_scatter(
                subject.state.judged.zones[index], x_cm, y_cm, elapsed_ms, subject.parameters
            )


def _quiet_code(subject: Subject, observation: Observation, judged: Judged, elapsed_ms: int) -> int:
    """Return the code of a fix in order, plain and near the last; -1 if it needs a full look."""
    force, parameters = subject.force, subject.parameters
    at_ms = observation.fixed_at_ms
    if (
        at_ms <= judged.clock_ms
        or 0 < judged.due_ms <= at_ms
        or judged.held_ms
        or force is None
        or at_ms > observation.received_at_ms
        or observation.received_at_ms - at_ms > parameters.clock_fresh_ms  # its clock has to be read
        or (observation.extras and phone.tells(observation.extras))
        or observation.sos
        or observation.mock
        or observation.clock_faulty
        or (observation.accuracy_cm or 0) > parameters.coarse_cm
        or (elapsed_ms < parameters.tau_ms >> 5 and not tables.independence(elapsed_ms, parameters.tau_ms))
    ):
        return -1
    told = step.device_part(observation)
    if told not in (subject.state.told, step.NOTHING_TOLD):
        return -1
    moved_e7 = abs((observation.lat_e7 or 0) - judged.used_lat)
    moved_e7 += abs((observation.lon_e7 or 0) - judged.used_lon)
    if moved_e7 * 9 // 8 > elapsed_ms * parameters.jump_speed_cms // 1000 + parameters.jump_slack_cm:
        return -1
    told_motion = observation.motion
    moves = told_motion is not None or subject.state.still_fixes  # most devices say nothing of motion
    if moves and _speaks_of_motion(subject, observation, moved_e7, elapsed_ms):
        return -1
    code = _SOURCE_CODES[observation.source]
    if told_motion is not None or observation.speed_cms is not None:
        code |= sense_motion(observation, parameters)
        if told_motion is _STILL and not code & rings.SPED:
            code |= rings.STILL
    if observation.beacon is not None and code >= 0:
        heard = force.beacons.get(observation.beacon)
        if heard is not None:
            return code | rings.beacon_code(heard) if subject.expected[heard] == INSIDE else -1
    return code


def _speaks_of_motion(subject: Subject, observation: Observation, moved_e7: int, elapsed_ms: int) -> bool:
    """Say whether `rules.positions` has something to do with what the motion sensor says."""
    state, force, parameters = subject.state, subject.force, subject.parameters
    told_motion = observation.motion
    if told_motion is _STILL:
        if observation.source not in positions.SATELLITES:  # perhaps a wrong Wi-Fi place
            return moved_e7 * 9 // 8 > parameters.still_reach_cm
        from_anchor_e7 = abs((observation.lat_e7 or 0) - state.still_lat)
        from_anchor_e7 += abs((observation.lon_e7 or 0) - state.still_lon)
        return (
            state.still_fixes < positions.FIRM
            or from_anchor_e7 > parameters.spoof_slack_cm // 2  # 1e-7 degree is 1.11 cm at the most
            or force is None
            or elapsed_ms > force.hold_ms
        )
    return bool(state.still_fixes) or (told_motion is _VEHICLE and positions.parks(moved_e7, parameters))
