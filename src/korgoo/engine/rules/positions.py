"""Positions that do not fit: made up, frozen, jumping, or against what other senses say.

Runs after the sorted lane has taken the fix: `say` is how it took it. None of these counts against the
person by itself: receivers and networks do all of it, and so do people; a person has to look.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from korgoo.engine import ring as rings
from korgoo.engine.findings import Reason
from korgoo.engine.ground import offset
from korgoo.engine.rows import Motion, Source
from korgoo.engine.rules.suspicion import suspect, trust

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.force import Force
    from korgoo.engine.judged import Judged
    from korgoo.engine.ring import Fix
    from korgoo.engine.rules.seen import Seen

MOCK: Final = "position.mock"
FROZEN: Final = "position.frozen"
JUMPING: Final = "position.jumping"
SPOOFED: Final = "position.spoofed"
KINDS: Final = (MOCK, FROZEN, JUMPING, SPOOFED)


def observe(
    desk: Desk, force: Force, seen: Seen, fix: Fix, *, say: str, before: tuple[int, int, int]
) -> None:
    """Judge how one position fits; `before` is (ms, lat, lon) of the last one used, 0 ms = none."""
    parameters, at_ms = force.parameters, fix.at_ms
    if fix.code & rings.PLACELESS:
        return
    doubts, evidence = parameters.doubt_times, desk.point_at(seen.observation, at_ms)
    if seen.observation.mock:
        suspect(desk, MOCK, Reason.MOCKED, at_ms, times=doubts, evidence=evidence)
        return
    if seen.observation.source is Source.CELL:
        _compare_with_cell(desk, force, seen, fix, before)
        return
    trust(desk, MOCK, Reason.PLAUSIBLE_AGAIN, at_ms, times=doubts)
    if say == "held:network.contradicts":
        span_ms = parameters.frozen_ms
        suspect(desk, FROZEN, Reason.FROZEN, at_ms, times=doubts, span_ms=span_ms, evidence=evidence)
    elif fix.code & rings.NETWORKED:
        trust(desk, FROZEN, Reason.PLAUSIBLE_AGAIN, at_ms, times=doubts)
    if say == "held:jump":
        suspect(desk, JUMPING, Reason.JUMPING, at_ms, times=doubts, evidence=evidence)
    elif say.startswith("used"):
        trust(desk, JUMPING, Reason.PLAUSIBLE_AGAIN, at_ms, times=parameters.calm_times)
    _compare_with_senses(desk, force, seen, fix, before)


def _compare_with_senses(
    desk: Desk, force: Force, seen: Seen, fix: Fix, before: tuple[int, int, int]
) -> None:
    """Compare a satellite position with the home unit's radio and with the motion sensor."""
    parameters = force.parameters
    sense = _contradiction(force, seen, fix, before)
    if sense:
        suspect(
            desk,
            SPOOFED,
            Reason.SPOOFED,
            fix.at_ms,
            times=parameters.doubt_times,
            span_ms=parameters.spoof_ms,
            params={"sense": sense},
            evidence=desk.point_at(seen.observation, fix.at_ms),
        )
    elif _could_contradict(seen, fix):
        trust(desk, SPOOFED, Reason.PLAUSIBLE_AGAIN, fix.at_ms, times=parameters.calm_times)


def _could_contradict(seen: Seen, fix: Fix) -> bool:
    return rings.heard(fix.code) >= 0 or seen.observation.motion is Motion.STILL


def _contradiction(force: Force, seen: Seen, fix: Fix, before: tuple[int, int, int]) -> str:
    """Return which sense says otherwise: "radio", "motion", or ""."""
    if fix.code & rings.NETWORKED:
        return ""  # networks are often wrong by themselves
    slack_cm = force.parameters.spoof_slack_cm + 3 * fix.sigma_cm
    heard = rings.heard(fix.code)
    if heard >= 0:
        shape = force.shapes[heard]
        x_cm, y_cm = shape.locate(fix.lat_e7, fix.lon_e7)
        if shape.measure(x_cm, y_cm) < -slack_cm:
            return "radio"
    before_ms, lat_e7, lon_e7 = before
    still = seen.observation.motion is Motion.STILL and before_ms and fix.at_ms > before_ms
    return "motion" if still and _apart(lat_e7, lon_e7, fix) > slack_cm else ""


def _compare_with_cell(desk: Desk, force: Force, seen: Seen, fix: Fix, before: tuple[int, int, int]) -> None:
    """A third of cell positions lie outside their own radius: only many in a row say something."""
    parameters = force.parameters
    before_ms, lat_e7, lon_e7 = before
    if not before_ms or not lat_e7 or abs(fix.at_ms - before_ms) > parameters.cell_age_ms:
        return
    limit_cm = parameters.cell_slack_cm + 3 * (seen.observation.accuracy_cm or parameters.network_default_cm)
    if _apart(lat_e7, lon_e7, fix) > limit_cm:
        suspect(
            desk,
            SPOOFED,
            Reason.SPOOFED,
            fix.at_ms,
            times=parameters.cell_times,
            span_ms=parameters.frozen_ms,
            params={"sense": "network"},
            evidence=desk.point_at(seen.observation, fix.at_ms),
        )
    else:
        trust(desk, SPOOFED, Reason.PLAUSIBLE_AGAIN, fix.at_ms, times=1)


def _apart(lat_e7: int, lon_e7: int, fix: Fix) -> int:
    east_cm, north_cm = offset(lat_e7, lon_e7, fix.lat_e7, fix.lon_e7)
    return math.isqrt(east_cm * east_cm + north_cm * north_cm)


def last_used(judged: Judged) -> tuple[int, int, int]:
    """Return (ms, lat, lon) of the last position that decisions used."""
    return judged.used_ms, judged.used_lat, judged.used_lon
