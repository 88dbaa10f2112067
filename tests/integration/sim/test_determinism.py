"""The same seed gives the same bytes: in another process, with another hash seed, without AVX."""

import os
import subprocess
import sys

import pytest

from korgoo.sim.digest import digest_of_day

GOLDEN = "7627037f3dbdecbd6234e3fa8755deb33dd684058678fb6b5de51c7558cc8348"
"""Digest of 10 people's Thursday. It changes only when the model is changed on purpose."""

LESS = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"
PROGRAM = "from korgoo.sim.digest import digest_of_day; print(digest_of_day(1, count=10, day=20_454))"

STAGED = """
from hashlib import sha256
from korgoo.sim.carriers import Carrier, Noise
from korgoo.sim.stages.clocks import Trick, clocks
from korgoo.sim.stages.exits import exits
from korgoo.sim.stages.interference import interference
from korgoo.sim.meddling import Interference
seen = sha256()
for noise in Noise:
    for carrier in Carrier:
        for scenario in (
            exits(1, trials=2, carrier=carrier, noise=noise),
            clocks(1, trick=Trick.BACK_2_H, trials=2, carriers=(carrier, Carrier.PHONE), noise=noise),
            interference(1, kind=Interference.SPOOFING, trials=2, days=1, carrier=carrier, noise=noise),
        ):
            seen.update(repr((scenario.facts, scenario.plan(with_pairs=True))).encode())
            for signals in scenario.signals:
                seen.update(signals.table.tobytes())
print(seen.hexdigest())
"""


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "4711", "TZ": "America/New_York"},
        {"NPY_DISABLE_CPU_FEATURES": LESS},
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


def test_stagings_give_the_same_bytes_in_other_processes() -> None:
    settings = ({"PYTHONHASHSEED": "0"}, {"PYTHONHASHSEED": "4711", "NPY_DISABLE_CPU_FEATURES": LESS})
    told = [
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", STAGED],
            env={**os.environ, **changed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for changed in settings
    ]
    assert len(told[0]) > 60
    assert told[0] == told[1]
