"""Which time zones a plan is compiled with, whatever the machine has."""

import importlib.resources
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("path", ["", "/nowhere", "relative", "forged"])
def test_the_machines_own_time_zones_are_never_asked(path: str, tmp_path: Path) -> None:
    if path == "forged":  # a machine whose Almaty keeps the time of Greenwich
        (tmp_path / "Asia").mkdir()
        utc = importlib.resources.files("tzdata").joinpath("zoneinfo", "UTC").read_bytes()
        (tmp_path / "Asia" / "Almaty").write_bytes(utc)
        path = str(tmp_path)
    script = (
        "from korgoo.planning.offsets import offset_rows;"
        "print(offset_rows('Asia/Almaty', first_year=2023, last_year=2026))"
    )
    env = os.environ | {"PYTHONTZPATH": path, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "((1672531200000, 21600), (1709229600000, 18000))"
