"""The lines of TRUTH.jsonl read back into facts: whoever enters a rival may have made the file."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from korgoo.sim.facts import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INSTANTS: Final = (
    "from", "until", "at_30_m", "at_100_m", "nearest_at", "warning_at", "breach_at", "emergency_at",
    "arrives",
)  # fmt: skip
_SPANS: Final = ("binding", "absences")
_E7: Final = 10_000_000


class TruthError(ValueError):
    """A line of the truth cannot be used; the message names it."""


def read_facts(lines: Iterable[bytes]) -> Iterator[Fact]:
    """Yield the facts of the lines of a TRUTH.jsonl (docs/simulation.md); empty lines are passed over.

    Raises:
        TruthError: a line is no fact.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield msgspec.convert(_fields(json.loads(line)), Fact)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise TruthError(f"line {number}: no fact: {error}") from error


def _fields(told: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in told.items():
        if name in _INSTANTS:
            fields[f"{name}_ms"] = None if value is None else _instant(value)
        elif name in _SPANS:
            fields[name] = [[_instant(begin), _instant(end)] for begin, end in value]
        elif name == "speed":
            fields["speed_ms"] = value
        elif name in {"lat", "lon"}:
            fields[f"{name}_e7"] = round(value * _E7)
        elif name == "points":
            fields[name] = [[at_ms, round(lat * _E7), round(lon * _E7)] for at_ms, lat, lon in value]
        else:
            fields[name] = value
    return fields


def _instant(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return round(moment.timestamp() * 1000)
