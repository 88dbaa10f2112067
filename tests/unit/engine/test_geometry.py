"""Screening and measuring: the same answer one at a time and in a batch, and against a plain oracle."""

from __future__ import annotations

import pytest

from korgoo.engine.geometry import BETWEEN, INSIDE, OUTSIDE, Shape
from korgoo.engine.plan import Disc, Frame, Zone, ZoneKind
from tests.stories import FRAME


@pytest.mark.parametrize("lon", [1_799_999_000, -1_799_999_000])
def test_a_zone_on_the_antimeridian_has_two_sides(lon: int) -> None:
    frame = Frame(-179_000_000, 1_800_000_000, 1_110_000, 1_167_256)
    shape = Shape(Zone("fiji", ZoneKind.INCLUSION, frame, Disc(0, 0, 5000), Disc(0, 0, 5000)))
    x, y = shape.locate(-179_000_000, lon)
    assert (abs(x), y) in {(1058, 0), (1059, 0)}, "a hundred-thousandth of a degree: about 10.6 m"
    assert shape.screen(-179_000_000, lon) == INSIDE
    assert shape.screen(-179_000_000, 0) == OUTSIDE


HOLE = [(0, 0), (20_000, 0), (20_000, 10_000), (10_000, 16_000), (0, 10_000)]
PARTS = (
    (tuple(HOLE), ((4000, 3000), (4000, 7000), (9000, 7000), (9000, 3000))),
    (((30_000, 0), (40_000, 0), (35_000, 9000)),),
)


def polygonal() -> Zone:
    wide, narrow = Disc(20_000, 8000, 24_000), Disc(14_500, 6000, 3000)
    return Zone("z", ZoneKind.EXCLUSION, FRAME, wide, narrow, PARTS)


def test_a_point_on_the_border_is_neither_in_nor_out() -> None:
    shape = Shape(polygonal())
    assert shape.measure(10_000, 0) == 0
    assert shape.measure(10_000, 1) == 1
    assert shape.measure(10_000, -1) == -1
    assert shape.screen(FRAME.lat_e7, FRAME.lon_e7) == BETWEEN
