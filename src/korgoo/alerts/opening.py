"""From events of findings to alerts: opening, raising, settling. The software's part."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from korgoo.accounts.models import Office
from korgoo.alerts.changes import call_out, change_alert, tell
from korgoo.alerts.lifecycle import LIFE, NOTICE, Cause, State, Step, next_state
from korgoo.alerts.models import Alert, AlertFinding
from korgoo.alerts.protocol import find_level, freeze_protocol, group_of, is_meeting, is_stricter
from korgoo.engine.findings import RECORDED, Event, Reason
from korgoo.monitoring.models import FindingEvent, FindingRecord
from korgoo.monitoring.recording import RecordedEvent
from korgoo.orders.models import Order
from korgoo.outbox.instants import to_ms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

SYSTEM_ENGINE: Final = "system:engine"
DELAYED_AFTER_MS: Final = 60_000
"""Above this lag an alert says that it is late, and automatic steps wait for a person."""

_URGENT: Final = 2
_WHY: Final = "the engine opens alerts in every office"


def open_or_raise_alerts(recorded: Sequence[RecordedEvent], *, now: datetime) -> None:
    """Turn new events of findings into alerts, in the transaction that recorded them, in their order.

    A finding that opens, or is promoted from the past to now, joins the open alert of its key or opens the
    next episode. Any rise makes an alert new again: no owner, fresh deadline. A finding that ends writes a
    line; when the last one has ended the alert is settled, and only a notice closes by that.
    """
    if not recorded:
        return
    with transaction.atomic(savepoint=False):  # two round trips less; what fails here fails the whole
        linked = _find_alerts(recorded)
        for entry in recorded:
            alert_id = linked.get(entry.finding.pk)
            if alert_id is None:
                if entry.event.event in {Event.OPENED, Event.UPDATED} and _level(entry) != RECORDED:
                    linked[entry.finding.pk] = _open_or_join(entry, now=now)
                # An end without a beginning: it has called nobody, or opened before alerts were kept.
                continue
            alert = _lock(alert_id)
            if _is_rise(entry, alert):
                _raise(alert, entry, now=now)
            else:
                _write_line(alert, entry, now=now)


def raise_quiet_losses(people: Collection[int], *, now: datetime) -> None:
    """Call for what these people's open findings kept quiet, where an order by now protects somebody.

    Whoever reads that their plan is new calls this: a loss that was told before the order was signed would
    otherwise wait for its next event. Where nobody is protected, or it calls already, nothing happens.
    """
    for entry in _find_quiet(people):
        level = _level(entry)
        if level == RECORDED:
            continue
        entry.event.at = now  # never saved: what calls from now on is not late
        with transaction.atomic():
            alert_id = _find_alerts([entry]).get(entry.finding.pk)
            if alert_id is None:
                _open_or_join(entry, now=now)
            elif level < (alert := _lock(alert_id)).level:
                _raise(alert, entry, now=now)


def _find_quiet(people: Collection[int]) -> list[RecordedEvent]:
    """Return the newest word of each open finding of these people that was told as less than its kind."""
    findings = FindingRecord.objects.unscoped(_WHY).filter(state=FindingRecord.State.OPEN)
    events = FindingEvent.objects.unscoped(_WHY).filter(finding__in=findings.filter(person__in=people))
    events = events.filter(event__in=(Event.OPENED, Event.UPDATED)).select_related("finding__person__office")
    newest = {event.finding_id: event for event in events.order_by("finding_id", "number")}
    return [
        RecordedEvent(event, event.finding, promoted=False)
        for event in newest.values()
        if event.params.get("priority") in {NOTICE, RECORDED}
    ]


def _find_alerts(recorded: Sequence[RecordedEvent]) -> dict[str, int]:
    """Return the alerts that these findings belong to already, by finding."""
    ids = {entry.finding.pk for entry in recorded}
    links = AlertFinding.objects.unscoped(_WHY).filter(finding_id__in=ids)
    return dict(links.values_list("finding_id", "alert_id"))


def _lock(alert_id: int) -> Alert:
    return Alert.objects.unscoped(_WHY).select_for_update().get(pk=alert_id)


def _open_or_join(entry: RecordedEvent, *, now: datetime) -> int:
    """Give a finding its alert and return the alert's id."""
    finding = entry.finding
    person = "system" if finding.person_id is None else f"person:{finding.person_id}"
    group = group_of(finding.kind, finding.condition)
    key = f"{person}/{finding.case_id or 0}/{group}"
    # Locked: the worker that brings a closed episode back would make two open ones of them.
    rows = Alert.objects.unscoped(_WHY).filter(key=key).order_by("pk").select_for_update()
    episodes = list(rows.values_list("pk", "episode", "state"))
    current = next((pk for pk, _, state in episodes if state != State.CLOSED), None)
    if current is None and is_meeting(group):
        current = _find_meeting(pk for pk, _, _ in episodes)
    if current is None:
        last = max((episode for _, episode, _ in episodes), default=0)
        return _open(entry, key=key, episode=last + 1, now=now)
    alert = _lock(current)
    AlertFinding.objects.create(alert=alert, finding=finding)
    level = _level(entry)
    if level < alert.level or (entry.event.live and level <= _URGENT) or alert.state == State.CLOSED:
        _raise(alert, entry, now=now)
    else:
        _write_line(alert, entry, now=now)
    return alert.pk


