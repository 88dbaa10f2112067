"""Whether a device reports as often as it was asked to: read from its own fixes, never from its word.

A device that ignores the wish is no breach of anybody: its system, a setting or its battery decides. The
centre has to know, because between two fixes a person walks.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


class Outcome(StrEnum):
    """What became of a wish."""

    HONOURED = "honoured"
    IGNORED = "ignored"
    IMPOSSIBLE = "impossible"


GAPS: Final = 4
"""So many intervals in a row say how often a device reports; one may be an accident of the network."""
PATIENCE_INTERVALS: Final = 10
PATIENCE_S: Final = 300


def find_outcome(
    fixed_at_ms: Sequence[int], *, wanted_s: int, told_ms: int | None, over: bool, now_ms: int
) -> Outcome | None:
    """Return what became of a wish, None while it cannot be told yet.

    `fixed_at_ms` are the device's own times of what it recorded, `told_ms` when the wish stood in an answer
    to it (None: never), `over`: the wish has expired. The newest intervals count: within half and one and
    a half of what was asked is honoured.
    """
    if told_ms is None:
        return Outcome.IMPOSSIBLE if over else None
    times = sorted({moment for moment in fixed_at_ms if moment >= told_ms})
    gaps_ms = [after - before for before, after in pairwise(times)][-GAPS:]
    wanted_ms = wanted_s * 1000
    if len(gaps_ms) == GAPS and wanted_ms <= 2 * median(gaps_ms) <= 3 * wanted_ms:
        return Outcome.HONOURED
    waited_ms = max(PATIENCE_INTERVALS * wanted_ms, PATIENCE_S * 1000)
    return Outcome.IGNORED if now_ms - told_ms >= waited_ms else None
