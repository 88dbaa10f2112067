"""Windows against a slow oracle that walks a local clock minute by minute with the zone database itself."""

from datetime import UTC, date, datetime

from korgoo.engine.plan import Window
from korgoo.engine.windows import binds_at, next_change, window_start
from korgoo.planning.offsets import _zone, offset_rows

MINUTE_MS = 60_000
EVERY_DAY = 127
NIGHT = Window(EVERY_DAY, 22 * 3600, 6 * 3600)


def ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def epoch_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def local(zone: str, *parts: int) -> int:
    return ms(datetime(*parts, tzinfo=_zone(zone)))  # type: ignore[arg-type,misc]  # year, month, day ...


def offsets_of(zone: str) -> tuple[tuple[int, int], ...]:
    return offset_rows(zone, first_year=2010, last_year=2028)


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


def test_an_hour_of_tomorrow_may_have_begun_before_the_clocks_went_back_to_today() -> None:
    """Until 2011 Newfoundland set its clocks back at 00:01: midnight came twice, an hour apart."""
    offsets = offsets_of("America/St_Johns")
    windows = (Window(EVERY_DAY, 0, 6 * 3600),)
    opens = ms(datetime(2010, 11, 7, 2, 30, tzinfo=UTC))  # the first midnight, a minute before the change
    again = opens + 30 * MINUTE_MS  # it is half past eleven of the day before
    assert binds_at(windows, offsets, again)
    assert window_start(windows, offsets, again) == opens


def test_the_first_row_of_a_plan_may_have_begun_an_hour_before_its_first_window() -> None:
    offsets = offsets_of("Europe/Berlin")
    opens = local("Europe/Berlin", 2026, 3, 1, 22)
    late = ((opens - 60 * MINUTE_MS, 3_600), *(row for row in offsets if row[0] > opens))
    assert binds_at((NIGHT,), late, opens)
    assert next_change((NIGHT,), late, opens) == local("Europe/Berlin", 2026, 3, 2, 6)
