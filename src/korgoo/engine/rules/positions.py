"""Positions that do not fit: made up, frozen, jumping, or against what other senses say.

Runs after the sorted lane has taken the fix: `say` is how it took it. None of these counts against the
person by itself: receivers and networks do all of it, and so do people; a person has to look.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from korgoo.engine import ring as rings
from korgoo.engine.findings import Reason
from korgoo.engine.ground import is_within, offset
from korgoo.engine.rows import Motion, Source
from korgoo.engine.rules import discord, steadiness
from korgoo.engine.rules.steadiness import SATELLITES, SPOOFED
from korgoo.engine.rules.suspicion import suspect, trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.engine.desk import Desk
    from korgoo.engine.force import Force
    from korgoo.engine.judged import Judged
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.ring import Fix
    from korgoo.engine.rows import Observation
    from korgoo.engine.rules.seen import Seen
    from korgoo.engine.state import PersonState

MOCK: Final = "position.mock"
FROZEN: Final = "position.frozen"
JUMPING: Final = "position.jumping"
KINDS: Final = (MOCK, FROZEN, JUMPING, SPOOFED)
FIRM: Final = 2
"""Positions that have to agree before a rest has an anchor, over `spoof_motion_ms`."""
_PLACELESS: Final = rings.PLACELESS | rings.IGNORED
"""A fix that tells decisions no place."""


def observe(
    desk: Desk, force: Force, seen: Seen, fix: Fix, *, say: str, before: tuple[int, int, int]
) -> None:
    """Judge how one position fits; `before` is (ms, lat, lon) of the last one used, 0 = none."""
    parameters, at_ms, device = force.parameters, fix.at_ms, seen.observation.device
    if fix.code & rings.PLACELESS or not force.watches(desk.at_ms):
        return
    doubts = parameters.doubt_times
    if seen.observation.mock:
        evidence = desk.point_at(seen.observation, at_ms)
        suspect(desk, MOCK, Reason.MOCKED, at_ms, times=doubts, of=device, evidence=evidence)
        return
    if seen.observation.source is Source.CELL:
        _compare_with_cell(desk, force, seen, fix)
        return
    trust(desk, MOCK, Reason.PLAUSIBLE_AGAIN, at_ms, times=doubts, of=device)
    if say == "held:network.contradicts":
        span_ms, evidence = parameters.frozen_ms, desk.point_at(seen.observation, at_ms)
        suspect(desk, FROZEN, Reason.FROZEN, at_ms, times=doubts, span_ms=span_ms, evidence=evidence)
    elif fix.code & rings.NETWORKED:
        trust(desk, FROZEN, Reason.PLAUSIBLE_AGAIN, at_ms, times=doubts)
    if say == "held:jump":
        evidence = desk.point_at(seen.observation, at_ms)
        suspect(desk, JUMPING, Reason.JUMPING, at_ms, times=doubts, evidence=evidence)
    elif say == "used":
        trust(desk, JUMPING, Reason.PLAUSIBLE_AGAIN, at_ms, times=parameters.calm_times)
    if seen.observation.source in SATELLITES and not fix.code & rings.IGNORED:
        _compare_with_radio(desk, force, seen, fix)
        _compare_with_rest(desk, force, seen, fix)
        _compare_with_ride(desk, force, seen, fix, before)
    moved_e7 = abs(fix.lat_e7 - before[1]) + abs(fix.lon_e7 - before[2])
    discord.observe(desk, force, seen, fix, moved_e7=moved_e7)
    if say == "used":
        steadiness.observe(desk, force, seen, fix, moved_e7=moved_e7)


def parks(moved_e7: int, parameters: Parameters) -> bool:
    """Say whether a vehicle that moved so little, |lat| + |lon| in 1e-7 degree, stands."""
    return moved_e7 <= parameters.spoof_parked_e7


def _compare_with_radio(desk: Desk, force: Force, seen: Seen, fix: Fix) -> None:
    """A home unit is heard over metres: satellites that are far from it are wrong, or made up."""
    heard = rings.heard(fix.code)
    if heard < 0:
        return
    shape = force.shapes[heard]
    distance_cm = shape.measure(*shape.locate(fix.lat_e7, fix.lon_e7))
    contradicts = distance_cm < -_slack(force.parameters, fix)
    _weigh_sense(desk, force, seen, fix, "radio", contradicts=contradicts, span_ms=force.parameters.spoof_ms)


def _compare_with_rest(desk: Desk, force: Force, seen: Seen, fix: Fix) -> None:
    """A device that has been at rest since its anchor is where the anchor was."""
    if seen.observation.motion is None:
        return
    contradicts = desk.state.still_fixes == FIRM and _left_anchor(desk.state, force, fix)
    span_ms = force.parameters.spoof_motion_ms
    _weigh_sense(desk, force, seen, fix, "motion", contradicts=contradicts, span_ms=span_ms)


def follow_rest(
    state: PersonState, force: Force, observation: Observation, fix: Fix | None, *, gap_ms: int = 0
) -> None:
    """Keep the place at which the present rest began; `gap_ms` since the position used before this one.

    Whatever moves, does not say that it rests, or was not heard of for longer than a fix speaks for the
    present, ends it. Positions have to agree for longer than spikes last and rides read as still.
    """
    if fix is None and observation.motion is None:
        return  # a status: nothing is said of motion
    if observation.motion is not Motion.STILL:
        state.still_fixes = 0
    elif fix is not None and observation.source in SATELLITES and not fix.code & _PLACELESS:
        agrees = state.still_fixes > 0 and gap_ms <= force.hold_ms and not _left_anchor(state, force, fix)
        if state.still_fixes == FIRM and gap_ms <= force.hold_ms:
            return
        if agrees:
            if fix.at_ms - state.still_ms >= force.parameters.spoof_motion_ms:
                state.still_fixes = FIRM
        else:
            state.still_lat, state.still_lon, state.still_ms = fix.lat_e7, fix.lon_e7, fix.at_ms
            state.still_fixes = 1


def _left_anchor(state: PersonState, force: Force, fix: Fix) -> bool:
    slack_cm = _slack(force.parameters, fix)
    return not is_within(state.still_lat, state.still_lon, fix.lat_e7, fix.lon_e7, slack_cm)


def _compare_with_ride(desk: Desk, force: Force, seen: Seen, fix: Fix, before: tuple[int, int, int]) -> None:
    """Whoever rides for half an hour does not stay where he was; a waiting engine is idle for less."""
    before_ms, lat_e7, lon_e7 = before
    if seen.observation.motion is None or not lat_e7 or fix.at_ms - before_ms > force.hold_ms:
        return
    rides = seen.observation.motion is Motion.VEHICLE
    if rides and parks(abs(fix.lat_e7 - lat_e7) + abs(fix.lon_e7 - lon_e7), force.parameters):
        suspect(
            desk,
            SPOOFED,
            Reason.SPOOFED,
            fix.at_ms,
            times=force.parameters.cell_times,
            span_ms=force.parameters.spoof_ride_ms,
            of="ride",
            params={"sense": "motion"},
            evidence=desk.point_at(seen.observation, fix.at_ms),
        )
    else:
        trust(desk, SPOOFED, Reason.PLAUSIBLE_AGAIN, fix.at_ms, times=1, of="ride")


def _weigh_sense(
    desk: Desk, force: Force, seen: Seen, fix: Fix, sense: str, *, contradicts: bool, span_ms: int
) -> None:
    """Count what one sense says against a position, or for it."""
    parameters = force.parameters
    if contradicts:
        suspect(
            desk,
            SPOOFED,
            Reason.SPOOFED,
            fix.at_ms,
            times=parameters.doubt_times,
            span_ms=span_ms,
            of=sense,
            params={"sense": sense},
            evidence=desk.point_at(seen.observation, fix.at_ms),
        )
    else:
        trust(desk, SPOOFED, Reason.PLAUSIBLE_AGAIN, fix.at_ms, times=parameters.calm_times, of=sense)


def _compare_with_cell(desk: Desk, force: Force, seen: Seen, fix: Fix) -> None:
    """A third of cell positions lie outside their own radius: only many in a row say something."""
    parameters = force.parameters
    last = next(_satellites(desk.state.ring), None)
    if last is None or fix.at_ms - last.at_ms > parameters.cell_age_ms:
        return
    limit_cm = parameters.cell_slack_cm + 3 * (seen.observation.accuracy_cm or parameters.network_default_cm)
    if _apart(last, fix) > limit_cm:
        suspect(
            desk,
            SPOOFED,
            Reason.SPOOFED,
            fix.at_ms,
            times=parameters.cell_times,
            span_ms=parameters.frozen_ms,
            apart_ms=parameters.frozen_ms,
            of="network",
            params={"sense": "network"},
            evidence=desk.point_at(seen.observation, fix.at_ms),
        )
    else:
        trust(desk, SPOOFED, Reason.PLAUSIBLE_AGAIN, fix.at_ms, times=1, of="network")


def _satellites(ring: bytearray) -> Iterator[Fix]:
    """Yield the satellites' positions of the ring, newest first."""
    unlike = _PLACELESS | rings.NETWORKED
    return (fix for fix in reversed(list(rings.fixes(ring))) if not fix.code & unlike)


def _slack(parameters: Parameters, fix: Fix) -> int:
    return parameters.spoof_slack_cm + 3 * fix.sigma_cm


def _apart(one: Fix, other: Fix) -> int:
    east_cm, north_cm = offset(one.lat_e7, one.lon_e7, other.lat_e7, other.lon_e7)
    return math.isqrt(east_cm * east_cm + north_cm * north_cm)


def last_used(judged: Judged) -> tuple[int, int, int]:
    """Return (ms, lat, lon) of the last position that decisions used."""
    return judged.used_ms, judged.used_lat, judged.used_lon
