"""Rows of the score on real recordings: cars, a frozen network place, a street canyon.

The caller reads the files (`../shared/data`, see its README) and hands their rows over as they stand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from korgoo.engine.findings import Event, Reason
from korgoo.replay.backtest import DEFAULT_BATCH, judge_recording
from korgoo.replay.judging import EngineBench
from korgoo.sim.meetings import Pair
from korgoo.sim.providers import CELL, GPS
from korgoo.sim.samples import Column
from korgoo.sim.score.judges import FENCES, OURS, PROXIMITIES, Engine
from korgoo.sim.score.meetings import BREACH
from korgoo.sim.score.tally import Tally
from korgoo.sim.signals import Signals
from korgoo.sim.stages.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.sim.score.rows import Counts

CAR, FROZEN, CANYON = (
    "seven_devices_one_trip_routeA.csv",
    "doha_gps_vs_network_open.csv",
    "urban_canyon_berlin_wls_vs_truth.csv",
)
LAGGING: Final = "Etrex-30x"
METRES_A_DEGREE: Final = 111_195
CAR_M, CORRIDOR_M, FORBIDDEN_M, AWAY_M = 50.0, 150.0, 300.0, 1_500.0
CAR_EVERY_S, FROZEN_EVERY_S, CANYON_EVERY_S = 15, 10, (1, 5, 15)
LATENCY_MS: Final = 1_000
BEGINS_MS: Final = 1_772_445_600_000
"""Where a recording's own clock begins in 1970: 2026-03-02 10:00 UTC."""
DAY_MS: Final = 86_400_000


class Fix(NamedTuple):
    """A position of a recording; degrees, ms."""

    at_ms: int
    lat: float
    lon: float
    source: int = GPS
    accuracy_m: float = -1.0


Rows = Sequence[Mapping[str, str]]
"""Lines of a recording by the names of its columns."""


def count_recordings(read: Callable[[str], Rows | None]) -> Counts:
    """Return the rows of the recordings that `read` knows by their file names."""
    counts: Counts = {}
    if rows := read(CAR):
        counts |= count_car(rows)
    if rows := read(FROZEN):
        counts["recording_frozen_network_exits"] = count_frozen(rows)
    if rows := read(CANYON):
        counts["recording_canyon_exits"] = count_canyon(rows)
    return counts


def count_car(recording: Rows) -> Counts:
    """Seven receivers in one car, every two a pair at 50 m: how often two are said to have parted.

    The positions of one of them lag by some 15 s: its pairs have a row of their own.
    """
    fixes: dict[str, list[Fix]] = {}
    for row in recording:
        fixes.setdefault(row["person_id"], []).append(Fix(_at_ms(row), float(row["lat"]), float(row["lon"])))
    signals = [signals_of(f"car-{i}", _thin(own, CAR_EVERY_S)) for i, own in enumerate(fixes.values())]
    late_one = next((f"car-{i}" for i, name in enumerate(fixes) if name.endswith(LAGGING)), "")
    names = [one.person for one in signals]
    pairs = [Pair(f"{a}-{b}", a, b, CAR_M) for i, a in enumerate(names) for b in names[i + 1 :]]
    staged = scenario("car", signals, {}, pairs)
    ends = {one.person: int(one.received_ms[-1]) for one in signals}
    until = {pair.id: min(ends[pair.participant], ends[pair.protected]) for pair in pairs}
    told = judge_recording(
        staged.recording(with_pairs=True), bench=EngineBench({}), until_ms=None, batch=DEFAULT_BATCH, shards=1
    )
    parted = [
        f.condition
        for f in told
        if f.kind == BREACH
        and (f.event is Event.CLOSED or f.code is Reason.RECEDED)
        and f.at_ms < until[f.condition]
    ]
    told_by = {OURS: parted}
    for judge in PROXIMITIES:
        told_by[judge.name] = [
            a.condition
            for a in judge.judge(staged)
            if a.kind == BREACH and a.ended_ms is not None and a.ended_ms < until[a.condition]
        ]
    late = {pair.id for pair in pairs if late_one in {pair.participant, pair.protected}}
    sound = {pair.id for pair in pairs} - late
    return {
        source: {n: Tally(sum(p in of for p in own), len(of)) for n, own in told_by.items()}
        for source, of in (("recording_car_partings", sound), ("recording_car_partings_lagging", late))
    }


