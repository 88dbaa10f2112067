"""What the doctor makes of measured facts."""

import pytest

from korgoo.runtime.examination import (
    GIB,
    Health,
    examine_clock,
    examine_disk,
    examine_gateway,
    examine_lag,
)

NOW = 1_780_000_000_000


@pytest.mark.parametrize(
    ("ahead", "health"), [(-500, Health.GOOD), (2_000, Health.GOOD), (3_600_000, Health.WARNING)]
)
def test_a_log_ahead_of_the_clock_shows_a_clock_that_was_set_back(ahead: int, health: Health) -> None:
    assert examine_clock(now_ms=NOW, log_at_ms=NOW + ahead).health is health


def test_a_gateway_that_writes_no_marks_is_not_running() -> None:
    assert examine_gateway(now_ms=NOW, log_at_ms=NOW - 10_000).health is Health.GOOD
    seen = examine_gateway(now_ms=NOW, log_at_ms=NOW - 61_000)
    assert seen.health is Health.FAILURE
    assert "61 s" in seen.seen


@pytest.mark.parametrize(
    ("free", "health"),
    [(GIB - 1, Health.FAILURE), (GIB, Health.WARNING), (5 * GIB - 1, Health.WARNING), (5 * GIB, Health.GOOD)],
)
def test_a_disk_that_fills_is_told_before_it_is_full(free: int, health: Health) -> None:
    assert examine_disk(free_bytes=free).health is health


@pytest.mark.parametrize(
    ("behind", "health"), [(10_000, Health.GOOD), (10_001, Health.WARNING), (60_001, Health.FAILURE)]
)
def test_an_engine_behind_by_more_than_a_minute_is_a_failure(behind: int, health: Health) -> None:
    assert examine_lag(behind_rows=5, behind_ms=behind).health is health
