"""Instants as text: ISO-8601 with Z or an offset, read into milliseconds since 1970 UTC and written back."""

import re
from datetime import UTC, datetime
from typing import Final

_SHAPE: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?",
    re.ASCII,
)
_EPOCH_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC).toordinal()
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199


class InstantError(ValueError):
    """The text is no instant that can be used; the message says why."""


def day_number(year: int, month: int, day: int) -> int:
    """Return the days since 1970-01-01; raises `InstantError` for a day that no calendar has."""
    try:
        ordinal = datetime(year, month, day, tzinfo=UTC).toordinal()
    except ValueError as error:
        raise InstantError(f"no such day: {year:04d}-{month:02d}-{day:02d}") from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InstantError(f"the year must be within {FIRST_YEAR}..{LAST_YEAR}")
    return ordinal - _EPOCH_DAY


def parse_instant(text: str) -> int:
    """Return the instant in ms since 1970 UTC; digits below a millisecond are cut off.

    Raises:
        InstantError: not ISO-8601, without Z or an offset, or not a moment of 1970..2199.
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise InstantError("not an ISO-8601 time such as 2026-03-01T22:00:00Z")
    year, month, day, hour, minute, second, fraction, zulu, sign, off_h, off_m = match.groups()
    if zulu is None and sign is None:
        raise InstantError("a time needs Z or an offset such as +06:00")
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:  # noqa: PLR2004 - clock face
        raise InstantError("no such time of day")
    offset_s = 0
    if sign is not None:
        if int(off_h) > 23 or int(off_m) > 59:  # noqa: PLR2004 - clock face
            raise InstantError("no such offset")
        offset_s = (int(off_h) * 3600 + int(off_m) * 60) * (1 if sign == "+" else -1)
    days = day_number(int(year), int(month), int(day))
    seconds = days * 86_400 + int(hour) * 3600 + int(minute) * 60 + int(second or 0) - offset_s
    at_ms = seconds * 1000 + int((fraction or "0")[:3].ljust(3, "0"))
    if at_ms < 0:
        raise InstantError("the time lies before 1970 UTC")
    return at_ms


def format_instant(at_ms: int) -> str:
    """Return the instant as ISO-8601 UTC with milliseconds, such as `2026-03-01T16:00:00.000Z`."""
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"