def count_frozen(recording: Rows) -> dict[str, Tally]:
    """A phone that drives by gps while its network place stands still within a forbidden zone."""
    persons: dict[str, list[Mapping[str, str]]] = {}
    for row in recording:
        if row["network_lat"]:
            persons.setdefault(row["person_id"], []).append(row)
    signals, zones = [], {}
    for number, rows in enumerate(persons.values()):
        frozen = (float(rows[0]["network_lat"]), float(rows[0]["network_lon"]))
        fixes = _thin(
            [Fix(_at_ms(row), float(row["lat"]), float(row["lon"])) for row in rows], FROZEN_EVERY_S
        )
        away = [fix for fix in fixes if _distance_m((fix.lat, fix.lon), frozen) > AWAY_M]
        stale = [Fix(fix.at_ms + 5_000, *frozen, CELL) for fix in away]
        if away:
            person = f"frozen-{number}"
            signals.append(signals_of(person, sorted([*away, *stale])))
            zones[person] = {
                "id": "frozen",
                "kind": "exclusion",
                "circle": {"lat": frozen[0], "lon": frozen[1], "radius_m": FORBIDDEN_M},
            }
    return _false(scenario("frozen", signals, zones), len(signals))


def count_canyon(recording: Rows) -> dict[str, Tally]:
    """A drive through a street canyon within 150 m of its true way, at three reporting intervals."""
    fixes = [Fix(BEGINS_MS + _at_ms(row), float(row["lat"]), float(row["lon"])) for row in recording]
    zone = _corridor([(float(row["truth_lon"]), float(row["truth_lat"])) for row in recording])
    signals = [signals_of(f"canyon-{every_s}", _thin(fixes, every_s)) for every_s in CANYON_EVERY_S]
    return _false(scenario("canyon", signals, {one.person: zone for one in signals}), len(signals))


def _false(staged: Scenario, recordings: int) -> dict[str, Tally]:
    kinds = {"zone.exit", "zone.enter"}
    return {
        judge.name: Tally(sum(alarm.kind in kinds for alarm in judge.judge(staged)), recordings)
        for judge in (Engine(), *FENCES)
    }


def signals_of(person: str, fixes: Sequence[Fix]) -> Signals:
    """Return a recording as the messages of a device, each received a second later."""
    begins_ms = fixes[0].at_ms
    table = np.full((len(Column), len(fixes)), -1, dtype=np.int32)
    table[Column.FIXED] = [fix.at_ms - begins_ms for fix in fixes]
    table[Column.RECEIVED] = table[Column.FIXED] + LATENCY_MS
    table[Column.COUNTER] = np.arange(len(fixes))
    table[Column.LAT_E7] = [round(fix.lat * 1e7) for fix in fixes]
    table[Column.LON_E7] = [round(fix.lon * 1e7) for fix in fixes]
    table[Column.SOURCE] = [fix.source for fix in fixes]
    table[Column.ACCURACY_CM] = [round(fix.accuracy_m * 100) for fix in fixes]
    table[Column.SOS] = 0
    return Signals(person, begins_ms, table)


def scenario(
    name: str, signals: Sequence[Signals], zones: dict[str, dict[str, Any]], pairs: Sequence[Pair] = ()
) -> Scenario:
    """Return recordings as a staging without facts."""
    subjects = [
        {"id": one.person, "expected_interval_s": 15, "zones": [zones[one.person]] if zones else []}
        for one in signals
    ]
    lasts = sum(int(one.fixed_ms[-1] - one.fixed_ms[0]) for one in signals)
    return Scenario(name, tuple(signals), tuple(subjects), (), lasts, tuple(pairs))


def _corridor(way: Sequence[tuple[float, float]]) -> dict[str, Any]:
    squeeze = math.cos(math.radians(way[0][1]))
    line = shapely.LineString([(lon * squeeze, lat) for lon, lat in way]).simplify(1e-6)
    band = line.buffer(CORRIDOR_M / METRES_A_DEGREE, quad_segs=4)
    rings = [[(x / squeeze, y) for x, y in ring.coords] for ring in (band.exterior, *band.interiors)]
    geometry = json.loads(shapely.to_geojson(shapely.Polygon(rings[0], rings[1:])))
    return {"id": "corridor", "kind": "inclusion", "geometry": geometry}


def _at_ms(row: Mapping[str, str]) -> int:
    return round(datetime.fromisoformat(row["time_utc_iso"]).timestamp() * 1000)


def _thin(fixes: Sequence[Fix], every_s: float) -> list[Fix]:
    kept: list[Fix] = []
    for fix in sorted(fixes):
        if not kept or fix.at_ms - kept[-1].at_ms >= every_s * 1000:
            kept.append(fix)
    return kept


def _distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (other[1] - one[1]) * math.cos(math.radians(one[0]))
    return math.hypot(other[0] - one[0], east) * METRES_A_DEGREE
