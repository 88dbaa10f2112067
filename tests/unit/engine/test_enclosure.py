"""The rectangle of a quiet person: within it screening says what it is expected to say, to the last unit."""

from __future__ import annotations

from korgoo.engine.enclosure import Enclosure, enclose
from korgoo.engine.geometry import HALF_TURN_E7, Shape
from korgoo.engine.plan import Disc, Frame, Zone, ZoneKind
from tests.stories import FRAME, HOME_LAT, HOME_LON, circle

HOME = Shape(circle())
EDGE_E7 = 1_799_999_000


def bytes_at(zones: list[Shape], lat: int, lon: int) -> bytes:
    return bytes(zone.screen(lat, lon) for zone in zones)


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
