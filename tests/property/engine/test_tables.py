"""The integer tables at any distance and error."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from korgoo.engine import tables


@given(st.integers(-(10**10), 10**10), st.integers(1, 10**7))
def test_log_odds_is_odd_and_grows_with_distance(distance: int, sigma: int) -> None:
    assert tables.log_odds(-distance, sigma) == -tables.log_odds(distance, sigma)
    assert tables.log_odds(distance + sigma, sigma) >= tables.log_odds(distance, sigma)
