"""Real recordings beside the repository, as FIXES.csv of a backtest. Nothing of them is kept.

Their licences and what each holds stand in README.md of the folder. Tests skip where it is absent.
"""

from __future__ import annotations

import csv
import json
import math
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from korgoo.planning.reading import read_document
from korgoo.replay.backtest import backtest
from korgoo.replay.findings_file import finding_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from korgoo.engine.findings import Finding

DATA: Final = Path(__file__).parents[2].parent / "shared" / "data"
HEADER: Final = ("person_id", "time_utc_iso", "lat", "lon", "accuracy_m", "source", "speed", "received_at")
BATCHES: Final = (1, 7, 2_000)
METRES_A_DEGREE: Final = 111_195


def read_recording(name: str, *persons: str) -> list[dict[str, str]]:
    """Return a file's rows in its order, all or those of some persons."""
    with (DATA / name).open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    return [row for row in rows if not persons or row["person_id"] in persons]


def judge(
    folder: Path, rows: Iterable[Mapping[str, object]], zones: Mapping[str, Sequence[Any]], **subject: Any
) -> list[Finding]:
    """Return what a backtest finds, after making sure that batches change not one byte of it.

    `rows` have columns of FIXES.csv, others are left out; `zones` are those of each person.
    """
    path = folder / "FIXES.csv"
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, HEADER, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
    subjects = [{"id": person, "zones": list(own), **subject} for person, own in zones.items()]
    document = read_document(json.dumps({"tz": "UTC", "subjects": subjects, "pairs": []}).encode())
    told = [list(backtest(document, path, batch=batch)) for batch in BATCHES]
    lines = ["\n".join(map(finding_line, findings)) for findings in told]
    assert lines[0] == lines[1] == lines[2]
    return told[-1]


def circle(kind: str, at: tuple[float, float], radius_m: float, name: str = "zone") -> dict[str, Any]:
    """Return a zone of PLAN.json."""
    return {"id": name, "kind": kind, "circle": {"lat": at[0], "lon": at[1], "radius_m": radius_m}}


def spans(findings: Iterable[Finding], kind: str, person: str) -> list[tuple[int, int | None]]:
    """Return (since, until) of a person's findings of a kind as they stand in the end, in ms."""
    standing: dict[str, tuple[int, int | None]] = {}
    for finding in findings:
        if finding.kind == kind and finding.subject == f"person:{person}":
            standing[finding.id] = (finding.since_ms, finding.until_ms)
            if finding.event == "annulled":
                del standing[finding.id]
    return sorted(standing.values(), key=lambda span: span[0])


def truth_spans(
    rows: Iterable[Mapping[str, str]], at: tuple[float, float], radius_m: float
) -> list[list[int]]:
    """Return [first, last] ms of each stretch of rows whose true place lies within a circle."""
    found: list[list[int]] = []
    inside = False
    for row in rows:
        place = (float(row["truth_lat"]), float(row["truth_lon"]))
        now_inside = distance_m(place, at) <= radius_m
        if now_inside and not inside:
            found.append([at_ms(row), at_ms(row)])
        elif now_inside:
            found[-1][1] = at_ms(row)
        inside = now_inside
    return found


def place_of(row: Mapping[str, str]) -> tuple[float, float]:
    """Return (lat, lon) as the receiver told it."""
    return float(row["lat"]), float(row["lon"])


def at_ms(row: Mapping[str, str]) -> int:
    """Return the time of a row in ms."""
    return round(datetime.fromisoformat(row["time_utc_iso"]).timestamp() * 1000)


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return metres between two near places."""
    east = (other[1] - one[1]) * math.cos(math.radians(one[0]))
    return math.hypot(other[0] - one[0], east) * METRES_A_DEGREE
