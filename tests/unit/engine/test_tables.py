"""The integer tables, computed anew."""

from __future__ import annotations

import math

import pytest

from korgoo.engine import tables


def phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def test_log_odds_is_the_ratio_of_the_normal_distribution() -> None:
    for index, value in enumerate(tables.LOG_ODDS):
        z = index / tables.STEPS
        assert value == pytest.approx(1000 * math.log(phi(z) / phi(-z)), abs=0.51)


def test_independence_is_one_minus_the_decay() -> None:
    for index, value in enumerate(tables.INDEPENDENCE):
        assert value == pytest.approx(1000 * -math.expm1(-index / tables.STEPS), abs=0.51)


def test_the_logistic_function_gives_the_probability_of_the_believed_side() -> None:
    for index, value in enumerate(tables.LOGISTIC):
        assert value == pytest.approx(1000 / (1 + math.exp(-index / 8)), abs=0.51)


def test_the_tables_end_where_a_step_no_longer_matters() -> None:
    assert tables.LOG_ODDS[-1] > 8000, "the cap of one fix lies within the table"
    assert tables.INDEPENDENCE[-1] == tables.LOGISTIC[-1] == 1000


def test_one_error_scale_outside_is_1840_millinats() -> None:
    assert tables.log_odds(-1200, 1200) == -round(1000 * math.log(phi(1) / phi(-1)))
    assert tables.independence(20_000, 20_000) == 632
    assert tables.confidence(-4000) == 982
