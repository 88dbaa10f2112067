"""Areas of the town's plane: circles and simple polygons, and where a straight walk crosses their edge."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from korgoo.sim.plane import square, to_degrees, to_e7

if TYPE_CHECKING:
    from korgoo.sim.plane import Point


class Area(NamedTuple):
    """A circle (`ring` empty) or a polygon, whose `radius` then bounds it. Metres."""

    id: str
    centre: Point
    radius: float
    ring: tuple[Point, ...] = ()

    def contains(self, point: Point) -> bool:
        """Tell whether the point lies inside; even-odd rule for a polygon."""
        if not self.ring:
            return square(point, self.centre) <= self.radius * self.radius
        inside = False
        for one, other in self.edges():
            if (one[1] > point[1]) != (other[1] > point[1]):
                at = one[0] + (point[1] - one[1]) * (other[0] - one[0]) / (other[1] - one[1])
                inside ^= point[0] < at
        return inside

    def edges(self) -> list[tuple[Point, Point]]:
        """Return the sides of the polygon."""
        return list(zip(self.ring, self.ring[1:] + self.ring[:1], strict=True))

    def crossings(self, start: Point, end: Point) -> list[float]:
        """Return the fractions of the way from start to end, ascending, at which the edge is met."""
        if not self.ring:
            return self._circle_crossings(start, end)
        met = []
        dx, dy = end[0] - start[0], end[1] - start[1]
        for one, other in self.edges():
            ex, ey = other[0] - one[0], other[1] - one[1]
            turn = dx * ey - dy * ex
            if turn == 0:
                continue
            ox, oy = one[0] - start[0], one[1] - start[1]
            along, across = (ox * ey - oy * ex) / turn, (ox * dy - oy * dx) / turn
            if 0 <= along <= 1 and 0 <= across <= 1:
                met.append(along)
        return sorted(met)

    def _circle_crossings(self, start: Point, end: Point) -> list[float]:
        dx, dy = end[0] - start[0], end[1] - start[1]
        ox, oy = start[0] - self.centre[0], start[1] - self.centre[1]
        a = dx * dx + dy * dy
        b = ox * dx + oy * dy
        root = b * b - a * (ox * ox + oy * oy - self.radius * self.radius)
        if a == 0 or root <= 0:
            return []
        half = sqrt(root)
        return [f for f in ((-b - half) / a, (-b + half) / a) if 0 <= f <= 1]

    def is_near(self, point: Point, margin: float) -> bool:
        """Tell whether the point is within `margin` of the area's bounding circle."""
        reach = self.radius + margin
        return square(point, self.centre) <= reach * reach

    def plan_shape(self) -> dict[str, object]:
        """Return the area as PLAN.json writes it: `circle` or `geometry`."""
        if not self.ring:
            lat_e7, lon_e7 = to_e7(self.centre)
            return {
                "circle": {"lat": lat_e7 / 10_000_000, "lon": lon_e7 / 10_000_000, "radius_m": self.radius}
            }
        ring = [list(to_degrees(corner)) for corner in (*self.ring, self.ring[0])]
        return {"geometry": {"type": "Polygon", "coordinates": [ring]}}


def rectangle(area_id: str, centre: Point, *, width: float, height: float) -> Area:
    """Return a rectangle along the axes; `width` east-west, in metres."""
    x, y = centre
    w, h = width / 2, height / 2
    ring = ((x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h))
    return Area(area_id, centre, sqrt(w * w + h * h), ring)
