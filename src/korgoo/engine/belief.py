"""Belief: for each zone the log-odds of being inside, in whole milli-nats.

A fix at signed distance d adds the log-likelihood ratio of Phi(d / sigma), weighted by how independent
it is of the last one, capped so that it never outweighs a spike, saturating where two independent
observations can turn it. The error scale of a place is learned from the device's own scatter while it
is believed inside. Source: design section 5.2, with its measurements.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine import tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from korgoo.engine.parameters import Parameters

ANCHOR_SHIFT: Final = 8
"""Anchors move by fractions of a centimetre: kept as 1/256 cm."""


class ZoneBelief(msgspec.Struct, array_like=True, gc=False):
    """What is believed about one zone, and how its condition stands. Times are of the sorted lane."""

    belief: int = 0
    verdict: int = 0  # +1 inside, -1 outside, 0 cannot tell
    turn_ms: int = 0  # first fix of the evidence that now turns belief; 0 = none turns
    side_ms: int = 0  # since when the believed side holds
    known_ms: int = 0  # too far away to be back before then; 0 = not reckoned
    anchor_x: int = 0
    anchor_y: int = 0
    scatter2: int = 0  # variance per axis, cm2; 0 = no anchor yet
    binds: bool = False
    bound_ms: int = 0  # since when it binds
    change_ms: int = 0  # when it may begin or cease to bind; 0 = never
    grace_due_ms: int = 0  # not met since before, opens then; 0 = none
    open_ms: int = 0  # since of the open finding; 0 = none is open
    doubt: bool = False  # the finding stands open while nobody can tell
    crossed_ms: int = 0  # first fix of the evidence that carried belief across; it is alone for `agree_ms`
    leapt_ms: int = 0  # the place jumped outward and has not come back: a ride between two fixes explains it
    strayed_ms: int = 0  # first place outside that a network told in this turn; 0 = none
    strayed_x: int = 0
    strayed_y: int = 0
    strode: bool = False  # since then a network told a place a walk away from that one
    edge_ms: int = 0  # since when he may be at the edge while a finding is open, see `edges`; 0 = he is not
    afar_ms: int = 0  # the fix before, the first that lay far outside since then; 0 = it did not
    risen: bool = False  # the open finding was told again because he was far outside
    near_cm: int = 0  # how near the zone he was when he last set out, while he is watched
    unseen: bool = False  # beyond the edge, and the device told of no way out: it rises only where it moves
    sprang_ms: int = 0  # while he is watched satellites told a leap outward, and no way back since


def learn_scatter(zone: ZoneBelief, steps: Iterable[tuple[int, int, int]], parameters: Parameters) -> None:
    """Let fixes inside move the anchor and the scatter: winsorised, with about half an hour of memory.

    `steps` are (x_cm, y_cm, ms since the fix before) in the order of time.
    """
    scatter2, anchor_x, anchor_y = zone.scatter2, zone.anchor_x, zone.anchor_y
    memory_ms, winsor_percent = parameters.scatter_memory_ms, parameters.winsor_percent
    floor_cm = max(parameters.scatter_floor_cm, 1)
    winsor, floor2 = winsor_percent * winsor_percent, floor_cm * floor_cm
    for x_cm, y_cm, gap_ms in steps:
        if scatter2 == 0:
            anchor_x, anchor_y = x_cm << ANCHOR_SHIFT, y_cm << ANCHOR_SHIFT
            scatter2 = parameters.scatter_prior_cm**2
            continue
        elapsed_ms = gap_ms if gap_ms * 4 <= memory_ms else memory_ms // 4
        off_x, off_y = x_cm - (anchor_x >> ANCHOR_SHIFT), y_cm - (anchor_y >> ANCHOR_SHIFT)
        square = (off_x * off_x + off_y * off_y) >> 1
        limit = scatter2 * winsor // 10_000
        if square > limit:
            shrink = math.isqrt(limit * 65_536 // square)
            off_x, off_y, square = off_x * shrink >> 8, off_y * shrink >> 8, limit
        scatter2 += (square - scatter2) * elapsed_ms // memory_ms
        scatter2 = max(scatter2, floor2)
        anchor_x += (off_x << ANCHOR_SHIFT) * elapsed_ms // memory_ms
        anchor_y += (off_y << ANCHOR_SHIFT) * elapsed_ms // memory_ms
    zone.scatter2, zone.anchor_x, zone.anchor_y = scatter2, anchor_x, anchor_y


def error_scale(zone: ZoneBelief, sigma_cm: int, parameters: Parameters, *, moving: bool = False) -> int:
    """Return the error scale of a fix here: what the device claims, or what this place has shown."""
    if zone.scatter2 == 0:
        return sigma_cm
    percent = parameters.return_percent if zone.verdict < 0 else parameters.scale_percent
    if moving:
        percent = min(percent, parameters.moving_percent)
    return max(sigma_cm, math.isqrt(zone.scatter2) * percent // 100)


def fade(belief_mn: int, silent_ms: int, hold_ms: int, parameters: Parameters) -> int:
    """Let belief fade towards *cannot tell* once the last fix no longer speaks for the present."""
    over_ms = silent_ms - hold_ms
    if over_ms <= 0:
        return belief_mn
    left_ms = max(0, parameters.fade_ms - over_ms)
    faded = abs(belief_mn) * left_ms // parameters.fade_ms
    return faded if belief_mn >= 0 else -faded


def weigh(
    belief_mn: int,
    distance_cm: int,
    sigma_cm: int,
    elapsed_ms: int,
    parameters: Parameters,
    *,
    still: bool,
    denied: bool = False,
    alone: bool = False,
    moving: bool = False,
) -> int:
    """Return belief after a fix at that signed distance.

    One observation alone never carries belief beyond `lone_mn` on the other side: a breach takes two that
    agree. `alone` says that belief was carried across less than `agree_ms` ago: what agrees so soon is the
    same observation, however many fixes it has. `still` weakens what turns belief, and `denied` more so: the
    device says that nobody left, and no ride between two fixes explains it. `moving` says that the device
    itself speaks for this move.
    """
    odds, cap_mn = tables.log_odds(distance_cm, sigma_cm), parameters.cap_mn
    if not -cap_mn <= odds <= cap_mn:
        odds = cap_mn if odds > 0 else -cap_mn
    move = odds * tables.independence(elapsed_ms, parameters.moving_tau_ms if moving else parameters.tau_ms)
    move = move // 1000 if move >= 0 else -(-move // 1000)
    turns = belief_mn * move <= 0
    if still and turns and belief_mn:
        divisor = parameters.denied_divisor if denied else parameters.still_divisor
        move = move // divisor if move >= 0 else -(-move // divisor)
    after = belief_mn + move
    if turns and after * move > 0:
        after = min(after, parameters.lone_mn) if move > 0 else max(after, -parameters.lone_mn)
    elif alone and after * move > 0:
        limit = max(parameters.lone_mn, abs(belief_mn))
        after = max(-limit, min(limit, after))
    saturation = parameters.saturation_mn
    if -saturation <= after <= saturation:
        return after
    return saturation if after > 0 else -saturation


def decide(zone: ZoneBelief, parameters: Parameters) -> int:
    """Return the verdict with hysteresis: a side once believed holds until the other one is."""
    if zone.belief >= parameters.threshold_mn:
        return 1
    if zone.belief <= -parameters.threshold_mn:
        return -1
    return zone.verdict
