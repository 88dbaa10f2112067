"""A shard says the same in batches of any size, after restarts and late uploads."""

from __future__ import annotations

import pytest

from tests.stories import HOUR, MINUTE, P1, Ledger, at, circle, fix, judge, plan, rows_of
from tests.unit.engine.test_shard import findings_of, town


@pytest.mark.parametrize(("batch", "restart"), [(50, 0), (1, 1), (7, 70), (1, 13)])
def test_neither_batches_nor_restarts_change_the_order(batch: int, restart: int) -> None:
    assert findings_of(town(), batch=batch, restart=restart) == findings_of(town())


@pytest.mark.parametrize("batch", [64, 5000])
def test_an_upload_that_is_older_than_the_ring_is_settled_alike_in_every_batch(batch: int) -> None:
    """Five hours offline with two walks: the last comes first, then the rest newest first."""
    start, hours = at(20), []
    for n in range(330):
        away = 40 <= n < 60 or 100 <= n < 130
        hours.append(fix(start + n * MINUTE, 900 if away else 0))
    back = start + 330 * MINUTE
    late = [
        (
            back + n * 700,
            fix(f.fixed_at_ms, 900 * (f.lon_e7 != fix(0).lon_e7), late_ms=back + n * 700 - f.fixed_at_ms),
        )
        for n, f in enumerate([*hours[300:], *reversed(hours[:300])])
    ]
    rows = rows_of(P1, (at(19), plan(circle())), *late)
    told = judge(rows, batch=batch, until_ms=back + HOUR).events
    assert told == judge(rows, until_ms=back + HOUR).events
    ledger = Ledger()
    ledger.write(told)
    assert ledger.intervals() == [
        ("home", "zone.exit", start + 40 * MINUTE, start + 60 * MINUTE),
        ("home", "zone.exit", start + 100 * MINUTE, start + 130 * MINUTE),
    ]
