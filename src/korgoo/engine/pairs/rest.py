"""Rest: a side whose device denies that it moved is still where it was last seen, though only masts answer.

It speaks for nearness alone. A device that lies at home proves that *it* is there and not who carries it, so
what rests on this opens a ring or goes on with what was believed; it never says that anybody went away.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from korgoo.engine import ring
from korgoo.engine.ground import is_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.pairs.force import PairForce
    from korgoo.engine.pairs.judged import PairJudged
    from korgoo.engine.pairs.track import Track
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.ring import Fix

QUIET: Final = ring.STILL | ring.ON_FOOT
"""What a device at home says: it lies, or somebody takes it along to the kitchen."""
MAST: Final = ring.REASONS.index("source.cell")
COARSE: Final = ring.REASONS.index("accuracy.coarse")


def follow_place(track: Track, fix: Fix, parameters: Parameters) -> None:
    """Keep since when used places have been one place; call after `fix` was taken into the track."""
    code = fix.code
    track.rested_ms, track.stirred_ms = 0, 0
    track.stirs = bool(code & ring.STIRRED)
    if track.stirs:
        track.sensed_ms = fix.at_ms
    sped = code & ring.SPED
    if track.rest_ms and not sped and _reaches(track, fix, parameters.still_reach_cm, parameters):
        return
    track.rest_ms = 0
    if code & ring.STILL and not sped:
        track.rest_ms, track.rest_lat, track.rest_lon = fix.at_ms, fix.lat_e7, fix.lon_e7


def follow_mast(track: Track, fix: Fix, hold_ms: int, parameters: Parameters) -> bool:
    """Let a place that decides nothing confirm the rest, or end it; say whether it ended what was relied on.

    What ends it: more motion than the sensor misreads, a mast far away, a silence longer than `hold_ms` (who
    knows where it was taken meanwhile), too long a time, or a sensor that never speaks of movement.
    """
    code = fix.code
    if code & ring.STIRRED:
        track.sensed_ms = fix.at_ms
    if not track.rest_ms:
        return False
    since_ms = confirmed_ms(track)
    if code & ring.STIRRED or track.stirs:
        track.stirred_ms += fix.at_ms - since_ms
    track.stirs = bool(code & ring.STIRRED)
    if (
        code >> ring.REASON_SHIFT & 255 in (MAST, COARSE)
        and code & QUIET
        and not code & ring.SPED
        and fix.at_ms - since_ms < hold_ms
        and fix.at_ms - track.at_ms < parameters.pair_rest_ms
        and fix.at_ms - track.sensed_ms < parameters.witness_ms
        and track.at_ms - track.rest_ms >= parameters.pair_rest_proof_ms
        and track.stirred_ms <= parameters.pair_rest_stir_ms
        and _reaches(track, fix, parameters.cell_slack_cm, parameters)
    ):
        track.rested_ms = fix.at_ms
        return False
    relied = bool(track.rested_ms)
    track.rest_ms, track.rested_ms, track.stirred_ms = 0, 0, 0
    return relied


def _reaches(track: Track, fix: Fix, slack_cm: int, parameters: Parameters) -> bool:
    """Say whether a place may be that of the rest, with its own error and a slack."""
    reach_cm = slack_cm + fix.sigma_cm + parameters.wifi_floor_cm
    return is_within(track.rest_lat, track.rest_lon, fix.lat_e7, fix.lon_e7, reach_cm)


def confirmed_ms(track: Track) -> int:
    """Return when it was last known where a side is, by a place or by its rest; 0 = never."""
    return track.rested_ms or track.at_ms


def rests(track: Track, at_ms: int, hold_ms: int) -> bool:
    """Say whether a side is placed by its rest alone: its last place no longer speaks for the present."""
    return track.rested_ms + hold_ms > at_ms >= track.at_ms + hold_ms


def error_at_rest(track: Track, at_ms: int, parameters: Parameters) -> int:
    """Return the error scale of a place that is held, cm: it has gone no farther than it stirred."""
    loose_cm = parameters.pair_drift_cms * track.stirred_ms // 1000
    loose_cm += parameters.pair_still_cms * max(0, at_ms - track.rested_ms) // 1000
    return math.isqrt(track.sigma_cm**2 + loose_cm**2)


def known_until(judged: PairJudged, force: PairForce, *, resting: bool = True) -> list[int]:
    """Return until when what was seen speaks for the present, of each target; 0 = it never did.

    Without `resting`, by places alone: so long may it be said that somebody went away.
    """
    one, other = judged.sides
    one_ms, other_ms = one.at_ms, other.at_ms
    if resting:
        one_ms, other_ms = confirmed_ms(one), confirmed_ms(other)
    his_ms = one_ms + force.hold_ms[0] if one_ms else 0
    both_ms = min(his_ms, other_ms + force.hold_ms[1]) if other_ms else 0
    if judged.contact_ms:
        both_ms = max(both_ms, judged.contact_ms + min(force.hold_ms))
    return [both_ms] + [his_ms] * (force.targets - 1)


def follow_moves(track: Track, fix: Fix, parameters: Parameters) -> None:
    """Keep when a side moved by its own word, and when satellites told one great step.

    Call before the fix is taken into the track. One word of a sensor alone is a slip, a speed is none; and a
    ride may begin and end between two fixes.
    """
    code = fix.code
    walks = track.stirs and code & ring.STIRRED and not _walks_in_place(track, fix, parameters)
    if walks or code & (ring.MOVING | ring.SPED):
        track.moved_ms = fix.at_ms
    if code & (ring.IGNORED | ring.NETWORKED) or not track.at_ms:
        return
    if not is_within(track.lat_e7, track.lon_e7, fix.lat_e7, fix.lon_e7, parameters.pair_leap_cm):
        track.leapt_ms = fix.at_ms


def _walks_in_place(track: Track, fix: Fix, parameters: Parameters) -> bool:
    """Say whether who is said to walk does not: sensors misread rest as walking for minutes (ADR 0340).

    The receiver's speed is nought, or a network tells him where he has rested.
    """
    if fix.code & ring.RESTING:
        return True
    if not (fix.code & ring.ON_FOOT and fix.code & ring.NETWORKED and track.rest_ms):
        return False
    return is_within(track.rest_lat, track.rest_lon, fix.lat_e7, fix.lon_e7, parameters.stride_cm)


def nobody_moved(sides: Sequence[Track], turn_ms: int, at_ms: int, parameters: Parameters) -> bool:
    """Say whether both sides deny what their places tell since `turn_ms`: that they have come nearer.

    Nobody comes nearer without moving. Each device tells motion, and has told of none but slips since shortly
    before, and its sensor is known to work; it is heeded for no longer than a zone's is (ADR 0200).
    """
    lead_ms = turn_ms - parameters.still_lead_ms
    leapt = any(track.leapt_ms > lead_ms for track in sides)
    hold_ms = parameters.leap_hold_ms if leapt else parameters.still_hold_ms
    return at_ms - turn_ms < hold_ms and all(
        (track.still or track.stirs)
        and track.moved_ms <= lead_ms
        and at_ms - track.sensed_ms < parameters.witness_ms
        for track in sides
    )
