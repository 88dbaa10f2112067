"""Steadiness: satellites that stand as still as they never do here, while the wearer walks.

Steps alone contradict no position: people walk at home, on a treadmill, behind a counter. But at home the
device has shown how far its places wander, and wander they do whoever walks beneath a roof. Where for ten
minutes not one of them leaves a spot of a few metres that is far narrower than that, and the sensor
speaks of walking meanwhile, the signal does not come from the sky: a transmitter at the wearer's side is
steady wherever he goes (ADR 0380).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from korgoo.engine import ring as rings
from korgoo.engine.findings import Reason
from korgoo.engine.ground import is_within
from korgoo.engine.rows import Motion, Source
from korgoo.engine.rules.suspicion import suspect, trust
from korgoo.engine.state import Spot

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.force import Force
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.ring import Fix
    from korgoo.engine.rules.seen import Seen
    from korgoo.engine.state import PersonState

SPOOFED: Final = "position.spoofed"
SENSE: Final = "steps"
SATELLITES: Final = (None, Source.GPS)
"""Sources whose contradictions count: networks, and what is fused with them, are often wrong anyway."""
AFOOT: Final = frozenset({Motion.WALKING, Motion.RUNNING, Motion.CYCLING})
"""Ways to move by one's own strength: no vehicle's jam explains them."""


def observe(desk: Desk, force: Force, seen: Seen, fix: Fix, *, moved_e7: int) -> None:
    """Judge a place that decisions have used; `moved_e7` is how far it is from the one used before it."""
    state, parameters = desk.state, force.parameters
    spot, motion = state.spot, seen.observation.motion
    heard = rings.heard(fix.code) >= 0
    if heard or seen.observation.source not in SATELLITES:
        if spot is not None and (heard or _is_near(spot, fix, parameters.spoof_slack_cm + 3 * fix.sigma_cm)):
            state.spot = None  # another sense says that he is there: he walks where he is
        return
    if spot is None or not _is_near(spot, fix, spot.limit_cm) or fix.at_ms - spot.last_ms > force.hold_ms:
        trust(desk, SPOOFED, Reason.PLAUSIBLE_AGAIN, fix.at_ms, times=parameters.calm_times, of=SENSE)
        begins = motion in AFOOT and is_short(moved_e7, parameters)
        state.spot = _mark(state, force, fix) if begins else None
        return
    spot.last_ms = fix.at_ms
    if motion in AFOOT and moved_e7:  # not a step: a receiver that repeats itself to the last digit holds it
        spot.steps += 1
    if spot.steps >= parameters.doubt_times and fix.at_ms - spot.since_ms >= parameters.steady_ms:
        suspect(
            desk,
            SPOOFED,
            Reason.STEADY,
            spot.since_ms,
            times=1,
            of=SENSE,
            params={"sense": "motion"},
            evidence=desk.point_at(seen.observation, fix.at_ms),
        )


def is_short(moved_e7: int, parameters: Parameters) -> bool:
    """Say whether a step of |lat| + |lon| in 1e-7 degree is so short that a spot may begin with it."""
    return moved_e7 <= parameters.steady_step_e7


def _mark(state: PersonState, force: Force, fix: Fix) -> Spot | None:
    """Return the spot that a place begins, as wide as this home allows.

    None where it is no home of which anything is known, or where places hardly ever wander: a receiver that
    is always steady proves nothing.
    """
    widest_cm, usual_cm = force.parameters.steady_cm, 0
    for index in force.learners:
        zone, shape = state.judged.zones[index], force.shapes[index]
        if zone.verdict > 0 and shape.measure(*shape.locate(fix.lat_e7, fix.lon_e7)) >= 0:
            own_cm = math.isqrt(zone.scatter2)
            usual_cm = min(usual_cm, own_cm) if usual_cm else own_cm
    limit_cm = min(widest_cm, usual_cm * force.parameters.steady_percent // 100)
    if limit_cm * 2 < widest_cm:
        return None
    return Spot(fix.lat_e7, fix.lon_e7, limit_cm, fix.at_ms, fix.at_ms)


def _is_near(spot: Spot, fix: Fix, limit_cm: int) -> bool:
    return is_within(spot.lat_e7, spot.lon_e7, fix.lat_e7, fix.lon_e7, limit_cm)