def _find_meeting(alerts: Iterable[int]) -> int | None:
    """Return the alert of a meeting that goes on although somebody has closed it: one alert a meeting."""
    links = AlertFinding.objects.unscoped(_WHY).filter(
        alert__in=list(alerts),
        finding__state=FindingRecord.State.OPEN,
        finding__kind__startswith="proximity.",
    )
    return links.order_by("-alert_id").values_list("alert_id", flat=True).first()


def _open(entry: RecordedEvent, *, key: str, episode: int, now: datetime) -> int:
    finding = entry.finding
    level = _level(entry)
    protocol = freeze_protocol(finding.kind, level=level)
    person = finding.person
    lag_ms = max(0, to_ms(now) - to_ms(entry.event.at))
    alert = Alert.objects.create(
        key=key,
        episode=episode,
        person=person,
        office=person.office if person else Office.objects.filter(parent=None).order_by("pk").first(),
        case_id=finding.case_id,
        level=level,
        state=State.NEW,
        opened_at=now,
        due_at=now + timedelta(seconds=protocol["acknowledge_s"]),
        protocol=protocol,
        lag_ms=lag_ms,
        delayed=lag_ms > DELAYED_AFTER_MS,
        settled=_has_ended(finding),
    )
    AlertFinding.objects.create(alert=alert, finding=finding)
    tell(alert, action="opened", actor=SYSTEM_ENGINE, now=now, finding_id=finding.pk, code=entry.event.code)
    call_out(alert, now=now)
    return alert.pk


def _raise(alert: Alert, entry: RecordedEvent, *, now: datetime) -> None:
    """Make an alert new again, or reopen a closed one; the level only ever goes up."""
    level = min(alert.level, _level(entry))
    protocol = freeze_protocol(entry.finding.kind, level=level)
    if level == alert.level and not is_stricter(protocol, alert.protocol):
        protocol = alert.protocol  # the snapshot of its opening still holds
    if alert.state == State.CLOSED:
        newer = Alert.objects.unscoped(_WHY).filter(key=alert.key).exclude(state=State.CLOSED).first()
        if newer is not None:  # the next episode is open already: it carries the news
            alert = _lock(newer.pk)
            level = min(alert.level, level)
    lag_ms = max(0, to_ms(now) - to_ms(entry.event.at))
    change_alert(
        alert,
        state=next_state(alert.state, Step.RAISE, level=level),
        level=level,
        owner=None,
        due_at=now + timedelta(seconds=protocol["acknowledge_s"]),
        escalation=0,
        protocol=protocol,
        lag_ms=lag_ms,
        delayed=lag_ms > DELAYED_AFTER_MS,
        settled=False,
        closed_at=None,
        returns_at=None,
        returns=0,
    )
    event = entry.event
    tell(alert, action="raised", actor=SYSTEM_ENGINE, now=now, finding_id=entry.finding.pk, code=event.code)
    call_out(alert, now=now)


