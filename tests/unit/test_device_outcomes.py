from __future__ import annotations

import pytest

from korgoo.devices.outcomes import Outcome, find_outcome

TOLD = 1_000_000


def every(seconds: float, count: int = 6, *, start: int = TOLD) -> list[int]:
    return [start + round(n * seconds * 1000) for n in range(count)]


def outcome(times: list[int], *, wanted_s: int = 15, waited_s: int = 100) -> Outcome | None:
    return find_outcome(times, wanted_s=wanted_s, told_ms=TOLD, over=False, now_ms=TOLD + waited_s * 1000)


@pytest.mark.parametrize(
    ("seconds", "found"),
    [(15, "honoured"), (10, "honoured"), (22.5, "honoured"), (22.6, None), (7.4, None), (60, None)],
)
def test_the_newest_intervals_within_half_and_one_and_a_half_are_honoured(
    seconds: float, found: str | None
) -> None:
    assert outcome(every(seconds)) == found


def test_what_is_not_honoured_within_five_minutes_is_ignored() -> None:
    assert outcome(every(60), waited_s=299) is None
    assert outcome(every(60), waited_s=300) == "ignored"
    assert outcome([], waited_s=300) == "ignored"
    assert outcome(every(15), wanted_s=300, waited_s=2_999) is None
    assert outcome(every(15), wanted_s=300, waited_s=3_000) == "ignored"


def test_one_quick_report_or_what_came_before_says_nothing() -> None:
    assert outcome(every(15, 4)) is None
    assert outcome(every(15, 9, start=TOLD - 121_000)) is None
    assert outcome([*every(60, 4), *every(15, 6, start=TOLD + 200_000)]) == "honoured"


def test_what_was_never_told_is_impossible_once_it_has_expired() -> None:
    for over, found in ((False, None), (True, "impossible")):
        assert find_outcome([], wanted_s=15, told_ms=None, over=over, now_ms=TOLD) == found
