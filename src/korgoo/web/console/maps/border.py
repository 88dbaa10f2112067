"""The point of a zone's border that is nearest to a place; for drawing, the engine judges by its own."""

from __future__ import annotations

import math
from typing import Any, Final

from shapely import Point
from shapely.geometry import shape
from shapely.ops import nearest_points, transform

METRES_PER_DEGREE: Final = 111_195.0
"""On a sphere of the earth's mean radius; good to half a percent, which no eye sees on a map."""


def find_border_point(zone: dict[str, Any], *, lat: float, lon: float) -> tuple[float, float, float]:
    """Return (lat, lon, metres) of the border point nearest to a place."""
    shrink = math.cos(math.radians(lat))

    def to_plane(x: Any, y: Any, _z: Any = None) -> tuple[Any, Any]:  # noqa: ANN401 - numbers or arrays
        return (x - lon) * METRES_PER_DEGREE * shrink, (y - lat) * METRES_PER_DEGREE

    if "geometry" in zone:
        border = transform(to_plane, shape(zone["geometry"])).boundary
    else:
        x, y = to_plane(zone["lon"], zone["lat"])
        border = Point(x, y).buffer(zone["radius_m"], quad_segs=90).exterior
    place = Point(0, 0)
    nearest = nearest_points(border, place)[0]
    return (
        lat + nearest.y / METRES_PER_DEGREE,
        lon + nearest.x / (METRES_PER_DEGREE * shrink),
        place.distance(border),
    )
