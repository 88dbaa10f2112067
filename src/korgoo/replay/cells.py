"""Cells of FIXES.csv: text into the integers of an observation; every bad value has its sentence."""

import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from korgoo.engine.rows import Motion, Source
from korgoo.planning.instants import InstantError, parse_instant

Convert = Callable[[str], Any]


class CellError(ValueError):
    """The text of one cell cannot be used; the message says what would be."""


_YES: Final = ("1", "true", "yes")
_NO: Final = ("0", "false", "no")
_INTACT: Final = ("1", "true", "ok", "closed", "on", "intact", "locked")
_BROKEN: Final = ("0", "false", "open", "cut", "off", "removed", "unlocked")
_REMEMBERED: Final = 4096
_REMEMBERED_RESTS: Final = 70_000  # 60,000 milliseconds of a minute, and those written without milliseconds
_DAY_END: Final = len("2026-03-01")
_MINUTE_END: Final = len("2026-03-01T22:00")
_DIGITS: Final = 7  # 1e-7 degrees
_MAX_TEXT: Final = 100
_MAX_EXTRAS: Final = 2_000


def degrees_e7(limit: int) -> Convert:
    """Return a converter of decimal degrees into 1e-7 degrees, half away from zero.

    Up to 7 decimals a float is exact here: its error, scaled, stays below a millionth of a step. More
    decimals may stand on the half of a step, where a float rounds by its noise: those go through Decimal.
    """
    limit_e7 = limit * 10**_DIGITS

    def convert(text: str) -> int:
        fraction = text.partition(".")[2]
        if len(fraction) > _DIGITS or not fraction.isdecimal() or not text.isascii() or "_" in text:
            value = _rare_degrees(text)
        else:
            try:
                value = round(float(text) * 1e7)
            except ValueError:
                raise CellError("is no number") from None
        if not -limit_e7 <= value <= limit_e7:
            raise CellError(f"must be within -{limit}..{limit} degrees")
        return value

    return convert


def _rare_degrees(text: str) -> int:
    """Read what the quick way does not: no or more than 7 decimals, an exponent."""
    if len(text) > _MAX_TEXT or not text.isascii() or "_" in text:
        raise CellError("is no number")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise CellError("is no number") from error
    if not number.is_finite():
        raise CellError("must be a finite number")
    if number.adjusted() > _DIGITS:
        raise CellError("is too large")
    if number.adjusted() < -2 * _DIGITS:
        return 0
    whole = int(abs(number).scaleb(_DIGITS) + Decimal("0.5"))
    return -whole if number < 0 else whole


def scaled(factor: int, *, low: int, high: int, unit: str) -> Convert:
    """Return a converter of a decimal number into whole parts of `1/factor` of its unit, to the nearest."""

    def convert(text: str) -> int:
        value = _number(text)
        if not low <= value <= high:
            raise CellError(f"must be within {low}..{high} {unit}")
        return math.floor(value * factor + 0.5)

    return remembered(convert)


def _number(text: str) -> float:
    if not text.isascii() or "_" in text:
        raise CellError("is no number")
    try:
        value = float(text)
    except ValueError:
        raise CellError("is no number") from None
    if not math.isfinite(value):
        raise CellError("must be a finite number")
    return value


class _Memory(dict[str, Any]):
    """What texts were read as, bounded; a dict, because then a known text costs one look-up in C."""

    def __init__(self, convert: Convert) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, text: str) -> Any:  # noqa: ANN401 - what `convert` returns
        value = self._convert(text)
        if len(self) < _REMEMBERED:
            self[text] = value
        return value


def remembered(convert: Convert) -> Convert:
    """Return the converter with a bounded memory: the same few texts stand in a column again and again."""
    return _Memory(convert).__getitem__


def accuracy_cm() -> Convert:
    """Return a converter of a reported radius in metres into cm; 0 means that the device does not know it."""
    convert = scaled(100, low=0, high=100_000_000, unit="m")
    return remembered(lambda text: convert(text) or None)


def choice(values: dict[str, Any]) -> Convert:
    """Return a converter of a closed list of words, in any case."""

    def convert(text: str) -> Any:  # noqa: ANN401 - one of the values
        try:
            return values[text.lower()]
        except KeyError:
            raise CellError(f"must be one of {', '.join(values)}") from None

    return remembered(convert)


def boolean() -> Convert:
    """Return a converter of yes and no."""
    return choice({**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)})


def intact() -> Convert:
    """Return a converter of what a strap, case, skin or tether sensor says: true while intact."""
    return choice({**dict.fromkeys(_INTACT, True), **dict.fromkeys(_BROKEN, False)})


def source() -> Convert:
    """Return a converter of the source of a position."""
    return choice({member.value: member for member in Source})


def motion() -> Convert:
    """Return a converter of what the motion sensor says."""
    return choice({member.value: member for member in Motion})


def percent() -> Convert:
    """Return a converter of a battery level in percent; a fraction of a percent is cut off."""

    def convert(text: str) -> int:
        value = _number(text)
        if not 0 <= value <= 100:  # noqa: PLR2004 - percent
            raise CellError("must be within 0..100 percent")
        return math.floor(value)

    return remembered(convert)


def word() -> Convert:
    """Return a converter of an id: printable, at most 100 characters; equal ids share one text in memory."""

    def convert(text: str) -> str:
        if len(text) > _MAX_TEXT or not text.isprintable():
            raise CellError(f"must be at most {_MAX_TEXT} printable characters")
        return text

    return remembered(convert)


def instant() -> Convert:
    """Return a converter of ISO-8601 times into ms; day, minute and rest of the text are remembered apart."""
    days: dict[str, int] = {}
    minutes: dict[str, int] = {}
    rests: dict[str, int] = {}

    def convert(text: str) -> int:
        try:
            return days[text[:_DAY_END]] + minutes[text[_DAY_END:_MINUTE_END]] + rests[text[_MINUTE_END:]]
        except KeyError:
            return read(text)

    def read(text: str) -> int:
        """Read a time in full, and remember its parts while there is room."""
        try:
            at_ms = parse_instant(text)
        except InstantError as error:
            raise CellError(str(error)) from error
        if text.endswith("Z"):
            day, minute, rest = text[:_DAY_END], text[_DAY_END:_MINUTE_END], text[_MINUTE_END:]
            midnight_ms = parse_instant(f"{day}T00:00Z")
            minute_ms = parse_instant(f"{day}{minute}Z")
            if len(rests) < _REMEMBERED_RESTS and len(days) < _REMEMBERED:
                days[day] = midnight_ms
                minutes[minute] = minute_ms - midnight_ms
                rests[rest] = at_ms - minute_ms
        return at_ms

    return convert


def extras() -> Convert:
    """Return a converter of `name=text;name=text`, as devices say it beside a message, sorted by name."""

    def convert(text: str) -> tuple[tuple[str, str], ...]:
        if len(text) > _MAX_EXTRAS or not text.isprintable():
            raise CellError(f"must be printable, up to {_MAX_EXTRAS} characters")
        pairs = [part.partition("=") for part in text.split(";")]
        if any(not equals or not name.strip() for name, equals, _ in pairs):
            raise CellError("is not name=text;name=text")
        told = {name.strip(): said.strip() for name, _, said in pairs}
        if len(told) < len(pairs):
            raise CellError("has a name twice")
        return tuple(sorted(told.items()))

    return convert
