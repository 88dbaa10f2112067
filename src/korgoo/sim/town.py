"""Үлгү-Кала ("Sample Town"): a made-up town of 3 x 4 km in the Chui valley. Nothing in it exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from korgoo.sim.areas import Area, rectangle
from korgoo.sim.chance import below, between, key_of, unit
from korgoo.sim.plane import to_degrees, to_mm
from korgoo.sim.streets import (
    COLUMNS,
    MAIN_ROWS,
    RIVER_ROW,
    ROWS,
    SPACING_M,
    Streets,
    node_at,
)

if TYPE_CHECKING:
    from korgoo.sim.plane import Point

NAME: Final = "Үлгү-Кала"
TIME_ZONE: Final = "Asia/Bishkek"
UTC_OFFSET_S: Final = 6 * 3600
"""Kyrgyzstan has kept UTC+6 without summer time since August 2005."""

CANYON_M: Final = 330.0
"""Streets so near the middle, east-west and north-south, run between high houses."""
SETBACK_M: Final = 24.0
WORKS: Final = 24
SHOPS: Final = 12
SCHOOL_BLOCKS: Final = ((5, 7), (10, 16))
PARK_BLOCK: Final = (8, 4)
HALL_BLOCK: Final = (7, 10)


class Place(NamedTuple):
    """A building where people stay. `node` is the crossing from which it is reached."""

    id: str
    name: str
    point: Point
    node: int


class Town:
    """The ground of one seed: streets, buildings, and the areas that orders speak of."""

    def __init__(self, seed: int) -> None:
        """Build the town of one seed."""
        self.seed = seed
        self.streets = Streets(seed)
        self.areas: tuple[Area, ...] = _areas(self.streets)
        self.houses: tuple[Place, ...] = tuple(_houses(seed, self.streets))
        self.works: tuple[Place, ...] = tuple(
            _public(self, kind="work", count=WORKS, names=("Цех", "Склад", "Ферма", "Контора", "Мастерская"))
        )
        self.shops: tuple[Place, ...] = tuple(
            _public(self, kind="shop", count=SHOPS, names=("Магазин", "Базар", "Чайхана", "Аптека"))
        )

    def deaf(self, place: str) -> str:
        """Return what a building loses: "gnss" (halls), "network" or "both" (cellars); nothing for most."""
        kind, _, number = place.partition("-")
        if kind not in {"work", "shop"}:
            return ""
        return {0: "gnss", 1: "both", 2: "network"}.get(int(number) % 8, "")

    def area(self, area_id: str) -> Area:
        """Return a named area.

        Raises:
            KeyError: the town has no such area.
        """
        for area in self.areas:
            if area.id == area_id:
                return area
        raise KeyError(area_id)


def _block_centre(streets: Streets, column: int, row: int) -> Point:
    corners = [streets.nodes[node_at(column + c, row + r)] for c in (0, 1) for r in (0, 1)]
    return to_mm(sum(x for x, _ in corners) / 4), to_mm(sum(y for _, y in corners) / 4)


def _areas(streets: Streets) -> tuple[Area, ...]:
    schools = [
        rectangle(f"school-{number}", _block_centre(streets, *block), width=90, height=70)
        for number, block in enumerate(SCHOOL_BLOCKS, start=1)
    ]
    park = rectangle("park", _block_centre(streets, *PARK_BLOCK), width=110, height=110)
    hall = rectangle("hall", _block_centre(streets, *HALL_BLOCK), width=60, height=40)
    return (*schools, park, hall)


def _houses(seed: int, streets: Streets) -> list[Place]:
    """Two houses on either side of every street that runs across, except in blocks with an area."""
    taken = {*SCHOOL_BLOCKS, PARK_BLOCK, HALL_BLOCK}
    houses = []
    for row in range(ROWS):
        for column in range(COLUMNS - 1):
            west, east = (streets.nodes[node_at(column + step, row)] for step in (0, 1))
            for number in range(4):
                north, near_east = number // 2, number % 2
                if (column, row - 1 + north) in taken:
                    continue
                share = (0.3, 0.7)[near_east] + (
                    unit(key_of(seed, "house", column, row, number)) - 0.5
                ) * 0.15
                x = west[0] + (east[0] - west[0]) * share
                y = west[1] + (east[1] - west[1]) * share + (SETBACK_M if north else -SETBACK_M)
                name = f"ул. {row + 1}-я, д. {column * 4 + number + 1}"
                node = node_at(column + near_east, row)
                houses.append(Place(f"house-{column}-{row}-{number}", name, (to_mm(x), to_mm(y)), node))
    return houses


def _public(town: Town, *, kind: str, count: int, names: tuple[str, ...]) -> list[Place]:
    places = []
    for number in range(count):
        house = town.houses[below(key_of(town.seed, kind, number), len(town.houses))]
        name = f"{names[number % len(names)]} № {number + 1}"
        places.append(Place(f"{kind}-{number}", name, house.point, house.node))
    return places


def town_geojson(seed: int) -> dict[str, Any]:
    """Return the town as a FeatureCollection to draw; every feature says `synthetic: true`."""
    town = Town(seed)
    nodes = town.streets.nodes
    features = []
    for one, other in town.streets.links:
        main = one // COLUMNS == other // COLUMNS and one // COLUMNS in MAIN_ROWS
        features.append(
            _feature(
                "LineString", [nodes[one], nodes[other]], kind="main_road" if main else "street", name=""
            )
        )
    river = [(-1_700.0 + 340 * i, _river_y(seed, i)) for i in range(11)]
    features.append(_feature("LineString", river, kind="river", name="Ойдон"))
    features.extend(
        _feature("Polygon", list(area.ring), kind=area.id.split("-")[0], name=area.id) for area in town.areas
    )
    for kind, places in (("house", town.houses), ("work", town.works), ("shop", town.shops)):
        for place in places:
            size = (12.0, 9.0) if kind == "house" else (22.0, 14.0)
            ring = rectangle("", place.point, width=size[0], height=size[1]).ring
            features.append(_feature("Polygon", list(ring), kind=kind, name=place.name))
    return {"type": "FeatureCollection", "name": f"{NAME} (synthetic)", "features": features}


def _river_y(seed: int, number: int) -> float:
    middle = (RIVER_ROW + 0.5 - (ROWS - 1) / 2) * SPACING_M
    return middle + between(key_of(seed, "river", number), -35_000, 35_000) / 1000


def _feature(shape: str, points: list[Point], *, kind: str, name: str) -> dict[str, Any]:
    corners = [list(to_degrees(point)) for point in points]
    coordinates = [[*corners, corners[0]]] if shape == "Polygon" else corners
    return {
        "type": "Feature",
        "properties": {"synthetic": True, "kind": kind, "name": name},
        "geometry": {"type": shape, "coordinates": coordinates},
    }
