"""Windows against the slow oracle again, more of them and more closely than a unit test has time for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.engine.test_windows import PLACES, compare_with_oracle, window_near

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.engine.plan import Window


@pytest.mark.parametrize(("zone", "centre"), PLACES)
def test_windows_bind_as_the_local_clock_says_every_seventh_minute(zone: str, centre: datetime) -> None:
    @settings(max_examples=25, deadline=None)
    @given(windows=st.lists(window_near(centre), min_size=1, max_size=3).map(tuple))
    def story(windows: tuple[Window, ...]) -> None:
        compare_with_oracle(windows, zone, centre, every=7)

    story()
