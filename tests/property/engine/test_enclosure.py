"""The rectangle of a quiet person, wherever he and his zones are: in all of it screening says the same."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from korgoo.engine.enclosure import NOWHERE
from korgoo.engine.geometry import BETWEEN, FAR_CM, HALF_TURN_E7, Shape
from korgoo.engine.plan import Disc, Frame, Zone, ZoneKind
from tests.stories import FRAME, HOME_LAT, HOME_LON
from tests.unit.engine.test_enclosure import EDGE_E7, bytes_at, draw_around

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


@given(neighbourhoods(), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=4))
@example(
    ([Shape(Zone("z", ZoneKind.INCLUSION, FRAME, Disc(0, 0, 0), Disc(0, 0, 0)))], HOME_LAT, HOME_LON), []
)
def test_everywhere_in_it_screening_says_the_same(
    place: tuple[list[Shape], int, int], inner_points: list[tuple[float, float]]
) -> None:
    zones, lat, lon = place
    expected = bytes_at(zones, lat, lon)
    south, north, west, east = draw_around(zones, lat, lon)
    if BETWEEN in expected:
        assert (south, north, west, east) == NOWHERE
    if (south, north, west, east) == NOWHERE:
        return
    corners = [(south, west), (south, east), (north, west), (north, east)]
    within = [(south + round((north - south) * a), west + round((east - west) * b)) for a, b in inner_points]
    for lat_e7, lon_e7 in [*corners, *within]:
        assert bytes_at(zones, lat_e7, lon_e7) == expected
