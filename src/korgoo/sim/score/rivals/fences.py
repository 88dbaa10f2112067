"""A zone rule over what devices told: positions into depths, beliefs into alarms, the schedule beside."""

from __future__ import annotations

import itertools
from math import cos, radians
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from korgoo.engine.windows import binds_at, next_change
from korgoo.planning.compilation import compile_plan
from korgoo.sim.samples import Column
from korgoo.sim.score.alarms import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.engine.plan import Plan
    from korgoo.planning.document import PlanDocument, ZoneDocument
    from korgoo.sim.chance import Flags, Floats, Ints
    from korgoo.sim.score.rivals.zones import ZoneRule
    from korgoo.sim.signals import Signals

E7_PER_M: Final = 10_000_000 / 111_195
EXCLUSION: Final = "exclusion"
YEARS: Final = (2025, 2028)


def fence_alarms(rule: ZoneRule, document: PlanDocument, signals: tuple[Signals, ...]) -> list[Alarm]:
    """Return what a rule raises for every zone of every person, in order of time.

    Fixes are taken as they arrive; one that is older than the newest is dropped, as tracking servers do.
    """
    told = {one.person: one for one in signals}
    alarms: list[Alarm] = []
    for index, subject in enumerate(document.subjects):
        one = told.get(subject.id)
        if one is None or not subject.zones:
            continue
        plan = compile_plan(
            subject, tz=document.tz, first_year=YEARS[0], last_year=YEARS[1], path=f"$.subjects[{index}]"
        )
        for zone in subject.zones:
            alarms += _zone_alarms(rule, plan, zone, one)
    return sorted(alarms, key=lambda alarm: alarm.at_ms)


def _zone_alarms(rule: ZoneRule, plan: Plan, zone: ZoneDocument, one: Signals) -> Iterator[Alarm]:
    chosen = in_order(one)
    table, fixed, received = one.table[:, chosen], one.fixed_ms[chosen], one.received_ms[chosen]
    accuracy = np.maximum(table[Column.ACCURACY_CM], 0) / 100
    inside = rule.inside(depth_of(zone, table[Column.LAT_E7], table[Column.LON_E7]), accuracy)
    wrong = inside if zone.kind.value == EXCLUSION else ~inside
    binds = _binding(plan, zone, fixed)
    before = np.concatenate([wrong[:1], wrong[:-1]])
    opens = wrong & ~before & binds if rule.by_event else _rises(wrong & binds)
    ends = ~wrong if rule.by_event else ~(wrong & binds)
    kind = "zone.enter" if zone.kind.value == EXCLUSION else "curfew.absent" if zone.windows else "zone.exit"
    over = np.flatnonzero(ends)
    for i in np.flatnonzero(opens).tolist():
        j = int(np.searchsorted(over, i))
        ended_ms = int(received[over[j]]) if j < len(over) else None
        yield Alarm(kind, one.person, zone.id, int(received[i]), int(fixed[i]), ended_ms)


def in_order(one: Signals) -> Flags:
    """Return which messages a server takes that keeps the newest: located, and not older than the last."""
    located = one.located
    fixed = np.where(located, one.fixed_ms, 0)
    flags: Flags = located & (fixed >= np.maximum.accumulate(fixed))
    return flags


def depth_of(zone: ZoneDocument, lat_e7: Ints, lon_e7: Ints) -> Floats:
    """Return how deep positions lie in a zone, m; negative outside."""
    depth: Floats
    if zone.circle is not None:
        x, y = _plane(zone.circle.lat, zone.circle.lon, lat_e7, lon_e7)
        depth = zone.circle.radius_m - np.hypot(x, y)
        return depth
    assert zone.geometry is not None  # noqa: S101 - a checked plan has one of the two
    lon0, lat0 = _first_corner(zone.geometry.coordinates)
    shape = shapely.geometry.shape(
        {"type": type(zone.geometry).__name__, "coordinates": zone.geometry.coordinates}
    )
    scale = np.array([10_000_000 / E7_PER_M * cos(radians(lat0)), 10_000_000 / E7_PER_M])
    flat = shapely.transform(shape, lambda corners: (corners - (lon0, lat0)) * scale)
    points = shapely.points(*_plane(lat0, lon0, lat_e7, lon_e7))
    edge = shapely.distance(flat.boundary, points)
    depth = np.where(shapely.contains(flat, points), edge, -edge)
    return depth


def _first_corner(
    coordinates: list[list[list[float]]] | list[list[list[list[float]]]],
) -> tuple[float, float]:
    corner = coordinates[0][0]
    lon, lat = (corner if isinstance(corner[0], float | int) else corner[0])[:2]
    return lon, lat


def _plane(lat: float, lon: float, lat_e7: Ints, lon_e7: Ints) -> tuple[Floats, Floats]:
    y: Floats = (lat_e7.astype(np.float64) - lat * 10_000_000) / E7_PER_M
    x: Floats = (lon_e7.astype(np.float64) - lon * 10_000_000) / E7_PER_M * cos(radians(lat))
    return x, y


def _binding(plan: Plan, zone: ZoneDocument, fixed: Ints) -> Flags:
    windows = next(own.windows for own in plan.zones if own.id == zone.id)
    if not windows or not len(fixed):
        return np.ones(len(fixed), dtype=np.bool_)
    begins, ends = int(fixed.min()), int(fixed.max())
    changes = [begins]
    while (after := next_change(windows, plan.utc_offsets, changes[-1])) is not None and after <= ends:
        changes.append(after)
    states = np.array([binds_at(windows, plan.utc_offsets, t) for t in changes])
    flags: Flags = states[np.searchsorted(np.array(changes), fixed, side="right") - 1]
    return flags


def _rises(flags: Flags) -> Flags:
    """Return where a flag becomes true. The first fix may: a state counts from the beginning."""
    rises = flags.copy()
    for i, (here, after) in enumerate(itertools.pairwise(flags.tolist()), start=1):
        rises[i] = after and not here
    return rises
