"""Stories of one evening for tests of what is doubted of a device: what it sent, and what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from korgoo.engine.coverage import Coverage
from korgoo.engine.plan import ZoneKind
from korgoo.engine.rows import SYSTEM_KEY, Observation, Row
from tests.stories import MINUTE, P1, at, circle, fix, judge, kind_of, plan

if TYPE_CHECKING:
    from korgoo.engine.findings import Finding
    from korgoo.engine.rows import Body


START = at(20)
WORK = circle("work", kind=ZoneKind.EXCLUSION, east_m=5000)


def told(*bodies: tuple[int, Body], until: float = 0, **fields: Any) -> list[tuple[str, str, str]]:
    """Return (event, kind, code) of all that is found."""
    return [(e.event.value, e.kind, e.code.value) for e in found(*bodies, until=until, **fields)]


def found(*bodies: tuple[int, Body], until: float = 0, **fields: Any) -> list[Finding]:
    """Return all that is found under a plan with a home and a forbidden place 5 km to the east."""
    first: tuple[int, Body] = (START - 1000, plan(circle(), WORK, **fields))
    rows = []
    for seq, (log, body) in enumerate([first, *sorted(bodies, key=lambda pair: pair[0])], 1):
        key = SYSTEM_KEY if isinstance(body, Coverage) else P1
        rows.append(Row(seq, log, kind_of(body), key, body))
    return judge(rows, until_ms=at(until) if until else None).events


def minutes(first: int, last: int, *, every_s: int = 60, **fields: Any) -> list[tuple[int, Body]]:
    """Fixes of these minutes after eight, as (received, fix)."""
    lag = fields.pop("lag", 0)
    moments = range(START + first * MINUTE, START + last * MINUTE, every_s * 1000)
    return [(t, fix(t - lag, late_ms=lag, **fields)) for t in moments]


def sent(minute: float, east_m: float, north_m: float = 0, **fields: Any) -> tuple[int, Body]:
    """Return a place, told so many minutes after eight, as (received, fix)."""
    moment = START + round(minute * MINUTE)
    return moment, fix(moment, east_m, north_m, **fields)


def status(minute: float, *, late_ms: int = 0, **fields: Any) -> tuple[int, Body]:
    """Return a message without a position, made so many minutes after eight, as (received, message)."""
    moment = START + round(minute * MINUTE)
    return moment + late_ms, Observation(moment, moment + late_ms, **fields)


def kinds(events: list[tuple[str, str, str]], *doubted: str) -> list[str]:
    """Return "kind event" of what was told, of these kinds or all."""
    return [f"{kind} {event}" for event, kind, _ in events if not doubted or kind in doubted]


def said(word: str, text: str) -> dict[str, Any]:
    """Return the text beside a message."""
    return {"extras": ((word, text),)}
