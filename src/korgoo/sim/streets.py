"""The street network: crossings, the streets between them, and the shortest way."""

from __future__ import annotations

from array import array
from heapq import heappop, heappush
from math import sqrt
from typing import TYPE_CHECKING, Final

from korgoo.sim.chance import between, key_of, unit
from korgoo.sim.plane import square, to_mm

if TYPE_CHECKING:
    from korgoo.sim.areas import Area
    from korgoo.sim.plane import Point

COLUMNS: Final = 16
ROWS: Final = 21
SPACING_M: Final = 200
JITTER_MM: Final = 30_000
MAIN_ROWS: Final = (0, 10, 20)
"""Rows whose streets are never missing; row 10 is the main road with the bus."""
RIVER_ROW: Final = 13
"""The river runs north of this row."""
BRIDGES: Final = (3, 8, 13)
"""Columns with a bridge."""
MISSING_SHARE: Final = 0.08
AVOID_MARGIN_M: Final = 60.0


class Streets:
    """Crossings (points) and streets (pairs of crossings), with the shortest ways between them.

    A way may avoid areas: no crossing within 60 m of an area's bounding circle is used, so a person who
    must keep out does not pass by accident.
    """

    def __init__(self, seed: int) -> None:
        """Lay the streets of one seed."""
        self.nodes: tuple[Point, ...] = tuple(
            _crossing(seed, column, row) for row in range(ROWS) for column in range(COLUMNS)
        )
        self.links: tuple[tuple[int, int], ...] = tuple(_links(seed))
        self._near: dict[int, list[tuple[int, float]]] = {node: [] for node in range(len(self.nodes))}
        for one, other in self.links:
            length = sqrt(square(self.nodes[one], self.nodes[other]))
            self._near[one].append((other, length))
            self._near[other].append((one, length))
        self._trees: dict[tuple[int, tuple[Area, ...]], array[int]] = {}

    def route(self, start: int, end: int, *, avoid: tuple[Area, ...] = ()) -> list[Point]:
        """Return the crossings of the shortest way, both ends included.

        Where the areas to avoid leave no way, the shortest way of all is returned.
        """
        tree = self._tree(start, avoid)
        if tree[end] < 0:
            tree = self._tree(start, ())
        way = [end]
        while way[-1] != start:
            way.append(tree[way[-1]])
        return [self.nodes[node] for node in reversed(way)]

    def nearest(self, point: Point) -> int:
        """Return the crossing nearest to a point."""
        return min(range(len(self.nodes)), key=lambda node: square(self.nodes[node], point))

    def _tree(self, start: int, avoid: tuple[Area, ...]) -> array[int]:
        known = self._trees.get((start, avoid))
        if known is None:
            known = self._trees[start, avoid] = self._search(start, avoid)
        return known

    def _search(self, start: int, avoid: tuple[Area, ...]) -> array[int]:
        """Dijkstra from one crossing: the crossing before each one, -1 where none leads."""
        before = array("h", [-1]) * len(self.nodes)
        before[start] = start
        best = {start: 0.0}
        queue = [(0.0, start)]
        while queue:
            so_far, node = heappop(queue)
            if so_far > best[node]:
                continue
            for other, length in self._near[node]:
                reached = so_far + length
                if reached >= best.get(other, reached + 1):
                    continue
                if any(area.is_near(self.nodes[other], AVOID_MARGIN_M) for area in avoid):
                    continue
                best[other], before[other] = reached, node
                heappush(queue, (reached, other))
        return before


def node_at(column: int, row: int) -> int:
    """Return the number of a crossing."""
    return row * COLUMNS + column


def _crossing(seed: int, column: int, row: int) -> Point:
    key = key_of(seed, "crossing", column, row)
    x = (column - (COLUMNS - 1) / 2) * SPACING_M + between(key, -JITTER_MM, JITTER_MM) / 1000
    y = (row - (ROWS - 1) / 2) * SPACING_M + between(key, -JITTER_MM, JITTER_MM, index=1) / 1000
    return to_mm(x), to_mm(y)


def _links(seed: int) -> list[tuple[int, int]]:
    """Every street up and down except over the river, where only bridges lead; some across are missing."""
    links = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            here = node_at(column, row)
            missing = unit(key_of(seed, "street", column, row)) < MISSING_SHARE and row not in MAIN_ROWS
            if column + 1 < COLUMNS and not missing:
                links.append((here, node_at(column + 1, row)))
            if row + 1 < ROWS and (row != RIVER_ROW or column in BRIDGES):
                links.append((here, node_at(column, row + 1)))
    return links
