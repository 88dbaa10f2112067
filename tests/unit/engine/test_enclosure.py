"""The rectangle of a quiet person: within it screening says what it is expected to say, to the last unit."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from korgoo.engine.enclosure import NOWHERE, Enclosure, enclose
from korgoo.engine.geometry import BETWEEN, FAR_CM, HALF_TURN_E7, Shape
from korgoo.engine.plan import Disc, Frame, Zone, ZoneKind
from tests.stories import FRAME, HOME_LAT, HOME_LON, circle

HOME = Shape(circle())
EDGE_E7 = 1_799_999_000
frames = st.builds(
    Frame,
    st.integers(-850_000_000, 850_000_000),
    st.one_of(st.integers(-1_800_000_000, 1_800_000_000), st.sampled_from([-EDGE_E7, EDGE_E7])),
    st.integers(100_000, 1_170_000),
    st.integers(1_150_000, 1_175_000),
)
radii = st.one_of(st.integers(0, 20_000), st.integers(0, 3_000_000), st.sampled_from([1, 2, 5_000, FAR_CM]))


@st.composite
def shapes(draw: st.DrawFn, frame: Frame) -> Shape:
    outer = draw(radii)
    x, y = draw(st.integers(-5_000, 5_000)), draw(st.integers(-5_000, 5_000))
    inner = Disc(x, y, draw(st.integers(0, outer)))
    return Shape(Zone("z", ZoneKind.INCLUSION, frame, Disc(x, y, outer), inner))


@st.composite
def neighbourhoods(draw: st.DrawFn) -> tuple[list[Shape], int, int]:
    """A few zones, some of them around the place itself."""
    base = draw(frames)
    lat = base.lat_e7 + draw(st.integers(-100_000, 100_000))
    lon = base.lon_e7 + draw(st.integers(-100_000, 100_000))
    lon = (lon + HALF_TURN_E7) % (2 * HALF_TURN_E7) - HALF_TURN_E7
    return draw(st.lists(st.one_of(shapes(base), frames.flatmap(shapes)), min_size=1, max_size=4)), lat, lon


def bytes_at(zones: list[Shape], lat: int, lon: int) -> bytes:
    return bytes(zone.screen(lat, lon) for zone in zones)


@given(neighbourhoods(), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=4))
@example(
    ([Shape(Zone("z", ZoneKind.INCLUSION, FRAME, Disc(0, 0, 0), Disc(0, 0, 0)))], HOME_LAT, HOME_LON), []
)
def test_everywhere_in_it_screening_says_the_same(
    place: tuple[list[Shape], int, int], inner_points: list[tuple[float, float]]
) -> None:
    zones, lat, lon = place
    expected = bytes_at(zones, lat, lon)
    south, north, west, east = enclose(zones, expected, lat, lon)
    if BETWEEN in expected:
        assert (south, north, west, east) == NOWHERE
    if south > north or west > east:
        return
    corners = [(south, west), (south, east), (north, west), (north, east)]
    within = [(south + round((north - south) * a), west + round((east - west) * b)) for a, b in inner_points]
    for lat_e7, lon_e7 in [*corners, *within]:
        assert bytes_at(zones, lat_e7, lon_e7) == expected


def around(*zones: Shape) -> Enclosure:
    return enclose(zones, bytes_at(list(zones), HOME_LAT, HOME_LON), HOME_LAT, HOME_LON)


def test_a_home_holds_its_inscribed_square_and_not_a_unit_more() -> None:
    south, north, west, east = around(HOME)
    assert 2 * 35 * 80 < east - west < 2 * 36 * 125
    side_cm = 3535
    for lon_e7 in (west, east):
        assert (
            abs(HOME.locate(HOME_LAT, lon_e7)[0])
            <= side_cm
            < abs(HOME.locate(HOME_LAT, 2 * lon_e7 - HOME_LON)[0])
        )
    assert HOME.locate(north, HOME_LON)[1] == side_cm
    assert HOME.locate(north + 1, HOME_LON)[1] == side_cm + 1
    assert HOME.locate(south, HOME_LON)[1] == -side_cm
    assert HOME.locate(south - 1, HOME_LON)[1] < -side_cm


def test_beside_a_forbidden_zone_the_side_of_the_person_is_free() -> None:
    schools = [Shape(circle(kind=ZoneKind.EXCLUSION, radius_m=100, east_m=m)) for m in (300, -400)]
    south, north, west, east = around(*schools)
    assert HOME.locate(HOME_LAT, east)[0] == 20_000 - 1 or HOME.locate(HOME_LAT, east)[0] == 20_000 - 2
    assert abs(HOME.locate(HOME_LAT, west)[0] + 30_000) <= 3
    assert north - south == 2 * HALF_TURN_E7, "to north and south nothing stands in the way"


def test_a_place_across_the_date_line_has_none_that_holds_it() -> None:
    frame = Frame(0, EDGE_E7, FRAME.x_scale, FRAME.y_scale)
    zone = Shape(Zone("z", ZoneKind.INCLUSION, frame, Disc(0, 0, 500_000), Disc(0, 0, 500_000)))
    expected = bytes_at([zone], 0, -EDGE_E7)
    assert expected == bytes([1])
    west, east = enclose([zone], expected, 0, -EDGE_E7)[2:]
    assert not west <= -EDGE_E7 <= east
