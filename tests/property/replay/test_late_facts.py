"""A backtest over the engine itself: what arrives hours late is judged again, alike in every batch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from korgoo.planning.reading import read_document
from korgoo.replay.backtest import backtest

if TYPE_CHECKING:
    from pathlib import Path

HOME = {"lat": 42.87, "lon": 74.6, "radius_m": 50}
PLAN = {
    "tz": "Asia/Bishkek",
    "subjects": [{"id": "p1", "zones": [{"id": "home", "kind": "inclusion", "circle": HOME}]}],
}


def recording(folder: Path) -> Path:
    """Two hours at home, of which 12:20 to 12:40 arrives only at 13:59: he was 900 m away."""
    lines = ["person_id,time_utc_iso,lat,lon,received_at"]
    for minute in range(120):
        late = 20 <= minute < 40
        time = f"2026-05-28T{12 + minute // 60}:{minute % 60:02}:00Z"
        arrived = f"2026-05-28T13:58:{minute:02}Z" if late else time
        lines.append(f"p1,{time},{42.878 if late else 42.87},74.6,{arrived}")
    path = folder / "fixes.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("batch", [1, 7, 2000])
def test_what_arrives_hours_late_is_found_in_the_past(tmp_path: Path, batch: int) -> None:
    document = read_document(json.dumps(PLAN).encode())
    found = [f for f in backtest(document, recording(tmp_path), batch=batch) if f.kind == "zone.exit"]
    assert [f.live for f in found if f.event == "opened"] == [False]
    assert len({f.id for f in found}) == 1
    assert (found[-1].since_ms // 60_000 % 60, (found[-1].until_ms or 0) // 60_000 % 60) == (20, 40)
    assert [f.number for f in found] == list(range(len(found)))
