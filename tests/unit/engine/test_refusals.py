"""One row that meets a fault of ours stops nobody else's, and is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.engine import step
from korgoo.engine.shard import Shard
from tests.stories import MINUTE, NIGHT, P1, at, circle, fix, judge, plan, rows_of

if TYPE_CHECKING:
    from korgoo.engine.rows import Row

HOUSE = plan(circle(windows=(NIGHT,)))


def evening_of(key: str, start: int, *, east_m: float) -> list[Row]:
    fixes = [fix(at(22) + n * MINUTE, east_m) for n in range(6)]
    return rows_of(key, (at(21.99), HOUSE), *((f.received_at_ms, f) for f in fixes), start=start)


def test_a_poisoned_row_is_told_and_everybody_else_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    observe = step.observe

    def fail(subject: object, row: Row, *rest: object) -> None:
        if row.key == "person:poison" and row.body.fixed_at_ms == at(22):
            raise KeyError("a fault of ours")
        observe(subject, row, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(step, "observe", fail)
    rows = sorted(
        evening_of("person:poison", 1, east_m=0) + evening_of("person:away", 50, east_m=300),
        key=lambda row: row.log_at_ms,
    )
    told = {(e.subject, e.kind) for e in judge(rows, refusals=True).events}
    assert told == {("person:poison", "system.refused"), ("person:away", "curfew.absent")}


def test_a_timer_that_fails_is_told_and_not_tried_every_second(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(step, "mark", fail)
    events = judge(rows_of(P1, (at(21.9), HOUSE)), until_ms=at(22) + 30 * MINUTE, refusals=True).events
    assert [(e.kind, e.params) for e in events] == [("system.refused", {"error": "ZeroDivisionError"})]


def test_a_fault_of_the_store_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    class StorageGoneError(Exception):
        pass

    def fail(*_: object) -> None:
        raise StorageGoneError

    monkeypatch.setattr(Shard, "_observe", fail)
    with pytest.raises(StorageGoneError):
        judge(evening_of("person:p1", 1, east_m=0))
