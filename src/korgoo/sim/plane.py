"""The town's own plane: metres east and north of its middle, and where that lies on the Earth.

The factors are the WGS 84 lengths of a degree at 42.965 N, worked out once and written down, so no
trigonometry runs here. Positions leave the simulator as 1e-7 degrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from korgoo.sim.chance import Floats, Ints

LAT0_E7: Final = 429_650_000
LON0_E7: Final = 749_300_000
LAT_E7_PER_M: Final = 10_000_000 / 111_092.06
LON_E7_PER_M: Final = 10_000_000 / 81_587.20

Point = tuple[float, float]
"""Metres (east, north)."""


def to_e7(point: Point) -> tuple[int, int]:
    """Return (latitude, longitude) in 1e-7 degrees."""
    return LAT0_E7 + round(point[1] * LAT_E7_PER_M), LON0_E7 + round(point[0] * LON_E7_PER_M)


def to_degrees(point: Point) -> tuple[float, float]:
    """Return (longitude, latitude) in degrees, GeoJSON's order."""
    lat_e7, lon_e7 = to_e7(point)
    return lon_e7 / 10_000_000, lat_e7 / 10_000_000


def to_e7_each(x: Floats, y: Floats) -> tuple[Ints, Ints]:
    """Return latitudes and longitudes in 1e-7 degrees, equal to `to_e7`."""
    lat = LAT0_E7 + np.rint(y * LAT_E7_PER_M).astype(np.int64)
    lon = LON0_E7 + np.rint(x * LON_E7_PER_M).astype(np.int64)
    return lat, lon


def square(one: Point, other: Point) -> float:
    """Return the square of the distance, m2."""
    dx, dy = one[0] - other[0], one[1] - other[1]
    return dx * dx + dy * dy


def to_mm(value: float) -> float:
    """Round metres to whole millimetres: how every vertex of the town and of a day is kept."""
    return round(value * 1000) / 1000
