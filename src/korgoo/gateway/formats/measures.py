"""Numbers of foreign formats into ours: integers in 1e-7 degrees, cm, cm/s, 1/100 degree, ms.

A number that cannot be true is refused where a position depends on it and dropped where nothing does.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final, Literal

KNOT_CMS: Final = 51.444_444
"""Centimetres per second in one knot."""
_NULL_ISLAND_DEG: Final = 0.001
_POLE: Final = 90
_ANTIMERIDIAN: Final = 180
_LATEST_MS: Final = 253_402_300_799_000  # the year 9999
_SECONDS_BELOW: Final = 1 << 31
"""Below this a bare number of a Traccar Client is seconds, else milliseconds."""
_MAX_RADIUS_M: Final = 1_000_000
_MAX_SPEED_CMS: Final = 100_000
_MAX_ALTITUDE_M: Final = 100_000


class ImplausibleError(ValueError):
    """A value that cannot be true. `error` is a label, `field` its name; never the value itself."""

    def __init__(self, error: str, field: str) -> None:
        super().__init__(f"{error} {field}")
        self.error = error
        self.field = field


def position_e7(lat: float | None, lon: float | None) -> tuple[int, int] | tuple[None, None]:
    """Return the position in 1e-7 degrees, or (None, None) where none was sent.

    Raises:
        ImplausibleError: half a position, not a number, out of range, or null island (0, 0), which
            is what receivers send that have no fix.
    """
    if lat is None and lon is None:
        return None, None
    if lat is None or lon is None:
        raise ImplausibleError("incomplete", "lat" if lat is None else "lon")
    if not (-_POLE <= lat <= _POLE and -_ANTIMERIDIAN <= lon <= _ANTIMERIDIAN):  # NaN is in no range
        raise _name_fault(lat, lon)
    if -_NULL_ISLAND_DEG < lat < _NULL_ISLAND_DEG and -_NULL_ISLAND_DEG < lon < _NULL_ISLAND_DEG:
        raise ImplausibleError("null_island", "lat")
    return round(lat * 1e7), round(lon * 1e7)


def _name_fault(lat: float, lon: float) -> ImplausibleError:
    name, value = ("lat", lat) if not -_POLE <= lat <= _POLE else ("lon", lon)
    return ImplausibleError("out_of_range" if math.isfinite(value) else "not_a_number", name)


def radius_cm(metres: float | None) -> int | None:
    """Return an error radius; zero, negative or absurd means that nobody knows it."""
    if metres is None or not math.isfinite(metres) or not 0 < metres <= _MAX_RADIUS_M:
        return None
    return max(1, round(metres * 100))


def speed_cms(value: float | None, *, unit_cms: float) -> int | None:
    """Return a speed; negative means unknown."""
    if value is None or not math.isfinite(value):
        return None
    speed = value * unit_cms
    return round(speed) if 0 <= speed <= _MAX_SPEED_CMS else None


def course_cdeg(degrees: float | None) -> int | None:
    """Return a course from 0 to 35,999 hundredths of a degree; negative means unknown."""
    if degrees is None or not math.isfinite(degrees) or not 0 <= degrees <= 360:  # noqa: PLR2004 - a circle
        return None
    return round(degrees * 100) % 36_000


def altitude_cm(metres: float | None) -> int | None:
    """Return a height above the ellipsoid or the sea, as the device means it."""
    if metres is None or not math.isfinite(metres) or abs(metres) > _MAX_ALTITUDE_M:
        return None
    return round(metres * 100)


def percent(value: float | None) -> int | None:
    """Return a battery level from 0 to 100; anything else is unknown."""
    if value is None or not math.isfinite(value) or not 0 <= value <= 100:  # noqa: PLR2004 - per cent
        return None
    return round(value)


def instant_ms(value: float | str | None, *, field: str, unit: Literal["s", "ms", "guess"] = "guess") -> int:
    """Return ms since 1970 of a number, ISO-8601 or "yyyy-MM-dd HH:mm:ss" (taken as UTC).

    A bare number is in `unit`; "guess" is the rule of Traccar Client: seconds below 2**31, else ms.

    Raises:
        ImplausibleError: absent, not a time, or outside 1970 to 9999.
    """
    if value is None:
        raise ImplausibleError("missing", field)
    if unit == "ms" and type(value) is int and 0 <= value <= _LATEST_MS:
        return value
    number = read_number(value)
    if number is None:
        return _from_text(str(value), field=field)
    if not math.isfinite(number):
        raise ImplausibleError("not_a_number", field)
    in_seconds = unit == "s" or (unit == "guess" and number < _SECONDS_BELOW)
    ms = number * 1000 if in_seconds else number  # may be infinite by now, which cannot be rounded
    if not 0 <= ms <= _LATEST_MS:
        raise ImplausibleError("out_of_range", field)
    return round(ms)


def read_number(value: object) -> float | None:
    """Return a number or a text that is one, None for anything else; infinite where it is too large."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
    except OverflowError:  # JSON has integers of any length
        return math.inf


def _from_text(text: str, *, field: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ImplausibleError("not_a_time", field) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    ms = (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
    if ms < 0:
        raise ImplausibleError("out_of_range", field)
    return ms
