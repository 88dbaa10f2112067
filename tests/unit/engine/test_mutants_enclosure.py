"""Enclosures at their borders: each test kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

import numpy as np
import pytest

from korgoo.engine.enclosure import NOWHERE, _first, _last
from korgoo.engine.geometry import BETWEEN, HALF_TURN_E7, OUTSIDE, Shape
from korgoo.engine.plan import FRAME_SHIFT, Disc, Frame, Zone, ZoneKind
from tests.stories import FRAME, HOME_LAT, HOME_LON
from tests.unit.engine.test_enclosure import around_home, bytes_at, draw_around

EQUATOR = Frame(0, 0, 1_167_256, 1_167_256)
NONE = Disc(0, 0, 0)


def shape(frame: Frame, outer: Disc, inner: Disc = NONE) -> Shape:
    return Shape(Zone("z", ZoneKind.EXCLUSION, frame, outer, inner))


@pytest.mark.parametrize("scale", [3, 7, 855_638, 1 << FRAME_SHIFT, 1_165_001])
def test_an_edge_is_the_first_or_the_last_offset_that_lies_there(scale: int) -> None:
    edges = np.arange(-40, 41, dtype=np.int64)
    scales = np.full_like(edges, scale)

    def located(offsets: np.ndarray) -> np.ndarray:
        return offsets * scale >> FRAME_SHIFT

    first, last = _first(edges, scales), _last(edges, scales)
    assert (located(first) >= edges).all()
    assert (located(first - 1) < edges).all()
    assert (located(last) <= edges).all()
    assert (located(last + 1) > edges).all()


def test_around_the_centre_of_a_centimetre_one_unit_is_enclosed() -> None:
    dot = Disc(0, 0, 1)
    assert draw_around([shape(EQUATOR, Disc(0, 0, 500), dot)], 0, 0) == (0, 0, 0, 0)


@pytest.mark.parametrize(("x_scale", "y_scale"), [(0, 1_165_000), (855_638, 0), (0, 0)])
def test_flat_ground_has_no_enclosure(x_scale: int, y_scale: int) -> None:
    disc = Disc(0, 0, 5_000)
    flat = shape(Frame(HOME_LAT, HOME_LON, x_scale, y_scale), disc, disc)
    assert around_home(flat) == NOWHERE


@pytest.mark.parametrize(("x_scale", "y_scale"), [(1, 1_165_000), (855_638, 1)])
def test_beside_a_pole_a_centimetre_is_many_degrees_and_enclosed_to_the_last_unit(
    x_scale: int, y_scale: int
) -> None:
    disc = Disc(0, 0, 50)
    narrow = shape(Frame(HOME_LAT, HOME_LON, x_scale, y_scale), disc, disc)
    south, north, west, east = around_home(narrow)
    half_cm = 35
    assert [narrow.locate(HOME_LAT, lon)[0] for lon in (west - 1, west, east, east + 1)] == [
        *(-half_cm - 1, -half_cm, half_cm, half_cm + 1)
    ]
    assert [narrow.locate(lat, HOME_LON)[1] for lat in (north, north + 1)] == [half_cm, half_cm + 1]
    assert narrow.locate(south, HOME_LON)[1] == -half_cm


@pytest.mark.parametrize(
    ("x_m", "y_m", "free"),
    [(300, 50, "west"), (-300, 50, "east"), (50, 300, "south"), (50, -300, "north")],
)
def test_beside_one_forbidden_zone_all_is_free_but_the_side_of_the_zone(
    x_m: int, y_m: int, free: str
) -> None:
    """Where its circle begins is the only edge; all other sides reach as far as the Earth does."""
    disc = Disc(x_m * 100, y_m * 100, 10_000)
    school = shape(FRAME, disc)
    names = ("south", "north", "west", "east")
    sides = dict(zip(names, around_home(school), strict=True))
    whole = {"south": -HALF_TURN_E7, "north": HALF_TURN_E7}
    whole |= {"west": HOME_LON - HALF_TURN_E7, "east": HOME_LON + HALF_TURN_E7 - 1}
    (bound,) = [name for name in names if sides[name] != whole[name]]
    assert {bound, free} in ({"west", "east"}, {"south", "north"})
    at_edge, edge = {
        "west": (school.locate(HOME_LAT, sides["west"])[0], -30_000 + 10_001),
        "east": (school.locate(HOME_LAT, sides["east"])[0], 30_000 - 10_001),
        "south": (school.locate(sides["south"], HOME_LON)[1], -30_000 + 10_001),
        "north": (school.locate(sides["north"], HOME_LON)[1], 30_000 - 10_001),
    }[bound]
    assert abs(at_edge - edge) <= 1


@pytest.mark.parametrize(("off_lat", "off_lon"), [(0, 2), (0, -2), (1, 0), (-1, 0)])
def test_a_step_beside_a_point_is_enclosed_on_its_own_side(off_lat: int, off_lon: int) -> None:
    point = shape(FRAME, NONE)
    lat, lon = HOME_LAT + off_lat, HOME_LON + off_lon
    assert point.screen(lat, lon) == OUTSIDE
    south, north, west, east = draw_around([point], lat, lon)
    assert south <= lat <= north
    assert west <= lon <= east


@pytest.mark.parametrize("x_cm", [0, 1_000_000_000])
def test_where_an_edge_would_lie_beyond_half_the_earth_nothing_is_enclosed(x_cm: int) -> None:
    """Beyond that, places are drawn in: on the far side one is outside of such a circle, or is not."""
    huge = shape(EQUATOR, Disc(x_cm, 0, 2_001_000_000 - x_cm))
    lat, lon = HALF_TURN_E7 // 4, HALF_TURN_E7 - 1
    assert bytes_at([huge], lat, lon) == bytes([OUTSIDE])
    assert bytes_at([huge], 0, lon) == bytes([BETWEEN])
    assert draw_around([huge], lat, lon) == NOWHERE


def test_nowhere_holds_nothing() -> None:
    south, north, west, east = NOWHERE
    assert south > north
    assert west > east
