"""What a device says of itself, over more than a week of fixes."""

from __future__ import annotations

from tests.stories import MINUTE
from tests.unit.engine.test_stayed import PLAIN, STILL, WALK, Stay, until_outside, wander


def test_a_witness_is_forgotten_after_a_week() -> None:
    """A sensor that broke since then says *still* for ever."""
    days = PLAIN.witness_ms / MINUTE
    for age, believed in ((days + 1, True), (days / 7, False)):
        lead = (Stay(1, 0, WALK), Stay(age, 0, STILL))
        assert (until_outside(*wander(20, STILL), lead=lead) is not None) == believed