def _write_line(alert: Alert, entry: RecordedEvent, *, now: datetime) -> None:
    """Write what became of a finding; settle the alert when all have ended, end it if it is a notice."""
    settled = _all_ended(alert)
    ends = settled and alert.level == NOTICE and alert.state != State.CLOSED
    if ends:
        state = next_state(alert.state, Step.END_NOTICE, level=alert.level)
        change_alert(
            alert,
            state=state,
            settled=True,
            due_at=None,
            cause=Cause.ENDED,
            closed_at=now,
            closed_by=SYSTEM_ENGINE,
        )
    elif settled != alert.settled:
        change_alert(alert, settled=settled)
    tell(
        alert,
        action=entry.event.event,
        actor=SYSTEM_ENGINE,
        now=now,
        finding_id=entry.finding.pk,
        code=entry.event.code,
    )


def _is_rise(entry: RecordedEvent, alert: Alert) -> bool:
    """Whether news of a finding that the alert has already makes it new.

    It was promoted, the SOS was pressed again, the pair came into a ring again, who was found at the edge of
    a zone is truly away, or a device is tampered with again after its alert was closed.
    """
    if entry.event.event not in {Event.OPENED, Event.UPDATED, Event.CORRECTED} or not entry.event.live:
        return False
    pressed = entry.finding.kind == "sos" and entry.event.code in {Reason.PRESSED, Reason.REPEATED}
    again = entry.event.code in {Reason.REENTERED, Reason.DEPARTED}
    again = again or (entry.event.code == Reason.REPEATED and alert.state == State.CLOSED)
    return entry.promoted or pressed or again or _level(entry) < alert.level


def _level(entry: RecordedEvent) -> int:
    """Return the level of an event's alert; `RECORDED`: it opens none, for no order protects anybody."""
    finding = entry.finding
    told = entry.event.params.get("priority")  # the engine knows that it is about a life: silent near her
    # Of a device at rest its pair goes on to be judged: then it is quiet for everybody.
    resting = entry.event.params.get("resting") is True
    quiet = isinstance(told, int) and told in {NOTICE, RECORDED}
    if quiet and (resting or not _takes_part_in_protection(finding)):
        return int(told)
    level = find_level(finding.kind, protecting=_is_protecting(finding.case_id), live=entry.event.live)
    return min(level, told) if isinstance(told, int) and LIFE <= told <= NOTICE else level


def _takes_part_in_protection(finding: FindingRecord) -> bool:
    """Say whether any order that has not ended protects somebody from this person, or protects this person.

    The finding may name the order of the device; what binds the person beside it counts as well.
    """
    if finding.person_id is None or _is_protecting(finding.case_id):
        return True
    orders = Order.objects.unscoped(_WHY).filter(protected_person__isnull=False)
    orders = orders.exclude(state=Order.State.ENDED)
    return orders.filter(Q(person=finding.person_id) | Q(protected_person=finding.person_id)).exists()


def _is_protecting(case_id: int | None) -> bool:
    if case_id is None:
        return False
    orders = Order.objects.unscoped(_WHY).filter(pk=case_id, protected_person__isnull=False)
    return orders.exists()


def _has_ended(finding: FindingRecord) -> bool:
    return finding.state != FindingRecord.State.OPEN


def _all_ended(alert: Alert) -> bool:
    ids = AlertFinding.objects.unscoped(_WHY).filter(alert=alert).values("finding_id")
    findings = FindingRecord.objects.unscoped(_WHY).filter(pk__in=ids)
    return not findings.filter(state=FindingRecord.State.OPEN).exists()
