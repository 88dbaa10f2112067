"""Windows against a slow oracle that walks a local clock minute by minute with the zone database itself."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from korgoo.engine.plan import Window
from korgoo.engine.windows import binds_at, next_change, window_start
from korgoo.planning.offsets import _zone
from tests.unit.engine.test_windows import EVERY_DAY, MINUTE_MS, epoch_day, ms, offsets_of

# A moment within 3 days of which the zone does something worth a test.
PLACES = [
    ("Asia/Bishkek", datetime(2026, 3, 1, tzinfo=UTC)),
    ("Asia/Almaty", datetime(2024, 2, 29, 20, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a whole day was skipped
]


class Walk(NamedTuple):
    """Every minute around a moment: UTC in ms, and what the local clock's face showed when."""

    utc_ms: list[int]
    shown: dict[datetime, tuple[int, int]]  # the first and the last instant of a face
    latest: list[datetime]  # the latest face shown up to each minute: it never falls


@cache
def walk(zone: str, centre: datetime, days: int = 7) -> Walk:
    place, shown, latest = _zone(zone), dict[datetime, tuple[int, int]](), list[datetime]()
    start_ms, count = ms(centre) - days * 1440 * MINUTE_MS, 2 * days * 1440
    utc_ms = list(range(start_ms, start_ms + count * MINUTE_MS, MINUTE_MS))
    for at_ms in utc_ms:
        face = datetime.fromtimestamp(at_ms // 1000, place).replace(tzinfo=None)
        shown[face] = (shown[face][0], at_ms) if face in shown else (at_ms, at_ms)
        latest.append(max(face, latest[-1]) if latest else face)
    return Walk(utc_ms, shown, latest)


def instants(walked: Walk, wall: datetime) -> tuple[int, int]:
    """When the clock showed that; where it never did, the moment in which it passed it."""
    if wall in walked.shown:
        return walked.shown[wall]
    passed = walked.utc_ms[bisect_right(walked.latest, wall)]
    return passed, passed


def oracle(windows: tuple[Window, ...], zone: str, centre: datetime, minutes: range) -> list[bool]:
    walked = walk(zone, centre)
    origin_ms = walked.utc_ms[minutes.start]
    bound = [False] * len(minutes)
    first = centre.date() - timedelta(days=5)
    for day in (first + timedelta(days=n) for n in range(11)):
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a face of a clock, no instant
        for window in windows:
            number = epoch_day(day)
            if number in window.except_dates:
                continue
            if not (window.days >> day.weekday() & 1 or number in window.dates):
                continue
            end = window.to_s + (86_400 if window.to_s <= window.from_s else 0)
            opens = instants(walked, midnight + timedelta(seconds=window.from_s))[0]
            closes = instants(walked, midnight + timedelta(seconds=end))[1]
            begin = max(0, (opens - origin_ms) // MINUTE_MS)
            until = max(begin, min(len(bound), (closes - origin_ms) // MINUTE_MS))
            bound[begin:until] = [True] * (until - begin)
    return bound


def window_near(centre: datetime) -> st.SearchStrategy[Window]:
    days = st.integers(-3, 3).map(lambda n: epoch_day(centre.date() + timedelta(days=n)))
    minute = st.one_of(
        st.sampled_from([0, 60, 90, 120, 135, 150, 165, 180, 1320, 1380, 1439]), st.integers(0, 1439)
    )
    return st.builds(
        lambda mask, start, length, dates, off: Window(
            mask,
            start * 60,
            to if (to := (start + length) * 60) <= 86_400 else to - 86_400,
            tuple(sorted(dates)),
            tuple(sorted(off)),
        ),
        st.integers(0, EVERY_DAY),
        minute,
        st.integers(1, 1440),
        st.frozensets(days, max_size=2),
        st.frozensets(days, max_size=2),
    )


def compare_with_oracle(windows: tuple[Window, ...], zone: str, centre: datetime, *, every: int) -> None:
    """Hold six days around a moment against the oracle: every so many minutes, and both sides of a change."""
    utc_ms, offsets = walk(zone, centre).utc_ms, offsets_of(zone)
    middle = len(utc_ms) // 2
    minutes = range(middle - 3 * 1440, middle + 3 * 1440)
    bound = oracle(windows, zone, centre, minutes)
    changes = [i for i in range(1, len(bound)) if bound[i] != bound[i - 1]]
    for index in [*range(0, len(bound), every), *changes, *(i - 1 for i in changes)]:
        assert binds_at(windows, offsets, utc_ms[minutes[index]]) is bound[index]
    for before, after in zip([0, *changes], changes, strict=False):
        inside = utc_ms[minutes[(before + after) // 2]]
        assert next_change(windows, offsets, inside) == utc_ms[minutes[after]]
        assert next_change(windows, offsets, utc_ms[minutes[after]] - 1) == utc_ms[minutes[after]]
        if before and bound[before]:
            assert window_start(windows, offsets, inside) == utc_ms[minutes[before]]


@pytest.mark.parametrize(("zone", "centre"), PLACES)
def test_windows_bind_as_the_local_clock_says(zone: str, centre: datetime) -> None:
    @settings(max_examples=6, deadline=None)
    @given(windows=st.lists(window_near(centre), min_size=1, max_size=3).map(tuple))
    def story(windows: tuple[Window, ...]) -> None:
        compare_with_oracle(windows, zone, centre, every=97)

    story()
