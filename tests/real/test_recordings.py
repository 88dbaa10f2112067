"""Real recordings through a backtest: what the engine concludes where the truth, or a witness, is known."""

from __future__ import annotations

import itertools
import json
import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import shapely

from korgoo.engine.rules.positions import JUMPING
from korgoo.planning.instants import format_instant
from korgoo.runtime.demo.recordings import read_recordings
from korgoo.sim.score.recordings import count_car
from tests.real.recordings import (
    DATA,
    METRES_A_DEGREE,
    at_ms,
    circle,
    distance_m,
    judge,
    place_of,
    read_recording,
    spans,
    truth_spans,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="NOT RUN: real recordings, ../shared/data is absent"
)

SECOND = 1_000
SEVEN = "seven_devices_one_trip_routeA.csv"
ETREX = "routeA_Garmin-Etrex-30x"  # its positions lag by some 15 s, and it was at the place for 32 s only
DROVE = "ublox_f9k"


def thin(rows: Iterable[dict[str, str]], every_s: float) -> list[dict[str, str]]:
    """Keep of each person a row each so many seconds."""
    kept: dict[str, int] = {}
    thinned = []
    for row in rows:
        if at_ms(row) - kept.get(row["person_id"], 0) >= every_s * SECOND:
            kept[row["person_id"]] = at_ms(row)
            thinned.append(row)
    return thinned


def of_source(rows: Iterable[dict[str, str]], source: str) -> list[dict[str, str]]:
    return [{**row, "source": source} for row in rows]


def test_seven_receivers_in_one_car_leave_home_together(tmp_path: Path) -> None:
    rows = of_source(read_recording(SEVEN), "gps")
    home = place_of(rows[0])
    everyone = {row["person_id"]: [circle("inclusion", home, 100)] for row in rows}
    findings = judge(tmp_path, rows, everyone)
    left = [spans(findings, "zone.exit", person) for person in everyone]
    assert [len(exits) for exits in left] == [1] * 7
    began = [exits[0][0] for exits in left]
    # Fixes 1 to 10 s apart, the lag of one of them, and what some of them say of their speed.
    assert max(began) - min(began) <= 20 * SECOND
    known = [f.at_ms - f.since_ms for f in findings if f.kind == "zone.exit" and f.event == "opened"]
    assert max(known) <= 60 * SECOND


def test_receivers_in_one_car_pass_a_forbidden_place_at_the_same_time(tmp_path: Path) -> None:
    rows = of_source(read_recording(SEVEN), "gps")
    stop = place_of(read_recording("seven_devices_planned_routeA.csv")[500])  # it was there for 50 s
    others = {row["person_id"] for row in rows} - {ETREX}
    findings = judge(tmp_path, rows, {person: [circle("exclusion", stop, 100)] for person in others})
    visits = {person: spans(findings, "zone.enter", person) for person in others}
    assert {person: len(own) for person, own in visits.items()} == dict.fromkeys(others, 1)
    for ends in zip(*(own[0] for own in visits.values()), strict=True):
        assert max(end or 0 for end in ends) - min(end or 0 for end in ends) <= 10 * SECOND


def test_two_receivers_in_one_car_never_part_at_50_m() -> None:
    counted = count_car(read_recording(SEVEN))["recording_car_partings"]
    ours, box = counted["ours"], counted["last_fix_square_box"]
    assert (ours.count, ours.exposure) == (0, 15)
    assert box.count > 1_000, "the ride does part receivers for who looks at the last fix"


def test_a_drive_enters_and_leaves_at_the_true_times(tmp_path: Path) -> None:
    rows = of_source(read_recording("ublox_f9k_drive_vs_truth.csv"), "gps")
    long_stays = found_stays = 0
    for row in rows[::100]:
        place = (float(row["truth_lat"]), float(row["truth_lon"]))
        found = spans(judge(tmp_path, rows, {DROVE: [circle("exclusion", place, 100)]}), "zone.enter", DROVE)
        true = truth_spans(rows, place, 100)
        for since, until in found:  # nothing is found that was not so, and nothing at another time
            assert any(
                abs(since - first) <= 3 * SECOND and (until is None or abs(until - last) <= 3 * SECOND)
                for first, last in true
            ), (since, until, true)
        long_stays += sum(last - first >= 60 * SECOND for first, last in true)
        found_stays += len(found)
    assert found_stays >= long_stays > 10


def test_the_exit_of_a_drive_is_known_within_a_minute_of_the_crossing(tmp_path: Path) -> None:
    rows = of_source(read_recording("ublox_f9k_drive_vs_truth.csv"), "gps")
    home = (float(rows[0]["truth_lat"]), float(rows[0]["truth_lon"]))
    findings = judge(tmp_path, rows, {DROVE: [circle("inclusion", home, 100)]})
    (_, crossed), (back, _) = truth_spans(rows, home, 100)
    told = [(f.event.value, f.since_ms, f.at_ms) for f in findings]
    assert [event for event, _, _ in told] == ["opened", "closed"]
    assert abs(told[0][1] - crossed) <= 3 * SECOND
    assert told[0][2] - crossed <= 60 * SECOND
    assert told[1][2] - back <= 60 * SECOND


