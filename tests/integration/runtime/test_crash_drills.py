"""`korgoo crash-test` for engine and worker, shortly: what is recorded is what one run would record."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest


def drill(victim: str) -> tuple[int, dict[str, int], str]:
    """Run a short drill and return its status, its figures and all that it said."""
    command = [sys.executable, "-m", "korgoo.cli", "crash-test", "--kill", victim, "--seconds", "26"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=170, check=False)
    figures = re.findall(r"^(\w[\w ]*?)\s{2,}([\d,]+)", done.stdout, flags=re.MULTILINE)
    return done.returncode, {name: int(n.replace(",", "")) for name, n in figures}, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["engine", "worker"])
def test_what_is_killed_under_load_loses_and_doubles_nothing(victim: str) -> None:
    status, figures, said = drill(victim)
    assert status == 0, said
    assert figures["kills"] >= 1
    assert figures["events expected"] == figures["events got"] > 50
    assert (figures["missing"], figures["not expected"], figures["doubled"]) == (0, 0, 0)
    if victim == "worker":
        assert figures["steps carried up"] >= figures["alerts"] > 50
