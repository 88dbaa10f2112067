"""The quiet path: a fix that cannot change any belief leaves its trace in ring, clock and scatter only.

What `step.observe` would do with such a fix, and nothing else: the property test `screened run = full run`
holds the two together. A rule that must see every fix makes the subject not `calm`, or the fix not plain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine import belief as beliefs
from korgoo.engine import ring as rings
from korgoo.engine import step, tables
from korgoo.engine.geometry import INSIDE, locate
from korgoo.engine.plausibility import scale_error
from korgoo.engine.rows import Motion, Source
from korgoo.engine.subject import SPACING

if TYPE_CHECKING:
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Observation, Row
    from korgoo.engine.subject import Subject


def pass_quietly(subject: Subject, row: Row) -> bool:
    """Take a fix that cannot change any belief; say whether it was one.

    The caller has screened it: every zone's saturated belief is confirmed, and the subject is calm.
    """
    code = _quiet_code(subject, row.body)
    if code is None:
        return False
    observation: Observation = row.body
    state, judged = subject.state, subject.state.judged
    at_ms, lat_e7, lon_e7 = observation.fixed_at_ms, observation.lat_e7 or 0, observation.lon_e7 or 0
    if len(state.ring) % (SPACING * rings.WIDTH) == 0:
        subject.checkpoint()
    sigma_cm = scale_error(observation.source, observation.accuracy_cm, subject.parameters)
    state.ring += rings.pack_fix(at_ms, row.seq, lat_e7, lon_e7, sigma_cm, code)
    _learn(subject, lat_e7, lon_e7, at_ms - judged.used_ms, code)
    judged.clock_ms = judged.used_ms = at_ms
    judged.used_lat, judged.used_lon, judged.used_sigma = lat_e7, lon_e7, sigma_cm
    if not code & rings.NETWORKED:
        judged.satellite_ms = at_ms
    state.last_seq = row.seq
    state.heard_ms = state.placed_ms = row.log_at_ms
    return True


def _learn(subject: Subject, lat_e7: int, lon_e7: int, elapsed_ms: int, code: int) -> None:
    """Let the places in which the person is believed learn their scatter."""
    force = subject.force
    heard = rings.heard(code)
    if force is None:
        return
    for index in force.learners:
        if subject.expected[index] == INSIDE and index != heard:
            x_cm, y_cm = locate(force.zones[index].frame, lat_e7, lon_e7)
            zone = subject.state.judged.zones[index]
            beliefs.learn_scatter(zone, x_cm, y_cm, elapsed_ms, subject.parameters)


def _quiet_code(subject: Subject, observation: Observation) -> int | None:
    """Return the code of a fix in order, plain and near the last; none if it needs a full look."""
    judged, force, parameters = subject.state.judged, subject.force, subject.parameters
    at_ms = observation.fixed_at_ms
    elapsed_ms = at_ms - judged.used_ms
    if (
        at_ms <= judged.clock_ms
        or (judged.due_ms and at_ms >= judged.due_ms)
        or judged.held_ms
        or force is None
        or not _plain(observation, parameters)
        or (elapsed_ms < parameters.tau_ms >> 5 and not tables.independence(elapsed_ms, parameters.tau_ms))
        or step.device_part(observation) not in (subject.state.told, step.NOTHING_TOLD)
    ):
        return None
    moved_e7 = abs((observation.lat_e7 or 0) - judged.used_lat)
    moved_e7 += abs((observation.lon_e7 or 0) - judged.used_lon)
    if moved_e7 * 9 // 8 > elapsed_ms * parameters.jump_speed_cms // 1000 + parameters.jump_slack_cm:
        return None
    heard = force.beacons.get(observation.beacon) if observation.beacon is not None else None
    if heard is not None and subject.expected[heard] != INSIDE:
        return None
    code = rings.STILL if observation.motion is Motion.STILL else 0
    if observation.source is Source.WIFI or observation.source is Source.NETWORK:
        code |= rings.NETWORKED
    return code if heard is None else code | rings.beacon_code(heard)


def _plain(observation: Observation, parameters: Parameters) -> bool:
    """Say whether a fix is one that decisions use as it stands, at its own time."""
    return (
        observation.fixed_at_ms <= observation.received_at_ms
        and not observation.sos
        and not observation.mock
        and not observation.clock_faulty
        and observation.source is not Source.CELL
        and (observation.accuracy_cm is None or observation.accuracy_cm <= parameters.coarse_cm)
    )
