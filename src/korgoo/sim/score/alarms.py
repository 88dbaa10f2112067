"""What a judge raised: the events of its findings folded into one alarm each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from korgoo.engine.findings import KINDS, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from korgoo.engine.findings import Finding
    from korgoo.sim.signals import Signals

PERSON: Final = "person:"
LOWEST_LEVEL: Final = 4


class Alarm(NamedTuple):
    """One finding that was opened.

    `subject` is a person's id, `condition` the zone's or the pair's. `at_ms` is when it was raised (our
    clock), `since_ms` when it is said to have begun, `ended_ms` when its end was known: closed or annulled.
    `live` is false where it was already over when it was found.
    """

    kind: str
    subject: str
    condition: str
    at_ms: int
    since_ms: int
    ended_ms: int | None = None
    live: bool = True

    @property
    def level(self) -> int:
        """Where its alert starts, 1 (life) to 4 (notice); a kind that is not ours counts as a notice."""
        known = KINDS.get(self.kind)
        return LOWEST_LEVEL if known is None else known.level


class AlarmError(ValueError):
    """A line of findings cannot be folded; the message names the finding."""


def alarms_of(findings: Iterable[Finding]) -> list[Alarm]:
    """Return the alarms behind the engine's own findings, in the order in which they were raised."""
    return _fold(
        (f.id, f.event.value, f.kind, f.subject, f.condition, f.at_ms, f.since_ms, f.live) for f in findings
    )


def read_alarms(lines: Iterable[Mapping[str, Any]]) -> list[Alarm]:
    """Return the alarms behind the objects of a FINDINGS.jsonl (docs/backtest.md), whoever wrote it.

    Raises:
        AlarmError: an instant is none, or `live` is no truth value.
    """
    return _fold(_event(line) for line in lines)


def recorded(
    alarms: Iterable[Alarm], signals: Sequence[Signals], *, of_pair: Mapping[str, str] | None = None
) -> list[Alarm]:
    """Return the alarms that were raised while their person's device was still being recorded.

    A recording ends; the silence after it is nobody's. `of_pair` names a second person for conditions that
    concern two: then the earlier of both ends counts.
    """
    ends = {one.person: int(one.received_ms[-1]) for one in signals if one.table.shape[1]}
    others = of_pair or {}
    kept = []
    for alarm in alarms:
        own = ends.get(alarm.subject, 0)
        other = others.get(alarm.condition)
        if alarm.at_ms <= (own if other is None else min(own, ends.get(other, own))):
            kept.append(alarm)
    return kept


_Told = tuple[str, str, str, str, str, int, int, bool]


def _fold(events: Iterable[_Told]) -> list[Alarm]:
    opened: dict[str, Alarm] = {}
    for name, event, kind, subject, condition, at_ms, since_ms, live in events:
        if event == Event.OPENED:
            opened[name] = Alarm(kind, subject.removeprefix(PERSON), condition, at_ms, since_ms, live=live)
        elif event in {Event.CLOSED, Event.ANNULLED} and name in opened:
            opened[name] = opened[name]._replace(ended_ms=at_ms)
    return sorted(opened.values(), key=lambda alarm: alarm.at_ms)


def _event(line: Mapping[str, Any]) -> _Told:
    try:
        at_ms, since_ms = _instant(line["at"]), _instant(line["since"])
    except ValueError as error:
        raise AlarmError(f"finding {line['id']!r}: {error}") from None
    if not isinstance(line["live"], bool):
        raise AlarmError(f"finding {line['id']!r}: live must be true or false")
    name, event, kind, subject, condition = (
        line[field] for field in ("id", "event", "kind", "subject", "condition")
    )
    return (name, event, kind, subject, condition, at_ms, since_ms, line["live"])


def _instant(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return round(moment.timestamp() * 1000)
