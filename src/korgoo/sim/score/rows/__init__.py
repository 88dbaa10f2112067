"""The stagings behind the rows: each function makes one, lets judges judge it and counts."""

from __future__ import annotations

from typing import TypeAlias

from korgoo.sim.score.tally import Tally

Counts: TypeAlias = dict[str, dict[str, Tally]]
"""By the source of a row, then by the name of the judge."""
