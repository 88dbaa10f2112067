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
from korgoo.engine.rules import discord, phone, positions, steadiness

if TYPE_CHECKING:
    from korgoo.engine.rows import Observation, Row
    from korgoo.engine.subject import Subject

_STRIDE: Final = SPACING * rings.WIDTH
_STILL: Final = Motion.STILL
_VEHICLE: Final = Motion.VEHICLE
_WALKING: Final = Motion.WALKING
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

    The caller has screened it: every zone's saturated belief is confirmed, and the subject is calm. All is
    asked in one place: most fixes come here and nowhere else, and a call costs as much as three questions.
    """
    observation: Observation = row.body
    state, parameters = subject.state, subject.parameters
    judged = state.judged
    at_ms, source = observation.fixed_at_ms, observation.source
    elapsed_ms = at_ms - judged.used_ms
    lat_e7, lon_e7 = observation.lat_e7 or 0, observation.lon_e7 or 0
    moved_e7 = abs(lat_e7 - judged.used_lat) + abs(lon_e7 - judged.used_lon)
    if (
        at_ms <= judged.clock_ms
        or 0 < judged.due_ms <= at_ms
        or judged.held_ms
        or subject.force is None
        or not 0
        <= observation.received_at_ms - at_ms
        <= parameters.clock_fresh_ms  # its clock has to be read
        or (observation.extras and phone.tells(observation.extras))
        or observation.sos
        or observation.mock
        or observation.clock_faulty
        or (observation.accuracy_cm or 0) > parameters.coarse_cm
        or (elapsed_ms < parameters.tau_ms >> 5 and not tables.independence(elapsed_ms, parameters.tau_ms))
        or (discord.is_long(moved_e7, parameters) and source in discord.NETWORKS)
        or moved_e7 * 9 // 8 > elapsed_ms * parameters.jump_speed_cms // 1000 + parameters.jump_slack_cm
    ):
        return False
    told = (
        observation.battery_percent,
        observation.charging,
        observation.strap,
        observation.case,
        observation.skin,
        observation.tether,
    )  # as `step.device_part` has it
    if told not in (state.told, step.NOTHING_TOLD):
        return False
    heard, code = -1, _SOURCE_CODES[source]
    if (
        observation.motion is not None
        or observation.beacon is not None
        or observation.speed_cms is not None
        or state.still_fixes
    ):
        code = _sensed_code(subject, observation, moved_e7, elapsed_ms)
        heard = rings.heard(code)
    if code < 0:
        return False
    ring = state.ring
    if len(ring) % _STRIDE == 0:
        subject.checkpoint()
    sigma_cm = scale_error(source, observation.accuracy_cm, parameters)
    ring += rings.pack_fix(at_ms, row.seq, lat_e7, lon_e7, sigma_cm, code)
    for index, frame in subject.learning if subject.learning is not None else subject.learners():
        if index != heard:
            x_cm, y_cm = locate(frame, lat_e7, lon_e7)
            beliefs.learn_scatter(judged.zones[index], x_cm, y_cm, elapsed_ms, parameters)
    judged.clock_ms = judged.used_ms = at_ms
    judged.used_lat, judged.used_lon, judged.used_sigma = lat_e7, lon_e7, sigma_cm
    if code & motion.TELLS:
        motion.follow(judged, at_ms, code)
    judged.stirred, judged.rode, judged.doubted_ms = not code & rings.STILL, not code & motion.FOOT, 0
    if not code & rings.NETWORKED:
        judged.satellite_ms = at_ms
    state.last_seq = row.seq
    state.heard_ms = state.placed_ms = row.log_at_ms
    return True


def _sensed_code(subject: Subject, observation: Observation, moved_e7: int, elapsed_ms: int) -> int:
    """Return the code of a plain fix with what sensors and radio say; -1 if it needs a full look."""
    told_motion, force = observation.motion, subject.force
    moves = told_motion is not None or subject.state.still_fixes  # most devices say nothing of motion
    if force is None or (moves and _speaks_of_motion(subject, observation, moved_e7, elapsed_ms)):
        return -1
    code = _SOURCE_CODES[observation.source]
    if told_motion is not None or observation.speed_cms is not None:
        code |= sense_motion(observation, subject.parameters)
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
        if observation.source not in steadiness.SATELLITES:  # perhaps a wrong Wi-Fi place
            return moved_e7 * 9 // 8 > parameters.still_reach_cm
        from_anchor_e7 = abs((observation.lat_e7 or 0) - state.still_lat)
        from_anchor_e7 += abs((observation.lon_e7 or 0) - state.still_lon)
        return (
            state.still_fixes < positions.FIRM
            or from_anchor_e7 > parameters.spoof_slack_cm // 2  # 1e-7 degree is 1.11 cm at the most
            or force is None
            or elapsed_ms > force.hold_ms
        )
    if (
        told_motion in steadiness.AFOOT
        and observation.source in steadiness.SATELLITES
        and steadiness.is_short(moved_e7, parameters)
    ):
        return True  # perhaps a spot that no place leaves
    if told_motion is _WALKING and moved_e7 * 9 // 8 > elapsed_ms * parameters.foot_cms // 1000:
        return True  # perhaps too far for a walk
    return bool(state.still_fixes) or (told_motion is _VEHICLE and positions.parks(moved_e7, parameters))
