"""Facts of one true path: its points, and its crossings of zone edges: when, how deep and how fast."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim.facts import Crossing, Night, Track
from korgoo.sim.itinerary import Mode
from korgoo.sim.plane import to_e7
from korgoo.sim.samples import trace_of
from korgoo.sim.truth import intervals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.engine.plan import ZoneKind
    from korgoo.sim.areas import Area
    from korgoo.sim.chance import Floats, Ints
    from korgoo.sim.itinerary import Path
    from korgoo.sim.truth import Interval

Spans = tuple[tuple[int, int], ...]
SAMPLES: Final = 4_000
"""At most so many depths of one stretch are looked at, at least one a second up to an hour."""


def crossings(
    path: Path,
    area: Area,
    *,
    person: str,
    zone: str,
    kind: ZoneKind,
    windows: Sequence[Interval] | None = None,
) -> Iterator[Crossing]:
    """Yield every stretch of a path on the wrong side of an edge. `windows` None: the zone always binds."""
    inside = kind.value == "exclusion"
    for span in intervals(path, area, inside=inside):
        at, deep, speed = _depths(path, area, span)
        yield Crossing(
            person=person,
            zone=zone,
            zone_kind=kind.value,
            from_ms=span.from_ms,
            until_ms=span.until_ms,
            depth_m=round(float(deep.max()), 2),
            at_30_m_ms=_first(at, deep, 30.0),
            at_100_m_ms=_first(at, deep, 100.0),
            speed_ms=round(speed, 2),
            binding=((span.from_ms, span.until_ms),) if windows is None else _cut(span, windows),
        )


def nights(path: Path, area: Area, *, person: str, zone: str, windows: Sequence[Interval]) -> Iterator[Night]:
    """Yield one record a window of an inclusion zone, with the absences in it."""
    away = intervals(path, area, inside=False)
    for window in windows:
        cuts = [cut for span in away for cut in _cut(span, [window])]
        yield Night(person, zone, window.from_ms, window.until_ms, tuple(cuts))


def _cut(span: Interval, windows: Sequence[Interval]) -> Spans:
    cuts = ((max(span.from_ms, w.from_ms), min(span.until_ms, w.until_ms)) for w in windows)
    return tuple((begin, end) for begin, end in cuts if begin < end)


def _depths(path: Path, area: Area, span: Interval) -> tuple[Ints, Floats, float]:
    """Return instants of a stretch, the distance from the edge at each, and the speed at its beginning."""
    step = max(
        250, min(1_000, (span.until_ms - span.from_ms) // 60), (span.until_ms - span.from_ms) // SAMPLES
    )
    corners = [v.at_ms for v in path if span.from_ms < v.at_ms < span.until_ms]
    at = np.unique(np.array([*range(span.from_ms, span.until_ms, step), *corners, span.until_ms - 1]))
    trace = trace_of(path, at)
    far = edge_distance(area, trace.x, trace.y)
    return at, far, float(trace.speed[0])


def edge_distance(area: Area, x: Floats, y: Floats) -> Floats:
    """Return how far each point is from the edge of an area, on whichever side, m."""
    if not area.ring:
        dx, dy = x - area.centre[0], y - area.centre[1]
        return np.abs(np.sqrt(dx * dx + dy * dy) - area.radius)
    nearest = np.full(len(x), np.inf)
    for one, other in area.edges():
        ex, ey = other[0] - one[0], other[1] - one[1]
        along = ((x - one[0]) * ex + (y - one[1]) * ey) / (ex * ex + ey * ey)
        along = np.minimum(np.maximum(along, 0.0), 1.0)
        dx, dy = x - (one[0] + along * ex), y - (one[1] + along * ey)
        nearest = np.minimum(nearest, np.sqrt(dx * dx + dy * dy))
    return nearest


def _first(at: Ints, deep: Floats, depth_m: float) -> int | None:
    reached = deep >= depth_m
    return int(at[int(np.argmax(reached))]) if reached.any() else None


def track_fact(person: str, path: Path, *, device: bool = False) -> Track:
    """Return a path as a fact; a stay is two points."""
    points: list[tuple[int, int, int]] = []
    for here, after in itertools.pairwise(path):
        points.append((here.at_ms, *to_e7(here.point)))
        if here.mode is Mode.STILL and here.point != after.point:
            points.append((after.at_ms, *to_e7(here.point)))
    points.append((path[-1].at_ms, *to_e7(path[-1].point)))
    return Track(person, device, tuple(points))
