"""The moments of all keys, against a plain list of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from korgoo.engine.timers import Timers

keys = st.sampled_from(["person:1", "person:2", "person:3", "pair:1"])
moments = st.one_of(st.integers(1, 4_100), st.sampled_from([1_000, 1_001, 2_000, 2_001]))


@given(st.lists(st.tuples(keys, moments, st.booleans()), max_size=30))
def test_it_gives_what_a_plain_list_of_the_moments_gives(steps: list[tuple[str, int, bool]]) -> None:
    timers, plain, now_ms = Timers(), dict[str, int](), 0
    for key, at_ms, marks in steps:
        if marks:
            now_ms += at_ms // 4
            due = sorted(known for known, moment in plain.items() if moment <= now_ms)
            assert timers.take_due(now_ms) == due
            for known in due:
                del plain[known]
        else:
            timers.set_timer(key, now_ms + at_ms)
            plain[key] = min(now_ms + at_ms, plain.get(key, now_ms + at_ms))
        assert timers.next_due() == min(plain.values(), default=None)
