"""Instants and lengths of time in the words of a page."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext

if TYPE_CHECKING:
    from datetime import datetime

_FORMATS: Final = {
    "second": "%d.%m.%Y %H:%M:%S",
    "minute": "%d.%m.%Y %H:%M",
    "time": "%H:%M:%S",
    "date": "%d.%m.%Y",
    "clock": "%H:%M",
    "short": "%d.%m.%Y %H:%M",
    "full": "%d.%m.%Y %H:%M:%S",
}
_WITHOUT_ZONE: Final = frozenset({"date", "clock", "short", "full"})  # for tables whose head names the zone


def local(instant: datetime | None, form: str = "minute") -> str:
    """Return an instant in the installation's zone with its offset, such as `21.11.2026 22:04 (UTC+6)`."""
    if instant is None:
        return "—"
    shown = timezone.localtime(instant)
    if form == "offset":
        return name_offset(shown)
    if form == "seconds":  # east of UTC, for the script of the clock
        return f"{(shown.utcoffset() or timedelta()).total_seconds():.0f}"
    if form in _WITHOUT_ZONE:
        return shown.strftime(_FORMATS[form])
    return f"{shown.strftime(_FORMATS[form])} ({name_offset(shown)})"


def name_offset(shown: datetime) -> str:
    """Return `UTC+6`, or `UTC+5:30` where the offset has minutes."""
    offset = shown.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    sign, rest = ("-" if minutes < 0 else "+"), abs(minutes) % 60
    return f"UTC{sign}{abs(minutes) // 60}" + (f":{rest:02d}" if rest else "")


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units, such as `2 h 05 min`."""
    left = round(seconds)
    units = ((86_400, gettext("d")), (3_600, gettext("h")), (60, gettext("min")), (1, gettext("s")))
    for (length, name), (below, below_name) in pairwise(units):
        if left >= length:
            rest = left % length // below
            return f"{left // length} {name}" + (f" {rest} {below_name}" if rest else "")
    return f"{left} {units[-1][1]}"


def since(instant: datetime, now: datetime) -> str:
    """Return how long ago an instant was."""
    return gettext("%(time)s ago") % {"time": duration(max(0.0, (now - instant).total_seconds()))}


def until(instant: datetime, now: datetime) -> str:
    """Return how much time is left, or by how much a deadline has passed."""
    left = (instant - now).total_seconds()
    text = gettext("%(time)s left") if left >= 0 else gettext("overdue by %(time)s")
    return text % {"time": duration(abs(left))}
