"""The quiet path: a fix that cannot change any belief leaves its trace in ring, clock and scatter only.

What `step.observe` would do with such a fix, and nothing else: the property test `screened run = full run`
holds the two together. A rule that must see every fix makes the subject not `calm`, or the fix not plain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine import ring as rings
from korgoo.engine import tables
from korgoo.engine.geometry import INSIDE
from korgoo.engine.live_lane import SPACING
from korgoo.engine.plausibility import scale_error, sense_motion
from korgoo.engine.rows import Motion, Source
from korgoo.engine.rules import discord, phone, positions, steadiness
from korgoo.engine.rules.seen import NOTHING_TOLD

if TYPE_CHECKING:
    from korgoo.engine.rows import Observation, Row
    from korgoo.engine.subject import Subject

_STRIDE: Final = SPACING * rings.WIDTH
_GPS: Final = Source.GPS
_STILL: Final = Motion.STILL
_VEHICLE: Final = Motion.VEHICLE
_WALKING: Final = Motion.WALKING
_LOOK: Final = -1
"""No code: the fix needs a full look."""
_SOURCE_CODES: Final = {
    None: 0,
    Source.GPS: 0,
    Source.FUSED: 0,
    Source.WIFI: rings.NETWORKED,
    Source.NETWORK: rings.NETWORKED,
    Source.CELL: _LOOK,  # ignored for decisions: never quiet
}
"""What the source says in a fix's code."""


def pass_quietly(subject: Subject, row: Row) -> bool:
    """Take a fix that cannot change any belief; say whether it was one.

    The caller has screened it: every zone's saturated belief is confirmed, and the subject is calm. All is
    asked in one place: most fixes come here and nowhere else, and a call costs as much as three questions.
    Nor is anything of the person's touched but the end of his ring: what it has taught waits (`Subject`).
    """
    observation: Observation = row.body
    parameters, ring = subject.parameters, subject.kept.ring
    at_ms, source, accuracy_cm = observation.fixed_at_ms, observation.source, observation.accuracy_cm
    lat_e7, lon_e7 = observation.lat_e7 or 0, observation.lon_e7 or 0
    if subject.behind >= 0:
        used_ms, used_lat, used_lon = rings.unpack_place(ring, len(ring) - rings.WIDTH)
        clock_ms = used_ms
    else:
        judged = subject.kept.judged
        clock_ms, used_ms = judged.clock_ms, judged.used_ms
        used_lat, used_lon = judged.used_lat, judged.used_lon
    elapsed_ms = at_ms - used_ms
    moved_e7 = abs(lat_e7 - used_lat) + abs(lon_e7 - used_lon)
    told = (
        observation.battery_percent,
        observation.charging,
        observation.strap,
        observation.case,
        observation.skin,
        observation.tether,
    )  # as `device_part` has it
    if (
        at_ms <= clock_ms
        or 0 < subject.due_ms <= at_ms
        # its clock has to be read
        or not 0 <= observation.received_at_ms - at_ms <= parameters.clock_fresh_ms
        or (observation.extras and phone.tells(observation.extras))
        or observation.sos
        or observation.mock
        or observation.clock_faulty
        or (accuracy_cm is not None and accuracy_cm > parameters.coarse_cm)
        or (elapsed_ms < parameters.tau_ms >> 5 and not tables.independence(elapsed_ms, parameters.tau_ms))
        or (discord.is_long(moved_e7, parameters) and source in discord.NETWORKS)
        or moved_e7 * 9 // 8 > elapsed_ms * parameters.jump_speed_cms // 1000 + parameters.jump_slack_cm
        or told not in (subject.told, NOTHING_TOLD)
    ):
        return False
    code = 0 if source is _GPS else _SOURCE_CODES[source]  # the hash of an enum's member is Python
    if (
        observation.motion is not None
        or observation.beacon is not None
        or observation.speed_cms is not None
        or subject.rests
    ):
        code = _sensed_code(subject, observation, moved_e7, elapsed_ms)
    if code < 0:
        return False
    sigma_cm = scale_error(source, accuracy_cm, parameters)
    packed = rings.pack_fix(at_ms, row.seq, lat_e7, lon_e7, sigma_cm, code)
    if len(ring) % _STRIDE == 0:
        subject.checkpoint()
    if subject.behind < 0:
        subject.behind = len(ring)
    ring += packed
    subject.heard_ms = row.log_at_ms
    return True


def _sensed_code(subject: Subject, observation: Observation, moved_e7: int, elapsed_ms: int) -> int:
    """Return the code of a plain fix with what sensors and radio say, or `_LOOK`."""
    told_motion, force = observation.motion, subject.force
    moves = told_motion is not None or subject.rests  # most devices say nothing of motion
    if force is None or (moves and _speaks_of_motion(subject, observation, moved_e7, elapsed_ms)):
        return _LOOK
    code = _SOURCE_CODES[observation.source]
    if told_motion is not None or observation.speed_cms is not None:
        code |= sense_motion(observation, subject.parameters)
        if told_motion is _STILL and not code & rings.SPED:
            code |= rings.STILL
    if observation.beacon is not None:
        heard = force.beacons.get(observation.beacon)
        if heard is not None:  # `_LOOK` with any bits stays below zero
            return code | rings.beacon_code(heard) if subject.expected[heard] == INSIDE else _LOOK
    return code


def _speaks_of_motion(subject: Subject, observation: Observation, moved_e7: int, elapsed_ms: int) -> bool:
    """Say whether `rules.positions` has something to do with what the motion sensor says."""
    state, force, parameters = subject.kept, subject.force, subject.parameters
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
