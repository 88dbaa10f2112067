"""Mute devices: of those that tell neither motion nor speed, places alone say whether somebody moves.

A walk goes on; what wanders creeps, and a burst of wrong places leaps and then stands (noise.md). So a place
outside the home is believed when the next ones are a walk away from it, and one that is not waits (ADR 0385).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from korgoo.engine import ring
from korgoo.engine.plan import ZoneKind

if TYPE_CHECKING:
    from korgoo.engine.belief import ZoneBelief
    from korgoo.engine.force import Force
    from korgoo.engine.judged import Judged
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.ring import Fix

UNTOLD: Final = "used:motion.untold"
"""How a place is taken that waits, as evidence says it."""


def is_mute(judged: Judged, at_ms: int, parameters: Parameters) -> bool:
    """Say whether the device has told nothing of motion or speed for so long that it does not."""
    return not judged.told_ms or at_ms - judged.told_ms >= parameters.witness_ms


def follow_course(judged: Judged, force: Force, index: int, fix: Fix, here: tuple[int, int]) -> None:
    """Keep whether the places of this turn, all outside, have gone on as somebody does who leaves.

    A course is measured from a place outside that is at most `course_ms` old. One quick step alone is none:
    places that leap come down in two steps now and then.
    """
    zone, parameters = judged.zones[index], force.parameters
    if zone.turn_ms:
        zone.strode = zone.strode or _goes_on(judged, force, index, fix, here)
        if fix.at_ms - zone.strayed_ms < parameters.course_ms:
            return
    else:
        zone.strode = False
    zone.strayed_ms, (zone.strayed_x, zone.strayed_y) = fix.at_ms, here


def _goes_on(judged: Judged, force: Force, index: int, fix: Fix, here: tuple[int, int]) -> bool:
    zone, parameters = judged.zones[index], force.parameters
    before = force.shapes[index].locate(judged.used_lat, judged.used_lon)
    begun = (zone.strayed_x, zone.strayed_y)
    elapsed_ms = fix.at_ms - judged.used_ms
    least_cm = min(parameters.moving_step_cm, elapsed_ms * parameters.moving_cms // 1000)
    return (
        _apart(begun, here) >= parameters.course_cm
        and _apart(before, here) >= least_cm
        and (elapsed_ms >= 2 * parameters.tau_ms or _apart(begun, before) >= least_cm)
    )


def _apart(one: tuple[int, int], other: tuple[int, int]) -> int:
    return math.isqrt((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2)


def wanders(zone: ZoneBelief, force: Force, index: int, fix: Fix) -> bool:
    """Say whether a place outside waits: nobody has been seen to go there.

    A ride between two fixes is as likely as a burst of satellites: it waits for as long as most bursts last.
    """
    if zone.verdict <= 0 or zone.strode or force.zones[index].kind is not ZoneKind.INCLUSION:
        return False
    parameters = force.parameters
    hold_ms = parameters.foot_hold_ms if fix.code & ring.NETWORKED else parameters.course_hold_ms
    return fix.at_ms - (zone.turn_ms or fix.at_ms) < hold_ms