@pytest.mark.parametrize(
    "person",
    [
        "hbku_ceid-hbku",
        "hbku_home-ceid",
    ],
)
def test_a_frozen_network_place_opens_nothing_while_gps_drives(tmp_path: Path, person: str) -> None:
    rows = thin(read_recording("doha_gps_vs_network_open.csv", person), 10)
    frozen = (float(rows[0]["network_lat"]), float(rows[0]["network_lon"]))
    assert {(float(row["network_lat"]), float(row["network_lon"])) for row in rows} == {frozen}
    away = [row for row in rows if distance_m(place_of(row), frozen) > 1_500]
    mixed = []
    for row in away:
        later = datetime.fromisoformat(row["time_utc_iso"]) + timedelta(seconds=5)
        stale = {"lat": row["network_lat"], "lon": row["network_lon"], "source": "network"}
        mixed += [{**row, "source": "gps"}, {**row, **stale, "time_utc_iso": later.isoformat()}]
    assert len(away) > 90
    start = circle("inclusion", place_of(away[0]), 500, "start")
    findings = judge(tmp_path, mixed, {person: [circle("exclusion", frozen, 300, "frozen"), start]})
    opened = {(f.kind, f.condition) for f in findings if f.event == "opened"}
    assert opened == {("zone.exit", "start"), ("position.frozen", "device")}, "doubted, and no breach"


