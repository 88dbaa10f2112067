"""The same seed gives the same bytes: in another process, with another hash seed, without AVX."""

import os
import subprocess
import sys

import pytest

from korgoo.sim.digest import digest_of_day

GOLDEN = "d99f0c3221ff526ea45e559ba456bd94db5239f5acb3bf44dfc64c5f67f2eb87"
"""Digest of 10 people's Thursday. It changes only when the model is changed on purpose."""

PROGRAM = "from korgoo.sim.digest import digest_of_day; print(digest_of_day(1, count=10, day=20_454))"


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "4711", "TZ": "America/New_York"},
        {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"},
    ],
)
def test_another_process_gives_the_same_bytes(settings: dict[str, str]) -> None:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == GOLDEN


def test_another_seed_gives_other_bytes() -> None:
    assert digest_of_day(2, count=2, day=20_454) != digest_of_day(1, count=2, day=20_454)
