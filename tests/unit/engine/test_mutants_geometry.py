"""Screening and measuring at their borders: each test kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine.geometry import (
    BETWEEN,
    FULL_TURN_E7,
    HALF_TURN_E7,
    INSIDE,
    OUTSIDE,
    Shape,
    ZoneTable,
    locate,
)
from korgoo.engine.plan import Disc, Frame, Zone, ZoneKind
from tests.stories import FRAME, HOME_LAT, HOME_LON, circle, plan

NOWHERE = Disc(0, 0, 0)
ELBOW = (((0, 0), (20_000, 0), (20_000, 10_000), (10_000, 10_000), (10_000, 20_000), (0, 20_000)),)


def zone(outer: Disc, inner: Disc, *polygons: tuple[tuple[tuple[int, int], ...], ...]) -> Zone:
    return Zone("z", ZoneKind.EXCLUSION, FRAME, outer, inner, polygons)


def elbow() -> Zone:
    """An L of 200 m by 200 m, with a circle around it and one in its corner."""
    return zone(Disc(10_000, 10_000, 14_143), Disc(5_000, 5_000, 5_000), ELBOW)


def seen(shape: Shape, lat_e7: int, lon_e7: int) -> int:
    """Return what screening says of a fix, alone as in a batch."""
    table = ZoneTable()
    (in_batch,) = table.screen([lat_e7], [lon_e7], [table.add([shape])], [1]).flags.tolist()
    assert in_batch == shape.screen(lat_e7, lon_e7)
    return int(in_batch)


def test_far_off_a_bound_serves_and_no_polygon_is_built_for_it() -> None:
    shape = Shape(elbow())
    x_cm, y_cm = 10_000 + 30_000, 10_000 + 40_000
    bound_cm = 50_000 - 14_143 - 1
    assert shape.measure(x_cm, y_cm, bound_cm) == -bound_cm
    assert shape._solid is None
    assert shape.measure(x_cm, y_cm, bound_cm + 1) == -42_426
    built = shape._solid
    assert shape.measure(x_cm, y_cm, bound_cm) == -bound_cm, "also when it has been built"
    assert shape.measure(x_cm, y_cm) == -42_426
    assert shape._solid is built, "and it is built once"


def test_deep_within_a_bound_serves_too() -> None:
    shape = Shape(elbow())
    x_cm, y_cm = 5_000 + 300, 5_000 + 400
    bound_cm = 5_000 - 500 - 2
    assert shape.measure(x_cm, y_cm, bound_cm) == bound_cm
    assert shape._solid is None
    assert shape.measure(x_cm, y_cm, bound_cm + 1) == 5_300


def test_a_circle_is_always_measured_to_its_border() -> None:
    shape = Shape(circle(radius_m=50))
    assert shape.measure(9_000, 0, 1) == -4_000
    aside = Shape(zone(Disc(2_000, -1_000, 5_000), NOWHERE))
    assert [aside.measure(x, y) for x, y in ((2_000, -1_000), (5_000, 3_000), (2_000, 4_001))] == [
        5_000,
        0,
        -1,
    ]


def test_a_polygon_is_found_in_the_plan_that_is_kept_packed() -> None:
    order = plan(elbow(), circle(), msgspec.structs.replace(elbow(), polygons=((((0, 0), (9, 0), (0, 9)),),)))
    packed = msgspec.msgpack.encode(order)
    shapes = [Shape(one, kept=(packed, place)) for place, one in enumerate(order.zones)]
    measured = [
        shape.measure(x, y) for shape, (x, y) in zip(shapes, [(5_300, 5_400), (0, 0), (-7, 0)], strict=True)
    ]
    assert measured == [5_300, 5_000, -7]


@pytest.mark.parametrize(("lat_e7", "beyond"), [(4_500, 0), (4_500, 1)])
def test_who_stands_on_a_screening_circle_is_within_the_inner_and_not_beyond_the_outer(
    lat_e7: int, beyond: int
) -> None:
    radius_cm = locate(FRAME, HOME_LAT + lat_e7, HOME_LON)[1]
    wide, narrow = circle(radius_m=900).outer, Disc(0, 0, radius_cm)
    lat_e7 += HOME_LAT + beyond
    assert locate(FRAME, lat_e7, HOME_LON) == (0, radius_cm + beyond)
    inner, outer = Shape(zone(wide, narrow)), Shape(zone(narrow, NOWHERE))
    assert seen(inner, lat_e7, HOME_LON) == (BETWEEN if beyond else INSIDE)
    assert seen(outer, lat_e7, HOME_LON) == (OUTSIDE if beyond else BETWEEN)


@pytest.mark.parametrize(("radius_cm", "said"), [(1, INSIDE), (0, BETWEEN)])
def test_a_circle_of_a_centimetre_holds_its_centre_and_one_of_none_holds_nothing(
    radius_cm: int, said: int
) -> None:
    assert seen(Shape(zone(Disc(0, 0, 5_000), Disc(0, 0, radius_cm))), HOME_LAT, HOME_LON) == said


HALF_EARTH_CM = 2_000_000_000
EQUATOR = Frame(0, 0, 1_167_256, 1_167_256)


@pytest.mark.parametrize(
    ("lat_e7", "lon_e7", "place"),
    [
        (0, HALF_TURN_E7, (-HALF_EARTH_CM, 0)),
        (0, HALF_TURN_E7 - 1, (HALF_EARTH_CM, 0)),
        (0, -HALF_TURN_E7, (-HALF_EARTH_CM, 0)),
        (HALF_TURN_E7, 0, (0, HALF_EARTH_CM)),
        (-HALF_TURN_E7, 0, (0, -HALF_EARTH_CM)),
        (9, FULL_TURN_E7 + 9, (10, 10)),
        (9, 9 - FULL_TURN_E7, (10, 10)),
    ],
)
def test_nothing_is_farther_than_half_the_earth(lat_e7: int, lon_e7: int, place: tuple[int, int]) -> None:
    assert locate(EQUATOR, lat_e7, lon_e7) == place
    table = ZoneTable()
    screened = table.screen(
        [lat_e7],
        [lon_e7],
        [table.add([Shape(Zone("z", ZoneKind.INCLUSION, EQUATOR, NOWHERE, NOWHERE))])],
        [1],
    )
    assert (screened.x_cm[0], screened.y_cm[0]) == place


def rounds(count: int) -> list[Shape]:
    return [Shape(circle(radius_m=10 + number)) for number in range(count)]


def test_slots_follow_each_other_and_are_given_again_to_as_many_zones() -> None:
    table = ZoneTable()
    assert [table.add(rounds(count)) for count in (3, 2, 3)] == [0, 3, 5]
    table.remove(0, 3)
    assert [table.add(rounds(count)) for count in (2, 3, 3)] == [8, 0, 10]


@pytest.mark.parametrize(("adds", "width"), [((64,), 64), ((65,), 80), ((64, 1), 80), ((64, 100), 164)])
def test_a_full_table_grows_by_a_quarter_or_as_far_as_it_must(adds: tuple[int, ...], width: int) -> None:
    table = ZoneTable()
    for count in adds:
        table.add(rounds(count))
    assert table._columns.shape[1] == width


def test_what_stood_in_a_table_before_it_grew_stands_in_it_still() -> None:
    table = ZoneTable()
    first, *_ = [table.add([shape]) for shape in rounds(70)]
    east_e7 = HOME_LON + 2_000
    screened = table.screen([HOME_LAT], [east_e7], [first], [70])
    assert screened.flags.tolist() == [shape.screen(HOME_LAT, east_e7) for shape in rounds(70)]
    assert {INSIDE, OUTSIDE} == set(screened.flags.tolist())
