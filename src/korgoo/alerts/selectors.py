"""Reading alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.alerts.lifecycle import State
from korgoo.alerts.models import Alert, AlertEvent, AlertFinding
from korgoo.monitoring.models import FindingRecord
from korgoo.people.models import Person

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


def list_open_pairs(user: User) -> list[tuple[int, int, int]]:
    """Return (participant, protected person, level) of every pair's alert that goes on.

    Only pairs of which `user` may see both: that two people belong together says where she may be.
    """
    links = AlertFinding.objects.visible_to(user).exclude(alert__state=State.CLOSED)
    meetings = links.filter(
        alert__settled=False,
        alert__key__endswith="/pair",
        alert__person__isnull=False,
        finding__other__isnull=False,
    )
    rows = meetings.values_list("alert__person_id", "finding__other_id", "alert__level").distinct()
    found = list(rows)
    people = Person.objects.visible_to(user).filter(pk__in={one for row in found for one in row[:2]})
    visible = set(people.values_list("pk", flat=True))
    return sorted(row for row in found if visible.issuperset(row[:2]))


def list_alert_findings(user: User, *, alert_id: int) -> QuerySet[FindingRecord]:
    """Return the findings of an alert that `user` may see, by opening."""
    ids = AlertFinding.objects.visible_to(user).filter(alert_id=alert_id).values("finding_id")
    return FindingRecord.objects.visible_to(user).filter(pk__in=ids).order_by("opened_at", "pk")
