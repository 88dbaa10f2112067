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
    south, north = -HALF_TURN_E7, HALF_TURN_E7
    west, east = -FULL_TURN_E7, FULL_TURN_E7
    for shape, byte in zip(shapes, expected, strict=True):
        frame = shape.frame
        if frame.x_scale <= 0 or frame.y_scale <= 0:
            return NOWHERE
        # Within half a turn of the frame's origin no longitude wraps, and none of the edges is clamped.
        low, high = frame.lon_e7 - HALF_TURN_E7, frame.lon_e7 + HALF_TURN_E7 - 1
        bottom, top = south, north
        if byte == INSIDE:
            disc = shape.inner
            half_cm = math.isqrt(max(0, disc.radius_cm) ** 2 // 2)
            low = max(low, frame.lon_e7 + _first(disc.x_cm - half_cm, frame.x_scale))
            high = min(high, frame.lon_e7 + _last(disc.x_cm + half_cm, frame.x_scale))
            bottom = frame.lat_e7 + _first(disc.y_cm - half_cm, frame.y_scale)
            top = frame.lat_e7 + _last(disc.y_cm + half_cm, frame.y_scale)
            reach_cm = half_cm or FAR_CM
        elif byte == OUTSIDE:
            disc = shape.outer
            reach_cm = disc.radius_cm + 1
            x_cm, y_cm = locate(frame, lat_e7, lon_e7)
            off_x, off_y = x_cm - disc.x_cm, y_cm - disc.y_cm
            if abs(off_x) >= abs(off_y):
                if off_x > 0:
                    low = max(low, frame.lon_e7 + _first(disc.x_cm + reach_cm, frame.x_scale))
                else:
                    high = min(high, frame.lon_e7 + _last(disc.x_cm - reach_cm, frame.x_scale))
            elif off_y > 0:
                bottom = frame.lat_e7 + _first(disc.y_cm + reach_cm, frame.y_scale)
            else:
                top = frame.lat_e7 + _last(disc.y_cm - reach_cm, frame.y_scale)
        else:
            return NOWHERE
        if reach_cm + max(abs(disc.x_cm), abs(disc.y_cm)) >= FAR_CM:
            return NOWHERE
        south, north = max(south, bottom), min(north, top)
        west, east = max(west, low), min(east, high)
    return south, north, west, east


def _first(edge_cm: int, scale: int) -> int:
    """Return the first offset, 1e-7 degree, that `locate` puts at or above the edge."""
    return -((-edge_cm << FRAME_SHIFT) // scale)


def _last(edge_cm: int, scale: int) -> int:
    """Return the last offset, 1e-7 degree, that `locate` puts at or below the edge."""
    return ((edge_cm + 1 << FRAME_SHIFT) - 1) // scale
