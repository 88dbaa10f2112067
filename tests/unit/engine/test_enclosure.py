"""The rectangle of a quiet person: within it screening says what it is expected to say, to the last unit."""

from __future__ import annotations

from korgoo.engine.enclosure import NOWHERE, Enclosure, Enclosures
from korgoo.engine.geometry import HALF_TURN_E7, Shape, ZoneTable
from korgoo.engine.plan import Disc, Frame, Zone, ZoneKind
from tests.stories import FRAME, HOME_LAT, HOME_LON, circle

HOME = Shape(circle())
EDGE_E7 = 1_799_999_000


def draw_around(zones: list[Shape], lat: int, lon: int) -> Enclosure:
    """The enclosure of a fix that is screened between two others."""
    table = ZoneTable()
    others, first = table.add([HOME, HOME]), table.add(zones)
    slots, counts = [others, first, others], [2, len(zones), 2]
    screened = table.screen([HOME_LAT, lat, HOME_LAT], [HOME_LON, lon, HOME_LON], slots, counts)
    return Enclosures(screened).around(1)


def bytes_at(zones: list[Shape], lat: int, lon: int) -> bytes:
    return bytes(zone.screen(lat, lon) for zone in zones)


def around_home(*zones: Shape) -> Enclosure:
    return draw_around(list(zones), HOME_LAT, HOME_LON)


def test_a_home_holds_its_inscribed_square_and_not_a_unit_more() -> None:
    south, north, west, east = around_home(HOME)
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
    south, north, west, east = around_home(*schools)
    assert HOME.locate(HOME_LAT, east)[0] == 20_000 - 1 or HOME.locate(HOME_LAT, east)[0] == 20_000 - 2
    assert abs(HOME.locate(HOME_LAT, west)[0] + 30_000) <= 3
    assert north - south == 2 * HALF_TURN_E7, "to north and south nothing stands in the way"


def test_between_two_forbidden_zones_in_north_and_south_the_ground_between_them_is_free() -> None:
    discs = [Disc(0, 30_000, 10_000), Disc(0, -40_000, 10_000)]
    schools = [Shape(Zone("s", ZoneKind.EXCLUSION, FRAME, disc, disc)) for disc in discs]
    south, north, west, east = around_home(*schools)
    assert HOME.locate(north, HOME_LON)[1] == 20_000 - 1
    assert HOME.locate(south, HOME_LON)[1] == -30_000 + 1
    assert west < HOME_LON - HALF_TURN_E7 // 2 < HOME_LON + HALF_TURN_E7 // 2 < east


def test_a_place_across_the_date_line_has_none_that_holds_it() -> None:
    frame = Frame(0, EDGE_E7, FRAME.x_scale, FRAME.y_scale)
    zone = Shape(Zone("z", ZoneKind.INCLUSION, frame, Disc(0, 0, 500_000), Disc(0, 0, 500_000)))
    assert bytes_at([zone], 0, -EDGE_E7) == bytes([1])
    west, east = draw_around([zone], 0, -EDGE_E7)[2:]
    assert not west <= -EDGE_E7 <= east


def test_who_stands_in_a_home_and_beside_a_school_is_in_the_square_as_far_as_the_school_lets_him() -> None:
    school = Shape(circle(kind=ZoneKind.EXCLUSION, radius_m=100, east_m=120))
    south, north, west, east = around_home(HOME, school)
    alone = around_home(HOME)
    assert (south, north, west) == alone[:3]
    assert HOME.locate(HOME_LAT, east)[0] in (1_998, 1_999)


def test_on_ground_that_no_plan_can_have_nothing_is_known() -> None:
    flat = Frame(HOME_LAT, HOME_LON, 0, FRAME.y_scale)
    zone = Shape(Zone("z", ZoneKind.INCLUSION, flat, Disc(0, 0, 5_000), Disc(0, 0, 5_000)))
    assert draw_around([HOME, zone], HOME_LAT, HOME_LON) == NOWHERE
