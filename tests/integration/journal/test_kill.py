"""A writer killed at any moment has lost nothing that it acknowledged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from korgoo.journal.verification import State, verify

if TYPE_CHECKING:
    from tests.journals import Place

WRITER = """
import sys
from pathlib import Path
from korgoo.journal.postgres import PostgresJournal
from korgoo.journal.sqlite import SqliteJournal
sys.path.insert(0, sys.argv[3])
from tests.journals import NOON, fix
journal = SqliteJournal(Path(sys.argv[2])) if sys.argv[1] == "sqlite" else PostgresJournal(sys.argv[2])
step = 0
while True:
    drafts = [fix(step % 50 + number, at_ms=NOON + step) for number in range(1, 21)]
    print(journal.append(drafts, now_ms=NOON + step)[-1], flush=True)
    step += 1
"""


@pytest.mark.parametrize("groups", [1, 40, 333])
def test_nothing_acknowledged_is_lost_by_a_kill(
    place: Place, pytestconfig: pytest.Config, groups: int
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, place.name, place.address, pytestconfig.rootpath],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    seen = [child.stdout.readline() for _ in range(groups)]
    os.kill(child.pid, signal.SIGKILL)  # it goes on appending while we read
    acknowledged = int((seen + child.stdout.readlines())[-1])
    child.stdout.close()
    child.wait(5)
    journal = place.writer()  # the lock died with its holder
    assert journal.head().seq >= acknowledged > groups * 20
    assert verify(journal).state is State.INTACT
    after = 0
    while stored := journal.rows(after_seq=after, limit=1_000):
        assert all(row.body for row in journal.open_rows(stored))  # each key was there before its rows
        after = stored[-1].seq
    assert after == journal.head().seq
