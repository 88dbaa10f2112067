"""The lines of FIXES.csv and TRUTH.jsonl, made quickly: the same text as `files.fix_line` makes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from korgoo.sim.facts import Track
from korgoo.sim.samples import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from korgoo.sim.facts import Fact
    from korgoo.sim.people import Person
    from korgoo.sim.samples import Table

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE_MS: Final = 60_000
_E7: Final = 10_000_000
# The last entry is what a code of -1, unknown, stands for.
_SOURCES: Final = ("gps", "wifi", "cell", "")
_MOTIONS: Final = ("still", "walking", "vehicle", "")
_FLAGS: Final = ("false", "true", "")
_PRESSED: Final = ("", "true", "")
_INSTANTS: Final = frozenset(
    {
        "from_ms",
        "until_ms",
        "at_30_m_ms",
        "at_100_m_ms",
        "nearest_at_ms",
        "warning_at_ms",
        "breach_at_ms",
        "emergency_at_ms",
        "arrives_ms",
    }
)
_SPANS: Final = frozenset({"binding", "absences"})


class _Memory(dict[int, str]):
    """Texts by number, made once."""

    def __init__(self, write: Callable[[int], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, number: int) -> str:
        text = self[number] = self._write(number)
        return text


_minutes: Final = _Memory(lambda minute: f"{_EPOCH + timedelta(minutes=minute):%Y-%m-%dT%H:%M:}")
_seconds: Final = _Memory(lambda ms: f"{ms // 1000:02d}.{ms % 1000:03d}Z")
_hundredths: Final = _Memory(lambda value: "" if value < 0 else f"{value // 100}.{value % 100:02d}")


def instant(at_ms: int) -> str:
    """Write an instant as ISO-8601 UTC with milliseconds."""
    return _minutes[at_ms // _MINUTE_MS] + _seconds[at_ms % _MINUTE_MS]


def fix_lines(people: Sequence[Person], tables: Sequence[Table], *, begins_ms: int) -> Iterator[str]:
    """Yield the lines of one day, with their ends, by time received, then in the order of the people."""
    owners = np.repeat(np.arange(len(tables)), [table.shape[1] for table in tables])
    joined = np.concatenate(tables, axis=1)
    order = np.lexsort((owners, joined[Column.RECEIVED]))
    ids = [person.id for person in people]
    units = [person.home_unit for person in people]
    rows = joined[:, order].T.tolist()
    for owner, row in zip(owners[order].tolist(), rows, strict=True):
        (received, fixed, _, lat, lon, accuracy, source, speed, motion, beacon) = row[:10]
        (battery, charging, strap, tether, sos, case, skin, mock, _) = row[10:]
        place = (
            f"{lat // _E7}.{lat % _E7:07d},{lon // _E7}.{lon % _E7:07d},{_hundredths[accuracy]},"
            f"{_SOURCES[source]},{_hundredths[speed]}"
            if lat >= 0
            else ",,,,"
        )
        yield (
            f"{ids[owner]},{instant(begins_ms + fixed)},{place},{_MOTIONS[motion]},"
            f"{units[owner] if beacon == 1 else ''},{instant(begins_ms + received)},"
            f"{battery if battery >= 0 else ''},{_FLAGS[strap]},{_FLAGS[case]},{_FLAGS[charging]},"
            f"{_PRESSED[sos]},{_FLAGS[skin]},{_FLAGS[tether]},{_FLAGS[mock]}\n"
        )


def fact_line(fact: Fact) -> bytes:
    """Return one line of TRUTH.jsonl, with its end: instants as texts, lengths in metres, durations in ms."""
    return msgspec.json.encode(_told(fact)) + b"\n"


def _told(fact: Fact) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(fact)
    told: dict[str, Any] = {}
    for name, value in fields.items():
        if name in _INSTANTS:
            told[name.removesuffix("_ms")] = None if value is None else instant(value)
        elif name in _SPANS:
            told[name] = [[instant(begin), instant(end)] for begin, end in value]
        elif name == "speed_ms":
            told["speed"] = value
        elif name in {"lat_e7", "lon_e7"}:
            told[name.removesuffix("_e7")] = value / _E7
        else:
            told[name] = value
    if isinstance(fact, Track):
        told["points"] = [[at_ms, lat / _E7, lon / _E7] for at_ms, lat, lon in fact.points]
    return told
