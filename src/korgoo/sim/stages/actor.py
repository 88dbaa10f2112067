"""An actor of a staging: one device, carried along a path, telling what it believes."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from korgoo.sim.areas import Area
from korgoo.sim.carriers import Carrier, Noise, device_factor, read_bare, read_device
from korgoo.sim.chance import key_of, normals, unit, units
from korgoo.sim.itinerary import Mode, Vertex
from korgoo.sim.pacing import paces
from korgoo.sim.plane import to_e7_each, to_mm
from korgoo.sim.providers import GPS, Setting
from korgoo.sim.samples import JITTER_MS, LATENCY_MS, MISREAD_MOTION, Column, Motion, trace_of
from korgoo.sim.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.plan import ZoneKind
    from korgoo.sim.chance import Ints
    from korgoo.sim.itinerary import Path
    from korgoo.sim.plane import Point
    from korgoo.sim.samples import Table, Trace

BEGINS_MS: Final = 1_767_225_600_000
"""2026-01-01 00:00 UTC, a Thursday: when stagings begin."""
LONGEST_MS: Final = 2_000_000_000
"""A table's times are 32-bit."""
WALKING_MS: Final = 3.0
INDOORS, OUTDOORS = "indoors", ""
_MOTION_OF: Final = np.array([Motion.STILL, Motion.WALKING, Motion.VEHICLE, Motion.VEHICLE])


class Kit(NamedTuple):
    """What an actor carries, and how it errs."""

    carrier: Carrier = Carrier.PHONE
    noise: Noise = Noise.FIRST
    interval_ms: int = 60_000
    unit: str = ""
    canyon: bool = False
    paces_per_day: float = 0.0


class Walker:
    """Draws a path: stays and straight ways. Places are named `indoors` or nothing (the open sky)."""

    def __init__(self, at_ms: int, point: Point, place: str = INDOORS) -> None:
        self.at_ms, self.point = at_ms, point
        self.path: Path = [Vertex(at_ms, point, Mode.STILL, place)]

    def stay(self, until_ms: int, place: str = INDOORS) -> None:
        """Stay where he is."""
        self._turn(Mode.STILL, place)
        self.at_ms = max(until_ms, self.at_ms + 1)

    def go(self, point: Point, speed_ms: float) -> None:
        """Go straight to a point at one speed."""
        self._turn(Mode.WALK if speed_ms <= WALKING_MS else Mode.CAR, OUTDOORS)
        dx, dy = point[0] - self.point[0], point[1] - self.point[1]
        self.at_ms += max(1, round(sqrt(dx * dx + dy * dy) * 1000 / speed_ms))
        self.point = point

    def end(self) -> Path:
        """Return the path, ended where it is."""
        self._turn(Mode.STILL, self.path[-1].place)
        return self.path

    def _turn(self, mode: Mode, place: str) -> None:
        if self.path[-1].at_ms == self.at_ms:
            self.path.pop()
        self.path.append(Vertex(self.at_ms, self.point, mode, place))


def heading(key: int) -> Point:
    """Return a unit vector in a random direction."""
    one = np.array([0], dtype=np.int64)
    x, y = float(normals(key_of(key, "x"), one)[0]), float(normals(key_of(key, "y"), one)[0])
    length = max(sqrt(x * x + y * y), 1e-6)
    return x / length, y / length


def beyond(point: Point, way: Point, metres: float) -> Point:
    """Return the point so many metres from another in a direction, to the millimetre."""
    return to_mm(point[0] + way[0] * metres), to_mm(point[1] + way[1] * metres)


