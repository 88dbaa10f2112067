"""Deadlines that have passed: claimed by one worker each, and carried one rung up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from korgoo.alerts.changes import AlertChangedError, put_off_deadline, tell
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
    with transaction.atomic():
        put_off_deadline(alert, due_at=now + timedelta(seconds=alert.protocol["repeat_s"]))
        ladder = alert.protocol["ladder"]
        rung = ladder[min(alert.escalation, len(ladder) - 1)]
        tell(alert, action="overdue", actor=SYSTEM_DEADLINES, now=now, code=rung)
        queue_message(
            "alert.overdue",
            payload={"alert": alert.pk, "version": alert.version, "to": rung},
            idempotency_key=f"alert:{alert.pk}:v{alert.version}:overdue{alert.escalation}",
            now=now,
        )
