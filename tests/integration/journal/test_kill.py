"""A writer killed at any moment has lost nothing that it acknowledged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from korgoo.journal.sqlite import SqliteJournal
from korgoo.journal.verification import State, verify

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import sys
from pathlib import Path
from korgoo.journal.sqlite import SqliteJournal
sys.path.insert(0, sys.argv[2])
from tests.journals import NOON, fix
journal = SqliteJournal(Path(sys.argv[1]))
step = 0
while True:
    seqs = journal.append([fix(step % 50 + n, at_ms=NOON + step) for n in range(1, 21)], now_ms=NOON + step)
    print(seqs[-1], flush=True)
    step += 1
"""


@pytest.mark.parametrize("seconds", [0.3, 0.7])
def test_nothing_acknowledged_is_lost_by_a_kill(
    tmp_path: Path, pytestconfig: pytest.Config, seconds: float
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, tmp_path, pytestconfig.rootpath],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        first = child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    acknowledged = int([first, *child.stdout.read().splitlines(keepends=True)][-1])
    child.stdout.close()
    child.wait(5)
    journal = SqliteJournal(tmp_path)  # the lock died with its holder
    assert journal.head().seq >= acknowledged > 100
    assert verify(journal).state is State.INTACT
    found = journal.rows_of("person:40", after_seq=0, until_seq=journal.head().seq)
    assert len(found) > 3
    journal.close()
