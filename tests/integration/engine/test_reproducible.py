"""The same rows give the same bytes in another process: hash seed, processor, time zone, numpy version."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from korgoo.engine.plan import Disc, Permit, Zone, ZoneKind
from korgoo.engine.rows import Body, Inspection, Row, encode_body, person_key
from tests.pairs import APART, order
from tests.stories import FRAME, HOUR, MINUTE, NIGHT, at, circle, fix, kind_of, noise, plan, with_marks

ROOT = Path(__file__).parents[3]
PROCESS = Path(__file__).with_name("judging_process.py")
PEOPLE = 6


def town() -> list[Row]:
    """Six people, six hours over a curfew: walks, spikes, silence, late uploads, tampers, SOS, permits."""
    choose, error, rows = random.Random(7), noise(7), list[tuple[int, str, Body]]()
    corners = ((15_000, -9000), (40_000, -9000), (48_000, 12_000), (30_000, 30_000), (15_000, 9000))
    park = Zone(
        "park", ZoneKind.EXCLUSION, FRAME, Disc(30_000, 8000, 30_000), Disc(30_000, 5000, 9000), ((corners,),)
    )
    for person in range(PEOPLE):
        key = person_key(person)
        rows.append(
            (at(19), key, plan(circle(windows=(NIGHT,), grace_s=120), park, circle("flat", radius_m=90)))
        )
        east = 0.0
        for minute in range(6 * 60):
            t = at(19.5) + minute * MINUTE + choose.randrange(30_000)
            if choose.random() < 0.03:
                east = choose.choice([0.0, 0.0, 120.0, 300.0, 2500.0])
            late = choose.choice([0] * 30 + [90_000] * 6 + [HOUR]) + choose.randrange(3000)
            status: dict[str, Any] = {"battery_percent": 100 - minute // 4} if minute % 5 == 0 else {}
            if choose.random() < 0.004:
                status["strap"] = choose.random() < 0.3
            if choose.random() < 0.002:
                status["sos"] = True
            if choose.random() > 0.1:
                rows.append((t + late, key, fix(t, east + error(), error(), late_ms=late, **status)))
        rows.append((at(23), key, Permit("evening", "home", at(21.9), at(22.5))))
        rows.append((at(24), key, Inspection(1, at(23.5))))
    rows.append((at(19), APART, order(participant=person_key(0), protected=person_key(1))))
    rows.sort(key=lambda row: row[:2])
    return with_marks([Row(n, t, kind_of(b), key, b) for n, (t, key, b) in enumerate(rows, 1)], every_ms=5000)


class Judged:
    """Runs the process over one file of rows, with other surroundings each time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = folder / "rows"
        packed = [(r.seq, r.log_at_ms, str(r.kind), r.key, encode_body(r.body)) for r in town()]
        self.rows.write_bytes(msgspec.msgpack.encode(packed))
        self.plain, self.about = self.run({"PYTHONHASHSEED": "1"})

    def run(
        self, surroundings: dict[str, str], *, python: str = sys.executable
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the bytes of the findings and what the process said of itself."""
        out = self.folder / "findings"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        done = subprocess.run(
            [python, str(PROCESS), str(self.rows), str(out)],
            env={**kept, "PYTHONPATH": path, **surroundings},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return out.read_bytes(), json.loads(done.stdout)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return Judged(tmp_path_factory.mktemp("reproducible"))


def test_the_rows_hold_every_kind_and_event(judged: Judged) -> None:
    told = {(f["kind"], f["event"]) for f in map(json.loads, judged.plain.splitlines())}
    assert {"opened", "updated", "closed", "corrected", "annulled"} <= {event for _, event in told}
    assert {
        "curfew.absent",
        "zone.exit",
        "zone.enter",
        "sos",
        "tamper.strap",
        "battery.low",
        "contact.lost",
        "proximity.breach",
    } <= {kind for kind, _ in told}


def test_another_hash_seed(judged: Judged) -> None:
    found, about = judged.run({"PYTHONHASHSEED": "4242"})
    assert about["hash"] != judged.about["hash"], "else this shows nothing"
    assert found == judged.plain


def test_a_processor_without_the_newer_instructions(judged: Judged) -> None:
    there = judged.about["dispatched"]
    if not there:
        pytest.skip("this processor has none of the instructions that numpy chooses between")
    found, about = judged.run({"NPY_DISABLE_CPU_FEATURES": " ".join(there)})
    assert about["dispatched"] == [], "numpy did not obey: the names have changed"
    assert found == judged.plain


def test_another_time_zone_and_no_system_database(judged: Judged) -> None:
    found, about = judged.run({"TZ": "XYZ-5:45", "PYTHONTZPATH": ""})
    assert about["zone"] == "XYZ" != judged.about["zone"]
    assert found == judged.plain


def test_another_numpy(judged: Judged) -> None:
    python = os.environ.get("KORGOO_OTHER_NUMPY")
    if not python:
        pytest.skip(
            "NOT RUN: set KORGOO_OTHER_NUMPY to the python of a venv with another numpy, shapely and msgspec"
        )
    found, about = judged.run({}, python=python)
    assert about["numpy"] != judged.about["numpy"], "that venv has the same numpy"
    assert found == judged.plain
