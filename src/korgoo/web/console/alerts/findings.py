"""An alert's findings for people: what the engine concluded, from which fixes, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language

from korgoo.alerts.selectors import list_alert_findings
from korgoo.engine.findings import KINDS
from korgoo.monitoring.selectors import list_events
from korgoo.outbox.instants import from_ms, to_ms
from korgoo.planning.instants import format_instant
from korgoo.replay.audience import Audience
from korgoo.replay.explanation import explain, name_zone
from korgoo.replay.telling import tell_parts
from korgoo.replay.texts import LANGUAGES, load_texts

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User
    from korgoo.alerts.models import Alert
    from korgoo.monitoring.models import FindingEvent, FindingRecord
    from korgoo.people.models import Person


@dataclass(frozen=True, kw_only=True)
class EvidenceLine:
    """One fix, as a line of the table. Distances in metres; None = not measured.

    `side` is whose fix it is in a finding about a pair; then `apart_m` is how far apart the two were.
    """

    seq: int
    fixed_at: datetime
    age_s: int
    use: str
    use_name: str
    reason: str
    side: str
    apart_m: float | None
    inside_m: float | None
    outside_m: float | None
    sigma_m: float | None
    belief: float | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """One finding with the centre's explanation, its newest evidence and how it stands.

    `doubts` are how sure it is and what else it could have been: a title with its sentences each.
    """

    record: FindingRecord
    kind: str
    headline: str
    story: str
    doubts: tuple[tuple[str, tuple[str, ...]], ...]
    evidence: tuple[EvidenceLine, ...]


def reader_language() -> str:
    """Return the language of the page, or Russian where findings are not explained in it."""
    code = (get_language() or "")[:2]
    return code if code in LANGUAGES else "ru"


def name_kind(kind: str) -> str:
    """Return a kind of finding in the reader's words."""
    return load_texts(reader_language()).kinds.get(kind, kind)


def name_zone_in_words(condition: str) -> str:
    """Return a condition's key or id as people call it."""
    return name_zone(condition, texts=load_texts(reader_language()))


def tell_findings(user: User, alert: Alert) -> list[Told]:
    """Return the findings of an alert that `user` may see, explained, the newest state of each.

    What stands comes first, the gravest and then the newest of it: who looks at 3 a.m. reads the first one.
    """
    records = sorted(list_alert_findings(user, alert_id=alert.pk), key=_rank)
    events: dict[str, list[FindingEvent]] = {}
    for event in list_events(user, finding_ids=[record.pk for record in records]):
        events.setdefault(event.finding_id, []).append(event)
    return [
        _tell(record, events[record.pk], person=alert.person) for record in records if record.pk in events
    ]


def _rank(record: FindingRecord) -> tuple[bool, int, int, str]:
    """Return what findings of one alert are sorted by."""
    over = record.state != record.State.OPEN
    return over, KINDS[record.kind].level, -to_ms(record.opened_at), record.pk


def _tell(record: FindingRecord, events: list[FindingEvent], *, person: Person | None) -> Told:
    newest = events[-1]
    shown = next((event for event in reversed(events) if event.evidence), newest)
    lang, tz = reader_language(), settings.KORGOO_TIME_ZONE
    line = write_line(record, newest, subject=person.full_name if person else "—")
    lines = explain({**line, "evidence": []}, lang=lang, tz=tz).split("\n")
    doubts = tell_parts(line, Audience.CENTRE, ("sure", "alternatives"), lang=lang, tz=tz)
    return Told(
        record=record,
        kind=name_kind(record.kind),
        headline=lines[0],
        story=lines[1],
        doubts=tuple((title, tuple(item.removeprefix("- ") for item in found)) for title, found in doubts),
        evidence=tuple(_read_evidence(item, at=shown.at) for item in shown.evidence),
    )


def write_line(record: FindingRecord, event: FindingEvent, *, subject: str) -> dict[str, Any]:
    """Return an event in the form of a line of FINDINGS.jsonl, with `subject` where the file has an id."""
    params = dict(event.params)
    if event.until is not None:
        params["until"] = format_instant(to_ms(event.until))
    return {
        "id": record.pk,
        "kind": record.kind,
        "event": event.event,
        "subject": subject,
        "other": None if record.other_id is None else str(record.other_id),
        "condition": record.condition,
        "at": format_instant(to_ms(event.at)),
        "since": format_instant(to_ms(event.since)),
        "live": event.live,
        "confidence": event.confidence / 1000,
        # What is the default in a row is left out there.
        "evidence": [
            {"use": "used", **item, "fixed_at": format_instant(item["fixed_at_ms"])}
            for item in event.evidence
        ],
        "explanation": {"code": event.code, "params": params},
    }


def _read_evidence(item: dict[str, Any], *, at: datetime) -> EvidenceLine:
    texts = load_texts(reader_language())
    fixed_at = from_ms(item["fixed_at_ms"])
    side, distance = item.get("side") or "", item.get("distance_m")
    apart, distance = (distance, None) if side else (None, distance)
    use, reason = item.get("use", "used"), item.get("reason", "")
    return EvidenceLine(
        seq=item["seq"],
        fixed_at=fixed_at,
        age_s=max(0, round((at - fixed_at).total_seconds())),
        use=use,
        use_name=texts.uses.get(use, use),
        reason=texts.evidence_reasons.get(reason, reason),
        side=side,
        apart_m=apart,
        inside_m=distance if distance is not None and distance >= 0 else None,
        outside_m=-distance if distance is not None and distance < 0 else None,
        sigma_m=item.get("sigma_m"),
        belief=item.get("belief"),
    )
