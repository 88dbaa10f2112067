"""What a judge raised: the events of its findings folded into one alarm each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from korgoo.engine.findings import KINDS, NOTICE, RECORDED, Event, Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from korgoo.engine.findings import Finding
    from korgoo.sim.signals import Signals

PERSON: Final = "person:"
LOWEST_LEVEL: Final = 4


class Alarm(NamedTuple):
    """One finding that was opened.

    `subject` is a person's id, `condition` the zone's or the pair's. `at_ms` is when it was raised (our
    clock), `since_ms` when it is said to have begun, `ended_ms` when its end was known: closed or annulled.
    `live` is false where it was already over when it was found. `priority` is what the finding was told as
    at its worst, 0 = as its kind. One that was `RECORDED` all along has called nobody: it is kept, and no
    alarm. From the moment at which it calls it is one, raised then. `rises` are when it called anew, because
    he who was found at the edge of a zone is truly away.
    """

    kind: str
    subject: str
    condition: str
    at_ms: int
    since_ms: int
    ended_ms: int | None = None
    live: bool = True
    priority: int = 0
    rises: tuple[int, ...] = ()

    def calls(self) -> list[Alarm]:
        """Return it as it called when it was raised, and as it called anew with each rise."""
        return [self, *(self._replace(at_ms=at_ms, since_ms=at_ms) for at_ms in self.rises)]

    @property
    def quiet(self) -> bool:
        """Whether it has called nobody."""
        return self.priority == RECORDED

    @property
    def level(self) -> int:
        """How far its alert rises, 1 (life) to 4 (notice); a kind that is not ours counts as a notice."""
        if self.priority:
            return self.priority
        known = KINDS.get(self.kind)
        return LOWEST_LEVEL if known is None else known.level


class AlarmError(ValueError):
    """A line of findings cannot be folded; the message names the finding."""


def alarms_of(findings: Iterable[Finding], *, protecting: Collection[str] = ()) -> list[Alarm]:
    """Return the alarms behind the engine's own findings, in the order in which they were raised.

    `protecting` are the persons whose order protects somebody: theirs call at once, as `korgoo.alerts` does,
    but for what rests.
    """
    return _fold(
        (
            _Told(
                *(f.id, f.event.value, f.kind, f.subject, f.condition, f.at_ms, f.since_ms, f.live),
                *(_priority(f.params), f.code.value),
                f.params.get("resting") is True,
            )
            for f in findings
        ),
        protecting,
    )


def read_alarms(lines: Iterable[Mapping[str, Any]], *, protecting: Collection[str] = ()) -> list[Alarm]:
    """Return the alarms behind the objects of a FINDINGS.jsonl (docs/backtest.md), whoever wrote it.

    Raises:
        AlarmError: an instant is none, or `live` is no truth value.
    """
    return _fold((_event(line) for line in lines), protecting)


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


class _Told(NamedTuple):
    """What counts of one event of a finding."""

    id: str
    event: str
    kind: str
    subject: str
    condition: str
    at_ms: int
    since_ms: int
    live: bool
    priority: int
    code: str
    resting: bool


def _fold(events: Iterable[_Told], protecting: Collection[str]) -> list[Alarm]:
    opened: dict[str, Alarm] = {}
    for told in events:
        known, person = opened.get(told.id), told.subject.removeprefix(PERSON)
        heeded = told.priority if told.resting or person not in protecting else 0
        if told.event == Event.OPENED:
            opened[told.id] = Alarm(
                *(told.kind, person, told.condition, told.at_ms, told.since_ms),
                live=told.live,
                priority=heeded,
            )
        elif known is None:
            continue
        elif told.event in {Event.CLOSED, Event.ANNULLED}:
            opened[told.id] = known._replace(ended_ms=told.at_ms)
        elif heeded < known.priority:
            at_ms = told.at_ms if known.quiet else known.at_ms
            opened[told.id] = known._replace(at_ms=at_ms, priority=heeded)
        elif told.code == Reason.DEPARTED and told.live:
            opened[told.id] = known._replace(rises=(*known.rises, told.at_ms))
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
    explanation = line.get("explanation", {})
    params, code = explanation.get("params", {}), explanation.get("code", "")
    how = (line["live"], _priority(params), code, params.get("resting") is True)
    return _Told(name, event, kind, subject, condition, at_ms, since_ms, *how)


def _priority(params: Mapping[str, Any]) -> int:
    """Return what a finding is told as, where it is less than its kind."""
    told = params.get("priority")
    return told if told in {NOTICE, RECORDED} else 0


def _instant(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return round(moment.timestamp() * 1000)
