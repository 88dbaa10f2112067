"""Belief that a pair is within a ring: log-odds as for zones, with the corroboration of two sides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from korgoo.engine import belief as beliefs
from korgoo.engine import tables
from korgoo.engine.pairs.rest import nobody_moved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.pairs.judged import Near
    from korgoo.engine.pairs.nearness import Sight
    from korgoo.engine.pairs.track import Track
    from korgoo.engine.parameters import Parameters


def weigh_sight(
    near: Near,
    sight: Sight,
    radius_cm: int,
    *,
    elapsed_ms: int,
    side: int,
    weak: tuple[bool, bool],
    resting: bool = False,
    sides: Sequence[Track] = (),
    parameters: Parameters,
) -> None:
    """Let one fix of one side move the belief about one ring.

    `elapsed_ms` is the time since that side's last fix: errors within a minute are one observation.
    `weak` says of which sides the last fix may be a spike or has an error that reaches over the ring: such a
    side must have spoken twice, `agree_ms` apart, before a verdict turns. However often the other one speaks
    meanwhile, it is the same doubtful fix. Where one side is `resting`, it has no place of its own now: then
    nothing says that it is beyond the ring, at most that nobody can tell. `sides` may deny together that they
    have come nearer: none = nobody is asked.
    """
    margin_cm = radius_cm - sight.distance_cm
    sigma_cm = _widen(sight, parameters) if margin_cm < 0 < near.verdict else sight.sigma_cm
    odds = tables.log_odds(margin_cm, sigma_cm)
    odds = max(-parameters.cap_mn, min(parameters.cap_mn, odds))
    move = odds * tables.independence(elapsed_ms, parameters.tau_ms)
    move = move // 1000 if move >= 0 else -(-move // 1000)
    if resting and move < 0 and near.verdict >= 0:
        _loosen(near, move, parameters)
        return
    _follow(near, move, sight.at_ms, side)
    after = near.belief + move
    towards = 1 if after > 0 else -1
    if near.verdict != towards and abs(after) > parameters.lone_mn:
        sure = abs(margin_cm) >= parameters.pair_lone_sigmas * sigma_cm
        soon = sight.at_ms - near.turn_ms < parameters.agree_ms
        alone = any(one and (soon or spoken <= 1) for one, spoken in zip(weak, near.fixes, strict=True))
        denied = sides and near.verdict < 0 and nobody_moved(sides, near.turn_ms, sight.at_ms, parameters)
        if alone or denied or (sum(near.fixes) <= 1 and not sure):
            after = parameters.lone_mn * towards
    near.belief = max(-parameters.saturation_mn, min(parameters.saturation_mn, after))
    verdict = near.verdict
    if near.belief >= parameters.threshold_mn:
        verdict = 1
    elif near.belief <= -parameters.threshold_mn:
        verdict = -1
    if verdict != near.verdict:
        near.side_ms, near.verdict = near.turn_ms or sight.at_ms, verdict
        near.turn_ms, near.fixes = 0, (0, 0)


def _loosen(near: Near, move: int, parameters: Parameters) -> None:
    """Let belief of nearness go, and no further."""
    near.belief = max(near.belief + move, -parameters.lone_mn)
    near.turn_ms, near.fixes = 0, (0, 0)
    if near.belief <= 0:
        near.verdict = 0


def _widen(sight: Sight, parameters: Parameters) -> int:
    """Return the error of the distance of two who ride the same way, of whom one may lie behind, cm.

    A receiver may tell a place that it left seconds ago: on one ride one did by 15 s all the time and another
    by 9 s for three minutes, 70 m of the way. Two who are parted are not brought together by it.
    """
    lag_cm = sight.common_cms * parameters.pair_lag_ms // 1000
    return math.isqrt(sight.sigma_cm * sight.sigma_cm + lag_cm * lag_cm)


def is_settled(near: Near, margin_cm: int, parameters: Parameters) -> bool:
    """Say whether a look that far within the ring (negative: beyond it) would change nothing.

    Belief stands at saturation, nothing turns it, and the look is on its side, however sure it is.
    """
    if near.turn_ms:
        return False
    if near.verdict < 0:
        return margin_cm <= 0 and near.belief == -parameters.saturation_mn
    return near.verdict > 0 and margin_cm >= 0 and near.belief == parameters.saturation_mn


def _follow(near: Near, move: int, at_ms: int, side: int) -> None:
    """Count the fixes that speak against the believed side, and since when they do."""
    against = move and (move > 0) != (near.verdict > 0) if near.verdict else move
    if not against:
        if move:
            near.turn_ms, near.fixes = 0, (0, 0)
        return
    if not near.turn_ms or (near.verdict == 0 and move * near.belief < 0):
        near.turn_ms, near.fixes = at_ms, (0, 0)
    one, other = near.fixes
    near.fixes = (one + 1, other) if side == 0 else (one, other + 1)


def fade_near(near: Near, silent_ms: int, hold_ms: int, parameters: Parameters) -> None:
    """Let belief fade once the older of the two fixes no longer speaks for the present."""
    near.belief = beliefs.fade(near.belief, silent_ms, hold_ms, parameters)
