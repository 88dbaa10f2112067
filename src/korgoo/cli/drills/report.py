"""What a drill says in the end."""

from __future__ import annotations

from typing import NamedTuple


class Report(NamedTuple):
    """Lines to print, and whether all that was promised was kept."""

    lines: list[str]
    passed: bool
