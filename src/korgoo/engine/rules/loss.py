"""What a loss is: one that explains itself and calls nobody for a time, or somebody's work.

People who comply lose their position each day, in halls and cellars and with phones that hear nothing but a
mast. The finding opens as ever, and is `RECORDED` while nothing is at stake and something speaks for a
harmless loss: a device at rest, a place at which several devices are deaf, or that it moved only just. After
that it is a `NOTICE` where the coverage memory says that such losses are common, for a time, and then as
its kind. An order that protects somebody calls at once: alerts do not heed either there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.engine import ring as rings
from korgoo.engine.findings import NOTICE, RECORDED
from korgoo.engine.ground import is_within
from korgoo.engine.pairs.rest import follow_mast, follow_place
from korgoo.engine.pairs.track import Track
from korgoo.engine.plan import ZoneKind
from korgoo.engine.plausibility import classify_place, sense_motion
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Motion
from korgoo.engine.state import Loss

if TYPE_CHECKING:
    from korgoo.engine.coverage import CoverageCell
    from korgoo.engine.desk import Desk
    from korgoo.engine.force import Force
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rules.seen import Seen
    from korgoo.engine.state import PersonState, Standing

CONTACT: Final = "contact.lost"
POSITION: Final = "position.lost"
_HARMLESS: Final = frozenset(
    {CONTACT, POSITION, "battery.low", "battery.critical", "battery.flat", "removal.permitted"}
)
"""What may stand beside a loss without making it odd: the rest is somebody's work by itself."""


class Known(NamedTuple):
    """What the coverage memory says: how long a loss may last here (0 = unknown), whether it is common."""

    usual_ms: int
    common: bool


class Weight(NamedTuple):
    """How much a loss weighs, and until when; `CALLS` = as its kind, for good."""

    priority: int
    until_ms: int


CALLS: Final = Weight(0, 0)


