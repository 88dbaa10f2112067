"""Recording what the engine found, exactly once however often it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from django.db import transaction

from korgoo.devices.selectors import case_at
from korgoo.engine.findings import Event
from korgoo.monitoring.cursors import advance_cursor
from korgoo.monitoring.feed import FeedNews, publish_all
from korgoo.monitoring.models import FindingEvent, FindingRecord
from korgoo.orders.models import Order
from korgoo.orders.plan_document import find_case, find_pair, find_person
from korgoo.outbox.instants import from_ms
from korgoo.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from korgoo.engine.findings import Finding

_WHY: Final = "the engine records for every office"
_PERSON: Final = "person:"


class CursorMove(NamedTuple):
    """Up to which row a shard is recorded after this transaction, and by whom."""

    seq: int
    owner: str


class RecordedEvent(NamedTuple):
    """A new event with its finding. `promoted`: found in the past before, known to hold now."""

    event: FindingEvent
    finding: FindingRecord
    promoted: bool


def record_findings(
    findings: Sequence[Finding], *, shard: int, cursor: CursorMove, now: datetime
) -> list[RecordedEvent]:
    """Record events of findings and move the cursor, in one transaction; return what was new, in order.

    Joins the caller's transaction, which adds alerts and outbox:
    `with atomic(): open_or_raise_alerts(record_findings(…), now=now)`.

    1. The cursor moves first: a worker that lost its shard writes nothing. 2. Events already there are left
    out by (finding, number), so a restart that finds again changes nothing. 3. The rest is applied in order.

    Raises:
        ShardLostError: another worker owns the shard.
    """
    with transaction.atomic(savepoint=False):  # two round trips less; what fails here fails the whole
        advance_cursor(shard, seq=cursor.seq, owner=cursor.owner, now=now)
        fresh = _leave_out_recorded(findings)
        if not fresh:
            return []
        people = _find_people(fresh)
        known = FindingRecord.objects.unscoped(_WHY).select_for_update()
        records = known.in_bulk({finding.id for finding in fresh})
        recorded = []
        for finding in fresh:
            record = records.get(finding.id)
            promoted = record is not None and _rises(finding, record)
            if record is None:
                record = records[finding.id] = _build_record(finding, people)
            _apply(finding, record)
            recorded.append(RecordedEvent(_to_event(finding, record), record, promoted))
        _save(list(records.values()))
        FindingEvent.objects.bulk_create([entry.event for entry in recorded], ignore_conflicts=True)
        _publish(recorded, now=now)
    return recorded


def _leave_out_recorded(findings: Sequence[Finding]) -> list[Finding]:
    ids = {finding.id for finding in findings}
    events = FindingEvent.objects.unscoped(_WHY).filter(finding_id__in=ids)
    seen = set(events.values_list("finding_id", "number"))
    fresh = []
    for finding in findings:
        if (finding.id, finding.number) not in seen:
            seen.add((finding.id, finding.number))
            fresh.append(finding)
    return fresh


def _find_people(findings: Sequence[Finding]) -> dict[str, Person]:
    """Return people by key; a subject that is nobody (the system, an unknown person) is left out.

    A pair whose row could not be judged names nobody: then its key stands for its order's participant.
    """
    named = {key for finding in findings for key in (finding.subject, finding.other or "")}
    numbers = {number for key in named if (number := find_person(key)) is not None}
    people = Person.objects.unscoped(_WHY).select_related("office").filter(pk__in=numbers)
    found = {f"{_PERSON}{person.pk}": person for person in people}
    cases = {case: key for key in named if (case := find_pair(key)) is not None}
    if cases:
        orders = Order.objects.unscoped(_WHY).select_related("person__office").filter(pk__in=cases)
        found |= {cases[order.pk]: order.person for order in orders}
    return found


def _build_record(finding: Finding, people: dict[str, Person]) -> FindingRecord:
    person = people.get(finding.subject)
    case_id = find_pair(finding.key) or find_case(finding.condition)
    if case_id is None and person is not None:
        case_id = case_at(person.pk, at=from_ms(finding.since_ms))
    return FindingRecord(
        id=finding.id,
        kind=finding.kind,
        person=person,
        other=people.get(finding.other or ""),
        condition=finding.condition,
        case_id=case_id,
        state=FindingRecord.State.OPEN,
        opened_at=from_ms(finding.at_ms),
    )


def _rises(finding: Finding, record: FindingRecord) -> bool:
    """Say whether what was past is known to hold now: found in the past, or ended and open once more."""
    if not finding.live or finding.event in {Event.CLOSED, Event.ANNULLED}:
        return False
    reopened = finding.event is Event.CORRECTED and finding.until_ms is None
    return not record.live or (reopened and record.state == FindingRecord.State.CLOSED)


def _apply(finding: Finding, record: FindingRecord) -> None:
    """Bring a record up to one event. The events stay; the record is only their sum."""
    if finding.event is Event.CLOSED:
        record.state = FindingRecord.State.CLOSED
    elif finding.event is Event.ANNULLED:
        record.state = FindingRecord.State.ANNULLED
    elif finding.event in {Event.OPENED, Event.UPDATED}:
        record.state = FindingRecord.State.OPEN
    if finding.event is Event.CORRECTED or (finding.event is Event.OPENED and finding.until_ms is not None):
        # A correction may end what stood open and open again what had ended; an outage is over when told.
        ended = finding.until_ms is not None
        record.state = FindingRecord.State.CLOSED if ended else FindingRecord.State.OPEN
    record.since = from_ms(finding.since_ms)
    record.until = None if finding.until_ms is None else from_ms(finding.until_ms)
    record.live, record.confidence = finding.live, finding.confidence
    record.last_number, record.last_seq = finding.number, finding.seq


def _save(records: list[FindingRecord]) -> None:
    new = [record for record in records if record._state.adding]  # noqa: SLF001 - Django documents it
    old = [record for record in records if not record._state.adding]  # noqa: SLF001 - as above
    FindingRecord.objects.bulk_create(new)
    for record in old:
        record.save(force_update=True)


def _to_event(finding: Finding, record: FindingRecord) -> FindingEvent:
    return FindingEvent(
        finding=record,
        number=finding.number,
        event=finding.event.value,
        at=from_ms(finding.at_ms),
        since=record.since,
        until=record.until,
        live=finding.live,
        confidence=finding.confidence,
        code=finding.code.value,
        params=finding.params,
        evidence=[msgspec.to_builtins(item) for item in finding.evidence],
        seq=finding.seq,
    )


def _publish(recorded: list[RecordedEvent], *, now: datetime) -> None:
    news = (
        FeedNews(
            topic="finding",
            scope=finding.person.office.path,
            payload={"finding": finding.pk, "number": event.number, "event": event.event},
        )
        for event, finding, _promoted in recorded
        if finding.person is not None
    )
    publish_all(news, now=now)
