"""Screening and measuring anywhere: alike one at a time and in a batch, and as a plain oracle says."""

from __future__ import annotations

import math

from hypothesis import example, given, settings
from hypothesis import strategies as st

from korgoo.engine import tables
from korgoo.engine.geometry import INSIDE, OUTSIDE, Shape, ZoneTable
from korgoo.engine.plan import Disc, Frame, Zone, ZoneKind
from korgoo.planning.document import MultiPolygon, Polygon
from korgoo.planning.geometry import compile_geometry
from tests.stories import FRAME
from tests.unit.engine.test_geometry import PARTS, polygonal

latitudes, longitudes = st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000)


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    lat, lon = draw(latitudes), draw(longitudes)
    scale = max(1, round(1_167_256 * math.cos(math.radians(lat / 1e7))))
    radius = draw(st.integers(100, 5_000_000))
    inner = draw(st.sampled_from([0, radius // 2, radius]))
    outer = Disc(draw(st.integers(-radius, radius)), draw(st.integers(-radius, radius)), radius)
    frame = Frame(lat, lon, scale, 1_167_256)
    return Zone("z", ZoneKind.INCLUSION, frame, outer, Disc(outer.x_cm, outer.y_cm, inner))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(zones(), max_size=3),
            latitudes,
            longitudes,
            st.booleans(),
            st.integers(-9000, 9000),
            st.integers(-9000, 9000),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_a_batch_screens_as_one_fix_does(
    cases: list[tuple[list[Zone], int, int, bool, int, int]],
) -> None:
    table = ZoneTable()
    spare = table.add([Shape(z) for z in cases[0][0]])
    table.remove(spare, len(cases[0][0]))  # slots that were used by another plan
    lats, lons, first, count, alone = [], [], [], [], b""
    for owned, lat, lon, near, off_lat, off_lon in cases:
        shapes = [Shape(zone) for zone in owned]
        if near and owned:
            lat, lon = owned[0].frame.lat_e7 + off_lat, owned[0].frame.lon_e7 + off_lon  # noqa: PLW2901
        first.append(table.add(shapes))
        count.append(len(shapes))
        lats.append(lat)
        lons.append(lon)
        alone += bytes(shape.screen(lat, lon) for shape in shapes)
    assert table.screen(lats, lons, first, count).flags.tobytes() == alone


def brute_distance(x: float, y: float) -> float:
    """Signed distance to the border by every edge and a ray, in plain arithmetic."""
    nearest, crossings = math.inf, 0
    for polygon in PARTS:
        for ring in polygon:
            for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
                share = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
                share = min(1.0, max(0.0, share))
                nearest = min(nearest, math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay)))
                if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                    crossings += 1
    return nearest if crossings % 2 else -nearest


@settings(max_examples=50, deadline=None)
@given(st.integers(-30_000, 70_000), st.integers(-40_000, 50_000))
@example(6000, 5000)  # in the hole
@example(35_000, 2000)  # in the second part
def test_the_signed_distance_of_a_multipolygon_with_a_hole(x: int, y: int) -> None:
    measured = Shape(polygonal()).measure(x, y)
    assert isinstance(measured, int)
    assert abs(measured - brute_distance(x, y)) <= 0.5 + 1e-6


@settings(max_examples=50, deadline=None)
@given(st.integers(-40_000, 80_000), st.integers(-40_000, 60_000))
def test_screening_of_a_polygon_never_contradicts_its_measure(x: int, y: int) -> None:
    shape = Shape(polygonal())
    lat = FRAME.lat_e7 + (y << 20) // FRAME.y_scale
    lon = FRAME.lon_e7 + (x << 20) // FRAME.x_scale
    x, y = shape.locate(lat, lon)
    seen, distance = shape.screen(lat, lon), shape.measure(x, y)
    assert seen != INSIDE or distance >= 0
    assert seen != OUTSIDE or distance <= 0


@given(st.integers(-9000, 9000), st.integers(-9000, 9000))
def test_a_circle_measures_to_its_border(x: int, y: int) -> None:
    disc = Disc(0, 0, 5000)
    shape = Shape(Zone("z", ZoneKind.INCLUSION, FRAME, disc, disc))
    assert abs(shape.measure(x, y) - (5000 - math.hypot(x, y))) <= 1


def test_the_circles_that_planning_gives_a_polygon_hold_for_screening() -> None:
    ring = [[74.60, 42.87], [74.61, 42.87], [74.61, 42.88], [74.604, 42.8799], [74.60, 42.87]]
    far = [[74.62, 42.87], [74.622, 42.87], [74.622, 42.872], [74.62, 42.87]]
    for document in (Polygon([ring]), MultiPolygon([[ring], [far]])):
        made = compile_geometry(document, path="$")
        shape = Shape(Zone("z", ZoneKind.INCLUSION, made.frame, made.outer, made.inner, made.polygons))
        for lat in range(428_650_000, 428_850_000, 8_000):
            for lon in range(745_950_000, 746_250_000, 8_000):
                seen, distance = shape.screen(lat, lon), shape.measure(*shape.locate(lat, lon))
                assert seen != INSIDE or distance >= 0
                assert seen != OUTSIDE or distance <= 0


ELBOW = (((0, 0), (20_000, 0), (20_000, 10_000), (10_000, 10_000), (10_000, 20_000), (0, 20_000)),)


@given(st.integers(-60_000, 60_000), st.integers(-60_000, 60_000), st.integers(1, 4_000))
def test_a_bound_of_the_distance_says_the_same_as_the_distance(x: int, y: int, sigma: int) -> None:
    """An L of 200 m that has been built, and a fix anywhere around: far enough off, the bound serves."""
    disc = Disc(10_000, 10_000, 14_143)
    shape = Shape(Zone("z", ZoneKind.EXCLUSION, FRAME, disc, Disc(5_000, 5_000, 5_000), (ELBOW,)))
    enough = tables.enough(sigma)
    bound, exact = shape.measure(x, y, enough), shape.measure(x, y)
    assert tables.log_odds(bound, sigma) == tables.log_odds(exact, sigma)
    assert bound == exact or enough <= abs(bound) <= abs(exact)
