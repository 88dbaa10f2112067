"""What people do with alerts: take, verify, note, close."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from korgoo.accounts.permissions import Permission, require
from korgoo.alerts.changes import AlertChangedError, change_alert, tell
from korgoo.alerts.lifecycle import Step, StepRefusedError, check_closing, next_state
from korgoo.alerts.models import Alert, AlertFinding
from korgoo.alerts.standing import STOOD_DOWN, find_return
from korgoo.audit.services import Subject, log_action
from korgoo.monitoring.models import FindingRecord
from korgoo.orders.inspections import stand_down
from korgoo.orders.selectors import was_inspected

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User


def acknowledge_alert(alert_id: int, *, version: int, actor: User, now: datetime) -> Alert:
    """Take an alert that nobody has. Of two who press at once one gets it; the other is told.

    Raises:
        ForbiddenError, Alert.DoesNotExist: the actor may not handle alerts, or not this one.
        AlertChangedError: it is no longer as the actor saw it.
        StepRefusedError: somebody has it, or it is closed.
    """
    return _take(alert_id, step=Step.ACKNOWLEDGE, version=version, actor=actor, now=now)


def take_over_alert(alert_id: int, *, version: int, actor: User, now: datetime) -> Alert:
    """Take an alert from the colleague who has it; errors as for `acknowledge_alert`."""
    return _take(alert_id, step=Step.TAKE_OVER, version=version, actor=actor, now=now)


def verify_alert(alert_id: int, *, version: int, actor: User, now: datetime) -> Alert:
    """Begin to verify an alert that the actor has; errors as for `acknowledge_alert`."""
    with transaction.atomic():
        alert = _load(alert_id, version=version, actor=actor)
        _require_owner(alert, actor)
        change_alert(alert, state=next_state(alert.state, Step.VERIFY, level=alert.level))
        tell(alert, action=Step.VERIFY, actor=actor.audit_name, now=now)
    return alert


def add_note(alert_id: int, *, note: str, actor: User, now: datetime) -> None:
    """Write a note into the timeline, also of a closed alert; notes are never changed.

    Raises:
        ForbiddenError, Alert.DoesNotExist: the actor may not handle alerts, or not this one.
        StepRefusedError: the note is empty.
    """
    require(actor, Permission.HANDLE_ALERT)
    if not note.strip():
        raise StepRefusedError("the note is empty")
    with transaction.atomic():
        alert = Alert.objects.visible_to(actor).get(pk=alert_id)
        tell(alert, action="note", actor=actor.audit_name, now=now, note=note.strip())


def close_alert(alert_id: int, *, version: int, cause: str, note: str, actor: User, now: datetime) -> Alert:
    """Close an alert with its cause and what was found.

    A tamper needs an inspection made after it; an SOS, and a tamper near the protected person, are stood down
    in the journal, so the next one is new. What still stands comes back at `returns_at`.

    Raises:
        ForbiddenError, Alert.DoesNotExist: the actor may not handle alerts, or not this one.
        AlertChangedError: it is no longer as the actor saw it.
        StepRefusedError: P1 not acknowledged, another's, no cause, no note, or no inspection.
    """
    with transaction.atomic():
        alert = _load(alert_id, version=version, actor=actor)
        state = next_state(alert.state, Step.CLOSE, level=alert.level)
        if alert.owner_id is not None:
            _require_owner(alert, actor)
        findings = _list_findings(alert)
        check_closing(level=alert.level, cause=cause, note=note, latched=_list_latched(findings))
        change_alert(
            alert,
            state=state,
            cause=cause,
            note=note.strip(),
            due_at=None,
            closed_at=now,
            closed_by=actor.audit_name,
            returns_at=find_return(alert, now=now),
        )
        for finding in findings:
            if finding.kind in STOOD_DOWN and finding.state == FindingRecord.State.OPEN and finding.person_id:
                stand_down(finding.pk, person_id=finding.person_id, case_id=finding.case_id or 0, now=now)
        tell(alert, action=Step.CLOSE, actor=actor.audit_name, now=now, code=cause, note=note.strip())
        log_action(Subject("alert", alert.pk), actor=actor.audit_name, action=f"close {cause}", now=now)
    return alert


def _take(alert_id: int, *, step: Step, version: int, actor: User, now: datetime) -> Alert:
    with transaction.atomic():
        alert = _load(alert_id, version=version, actor=actor)
        change_alert(
            alert,
            state=next_state(alert.state, step, level=alert.level),
            owner=actor,
            due_at=now + timedelta(seconds=alert.protocol["handle_s"]),
            escalation=0,
        )
        tell(alert, action=step, actor=actor.audit_name, now=now)
    return alert


def _load(alert_id: int, *, version: int, actor: User) -> Alert:
    require(actor, Permission.HANDLE_ALERT)
    alert = Alert.objects.visible_to(actor).get(pk=alert_id)
    if alert.version != version:
        raise AlertChangedError(f"alert {alert_id} was changed in between")
    return alert


def _require_owner(alert: Alert, actor: User) -> None:
    if alert.owner_id != actor.pk:
        raise StepRefusedError("take the alert over first")


def _list_findings(alert: Alert) -> list[FindingRecord]:
    why = "the actor was let through to the alert"
    ids = AlertFinding.objects.unscoped(why).filter(alert=alert).values("finding_id")
    return list(FindingRecord.objects.unscoped(why).filter(pk__in=ids).order_by("pk"))


def _list_latched(findings: list[FindingRecord]) -> tuple[str, ...]:
    """Return the kinds of tamper that no inspection has explained since they opened."""
    return tuple(
        finding.kind
        for finding in findings
        if finding.kind.startswith("tamper.")
        and finding.person_id is not None
        and not was_inspected(finding.person_id, kind=finding.kind, since=finding.since)
    )
