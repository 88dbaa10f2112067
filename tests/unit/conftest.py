"""What the unit tests share: a plain run of them is to take seconds."""

from __future__ import annotations

import gc

from hypothesis import settings

from tests.examples import ALL

# Short tests among a hundred thousand objects that last: to look through those takes a tenth of the run.
gc.set_threshold(50_000, 20, 20)

if not ALL:
    settings.register_profile("few", max_examples=20)
    settings.load_profile("few")
