"""Windows against a slow oracle that walks a local clock minute by minute with the zone database itself."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from korgoo.engine.plan import Window
from korgoo.engine.windows import binds_at, next_change, window_start
from korgoo.planning.offsets import _zone, offset_rows
from tests.examples import examples

MINUTE_MS = 60_000
EVERY_DAY = 127
NIGHT = Window(EVERY_DAY, 22 * 3600, 6 * 3600)

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


def ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def epoch_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def local(zone: str, *parts: int) -> int:
    return ms(datetime(*parts, tzinfo=_zone(zone)))  # type: ignore[arg-type,misc]  # year, month, day ...


def offsets_of(zone: str) -> tuple[tuple[int, int], ...]:
    return offset_rows(zone, first_year=2010, last_year=2028)


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
    @examples(6)
    @given(windows=st.lists(window_near(centre), min_size=1, max_size=3).map(tuple))
    def story(windows: tuple[Window, ...]) -> None:
        compare_with_oracle(windows, zone, centre, every=97)

    story()


def test_no_windows_always_bind() -> None:
    offsets = offsets_of("Asia/Bishkek")
    assert binds_at((), offsets, 0)
    assert next_change((), offsets, 0) is None
    assert window_start((), offsets, 0) is None


def test_two_windows_that_touch_are_one_stretch() -> None:
    offsets = offsets_of("Asia/Bishkek")
    split = (Window(EVERY_DAY, 22 * 3600, 86_400), Window(EVERY_DAY, 0, 6 * 3600))
    for windows in (split, (NIGHT,)):
        for clock in ((2026, 3, 1, 23), (2026, 3, 2, 0), (2026, 3, 2, 3)):
            at = local("Asia/Bishkek", *clock)
            assert window_start(windows, offsets, at) == local("Asia/Bishkek", 2026, 3, 1, 22)
            assert next_change(windows, offsets, at) == local("Asia/Bishkek", 2026, 3, 2, 6)


def test_an_opening_binds_and_a_closing_does_not() -> None:
    offsets = offsets_of("Asia/Bishkek")
    opens, closes = local("Asia/Bishkek", 2026, 3, 1, 22), local("Asia/Bishkek", 2026, 3, 2, 6)
    assert [binds_at((NIGHT,), offsets, t) for t in (opens - 1, opens, closes - 1, closes)] == [
        False,
        True,
        True,
        False,
    ]
    assert window_start((NIGHT,), offsets, opens) == opens
    assert window_start((NIGHT,), offsets, closes) is None
    assert next_change((NIGHT,), offsets, closes) == local("Asia/Bishkek", 2026, 3, 2, 22)


def test_windows_that_cover_the_whole_week_never_change() -> None:
    offsets = offsets_of("Europe/Berlin")
    windows = (Window(EVERY_DAY, 0, 86_400),)
    at = local("Europe/Berlin", 2026, 3, 1, 12)
    assert next_change(windows, offsets, at) is None
    assert window_start(windows, offsets, at) is None
    assert next_change((Window(31, 0, 86_400), Window(96, 0, 0)), offsets, at) is None


def test_a_single_date_years_ahead_is_still_found() -> None:
    offsets = offsets_of("Asia/Bishkek")
    windows = (Window(0, 3600, 7200, (epoch_day(date(2028, 5, 1)),)),)
    found = next_change(windows, offsets, local("Asia/Bishkek", 2024, 1, 1))
    assert found == local("Asia/Bishkek", 2028, 5, 1, 1)
    assert next_change(windows, offsets, local("Asia/Bishkek", 2028, 5, 2)) is None


def test_a_night_over_the_spring_change_is_an_hour_shorter() -> None:
    offsets = offsets_of("Europe/Berlin")
    opens = local("Europe/Berlin", 2026, 3, 28, 22)
    closes = next_change((NIGHT,), offsets, opens)
    assert closes is not None
    assert closes - opens == 7 * 3_600_000


def test_a_window_inside_the_skipped_hour_does_not_exist_that_day() -> None:
    offsets = offsets_of("Europe/Berlin")
    windows = (Window(EVERY_DAY, 2 * 3600 + 600, 2 * 3600 + 1200),)
    found = next_change(windows, offsets, local("Europe/Berlin", 2026, 3, 28, 12))
    assert found == local("Europe/Berlin", 2026, 3, 30, 2, 10)


def test_a_window_that_ends_in_the_repeated_hour_lasts_to_its_second_end() -> None:
    offsets = offsets_of("Europe/Berlin")
    windows = (Window(EVERY_DAY, 22 * 3600, 2 * 3600 + 1800),)
    closes = next_change(windows, offsets, local("Europe/Berlin", 2026, 10, 24, 23))
    assert closes == ms(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))  # 02:30 CET, the later of the two


def test_times_between_whole_seconds_do_not_slip() -> None:
    offsets = offsets_of("Asia/Bishkek")
    opens = local("Asia/Bishkek", 2026, 3, 1, 22)
    assert next_change((NIGHT,), offsets, opens - 1) == opens
    assert next_change((NIGHT,), offsets, opens - MINUTE_MS - 1) == opens


def test_a_window_opens_when_the_clocks_show_its_hour_and_not_when_they_leave_it_out() -> None:
    offsets = offsets_of("Europe/Berlin")
    windows = (Window(EVERY_DAY, 3 * 3600, 5 * 3600),)  # at 03:00 on that day the clocks go back to 02:00
    opens = next_change(windows, offsets, local("Europe/Berlin", 2026, 10, 24, 12))
    assert opens == ms(datetime(2026, 10, 25, 2, tzinfo=UTC))