def canyon() -> list[dict[str, str]]:
    """The street canyon, on a day of ours: its clock begins in 1970."""
    offset = datetime(2026, 3, 2, 10, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    rows = of_source(read_recording("urban_canyon_berlin_wls_vs_truth.csv"), "gps")
    for row in rows:
        row["time_utc_iso"] = (datetime.fromisoformat(row["time_utc_iso"]) + offset).isoformat()
    return rows


def corridor(rows: list[dict[str, str]], width_m: float) -> dict[str, Any]:
    """An inclusion zone that reaches so far on every side of the true way."""
    squeeze = math.cos(math.radians(float(rows[0]["truth_lat"])))
    way = [(float(row["truth_lon"]) * squeeze, float(row["truth_lat"])) for row in rows]
    band = shapely.LineString(way).simplify(1e-6).buffer(width_m / METRES_A_DEGREE, quad_segs=4)
    rings = [[(x / squeeze, y) for x, y in ring.coords] for ring in (band.exterior, *band.interiors)]
    geometry = shapely.to_geojson(shapely.Polygon(rings[0], rings[1:]))
    return {"id": "zone", "kind": "inclusion", "geometry": json.loads(geometry)}


# 60 m is less than the canyon's own error (p95 above 80 m): only sparse fixes can be told from a way out.
@pytest.mark.parametrize(("every_s", "width_m"), [(0, 150), (1, 150), (5, 150), (15, 150), (5, 60), (15, 60)])
def test_a_street_canyon_never_leaves_the_zone_in_which_it_drives(
    tmp_path: Path, every_s: float, width_m: float
) -> None:
    rows = canyon()
    zone = corridor(rows, width_m)
    assert max(float(row["error_m"]) for row in rows) > 100
    assert judge(tmp_path, thin(rows, every_s), {"smartloc_berlin": [zone]}) == []


@pytest.mark.parametrize("every_s", [0, 1, 5])
def test_a_street_canyon_is_found_where_it_truly_leaves(tmp_path: Path, every_s: float) -> None:
    rows = canyon()
    places = [(float(row["truth_lat"]), float(row["truth_lon"])) for row in rows]
    middle = (sum(lat for lat, _ in places) / len(places), sum(lon for _, lon in places) / len(places))
    zone = [circle("inclusion", middle, 100)]  # truly outside it for 110 s, up to 150 m beyond the border
    findings = judge(tmp_path, thin(rows, every_s), {"smartloc_berlin": zone})
    assert "opened" in [finding.event for finding in findings]


def walk() -> list[dict[str, str]]:
    """A walk of nine minutes, as each of three providers of one phone told it."""
    sources = {"gps": "gps", "flp": "fused", "nlp": "network"}
    return [
        {**row, "source": sources[row["person_id"][-3:]]}
        for row in read_recording("android_fix_with_accuracy_short.csv")
        if row["person_id"].startswith("pixel6")
    ]


def test_gps_fused_and_network_of_one_walk_agree(tmp_path: Path) -> None:
    rows = walk()
    persons = sorted({row["person_id"] for row in rows})
    start = place_of(rows[0])
    zones = [circle("inclusion", start, 100, "near"), circle("inclusion", start, 300, "far")]
    findings = judge(tmp_path, rows, dict.fromkeys(persons, zones))
    assert {finding.condition for finding in findings} == {"near"}  # nobody walked 300 m
    walks = [spans(findings, "zone.exit", person) for person in persons]
    assert [len(own) for own in walks] == [1, 1, 1]
    for ends in zip(*(own[0] for own in walks), strict=True):
        assert max(end or 0 for end in ends) - min(end or 0 for end in ends) <= 30 * SECOND


def all_walks() -> dict[str, list[dict[str, str]]]:
    """The same walk by each provider, by a phone that tells all three in turn, and by its NMEA."""
    rows = walk()
    walks = {
        name: [row for row in rows if row["person_id"] == name] for name in {r["person_id"] for r in rows}
    }
    walks["phone"] = sorted(({**row, "person_id": "phone"} for row in rows), key=at_ms)
    (seen,) = read_recordings(DATA / "nmea" / "pixel6_walk_20231107.nmea").values()
    walks["nmea"] = [
        {"person_id": "nmea", "time_utc_iso": format_instant(one.fixed_at_ms), "source": "gps"}
        | {"lat": f"{one.lat_e7 / 1e7:.7f}", "lon": f"{one.lon_e7 / 1e7:.7f}"}
        | {"speed": f"{(one.speed_cms or 0) / 100}"}
        for one in seen
        if one.lat_e7 is not None and one.lon_e7 is not None
    ]
    return walks


def jumps(folder: Path, walks: Mapping[str, list[dict[str, str]]]) -> list[tuple[str, str]]:
    """Return (person, event) of what was said of positions that nobody can have reached."""
    zones = {person: [circle("inclusion", place_of(rows[0]), 100)] for person, rows in walks.items()}
    findings = judge(folder, itertools.chain(*walks.values()), zones)
    assert {f.subject for f in findings if f.kind == "zone.exit"}, "they are judged"
    return [(f.subject, f.event.value) for f in findings if f.kind == JUMPING]


@pytest.mark.parametrize(("every_s", "fastest_mps"), [(0, 1_000), (1, 15), (5, 10), (15, 5), (60, 2)])
def test_a_walk_is_never_impossibly_fast(tmp_path: Path, every_s: int, fastest_mps: float) -> None:
    """Though what it told moved faster than anybody walks, and all providers in turn faster than sound."""
    walks = {person: thin(rows, every_s) for person, rows in all_walks().items()}
    assert len(walks) == 5
    pairs = [pair for rows in walks.values() for pair in itertools.pairwise(rows)]
    steps_mps = [
        distance_m(place_of(one), place_of(other)) / (at_ms(other) - at_ms(one)) * SECOND
        for one, other in pairs
        if at_ms(other) > at_ms(one)
    ]
    assert max(steps_mps) > fastest_mps
    assert jumps(tmp_path, walks) == []


def test_of_a_walk_only_positions_that_nobody_reaches_again_and_again_are_impossibly_fast(
    tmp_path: Path,
) -> None:
    """The worst jump that was measured on a walk, 416 m/s, is one position; three are a receiver's fault."""
    (rows,) = (own for name, own in all_walks().items() if name.endswith("gps"))

    def displace(*which: int) -> dict[str, list[dict[str, str]]]:
        away = [
            row | ({"lat": str(float(row["lat"]) + 0.0225)} if number in which else {})
            for number, row in enumerate(rows)
        ]
        return {rows[0]["person_id"]: away}

    person = f"person:{rows[0]['person_id']}"
    assert jumps(tmp_path, displace(40)) == []
    assert jumps(tmp_path, displace(40, 43, 46)) == [(person, "opened"), (person, "closed")]


def test_phones_lying_still_stay_where_they_are(tmp_path: Path) -> None:
    rows = of_source(read_recording("android_fix_with_accuracy_short.csv"), "gps")
    still = [row for row in rows if row["person_id"].startswith("android_2016")]
    zones = {row["person_id"]: [circle("inclusion", place_of(row), 25)] for row in reversed(still)}
    findings = judge(tmp_path, still, zones)
    assert {finding.kind for finding in findings} <= {"contact.lost"}  # one of them began weeks later


@pytest.mark.slow
def test_whole_minute_clocks_with_many_points_a_minute_are_judged(tmp_path: Path) -> None:
    rows = of_source(read_recording("uci_gotrack_aracaju.csv"), "gps")
    crowd = [len(list(same)) for _, same in itertools.groupby(rows, key=lambda r: (r["person_id"], at_ms(r)))]
    assert max(crowd) > 50
    firsts: dict[str, tuple[float, float]] = {}
    moments: dict[str, set[int]] = {}
    for row in rows:
        firsts.setdefault(row["person_id"], place_of(row))
        moments.setdefault(row["person_id"], set()).add(at_ms(row))
    zones = {person: [circle("inclusion", place, 500)] for person, place in firsts.items()}
    findings = judge(tmp_path, rows, zones)
    exits = {person: spans(findings, "zone.exit", person) for person in firsts}
    assert sum(bool(own) for own in exits.values()) >= 15
    for person, own in exits.items():
        assert {since for since, _ in own} <= moments[person]
