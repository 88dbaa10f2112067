"""How long this disk takes to make something durable: every acknowledgement waits for it."""

from __future__ import annotations

import os
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 4_096


class SyncTimes(NamedTuple):
    """Median and 99th percentile of writing 4 KiB and fsync, in ms."""

    p50_ms: float
    p99_ms: float


def measure_fsync(folder: Path, *, count: int = 300) -> SyncTimes:
    """Write and sync `count` blocks in a temporary file of that folder."""
    taken = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(count):
            file.write(os.urandom(_BLOCK))
            begun = time.perf_counter()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    return SyncTimes(taken[len(taken) // 2], taken[int(len(taken) * 0.99)])
