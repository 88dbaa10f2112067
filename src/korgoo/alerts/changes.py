"""How an alert changes: version, timeline and feed together, always through here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from korgoo.alerts.lifecycle import LIFE
from korgoo.alerts.models import Alert, AlertEvent
from korgoo.monitoring.feed import publish
from korgoo.outbox.services import queue_message

if TYPE_CHECKING:
    from datetime import datetime


class AlertChangedError(RuntimeError):
    """Somebody or something else changed the alert in between: look again."""


def change_alert(alert: Alert, **columns: Any) -> None:  # noqa: ANN401 - columns of the table
    """Write columns if the alert still has the version that was read, and count the version.

    Raises:
        AlertChangedError: it has another version by now.
    """
    _swap(alert, {"version": alert.version}, columns | {"version": alert.version + 1})


def put_off_deadline(alert: Alert, *, due_at: datetime) -> None:
    """Count a deadline that has passed and set the next; the version stays (ADR 0410).

    Raises:
        AlertChangedError: it was changed, or another worker has counted the same deadline.
    """
    read = {"version": alert.version, "escalation": alert.escalation}
    _swap(alert, read, {"escalation": alert.escalation + 1, "due_at": due_at})


def _swap(alert: Alert, read: dict[str, int], columns: dict[str, Any]) -> None:
    """Write columns if others still stand as they were read."""
    rows = Alert.objects.unscoped("the caller was let through to this alert, or is the clock")
    if not rows.filter(pk=alert.pk, **read).update(**columns):
        raise AlertChangedError(f"alert {alert.pk} was changed in between")
    for name, value in columns.items():
        setattr(alert, name, value)


def tell(
    alert: Alert,
    *,
    action: str,
    actor: str,
    now: datetime,
    finding_id: str = "",
    code: str = "",
    note: str = "",
) -> None:
    """Write a line into the timeline and tell the open pages."""
    AlertEvent.objects.create(
        alert=alert,
        at=now,
        actor=actor,
        action=action,
        state=alert.state,
        level=alert.level,
        finding_id=finding_id,
        code=code,
        note=note,
    )
    publish(
        "alert",
        scope=alert.office.path if alert.office else "",
        payload={
            "alert": alert.pk,
            "version": alert.version,
            "level": alert.level,
            "state": alert.state,
            "action": action,
        },
        now=now,
    )


def call_out(alert: Alert, *, now: datetime) -> None:
    """Queue the call to people outside the console for a life threat."""
    if alert.level == LIFE:
        queue_message(
            "alert.life_threat",
            payload={"alert": alert.pk, "version": alert.version},
            idempotency_key=f"alert:{alert.pk}:v{alert.version}",
            now=now,
        )
