"""What a process has used of the processors, as Linux tells it: steadier than seconds on a busy machine."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def read_processor_s(pid: int) -> float:
    """Return the processor seconds that a process has used.

    Raises:
        OSError: there is no such process, or the system does not tell.
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_children_s(pid: int) -> float:
    """Return those of its children, such as the writer of a gateway; errors as above."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(read_processor_s(int(child)) for child in children)


def read_family_s(pids: dict[str, int]) -> dict[str, float]:
    """Return each named process's seconds with its children's, 0 where the system does not tell."""
    used = dict.fromkeys(pids, 0.0)
    for name, pid in pids.items():
        with suppress(OSError):
            used[name] = read_processor_s(pid) + read_children_s(pid)
    return used
