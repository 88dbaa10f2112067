"""The rectangle around a quiet person in which screening says the same: four comparisons instead of arrays.

An inner circle holds its inscribed square; beyond an outer circle lies a half plane on one of its four
sides. Their intersection in whole 1e-7 degrees is what `Shape.screen` answers alike everywhere, by
construction (a property test holds it to that). It is forgotten with the belief or the plan it rests on.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from korgoo.engine.geometry import FAR_CM, FULL_TURN_E7, HALF_TURN_E7, INSIDE, OUTSIDE, locate
from korgoo.engine.plan import FRAME_SHIFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.geometry import Shape

Enclosure = tuple[int, int, int, int]
"""(lowest lat_e7, highest lat_e7, lowest lon_e7, highest lon_e7), both ends within."""

NOWHERE: Final[Enclosure] = (1, 0, 1, 0)
"""Holds no position: nothing is known of the neighbourhood."""


def enclose(shapes: Sequence[Shape], expected: bytes, lat_e7: int, lon_e7: int) -> Enclosure:
    """Return where every shape screens as `expected`, near that position; it may hold nothing."""
    sides: list[Enclosure] = [(-HALF_TURN_E7, HALF_TURN_E7, -FULL_TURN_E7, FULL_TURN_E7)]
    for shape, byte in zip(shapes, expected, strict=True):
        around = _sides(shape, byte, lat_e7, lon_e7)
        if around is None:
            return NOWHERE
        sides.append(around)
    bottoms, tops, lows, highs = zip(*sides, strict=True)
    return max(bottoms), min(tops), max(lows), min(highs)


def _sides(shape: Shape, byte: int, lat_e7: int, lon_e7: int) -> Enclosure | None:
    """Return where one shape screens as expected; none = nobody knows."""
    frame = shape.frame
    east_e7, north_e7, x_scale, y_scale = frame.lon_e7, frame.lat_e7, frame.x_scale, frame.y_scale
    if x_scale <= 0 or y_scale <= 0:
        return None
    # Within half a turn of the frame's origin no longitude wraps, and none of the edges is clamped.
    low, high = east_e7 - HALF_TURN_E7, east_e7 + HALF_TURN_E7 - 1
    bottom, top = -HALF_TURN_E7, HALF_TURN_E7
    if byte == INSIDE:
        disc = shape.inner
        half_cm = math.isqrt(max(0, disc.radius_cm) ** 2 // 2)
        low = max(low, east_e7 + _first(disc.x_cm - half_cm, x_scale))
        high = min(high, east_e7 + _last(disc.x_cm + half_cm, x_scale))
        bottom = north_e7 + _first(disc.y_cm - half_cm, y_scale)
        top = north_e7 + _last(disc.y_cm + half_cm, y_scale)
        reach_cm = half_cm or FAR_CM
    elif byte == OUTSIDE:
        disc = shape.outer
        reach_cm = disc.radius_cm + 1
        x_cm, y_cm = locate(frame, lat_e7, lon_e7)
        off_x, off_y = x_cm - disc.x_cm, y_cm - disc.y_cm
        if abs(off_x) >= abs(off_y):
            if off_x > 0:
                low = max(low, east_e7 + _first(disc.x_cm + reach_cm, x_scale))
            else:
                high = min(high, east_e7 + _last(disc.x_cm - reach_cm, x_scale))
        elif off_y > 0:
            bottom = north_e7 + _first(disc.y_cm + reach_cm, y_scale)
        else:
            top = north_e7 + _last(disc.y_cm - reach_cm, y_scale)
    else:
        return None
    if reach_cm + max(abs(disc.x_cm), abs(disc.y_cm)) >= FAR_CM:
        return None
    return bottom, top, low, high


def _first(edge_cm: int, scale: int) -> int:
    """Return the first offset, 1e-7 degree, that `locate` puts at or above the edge."""
    return -((-edge_cm << FRAME_SHIFT) // scale)


def _last(edge_cm: int, scale: int) -> int:
    """Return the last offset, 1e-7 degree, that `locate` puts at or below the edge."""
    return ((edge_cm + 1 << FRAME_SHIFT) - 1) // scale
