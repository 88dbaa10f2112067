"""How many examples a property test draws: all in `make test`, a fifth in a quick run of the units."""

from __future__ import annotations

import os

from hypothesis import settings

ALL = os.environ.get("KORGOO_EXAMPLES") == "all"
"""`make test` and `korgoo mutate rules` ask for all; a plain `pytest tests/unit` is to take seconds."""


def examples(count: int) -> settings:
    """Return the settings of a unit test that draws so many where all are asked for, and never hurries."""
    return settings(max_examples=count if ALL else max(3, count // 5), deadline=None)
