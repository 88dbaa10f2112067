"""The rectangle around a quiet person in which screening says the same: four comparisons instead of arrays.

An inner circle holds its inscribed square; beyond an outer circle lies a half plane on one of its four
sides. Their intersection in whole 1e-7 degrees is what `Shape.screen` answers alike everywhere, by
construction (a property test holds it to that). It is forgotten with the belief or the plan it rests on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.engine.geometry import FAR_CM, HALF_TURN_E7, INSIDE, OUTSIDE
from korgoo.engine.plan import FRAME_SHIFT

if TYPE_CHECKING:
    from korgoo.engine.geometry import Integers, Screened

Enclosure = tuple[int, int, int, int]
"""(lowest lat_e7, highest lat_e7, lowest lon_e7, highest lon_e7), both ends within."""

NOWHERE: Final[Enclosure] = (1, 0, 1, 0)
"""Holds no position: nothing is known of the neighbourhood."""

_ABOVE_ALL: Final = np.iinfo(np.int64).max
"""A southern edge beyond every northern one."""


class Enclosures:
    """Those of a batch of fixes: drawn for all of them, which costs little, when the first is asked for."""

    __slots__ = ("_bounds", "_screened")

    def __init__(self, screened: Screened) -> None:
        """Draw nothing yet: after a start nobody is quiet."""
        self._screened = screened
        self._bounds: list[list[int]] | None = None

    def around(self, fix: int) -> Enclosure:
        """Return the enclosure around the fix of that number."""
        if self._bounds is None:
            self._bounds = enclose(self._screened)
        south, north, west, east = self._bounds[fix]
        return (south, north, west, east) if south <= north and west <= east else NOWHERE


def enclose(screened: Screened) -> list[list[int]]:
    """Return, for each fix, where all its zones screen as they do there, as an `Enclosure`.

    It may hold nothing: beside a border, and where a longitude wraps or an edge would be clamped.
    """
    lat0, lon0, xs, ys, ox, oy, _, reach, ix, iy, _, half = screened.columns
    inside, outside = screened.flags == INSIDE, screened.flags == OUTSIDE
    off_x, off_y = screened.x_cm - ox, screened.y_cm - oy
    sideways = np.abs(off_x) >= np.abs(off_y)
    x_cm, y_cm = np.where(inside, ix, ox), np.where(inside, iy, oy)
    known = (inside | outside) & (xs > 0) & (ys > 0)
    known &= np.where(inside, half, reach) + np.maximum(np.abs(x_cm), np.abs(y_cm)) < FAR_CM
    ahead, up = sideways & (off_x > 0), ~sideways & (off_y > 0)
    # Within half a turn of the frame's origin no longitude wraps, and none of the edges is clamped.
    xs, ys = np.maximum(xs, 1), np.maximum(ys, 1)
    low = np.where(
        inside | outside & ahead, _first(np.where(inside, ix - half, ox + reach), xs), -HALF_TURN_E7
    )
    high = np.where(
        inside | outside & sideways & ~ahead,
        _last(np.where(inside, ix + half, ox - reach), xs),
        HALF_TURN_E7,
    )
    bottom = np.where(
        inside | outside & up, lat0 + _first(np.where(inside, iy - half, oy + reach), ys), -HALF_TURN_E7
    )
    top = np.where(
        inside | outside & ~sideways & ~up,
        lat0 + _last(np.where(inside, iy + half, oy - reach), ys),
        HALF_TURN_E7,
    )
    bottom = np.where(known, bottom, _ABOVE_ALL)
    west, east = lon0 + np.maximum(low, -HALF_TURN_E7), lon0 + np.minimum(high, HALF_TURN_E7 - 1)
    least, most = np.maximum.reduceat, np.minimum.reduceat
    starts = screened.starts
    sides = least(bottom, starts), most(top, starts), least(west, starts), most(east, starts)
    bounds: list[list[int]] = np.stack(sides, axis=1).tolist()
    return bounds


def _first(edge_cm: Integers, scale: Integers) -> Integers:
    """Return the first offset, 1e-7 degree, that `locate` puts at or above the edge."""
    return -((-edge_cm << FRAME_SHIFT) // scale)


def _last(edge_cm: Integers, scale: Integers) -> Integers:
    """Return the last offset, 1e-7 degree, that `locate` puts at or below the edge."""
    return ((edge_cm + 1 << FRAME_SHIFT) - 1) // scale
