"""Meetings of two true paths: when each ring was crossed and how near they came, exactly."""

from __future__ import annotations

import itertools
from math import sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from korgoo.sim.facts import Meeting
from korgoo.sim.samples import trace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.sim.itinerary import Path

ENDS_MS: Final = 300_000
"""A meeting ends after so long outside the warning ring (issue 3, section 5)."""
WARNING_FACTOR: Final = 2.0
EMERGENCY_FACTOR: Final = 0.5

Span = tuple[int, int]


class Pair(NamedTuple):
    """Who must keep how far from whom.

    `place` names a place that stands for the protected person, at `lat_e7`, `lon_e7`.
    """

    id: str
    participant: str
    protected: str
    distance_m: float
    place: str = ""
    disclosed: bool = True
    lat_e7: int | None = None
    lon_e7: int | None = None

    def document(self) -> dict[str, object]:
        """Return the pair as PLAN.json writes it; a place is a circle of one metre."""
        document: dict[str, object] = {
            "id": self.id,
            "participant": self.participant,
            "protected": self.protected,
            "distance_m": self.distance_m,
            "warning_m": WARNING_FACTOR * self.distance_m,
        }
        if self.place and self.lat_e7 is not None and self.lon_e7 is not None:
            point = {"lat": self.lat_e7 / 1e7, "lon": self.lon_e7 / 1e7, "radius_m": 1}
            document["places"] = [{"id": self.place, "circle": point, "disclosed": self.disclosed}]
        return document


class _Way(NamedTuple):
    """The one seen from the other: instants, and where he is, straight in between."""

    at_ms: list[int]
    x: list[float]
    y: list[float]


def meetings(pair: Pair, one: Path, other: Path, *, staging: str = "") -> Iterator[Meeting]:
    """Yield every meeting of two paths, a paused one once."""
    way = _relative(one, other)
    warned = _within(way, pair.distance_m * WARNING_FACTOR)
    joined: list[Span] = []
    for begin, end in warned:
        if joined and begin - joined[-1][1] < ENDS_MS:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    breached = _within(way, pair.distance_m)
    near = _within(way, pair.distance_m * EMERGENCY_FACTOR)
    for begin, end in joined:
        inner = [span for span in breached if begin <= span[0] <= end]
        nearest_m, nearest_at_ms = _nearest(way, begin, end)
        yield Meeting(
            pair=pair.id,
            participant=pair.participant,
            protected=pair.protected,
            distance_m=pair.distance_m,
            from_ms=begin,
            until_ms=end,
            nearest_m=round(nearest_m, 2),
            nearest_at_ms=nearest_at_ms,
            warning_at_ms=begin,
            breach_at_ms=inner[0][0] if inner else None,
            emergency_at_ms=next((span[0] for span in near if begin <= span[0] <= end), None),
            entries=len(inner),
            breach_ms=sum(until - since for since, until in inner),
            place=pair.place,
            disclosed=pair.disclosed,
            staging=staging,
        )


def _relative(one: Path, other: Path) -> _Way:
    """Return the difference of two paths over the time they share, at every vertex of either."""
    begin, end = max(one[0].at_ms, other[0].at_ms), min(one[-1].at_ms, other[-1].at_ms)
    cuts = {vertex.at_ms for vertex in (*one, *other) if begin <= vertex.at_ms <= end}
    at = np.array(sorted({begin, end, *cuts}))
    first, second = trace_of(one, at), trace_of(other, at)
    return _Way(at.tolist(), (first.x - second.x).tolist(), (first.y - second.y).tolist())


def _pieces(way: _Way) -> Iterator[tuple[int, int, float, float, float, float]]:
    for i, j in itertools.pairwise(range(len(way.at_ms))):
        if way.at_ms[j] > way.at_ms[i]:
            dx, dy = way.x[j] - way.x[i], way.y[j] - way.y[i]
            yield way.at_ms[i], way.at_ms[j] - way.at_ms[i], way.x[i], way.y[i], dx, dy


def _within(way: _Way, radius: float) -> list[Span]:
    """Return when the two were nearer than a radius."""
    found: list[Span] = []
    for at_ms, lasts, x, y, dx, dy in _pieces(way):
        share = _shares(x, y, dx, dy, radius)
        if share is None:
            continue
        begin, end = at_ms + round(lasts * share[0]), at_ms + round(lasts * share[1])
        if found and found[-1][1] >= begin:
            found[-1] = (found[-1][0], end)
        elif begin < end:
            found.append((begin, end))
    return found


def _shares(x: float, y: float, dx: float, dy: float, radius: float) -> tuple[float, float] | None:
    """Return the part of one straight piece that lies within a circle about nought."""
    a, b, c = dx * dx + dy * dy, x * dx + y * dy, x * x + y * y - radius * radius
    if a == 0.0:
        return (0.0, 1.0) if c < 0.0 else None
    root = b * b - a * c
    if root <= 0.0:
        return None
    half = sqrt(root)
    low, high = max((-b - half) / a, 0.0), min((-b + half) / a, 1.0)
    return (low, high) if low < high else None


def _nearest(way: _Way, begin_ms: int, end_ms: int) -> tuple[float, int]:
    """Return the least distance between two instants, and when it was."""
    best = (float("inf"), begin_ms)
    for at_ms, lasts, x, y, dx, dy in _pieces(way):
        if at_ms + lasts < begin_ms or at_ms > end_ms:
            continue
        a = dx * dx + dy * dy
        share = 0.0 if a == 0.0 else min(max(-(x * dx + y * dy) / a, 0.0), 1.0)
        share = min(max(share, (begin_ms - at_ms) / lasts), max((end_ms - at_ms) / lasts, 0.0), 1.0)
        px, py = x + dx * share, y + dy * share
        best = min(best, (sqrt(px * px + py * py), at_ms + round(lasts * share)))
    return best
