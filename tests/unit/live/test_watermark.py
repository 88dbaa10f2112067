from __future__ import annotations

from korgoo.live.watermark import HOLE_MS, Watermark


def test_rows_in_order_move_the_mark() -> None:
    mark = Watermark(10)
    assert mark.admit([11, 12], now_ms=0) == {11, 12}
    assert mark.value == 12
    assert mark.admit([11, 12, 13], now_ms=1) == {13}


def test_a_row_that_becomes_visible_late_is_not_missed() -> None:
    mark = Watermark(10)
    assert mark.admit([11, 13], now_ms=0) == {11, 13}
    assert mark.value == 11  # 12 may still come: the next read begins there
    assert mark.admit([12, 13], now_ms=500) == {12}
    assert mark.value == 13


def test_a_hole_that_never_fills_was_rolled_back() -> None:
    mark = Watermark(10)
    mark.admit([12], now_ms=0)
    mark.admit([12, 13], now_ms=HOLE_MS - 1)
    assert mark.value == 10
    mark.admit([12, 13], now_ms=HOLE_MS)
    assert mark.value == 13


def test_what_lies_before_the_start_is_past() -> None:
    assert Watermark(10).admit([9, 10], now_ms=0) == set()
