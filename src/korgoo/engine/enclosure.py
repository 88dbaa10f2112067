"""The rectangle around a quiet person in which screening says the same: four comparisons instead of arrays.

An inner circle holds its inscribed square; beyond an outer circle lies a half plane on one of its four
sides. Their intersection in whole 1e-7 degrees is what `Shape.screen` answers alike everywhere, by
construction (a property test holds it to that). It is forgotten with the belief or the plan it rests on.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from korgoo.engine.geometry import FAR_CM, HALF_TURN_E7, INSIDE, OUTSIDE, locate
from korgoo.engine.plan import FRAME_SHIFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.geometry import Shape

    Span = tuple[int, int]

Enclosure = tuple[int, int, int, int]
"""(lowest lat_e7, highest lat_e7, lowest lon_e7, highest lon_e7), both ends within."""

NOWHERE: Final[Enclosure] = (1, 0, 1, 0)
"""Holds no position: nothing is known of the neighbourhood."""


def enclose(shapes: Sequence[Shape], expected: bytes, lat_e7: int, lon_e7: int) -> Enclosure:
    """Return where every shape screens as `expected`, near that position; it may hold nothing."""
    south, north = -HALF_TURN_E7, HALF_TURN_E7
    west, east = lon_e7 - HALF_TURN_E7, lon_e7 + HALF_TURN_E7
    for shape, byte in zip(shapes, expected, strict=True):
        frame = shape.frame
        if frame.x_scale <= 0 or frame.y_scale <= 0 or byte not in (INSIDE, OUTSIDE):
            return NOWHERE
        across, along = _square(shape) if byte == INSIDE else _beyond(shape, lat_e7, lon_e7)
        (low, high), (left, right) = _degrees(along, frame.y_scale), _degrees(across, frame.x_scale)
        south, north = max(south, frame.lat_e7 + low), min(north, frame.lat_e7 + high)
        west, east = max(west, frame.lon_e7 + left), min(east, frame.lon_e7 + right)
    return south, north, west, east


def _square(shape: Shape) -> tuple[Span, Span]:
    """Return the x and y, cm, of the square in the inner circle."""
    inner = shape.inner
    half_cm = math.isqrt(max(0, inner.radius_cm) ** 2 // 2)
    if half_cm == 0:
        return (1, 0), (1, 0)
    return (inner.x_cm - half_cm, inner.x_cm + half_cm), (inner.y_cm - half_cm, inner.y_cm + half_cm)


def _beyond(shape: Shape, lat_e7: int, lon_e7: int) -> tuple[Span, Span]:
    """Return the x and y, cm, of the half plane beside the outer circle in which the position is deepest."""
    x_cm, y_cm = locate(shape.frame, lat_e7, lon_e7)
    outer = shape.outer
    reach_cm = outer.radius_cm + 1
    off_x, off_y = x_cm - outer.x_cm, y_cm - outer.y_cm
    anywhere = (1 - FAR_CM, FAR_CM - 1)
    if abs(off_x) >= abs(off_y):
        edge_cm = outer.x_cm + (reach_cm if off_x > 0 else -reach_cm)
        return ((edge_cm, FAR_CM - 1) if off_x > 0 else (1 - FAR_CM, edge_cm)), anywhere
    edge_cm = outer.y_cm + (reach_cm if off_y > 0 else -reach_cm)
    return anywhere, ((edge_cm, FAR_CM - 1) if off_y > 0 else (1 - FAR_CM, edge_cm))


def _degrees(span: Span, scale: int) -> Span:
    """Return the offsets from the frame's origin, 1e-7 degree, that `locate` puts within a span of cm."""
    low_cm, high_cm = max(span[0], 1 - FAR_CM), min(span[1], FAR_CM - 1)
    low, high = -(-(low_cm << FRAME_SHIFT) // scale), (((high_cm + 1) << FRAME_SHIFT) - 1) // scale
    return max(low, -HALF_TURN_E7), min(high, HALF_TURN_E7 - 1)