def follow(desk: Desk, force: Force, seen: Seen) -> None:
    """Keep what the motion sensor says while the device talks and tells no place."""
    state = desk.state
    if seen.placed:
        state.loss = None
        return
    motion, parameters = seen.observation.motion, force.parameters
    if motion is None:
        return
    if state.loss is None:
        state.loss = Loss(state.placed_ms, state.placed_ms, track=_track_of(state, parameters))
    loss = state.loss
    place = _place_of(desk, seen, parameters)
    if place is not None:
        follow_mast(loss.track, place, force.hold_ms, parameters)
    gap_ms, loss.told_ms = desk.at_ms - loss.told_ms, desk.at_ms
    rested = motion is Motion.STILL and gap_ms <= force.silence_ms
    if rested and not _is_elsewhere(state, parameters, place, seen.observation.accuracy_cm):
        loss.stir_ms = max(0, loss.stir_ms - gap_ms // parameters.loss_wear)
    else:
        loss.stir_ms += gap_ms
    if not loss.stirred_ms and loss.stir_ms >= parameters.loss_stir_ms:
        loss.stirred_ms = desk.at_ms


def _is_elsewhere(
    state: PersonState, parameters: Parameters, mast: Fix | None, accuracy_cm: int | None
) -> bool:
    """Say whether a mast speaks against the last place: a smooth ride can read as rest."""
    if mast is None:
        return False
    judged = state.judged
    limit_cm = parameters.cell_slack_cm + 3 * (accuracy_cm or parameters.network_default_cm)
    return not is_within(judged.used_lat, judged.used_lon, mast.lat_e7, mast.lon_e7, limit_cm)


def rests(state: PersonState, force: Force, at_ms: int) -> bool:
    """Say whether the device has told all along since its last place that it lies still.

    Its sensor must have spoken of movement within `witness_ms`: one that is stuck proves nothing (ADR 0200).
    """
    loss, sensed_ms = state.loss, state.judged.sensed_ms
    if loss is None or loss.told_ms == loss.placed_ms or at_ms - sensed_ms >= force.parameters.witness_ms:
        return False
    return not loss.stirred_ms and at_ms - loss.told_ms <= force.silence_ms


def lies(state: PersonState, force: Force, at_ms: int) -> bool:
    """Say whether masts confirm too that it lies where it was seen last: then a pair is judged by that.

    The rule is that of pairs (`pairs.rest`), so what is told as resting is no side that nobody can place.
    """
    if state.loss is None or not rests(state, force, at_ms):
        return False
    rested_ms = state.loss.track.rested_ms
    return bool(rested_ms) and at_ms - rested_ms < force.hold_ms


def _track_of(state: PersonState, parameters: Parameters) -> Track:
    """Return what the last places say of a rest."""
    track = Track()
    for fix in rings.fixes(state.ring):
        if not fix.code & (rings.IGNORED | rings.PLACELESS):
            follow_place(track, fix, parameters)
            track.at_ms = fix.at_ms
    track.sensed_ms = state.judged.sensed_ms
    return track


def _place_of(desk: Desk, seen: Seen, parameters: Parameters) -> Fix | None:
    """Return the place that came with what the sensor says, such as a mast's; None = none came."""
    observation = seen.observation
    if observation.lat_e7 is None or observation.lon_e7 is None:
        return None
    sigma_cm, code = classify_place(observation, parameters)
    code |= sense_motion(observation, parameters)
    return Fix(seen.at_ms, desk.seq, observation.lat_e7, observation.lon_e7, sigma_cm, code)


def ask_memory(desk: Desk, force: Force, kind: str) -> Known:
    """Ask the coverage memory about a loss that opens now, at the last place."""
    memory, parameters, judged = desk.coverage, force.parameters, desk.state.judged
    usual_ms, common = 0, False
    if memory is not None:
        coverage = memory.coverage
        rate = coverage.placeless_rate if kind == POSITION else coverage.silent_rate
        common = rate > parameters.coverage_rate
        cell = memory.find(judged.used_lat, judged.used_lon)
        if cell is not None and cell.reports >= parameters.coverage_reports:
            usual_ms = _usual_of(cell, kind, parameters)
    return Known(usual_ms, common)


def _usual_of(cell: CoverageCell, kind: str, parameters: Parameters) -> int:
    """Return how long a loss may last in a cell, ms; 0 = it is not deaf."""
    lost = cell.placeless if kind == POSITION else cell.silent
    permille = cell.placeless_permille if kind == POSITION else cell.silent_permille
    if permille < parameters.deaf_permille or lost.devices < parameters.deaf_devices:
        return 0
    usual_ms = lost.usual_s * 10 * parameters.deaf_percent
    return min(max(usual_ms, parameters.loss_moved_ms), parameters.loss_rest_ms)


def weigh(desk: Desk, force: Force, kind: str, known: Known | Standing) -> Weight:
    """Return what a loss is to be told as now; `known` is what the memory said when it opened."""
    state, parameters = desk.state, force.parameters
    if _is_odd(desk) or not _is_right(state, force):
        return CALLS
    since_ms = max(state.placed_ms if kind == POSITION else state.heard_ms, state.regained_ms)
    longest_ms = since_ms + parameters.loss_rest_ms
    if kind == POSITION and rests(state, force, desk.at_ms):
        return Weight(RECORDED, longest_ms) if desk.at_ms < longest_ms else CALLS
    if _is_at_stake(state, force):
        return CALLS
    quiet_ms = since_ms + known.usual_ms
    moved_ms = state.loss.stirred_ms if kind == POSITION and state.loss is not None else 0
    if moved_ms:
        quiet_ms = max(quiet_ms, moved_ms + parameters.loss_moved_ms)
    if desk.at_ms < quiet_ms:
        return Weight(RECORDED, quiet_ms)
    return Weight(NOTICE, longest_ms) if moved_ms and known.common and desk.at_ms < longest_ms else CALLS


def _is_odd(desk: Desk) -> bool:
    """Say whether anything else stands that somebody has to look at."""
    return any(kind not in _HARMLESS for kind in desk.standing)


def _is_right(state: PersonState, force: Force) -> bool:
    """Say whether the last places left the person on the right side of every zone that binds now."""
    threshold_mn = force.parameters.threshold_mn
    if not state.judged.used_lat:
        return False  # nobody knows where the device has been since the order began
    for bound, zone in zip(state.judged.zones, force.zones, strict=False):
        right_mn = bound.belief if zone.kind is ZoneKind.INCLUSION else -bound.belief
        if bound.binds and right_mn < threshold_mn:
            return False
    return True


def _is_at_stake(state: PersonState, force: Force) -> bool:
    """Say whether who moves unseen may leave a zone that binds, or is near one he must not enter."""
    judged = state.judged
    for index, bound in enumerate(judged.zones):
        if not bound.binds:
            continue
        if force.zones[index].kind is ZoneKind.INCLUSION:
            return True
        shape = force.shapes[index]
        distance_cm = shape.measure(*shape.locate(judged.used_lat, judged.used_lon))
        if -distance_cm < force.parameters.loss_near_cm:
            return True
    return False