def beat(key: int, begin_ms: int, end_ms: int, interval_ms: int) -> Ints:
    """Return when a device reports: each interval from a phase of its own, up to 1.5 s late."""
    phase = int(unit(key_of(key, "phase")) * interval_ms)
    times = np.arange(begin_ms + phase, end_ms, interval_ms, dtype=np.int64)
    jitter = np.floor(units(key_of(key, "jitter"), times) * min(JITTER_MS, interval_ms // 4)).astype(np.int64)
    kept: Ints = (times + jitter)[times + jitter < end_ms]
    return kept


def tell(key: int, path: Path, kit: Kit, *, person: str, at_once: Sequence[int] = ()) -> Signals:
    """Return what the device tells that is carried along a path, all of it healthy and on time.

    `at_once` are instants at which something happens that it tells in a message of its own.

    Raises:
        ValueError: the path lasts longer than a table can hold.
    """
    begin_ms, end_ms = path[0].at_ms, path[-1].at_ms
    if end_ms - begin_ms > LONGEST_MS:
        raise ValueError("one recording lasts at most 23 days")
    times = beat(key, begin_ms, end_ms, kit.interval_ms)
    if at_once:
        times = np.unique(np.concatenate([times, np.array(at_once, dtype=np.int64)]))
    trace = trace_of(path, times)
    bare = kit.carrier in {Carrier.STAY, Carrier.RECEIVER}
    if bare:
        noise_key = key_of(key, kit.noise)
        reading = read_bare(noise_key, kit.carrier, times, trace.x, trace.y, noise=kit.noise)
    else:
        reading = read_device(key_of(key, kit.noise), _setting(key, times, trace, kit), kit.noise)
    table = np.full((len(Column), len(times)), -1, dtype=np.int32)
    table[Column.FIXED] = times - begin_ms
    table[Column.COUNTER] = np.arange(len(times))
    table[Column.LAT_E7], table[Column.LON_E7] = to_e7_each(reading.x, reading.y)
    table[Column.ACCURACY_CM] = np.rint(reading.accuracy * 100)
    table[Column.SOURCE] = reading.source
    _tell_sensors(table, key, times, trace, kit)
    latency = np.floor(LATENCY_MS.at_each(units(key_of(key, "latency"), times))).astype(np.int64)
    table[Column.RECEIVED] = np.maximum.accumulate(table[Column.FIXED] + latency)
    return Signals(person, begin_ms, table, kit.unit)


def _setting(key: int, times: Ints, trace: Trace, kit: Kit) -> Setting:
    """Every actor's roof has its own noise; one actor has one indoors for each name of a place."""
    factors = [device_factor(key_of(key, "roof", name), kit.noise) for name in trace.names]
    tags = [key_of(key, "place", name) >> 2 for name in trace.names]
    return Setting(
        times_ms=times,
        x=trace.x,
        y=trace.y,
        indoor=np.array([name != OUTDOORS for name in trace.names])[trace.place],
        place=np.array(tags)[trace.place],
        place_factor=np.array(factors)[trace.place],
        only_gps=kit.carrier is Carrier.BRACELET,
        canyon=np.full(len(times), kit.canyon),
    )


def _tell_sensors(table: Table, key: int, times: Ints, trace: Trace, kit: Kit) -> None:
    told = _MOTION_OF[trace.mode]
    if kit.paces_per_day:
        afoot = paces(key_of(key, "paces"), times, kit.paces_per_day)
        told = np.where(afoot & (told == Motion.STILL), Motion.WALKING, told)
    misread = units(key_of(key, "misread"), times // 120_000) < MISREAD_MOTION
    other = np.where(told == Motion.STILL, Motion.WALKING, Motion.STILL)
    table[Column.MOTION] = np.where(misread, other, told)
    unrest = normals(key_of(key, "speed"), times)
    speed = np.rint(np.maximum(trace.speed + 0.3 * unrest, 0.0) * 100)
    table[Column.SPEED_CMS] = np.where(table[Column.SOURCE] == GPS, speed, -1)
    table[Column.BATTERY], table[Column.CHARGING], table[Column.SOS] = 80, 0, 0
    if kit.carrier is Carrier.BRACELET:
        table[[Column.STRAP, Column.CASE, Column.SKIN]] = 1
    if kit.unit:
        table[Column.BEACON] = np.array([name == INDOORS for name in trace.names])[trace.place]


def zone_document(
    zone: str,
    kind: ZoneKind,
    area: Area,
    *,
    windows: Sequence[dict[str, Any]] = (),
    units: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a zone as PLAN.json writes it."""
    document: dict[str, Any] = {"id": zone, "kind": kind.value, **area.plan_shape()}
    if windows:
        document["windows"] = list(windows)
    if units:
        document["beacons"] = list(units)
    return document


def subject_document(person: str, interval_ms: int, zones: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return a subject as PLAN.json writes it."""
    return {"id": person, "expected_interval_s": max(1, interval_ms // 1000), "zones": list(zones)}


def circle(zone: str, radius_m: float, centre: Point = (0.0, 0.0)) -> Area:
    """Return a round area; the middle of the plane by default."""
    return Area(zone, centre, radius_m)
