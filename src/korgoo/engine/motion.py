"""Motion: what a device says of its own movement, as evidence for or against having left a place.

Nobody leaves without moving. A motion sensor that has shown that it works and says *still*, or a receiver's
own speed of nought, denies what wandering positions say (ADR 0200); a step outward that the device itself
speaks for is believed sooner.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from korgoo.engine import ring
from korgoo.engine.ground import offset
from korgoo.engine.plan import ZoneKind

if TYPE_CHECKING:
    from korgoo.engine.belief import ZoneBelief
    from korgoo.engine.force import Force
    from korgoo.engine.judged import Judged
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.ring import Fix


FOOT: Final = ring.STILL | ring.ON_FOOT
"""Whoever says so goes no farther than people walk."""

UNSEEN: Final = ring.NETWORKED | ring.PLACELESS | ring.IGNORED
"""No satellites tell the place: that a sensor says walking is then all that speaks for a walk."""

# How a fix was taken, with the sense by which a device denies that it has left.
LIES_STILL: Final = "used:motion.still"
IN_PLACE: Final = "used:motion.in_place"
NOUGHT: Final = "used:speed.nought"
DENIED: Final = (LIES_STILL, NOUGHT)

TELLS: Final = ring.STILL | ring.RESTING | ring.MOVING
"""Any word of motion or speed, also that there is none: what stirs or speeds says that it moves, or rests."""


def follow(judged: Judged, at_ms: int, code: int) -> None:
    """Keep when the device last spoke of movement, and by what; a fix without a place counts too."""
    if code & TELLS:
        judged.told_ms = at_ms
        moves = bool(code & ring.MOVING)
        if moves and judged.moves:
            judged.going_ms = at_ms
        judged.moves = moves
    if code & ring.MOVING:
        if code & ring.ON_FOOT and code & UNSEEN:
            judged.walked_ms = at_ms
        else:
            judged.moved_ms = at_ms
    if code & ring.STIRRED:
        judged.sensed_ms = at_ms
    if code & ring.SPED:
        judged.sped_ms = at_ms


def stayed(judged: Judged, force: Force, index: int, fix: Fix) -> str:
    """Return by what the device denies that it left a zone in which it was not believed outside; "" = not.

    Only an inclusion zone is denied to have been left. What is returned says how the fix is taken.

    It denies it while nothing has spoken of movement since shortly before the first fix outside, for
    `still_hold_ms` at the longest, and for `leap_hold_ms` where satellites tell one great step: a ride may
    begin and end between two fixes. A sense that denies it alone must have spoken of movement within
    `witness_ms`: a sensor that is stuck, or a speed that is always nought, proves nothing. A sensor's
    *walking* without satellites is no such word, nor is any where nobody knows the side: then a network's
    place that does not go on waits for `foot_hold_ms` (ADR 340). Forbidden places are judged without this:
    there one alarm too many is the smaller harm, and it has to end soon.
    """
    zone, parameters = judged.zones[index], force.parameters
    if zone.verdict < 0 or force.zones[index].kind is not ZoneKind.INCLUSION:
        return ""
    at_ms = fix.at_ms
    began_ms = zone.turn_ms or at_ms
    lead_ms = began_ms - parameters.still_lead_ms
    if at_ms - began_ms >= parameters.still_hold_ms or judged.moved_ms > lead_ms:
        return ""
    if zone.verdict == 0 or judged.walked_ms > lead_ms:
        return IN_PLACE if _stands(zone, fix) and at_ms - began_ms < parameters.foot_hold_ms else ""
    if has_ridden(zone, fix, parameters):
        return ""
    still, rests = bool(fix.code & ring.STILL), bool(fix.code & ring.RESTING)
    spoke_ms = judged.sensed_ms if still else judged.sped_ms
    works = at_ms - spoke_ms < parameters.witness_ms
    if (still and rests) or ((still or rests) and works):  # two senses that say the same need no witness
        return LIES_STILL if still else NOUGHT
    return ""


def has_ridden(zone: ZoneBelief, fix: Fix, parameters: Parameters) -> bool:
    """Say whether satellites have told of a leap outward for so long that it was a ride between two fixes."""
    held_ms = fix.at_ms - zone.leapt_ms
    return bool(zone.leapt_ms) and held_ms >= parameters.leap_hold_ms and not fix.code & ring.NETWORKED


def _stands(zone: ZoneBelief, fix: Fix) -> bool:
    """Say whether a network tells one and the same place, of a device at rest or said to walk.

    Sensors misread rest as walking for minutes, and wrong Wi-Fi places last minutes too (noise.md). Whoever
    truly walks out is told at another place by the next fix; satellites are believed at once.
    """
    return bool(fix.code & ring.NETWORKED and fix.code & FOOT) and not zone.strode


def follow_strides(
    judged: Judged, zone: ZoneBelief, fix: Fix, x_cm: int, y_cm: int, *, parameters: Parameters
) -> None:
    """Keep the first place outside that a network tells in this turn, and whether a later one is a walk away.

    A place that was held for `still_hold_ms` already has waited long enough.
    """
    if not zone.turn_ms or zone.strayed_ms < zone.turn_ms:
        zone.strayed_ms, zone.strayed_x, zone.strayed_y = fix.at_ms, x_cm, y_cm
        doubted_ms = judged.doubted_ms or fix.at_ms
        zone.strode = fix.at_ms - doubted_ms >= parameters.still_hold_ms
    else:
        off_x, off_y = x_cm - zone.strayed_x, y_cm - zone.strayed_y
        zone.strode |= off_x * off_x + off_y * off_y >= parameters.stride_cm**2


def cannot_be_there(judged: Judged, fix: Fix, parameters: Parameters) -> str:
    """Return why nobody gets from the last used position to where a network tells; "" = he may.

    Wrong Wi-Fi places last minutes and agree with themselves (noise.md); a device that has not been moved is
    where it was, and who walks gets no farther than people walk. What repeats the first such place is held
    with it, for no longer than `still_hold_ms` and `foot_hold_ms`: a ride can read as still or as walking.
    """
    if not judged.used_lat or judged.rode:
        return ""
    errors_cm = fix.sigma_cm + judged.used_sigma
    walked_ms = (judged.doubted_ms or fix.at_ms) - judged.used_ms
    if judged.stirred:
        reach_cm, hold_ms = walked_ms * parameters.foot_cms // 1000 + 2 * errors_cm, parameters.foot_hold_ms
    else:
        reach_cm, hold_ms = parameters.still_reach_cm + errors_cm, parameters.still_hold_ms
    east_cm, north_cm = offset(judged.used_lat, judged.used_lon, fix.lat_e7, fix.lon_e7)
    if east_cm * east_cm + north_cm * north_cm <= reach_cm * reach_cm:
        return ""
    judged.doubted_ms = judged.doubted_ms or fix.at_ms
    if fix.at_ms - judged.doubted_ms >= hold_ms:
        return ""
    return "held:motion.foot" if judged.stirred else "held:motion.still"


def is_back(judged: Judged, force: Force, fix: Fix) -> bool:
    """Say whether a place is the home where the person is believed: he need not get there.

    A burst of wrong satellites was the last used position then; the home behind it is no news. But satellites
    that go on telling where he is are no burst: a network calls nobody back twice within `still_hold_ms`. Nor
    is a district a home, nor any place news about another zone: all that is believed has to agree, but for
    a zone out of which a network alone has put him: what came without a move goes without one (ADR 0441).
    """
    if judged.back_ms and fix.at_ms - judged.back_ms < force.parameters.still_hold_ms:
        return False
    at_home = False
    for index, zone in enumerate(judged.zones):
        if not zone.verdict:
            continue
        shape = force.shapes[index]
        within = shape.measure(*shape.locate(fix.lat_e7, fix.lon_e7)) >= 0
        home = within and index in force.learners and force.zones[index].kind is ZoneKind.INCLUSION
        agrees = within == (zone.verdict > 0)
        if not agrees and not (home and was_put_out(judged, zone, fix.at_ms, force.parameters)):
            return False
        at_home |= home
    if at_home:
        judged.back_ms = fix.at_ms
    return at_home


def was_put_out(judged: Judged, zone: ZoneBelief, at_ms: int, parameters: Parameters) -> bool:
    """Say whether a network alone has put him where he is believed, within `put_out_ms`.

    No satellites have told a place since, and the device of no ride, nor of a walk that satellites place.
    """
    seen_ms = max(judged.satellite_ms, judged.moved_ms + parameters.still_lead_ms)
    return seen_ms < zone.side_ms and at_ms - zone.side_ms < parameters.put_out_ms


def leaps(judged: Judged, fix: Fix, parameters: Parameters) -> bool:
    """Say whether the fix is so far from the last used one that only a ride, or an error, explains it."""
    if not judged.used_lat or fix.code & ring.PLACELESS:
        return False
    east_cm, north_cm = offset(judged.used_lat, judged.used_lon, fix.lat_e7, fix.lon_e7)
    return east_cm * east_cm + north_cm * north_cm > parameters.resting_jump_cm**2


def follow_leap(judged: Judged, force: Force, index: int, x_cm: int, y_cm: int, *, at_ms: int) -> bool:
    """Keep when the place first leapt away from one zone and say whether it does; a leap back takes it back.

    A leap inward that ends well outside takes nothing back: one place half way home among dozens that agree
    had kept a ride to a friend's from being found for as long as a device may deny it.
    """
    zone, leap_cm = judged.zones[index], force.parameters.leap_cm
    outward_cm = _step_outward(judged, force, index, x_cm, y_cm)
    if outward_cm > leap_cm:
        zone.leapt_ms = zone.leapt_ms or at_ms
    elif outward_cm < -leap_cm and -force.shapes[index].measure(x_cm, y_cm) <= leap_cm // 2:
        zone.leapt_ms = 0
    return outward_cm > leap_cm


def leaves(judged: Judged, force: Force, index: int, x_cm: int, y_cm: int) -> bool:
    """Say whether the fix lies farther outside than the last used one: a step outward."""
    if not judged.used_lat:
        return False
    return _step_outward(judged, force, index, x_cm, y_cm) >= force.parameters.moving_step_cm


def _step_outward(judged: Judged, force: Force, index: int, x_cm: int, y_cm: int) -> int:
    """Return how much farther from the middle of a zone this place is than the last used one, cm."""
    shape = force.shapes[index]
    outer = shape.outer
    x0, y0 = shape.locate(judged.used_lat, judged.used_lon)
    before_cm = math.isqrt((x0 - outer.x_cm) ** 2 + (y0 - outer.y_cm) ** 2)
    return math.isqrt((x_cm - outer.x_cm) ** 2 + (y_cm - outer.y_cm) ** 2) - before_cm
