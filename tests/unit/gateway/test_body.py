"""A body that came whole: held against the budget once, however often it is read, and given back."""

from __future__ import annotations

import asyncio

import pytest

from korgoo.gateway.body import Body, BodyBudget, BodyTooLargeError, BudgetFullError


def test_a_body_that_is_read_twice_is_held_once_and_given_back() -> None:
    """OsmAnd's credential may stand in the body: it is read before the message is."""
    budget = BodyBudget(1_000)
    body = Body(None, budget, 1.0, None, b"id=a.b&lat=1")
    assert asyncio.run(body.read(limit=100)) == b"id=a.b&lat=1"
    assert body.take_ready(limit=100) == b"id=a.b&lat=1"
    assert budget.used == 12
    body.release()
    assert budget.used == 0


def test_what_is_over_the_limit_or_still_coming_is_left_to_the_long_way() -> None:
    budget = BodyBudget(1_000)
    large = Body(None, budget, 1.0, None, b"0123456789")
    assert large.take_ready(limit=9) is None
    assert budget.used == 0
    with pytest.raises(BodyTooLargeError):
        asyncio.run(large.read(limit=9))
    assert Body(None, budget, 1.0, 10, None).take_ready(limit=100) is None


def test_a_body_that_the_budget_has_no_room_for_is_refused() -> None:
    budget = BodyBudget(5)
    with pytest.raises(BudgetFullError):
        Body(None, budget, 1.0, None, b"0123456789").take_ready(limit=100)
