"""The sorted lane: what the fixes of one person, in the order of their time, say about the conditions.

A pure function of the plan in force, the set of fixes and the horizon, whatever order they arrived in.
`apply` takes the next fix, `advance` lets the clock decide (windows that open, grace that ends, evidence
that runs out); both append `Change`s.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine import belief as beliefs
from korgoo.engine import edges, motion, mute, ring, tables
from korgoo.engine.belief import ZoneBelief
from korgoo.engine.conditions import expire, judge_conditions, next_due, rebind
from korgoo.engine.findings import Reason
from korgoo.engine.geometry import locate
from korgoo.engine.judged import Change, Judged, Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.force import Force
    from korgoo.engine.ring import Fix

LONG_MS: Final = 86_400_000
"""Longer than any correlation of errors: the first fix is a whole observation."""


def begin(force: Force, at_ms: int, previous: tuple[Judged, Force] | None, changes: list[Change]) -> Judged:
    """Start judging under a plan.

    Belief and open findings of every condition that still means the same are kept.
    """
    judged = Judged(clock_ms=at_ms)
    old: dict[str, tuple[ZoneBelief, int]] = {}
    grounds = old_grounds = tuple[bytes, ...]()
    if previous is not None:
        before, before_force = previous
        grounds, old_grounds = force.name_grounds(), before_force.name_grounds()
        judged = msgspec.structs.replace(before, clock_ms=at_ms, due_ms=0, zones=[])
        old = {zone.id: (before.zones[i], i) for i, zone in enumerate(before_force.zones)}
    for index, zone in enumerate(force.zones):
        kept = old.pop(zone.id, None)
        judged.zones.append(ZoneBelief())
        if kept is None or previous is None:
            continue
        carried, old_index = kept
        kind = previous[1].finding_kinds[old_index]
        if grounds[index] == old_grounds[old_index]:
            judged.zones[index] = carried
        if kind == force.finding_kinds[index]:
            judged.zones[index].open_ms = carried.open_ms
            judged.zones[index].doubt = carried.doubt  # a changed ground leaves it open: doubt is told below
            judged.zones[index].edge_ms, judged.zones[index].near_cm = carried.edge_ms, carried.near_cm
            judged.zones[index].risen, judged.zones[index].unseen = carried.risen, carried.unseen
        elif carried.open_ms:
            changes.append(Change("close", zone.id, kind, at_ms, at_ms, Reason.ORDER_CHANGED))
            judged.zones[index].open_ms = judged.zones[index].edge_ms = 0
        judged.zones[index].grace_due_ms = 0
    if previous is not None:
        for zone_id, (gone, i) in old.items():
            if gone.open_ms:
                kind = previous[1].finding_kinds[i]
                changes.append(Change("close", zone_id, kind, at_ms, at_ms, Reason.ORDER_CHANGED))
    rebind(judged, force, at_ms, everything=True)
    judge_conditions(judged, force, at_ms, changes)
    judged.due_ms = next_due(judged, force)
    return judged


def advance(judged: Judged, force: Force, to_ms: int, changes: list[Change]) -> None:
    """Let the clock decide up to and including `to_ms`: every due moment in its order."""
    while True:
        due_ms = next_due(judged, force)
        if not due_ms or due_ms > to_ms:
            judged.due_ms = due_ms
            return
        if all(zone.verdict == 0 and zone.open_ms == 0 for zone in judged.zones):
            # Nothing is believed, so windows may open and close unwatched: one look at the end is enough.
            judged.clock_ms = max(judged.clock_ms, due_ms)
            rebind(judged, force, to_ms)
            continue
        judged.clock_ms = max(judged.clock_ms, due_ms)
        rebind(judged, force, due_ms)
        expire(judged, force, due_ms)
        judge_conditions(judged, force, due_ms, changes)


def apply(
    judged: Judged,
    force: Force,
    fix: Fix,
    changes: list[Change],
    *,
    trace: Trace | None = None,
    settled: Sequence[bool] | None = None,
) -> str:
    """Judge the next fix in the order of time; return how it was taken: used, repeated, held or ignored.

    `settled` marks zones whose saturated belief the fix confirms, as screening has shown: there only the
    scatter has something to learn.
    """
    at_ms, code = fix.at_ms, fix.code
    if judged.due_ms and judged.due_ms <= fix.at_ms:
        advance(judged, force, at_ms, changes)
    judged.clock_ms = at_ms
    judged.stirred |= not code & ring.STILL
    judged.rode |= not code & motion.FOOT
    motion.follow(judged, at_ms, code)
    say = _admit(judged, force, fix)
    if say:
        _note_unused(judged, fix, trace, say)
        return say
    elapsed_ms = at_ms - judged.used_ms if judged.used_ms else LONG_MS
    if not tables.independence(elapsed_ms, force.parameters.tau_ms):
        return "repeated"  # the same observation once more; time goes on counting from the one before
    if elapsed_ms > force.hold_ms:
        settled = None
    heard = ring.heard(code)
    leaps = motion.leaps(judged, fix, force.parameters)
    for index in range(len(judged.zones)) if trace is None else trace.followed(len(judged.zones)):
        if settled is not None and settled[index]:
            _confirm_zone(judged, force, index, fix, elapsed_ms, heard=heard)
        elif index == heard or not code & ring.PLACELESS:
            _weigh_zone(judged, force, index, fix, elapsed_ms, heard=heard, leaps=leaps, trace=trace)
    judged.used_ms = at_ms
    if not code & ring.PLACELESS:
        judged.stirred, judged.rode = not code & ring.STILL, not code & motion.FOOT
        judged.doubted_ms = 0
        judged.used_lat, judged.used_lon, judged.used_sigma = fix.lat_e7, fix.lon_e7, fix.sigma_cm
        if not code & ring.NETWORKED:
            judged.satellite_ms = at_ms
    judge_conditions(judged, force, at_ms, changes)
    judged.due_ms = next_due(judged, force)
    return "used"


def _note_unused(judged: Judged, fix: Fix, trace: Trace | None, say: str) -> None:
    if trace is not None:
        for index, zone in enumerate(judged.zones):
            trace.note(index, fix, distance_cm=None, sigma_cm=fix.sigma_cm, belief=zone.belief, say=say)


def _confirm_zone(judged: Judged, force: Force, index: int, fix: Fix, elapsed_ms: int, *, heard: int) -> None:
    """Take a fix that confirms a saturated belief: only the scatter has something to learn."""
    if index != heard and index in force.learners and judged.zones[index].verdict > 0:
        x_cm, y_cm = force.shapes[index].locate(fix.lat_e7, fix.lon_e7)
        beliefs.learn_scatter(judged.zones[index], [(x_cm, y_cm, elapsed_ms)], force.parameters)


def _admit(judged: Judged, force: Force, fix: Fix) -> str:
    """Return "" if decisions may use the fix, else held or ignored with the reason."""
    if fix.code & ring.IGNORED:
        return "ignored:" + ring.reason(fix.code)
    if fix.code & ring.PLACELESS:
        return "" if ring.heard(fix.code) >= 0 else "ignored:beacon.unknown"
    networked = bool(fix.code & ring.NETWORKED)
    held = motion.cannot_be_there(judged, fix, force.parameters) if networked else ""
    if held and not motion.is_back(judged, force, fix):
        return held
    used = (judged.used_ms, judged.used_lat, judged.used_lon, judged.used_sigma)
    if not judged.used_ms or not judged.used_lat or _reachable(used, fix, force):
        if not networked:
            judged.held_ms = 0  # a frozen network position says nothing against what satellites saw
        return ""
    if networked and judged.satellite_ms and fix.at_ms - judged.satellite_ms < force.hold_ms:
        return "held:network.contradicts"
    return _hold_jump(judged, force, fix)


def _hold_jump(judged: Judged, force: Force, fix: Fix) -> str:
    """Hold a fix that nobody can have reached until a second one agrees with it."""
    held = (judged.held_ms, judged.held_lat, judged.held_lon, judged.held_sigma)
    if judged.held_ms and _reachable(held, fix, force):
        judged.held_ms = 0  # a second fix agrees with the one that jumped: it is there
        return ""
    judged.held_ms, judged.held_lat, judged.held_lon = fix.at_ms, fix.lat_e7, fix.lon_e7
    judged.held_sigma = fix.sigma_cm
    return "held:jump"


def _reachable(since: tuple[int, int, int, int], fix: Fix, force: Force) -> bool:
    """Say whether a person can have come from (ms, lat, lon, error scale) to the fix: at `jump_speed_cms`."""
    since_ms, lat_e7, lon_e7, sigma_cm = since
    parameters = force.parameters
    reach_cm = (fix.at_ms - since_ms) * parameters.jump_speed_cms // 1000 + parameters.jump_slack_cm
    reach_cm += (fix.sigma_cm + sigma_cm) * 3
    north, east = abs(fix.lat_e7 - lat_e7), abs(fix.lon_e7 - lon_e7)
    if (north + east) * 9 // 8 <= reach_cm:  # 1e-7 degree is 1.11 cm at most: surely near
        return True
    if force.shapes:
        x0, y0 = force.shapes[0].locate(lat_e7, lon_e7)
        x1, y1 = force.shapes[0].locate(fix.lat_e7, fix.lon_e7)
        return math.isqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) <= reach_cm
    return False


def _weigh_zone(
    judged: Judged,
    force: Force,
    index: int,
    fix: Fix,
    elapsed_ms: int,
    *,
    heard: int,
    leaps: bool,
    trace: Trace | None,
) -> None:
    """Let one fix move the belief about one zone."""
    zone, shape, parameters = judged.zones[index], force.shapes[index], force.parameters
    at_ms, _, lat_e7, lon_e7, sigma_cm, code = fix
    x_cm, y_cm = locate(shape.frame, lat_e7, lon_e7)
    if index == heard:
        distance_cm, sigma_cm = shape.radius_cm, 1  # the home unit hears the bracelet: it is there
    else:
        sigma_cm = beliefs.error_scale(zone, sigma_cm, parameters, moving=bool(code & ring.MOVING))
        if trace is not None:
            distance_cm = shape.measure(x_cm, y_cm)
        else:
            distance_cm = shape.measure(x_cm, y_cm, max(tables.enough(sigma_cm), edges.enough(zone)))
    before_mn = beliefs.fade(zone.belief, elapsed_ms, force.hold_ms, parameters)
    moving, stayed, away = False, "", False
    if distance_cm >= 0:
        zone.leapt_ms = 0
    else:
        if leaps:
            away = motion.follow_leap(judged, force, index, x_cm, y_cm, at_ms=at_ms)
        moving = bool(code & ring.MOVING) and motion.leaves(judged, force, index, x_cm, y_cm)
        stayed = _waits(judged, force, index, fix, (x_cm, y_cm))
    still = bool(code & ring.STILL) or (bool(code & ring.RESTING) and (leaps or bool(stayed)))
    still = still and not motion.has_ridden(zone, fix, parameters)  # what it denies was a ride
    zone.belief = belief_mn = beliefs.weigh(
        before_mn,
        distance_cm,
        sigma_cm,
        elapsed_ms,
        parameters,
        still=still and zone.verdict >= 0,  # a false exit must not hide a true one
        denied=stayed in motion.DENIED and not zone.leapt_ms,
        alone=bool(stayed) or at_ms - zone.crossed_ms < parameters.agree_ms,
        moving=moving,
    )
    _follow(zone, before_mn, at_ms, parameters.saturation_mn)
    edges.follow(judged, force, index, distance_cm, at_ms, leaps=away and not code & ring.NETWORKED)
    verdict = beliefs.decide(zone, parameters)
    if verdict != zone.verdict:
        zone.side_ms, zone.turn_ms = zone.turn_ms or at_ms, 0
        zone.verdict = verdict
    if abs(belief_mn) == parameters.saturation_mn:
        zone.leapt_ms = 0  # the way back may be settled by screening, which looks at no leap
    zone.known_ms = 0
    if index != heard and verdict > 0 and index in force.learners:
        beliefs.learn_scatter(zone, [(x_cm, y_cm, elapsed_ms)], parameters)
    if trace is not None:
        say = _sense(fix, heard=index == heard, still=still, stayed=stayed, moving=moving)
        trace.note(index, fix, distance_cm=distance_cm, sigma_cm=sigma_cm, belief=belief_mn, say=say)


def _waits(judged: Judged, force: Force, index: int, fix: Fix, here: tuple[int, int]) -> str:
    """Return why what a place outside says has to wait, "" = it need not: it is denied, or does not go on."""
    zone, parameters = judged.zones[index], force.parameters
    if mute.is_mute(judged, fix.at_ms, parameters):
        mute.follow_course(judged, force, index, fix, here)
        return mute.UNTOLD if mute.wanders(zone, force, index, fix) else ""
    if zone.verdict >= 0 and fix.code & ring.NETWORKED:
        motion.follow_strides(judged, zone, fix, *here, parameters=parameters)
    return motion.stayed(judged, force, index, fix)


def _sense(fix: Fix, *, heard: bool, still: bool, stayed: str, moving: bool) -> str:
    """Return how a used fix was taken, with the sensor that spoke: what holds belief comes first."""
    if heard:
        return "used:beacon"
    if stayed:
        return stayed
    if still:
        return motion.LIES_STILL if fix.code & ring.STILL else motion.NOUGHT
    return "used:motion.outward" if moving else "used"


def _follow(zone: ZoneBelief, before_mn: int, at_ms: int, saturation_mn: int) -> None:
    """Remember the fix from which the evidence turns against the believed side: a finding began there."""
    move_mn = zone.belief - before_mn
    if abs(zone.belief) == saturation_mn and zone.belief * zone.verdict > 0:
        zone.turn_ms = 0
    elif move_mn and (zone.verdict == 0 or move_mn * zone.verdict < 0):
        if zone.turn_ms == 0 or (zone.verdict == 0 and move_mn * before_mn < 0):
            zone.turn_ms = at_ms
    elif move_mn:
        zone.turn_ms = 0
    if zone.belief * before_mn < 0 or (before_mn == 0 and zone.belief):
        zone.crossed_ms = zone.turn_ms or at_ms
