"""What is read in one go is what is read item by item, whatever it holds."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from korgoo.gateway.formats.ordinary import read_ordinary
from tests.unit.gateway.test_ordinary_bodies import FULL, WELL, read_one_by_one, tell

_NUMBERS = st.one_of(
    st.none(),
    st.floats(-1e9, 1e9),
    st.sampled_from([0, 0.001, 0.004, 0.005, 90, -90, 180, -180, 100, 360, 1_000, 1_000_000, -100_000, -0.0]),
    st.integers(-(1 << 63), (1 << 64) - 1),
)


_ANYTHING = (
    _NUMBERS | st.booleans() | st.sampled_from(["", "gps", "walking", "b" * 70, {}, {"a": "1"}, {"a": 1}, []])
)


_TIMES = st.one_of(
    st.integers(-1, 1 << 49),
    st.sampled_from(["2026-11-22T04:05:06Z", "2026-11-22 04:05", "now", "-1", "NaN"]),
)


_PATCHES = st.dictionaries(st.sampled_from(sorted(FULL)), _ANYTHING, max_size=3)


_ITEMS = st.builds(
    lambda base, at, patch: base | {"fixed_at": at} | patch, st.sampled_from([WELL, FULL]), _TIMES, _PATCHES
)


@given(_ITEMS, st.booleans())
def test_the_quick_way_reads_what_the_long_way_reads(item: dict[str, Any], packed: bool) -> None:  # noqa: FBT001 - given
    message = tell([item], packed=packed)
    quick = read_ordinary(message, packed=packed)
    if quick is not None:
        assert quick == read_one_by_one(message, packed=packed)
