"""Nearness of two places, to the centimetre and in every direction."""

from __future__ import annotations

import pytest

from korgoo.engine.ground import EAST, NORTH, is_within, offset
from tests.stories import HOME_LAT, HOME_LON


def test_half_way_between_two_degrees_the_scales_are_half_way_between_theirs() -> None:
    """A degree north and a degree east, around 45.5 degrees: by the degree below they were metres off."""
    middle_e7, degree_e7 = 455_000_000, 10_000_000
    there = (middle_e7 - degree_e7 // 2, 0), (middle_e7 + degree_e7 // 2, degree_e7)
    east, north = ((table[45] + table[46]) // 2 for table in (EAST, NORTH))
    assert offset(*there[0], *there[1]) == (degree_e7 * east >> 20, degree_e7 * north >> 20)


@pytest.mark.parametrize(("north_e7", "east_e7"), [(3_000, 0), (-3_000, 0), (0, 4_000), (0, -4_000)])
def test_a_place_at_the_limit_is_within(north_e7: int, east_e7: int) -> None:
    there = HOME_LAT + north_e7, HOME_LON + east_e7
    east_cm, north_cm = offset(HOME_LAT, HOME_LON, *there)
    away_cm = abs(east_cm + north_cm)  # one of them is nought
    assert is_within(HOME_LAT, HOME_LON, *there, away_cm)
    assert not is_within(HOME_LAT, HOME_LON, *there, away_cm - 1)


def test_both_directions_count() -> None:
    there = HOME_LAT + 3_000, HOME_LON + 4_000
    east_cm, north_cm = offset(HOME_LAT, HOME_LON, *there)
    farthest_cm = max(east_cm, north_cm)
    assert not is_within(HOME_LAT, HOME_LON, *there, farthest_cm)
    assert is_within(HOME_LAT, HOME_LON, *there, east_cm + north_cm)
