"""What of a recording is played: who lives where, and how often he was heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.runtime.demo.recordings import read_recordings
from korgoo.runtime.demo.replaying import Place, find_interval_s, find_places, measure_m
from tests.unit.demo.test_recordings import CSV, write

if TYPE_CHECKING:
    from pathlib import Path


def test_places_are_the_first_stay_and_the_farthest_point(tmp_path: Path) -> None:
    passing = "".join(f"a,2026-03-01T10:0{n}:00Z,42.8{n},74.6,8,\n" for n in range(3))
    stay = "".join(f"a,2026-03-01T10:{10 + n}:00Z,42.9,74.6,8,\n" for n in range(8))
    far = "a,2026-03-01T11:00:00Z,42.95,74.6,8,\n"
    seen = read_recordings(write(tmp_path / "f.csv", CSV + passing + stay + far))["a"]
    home, away = find_places(seen)
    assert home == Place(429_000_000, 746_000_000)
    assert away == Place(428_000_000, 746_000_000)
    assert round(measure_m(home, away)) in range(11_000, 11_200)
    assert find_interval_s(seen) == 60


def test_who_never_went_far_has_no_second_zone(tmp_path: Path) -> None:
    seen = read_recordings(write(tmp_path / "f.csv", CSV + "a,2026-03-01T10:00:00Z,42.87,74.6,8,\n"))["a"]
    assert find_places(seen) == (Place(428_700_000, 746_000_000), None)
