"""The circles that screen an area, whatever its shape."""

import math

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from korgoo.planning.document import Polygon
from korgoo.planning.geometry import compile_geometry
from tests.unit.planning.test_compilation import area_of


def corners() -> st.SearchStrategy[list[list[float]]]:
    """A star-shaped ring around a centre: simple by construction."""

    def ring(radii: list[float], lat: float, lon: float) -> list[list[float]]:
        turn = 2 * math.pi / len(radii)
        points = [[lon + r * math.cos(i * turn), lat + r * math.sin(i * turn)] for i, r in enumerate(radii)]
        return [*points, points[0]]

    radii = st.lists(st.floats(0.0005, 0.05), min_size=3, max_size=12)
    return st.builds(ring, radii, st.floats(-60, 60), st.floats(-170, 170))


@settings(max_examples=60, deadline=None)
@given(corners())
def test_the_screening_circles_hold_the_zone_between_them(ring: list[list[float]]) -> None:
    shape = compile_geometry(Polygon([ring]), path="$")
    area = area_of(shape.polygons)
    outer = shapely.Point(shape.outer.x_cm, shape.outer.y_cm)
    assert all(outer.distance(shapely.Point(c)) <= shape.outer.radius_cm - 2 for c in shape.polygons[0][0])
    inner = shapely.Point(shape.inner.x_cm, shape.inner.y_cm)
    if shape.inner.radius_cm:
        assert area.contains(inner)
        assert (
            area.exterior.distance(inner) >= shape.inner.radius_cm + 2
            if area.geom_type == "Polygon"
            else True
        )
        assert area.boundary.distance(inner) >= shape.inner.radius_cm + 2
    assert area.contains(shapely.Point(0, 0))
