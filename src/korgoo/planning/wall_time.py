"""Local days and times of windows: text into seconds of a day, days since 1970 and weekday bits."""

import re
from typing import Final

from korgoo.engine.plan import Window
from korgoo.planning.document import WindowDocument
from korgoo.planning.errors import PlanError
from korgoo.planning.instants import InstantError, day_number

DAYS: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
DAY_S: Final = 86_400
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)


def compile_window(window: WindowDocument, *, path: str) -> Window:
    """Return the window in integers.

    Raises:
        PlanError: a bad time, day or date, one given twice, an empty window, no day to begin on.
    """
    from_s = _seconds(window.from_, path=f"{path}.from")
    to_s = DAY_S if window.to == "24:00" else _seconds(window.to, path=f"{path}.to")
    if from_s == to_s:
        raise PlanError(
            f"{path}.from", 'the window is empty: from equals to (a whole day is "00:00" to "24:00")'
        )
    dates = _dates(window.dates, path=f"{path}.dates")
    except_dates = _dates(window.except_, path=f"{path}.except")
    days = 0
    for index, name in enumerate(window.days):
        if name not in DAYS:
            raise PlanError(f"{path}.days[{index}]", f"no such day {name!r}; the days are {', '.join(DAYS)}")
        bit = 1 << DAYS.index(name)
        if days & bit:
            raise PlanError(f"{path}.days[{index}]", f"the day {name!r} stands twice")
        days |= bit
    if not days and not [day for day in dates if day not in except_dates]:
        raise PlanError(path, "the window never begins: it needs days or dates")
    return Window(days, from_s, to_s, dates, except_dates)


def begins_on(window: Window, day: int) -> bool:
    """Tell whether the window begins on that local day (days since 1970, a Thursday)."""
    listed = day in window.dates or bool(window.days >> ((day + 3) % 7) & 1)
    return listed and day not in window.except_dates


def cross(first: Window, second: Window) -> bool:
    """Tell whether two windows overlap in part on some day: the one begins within the other and outlasts it.

    One that lies wholly within another, or only touches it, does not cross.
    """
    days = [*first.dates, *second.dates]
    if first.days and second.days:
        days += range(4, 11)  # one week stands for all
    return any(
        _cross_on(one, day, two, other)
        for one, two in ((first, second), (second, first))
        for day in days
        if begins_on(one, day)
        for other in (day - 1, day, day + 1)
        if begins_on(two, other)
    )


def _cross_on(first: Window, day: int, second: Window, other: int) -> bool:
    a, b = _span(first, day), _span(second, other)
    return a[0] < b[0] < a[1] < b[1] or b[0] < a[0] < b[1] < a[1]


def _span(window: Window, day: int) -> tuple[int, int]:
    to_s = window.to_s if window.to_s > window.from_s else window.to_s + DAY_S
    return day * DAY_S + window.from_s, day * DAY_S + to_s


def _seconds(text: str, *, path: str) -> int:
    match = _TIME.fullmatch(text)
    if match is None:
        raise PlanError(path, f"no time of day such as 22:00 or 06:30:15: {text!r}")
    hour, minute, second = match.groups()
    return int(hour) * 3600 + int(minute) * 60 + int(second or 0)


def _dates(texts: list[str], *, path: str) -> tuple[int, ...]:
    days: list[int] = []
    for index, text in enumerate(texts):
        match = _DATE.fullmatch(text)
        if match is None:
            raise PlanError(f"{path}[{index}]", f"no date such as 2026-12-31: {text!r}")
        try:
            day = day_number(*(int(part) for part in match.groups()))
        except InstantError as error:
            raise PlanError(f"{path}[{index}]", str(error)) from error
        if day in days:
            raise PlanError(f"{path}[{index}]", f"the date {text} stands twice")
        days.append(day)
    return tuple(sorted(days))
