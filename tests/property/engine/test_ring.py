"""The last fixes, in whatever order they arrive."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from korgoo.engine.ring import count, fixes, place
from tests.unit.engine.test_ring import at


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=30))
def test_any_order_of_arrival_ends_sorted_without_repeats(items: list[tuple[int, int]]) -> None:
    ring = bytearray()
    for seq, (ms, lat) in enumerate(items, 1):
        place(ring, at(ms, seq, lat))
    held = list(fixes(ring))
    assert held == sorted(held, key=lambda f: (f.at_ms, f.seq))
    assert {(f.at_ms, f.lat_e7) for f in held} == set(items)
    assert count(ring) == len(set(items))
