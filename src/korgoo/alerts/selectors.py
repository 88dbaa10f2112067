"""Reading alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.alerts.lifecycle import State
from korgoo.alerts.models import Alert, AlertEvent, AlertFinding
from korgoo.monitoring.models import FindingRecord

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from korgoo.accounts.models import User


def list_open_alerts(user: User) -> QuerySet[Alert]:
    """Return the queue: by level, unsettled before settled, the nearest deadline first."""
    alerts = Alert.objects.visible_to(user).exclude(state=State.CLOSED)
    return alerts.select_related("person", "owner").order_by("level", "settled", "due_at", "pk")


def get_alert_for(user: User, alert_id: int) -> Alert:
    """Return one alert.

    Raises:
        Alert.DoesNotExist: there is none, or not for this user; the two look the same.
    """
    return Alert.objects.visible_to(user).select_related("person", "owner", "office").get(pk=alert_id)


def list_timeline(user: User, *, alert_id: int) -> QuerySet[AlertEvent]:
    """Return the timeline of an alert, the oldest line first."""
    return AlertEvent.objects.visible_to(user).filter(alert_id=alert_id).order_by("pk")


def list_alert_findings(user: User, *, alert_id: int) -> QuerySet[FindingRecord]:
    """Return the findings of an alert that `user` may see, by opening."""
    ids = AlertFinding.objects.visible_to(user).filter(alert_id=alert_id).values("finding_id")
    return FindingRecord.objects.visible_to(user).filter(pk__in=ids).order_by("opened_at", "pk")
