"""Degrees are read exactly, however they are written."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from korgoo.replay.cells import degrees_e7


@given(st.decimals(-90, 90, allow_nan=False, allow_infinity=False, places=None))
def test_degrees_are_exact_in_every_digit(value: Decimal) -> None:
    expected = int((value * 10**7).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert degrees_e7(90)(f"{value:f}"[:100]) == expected


@given(st.integers(-1_800_000_000, 1_800_000_000), st.integers(0, 7))
def test_degrees_written_with_up_to_seven_decimals_come_back(e7: int, decimals: int) -> None:
    step = 10 ** (7 - decimals)
    e7 = e7 // step * step
    text = f"{Decimal(e7) / 10**7:.{decimals}f}"
    assert degrees_e7(180)(text) == e7
