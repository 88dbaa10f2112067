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
    rows = Alert.objects.unscoped("the caller was let through to this alert")
    changed = rows.filter(pk=alert.pk, version=alert.version).update(version=alert.version + 1, **columns)
    if not changed:
        raise AlertChangedError(f"alert {alert.pk} was changed in between")
    alert.version += 1
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
