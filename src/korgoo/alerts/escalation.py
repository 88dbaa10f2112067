"""Deadlines that have passed: claimed by one worker each, and carried one rung up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from korgoo.alerts.changes import AlertChangedError, tell
from korgoo.alerts.lifecycle import State
from korgoo.alerts.models import Alert
from korgoo.outbox.services import queue_message

if TYPE_CHECKING:
    from datetime import datetime

SYSTEM_DEADLINES: Final = "system:deadlines"


def claim_overdue_alerts(*, limit: int, now: datetime) -> list[Alert]:
    """Claim up to `limit` open alerts whose deadline has passed, the most overdue first, and escalate them.

    Each alert is its own transaction: version and count of deadlines are compared and swapped, so of several
    workers one escalates, and an operator who acts at this moment wins. An open alert always gets a next
    deadline.
    The version stays (ADR 0410): that time has passed takes nothing out of the hand of who is about to act.
    """
    open_alerts = Alert.objects.unscoped("deadlines know no office").exclude(state=State.CLOSED)
    overdue = open_alerts.filter(due_at__lte=now).select_related("office").order_by("due_at", "pk")
    claimed = []
    for alert in overdue[:limit]:
        try:
            _escalate(alert, now=now)
        except AlertChangedError:
            continue  # somebody was faster, which is all that a deadline wants
        claimed.append(alert)
    return claimed


def _escalate(alert: Alert, *, now: datetime) -> None:
    times, due_at = alert.escalation + 1, now + timedelta(seconds=alert.protocol["repeat_s"])
    same = Alert.objects.unscoped("deadlines know no office").filter(
        pk=alert.pk, version=alert.version, escalation=alert.escalation
    )
    with transaction.atomic():
        if not same.update(escalation=times, due_at=due_at):
            raise AlertChangedError(f"alert {alert.pk} was changed in between")
        alert.escalation, alert.due_at = times, due_at
        ladder = alert.protocol["ladder"]
        rung = ladder[min(alert.escalation, len(ladder) - 1)]
        tell(alert, action="overdue", actor=SYSTEM_DEADLINES, now=now, code=rung)
        queue_message(
            "alert.overdue",
            payload={"alert": alert.pk, "version": alert.version, "to": rung},
            idempotency_key=f"alert:{alert.pk}:v{alert.version}:overdue{times}",
            now=now,
        )
