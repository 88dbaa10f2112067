"""What the unit tests share: a run of them is to take seconds."""

from __future__ import annotations

import gc

# Short tests among a hundred thousand objects that last: to look through those takes a tenth of the run.
gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """Never look through what was collected again: it lasts until the end."""
    gc.freeze()
