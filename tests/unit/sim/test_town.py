"""The ground: a town that says of itself that it is made up, and areas with exact edges."""

from itertools import pairwise

import pytest

from korgoo.sim.areas import Area, rectangle
from korgoo.sim.plane import square
from korgoo.sim.town import Town, town_geojson


def test_every_feature_says_that_it_is_synthetic() -> None:
    features = town_geojson(1)["features"]
    assert {feature["properties"]["kind"] for feature in features} == {
        "street", "main_road", "river", "school", "park", "hall", "house", "work", "shop",
    }  # fmt: skip
    assert all(feature["properties"]["synthetic"] is True for feature in features)


def test_polygons_are_closed_rings() -> None:
    for feature in town_geojson(2)["features"]:
        if feature["geometry"]["type"] == "Polygon":
            (ring,) = feature["geometry"]["coordinates"]
            assert ring[0] == ring[-1]
            assert len(ring) == 5


def test_the_river_is_crossed_by_bridges_only(town: Town) -> None:
    way = town.streets.route(0, 18 * 16)
    over = [here[0] for here, after in pairwise(way) if (here[1] < 700) != (after[1] < 700)]
    assert over == pytest.approx([-900], abs=40)  # column 3, the nearest bridge


def test_a_way_keeps_clear_of_what_it_must_avoid(town: Town) -> None:
    start, end = 10 * 16, 10 * 16 + 15
    middle = Area("middle", town.streets.nodes[10 * 16 + 7], 200)
    assert any(middle.contains(node) for node in town.streets.route(start, end))
    assert all(
        square(node, middle.centre) > 260**2 for node in town.streets.route(start, end, avoid=(middle,))
    )


def test_a_straight_walk_crosses_a_circle_where_geometry_says() -> None:
    assert Area("c", (0.0, 0.0), 50).crossings((-100.0, 30.0), (100.0, 30.0)) == pytest.approx([0.3, 0.7])
    assert Area("c", (0.0, 0.0), 50).crossings((-100.0, 51.0), (100.0, 51.0)) == []
    assert Area("c", (0.0, 0.0), 50).crossings((5.0, 5.0), (5.0, 5.0)) == []


def test_a_straight_walk_crosses_a_polygon_where_geometry_says() -> None:
    yard = rectangle("yard", (0.0, 0.0), width=100, height=60)
    assert yard.crossings((-100.0, 0.0), (100.0, 0.0)) == pytest.approx([0.25, 0.75])
    assert yard.contains((49.0, 29.0))
    assert not yard.contains((51.0, 0.0))
