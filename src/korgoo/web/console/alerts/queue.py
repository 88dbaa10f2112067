"""What the alert list shows: which alerts, in which order, and whether anything has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, QuerySet, Value, When

from korgoo.alerts.lifecycle import UNATTENDED, State
from korgoo.alerts.models import Alert, AlertEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from korgoo.accounts.models import User

SHOWS: Final = ("open", "unattended", "mine", "closed")
LEVELS: Final = (1, 2, 3, 4)
URGENT: Final = 2
"""P1 and P2: on top while nobody has them, and audible."""

MOST_SHOWN: Final = 200


@dataclass(frozen=True)
class Filter:
    """What the reader wants to see; `level` None = all levels."""

    show: str = "open"
    level: int | None = None

    @property
    def query(self) -> str:
        """The filter as the query of an address."""
        return urlencode({"show": self.show, "level": self.level or ""})


def read_filter(values: Mapping[str, str]) -> Filter:
    """Read a filter from an address; what is not understood is left out, so a list is always shown."""
    show, level = values.get("show", ""), values.get("level", "")
    return Filter(
        show=show if show in SHOWS else "open",
        level=int(level) if level in {str(number) for number in LEVELS} else None,
    )


def list_alerts(user: User, chosen: Filter) -> QuerySet[Alert]:
    """Return the alerts of a filter: urgent ones that nobody has first, then by level and deadline."""
    alerts = Alert.objects.visible_to(user).select_related("person", "owner")
    if chosen.level is not None:
        alerts = alerts.filter(level=chosen.level)
    if chosen.show == "closed":
        return alerts.filter(state=State.CLOSED).order_by("-closed_at", "-pk")
    alerts = alerts.exclude(state=State.CLOSED)
    if chosen.show == "unattended":
        alerts = alerts.filter(state__in=UNATTENDED)
    elif chosen.show == "mine":
        alerts = alerts.filter(owner=user)
    waits = When(level__lte=URGENT, state__in=UNATTENDED, then=Value(0))
    first = Case(waits, default=Value(1), output_field=IntegerField())
    return alerts.alias(first=first).order_by("first", "level", "settled", "due_at", "pk")


def list_waiting(user: User) -> list[Alert]:
    """Return the urgent alerts that nobody has, whatever the filter hides: they sound and are counted."""
    alerts = Alert.objects.visible_to(user).filter(level__lte=URGENT, state__in=UNATTENDED)
    return list(alerts.order_by("level", "pk")[:MOST_SHOWN])


def count_open(user: User) -> dict[str, Any]:
    """Return how many open alerts there are, in all and by level."""
    levels = list(Alert.objects.visible_to(user).exclude(state=State.CLOSED).values_list("level", flat=True))
    return {"all": len(levels), "levels": [(level, levels.count(level)) for level in LEVELS]}


def read_stamp(user: User) -> str:
    """Return a text that changes whenever any alert that `user` may see changes.

    Every change of an alert writes a line into its timeline, so the newest line's number is enough.
    """
    newest = AlertEvent.objects.visible_to(user).order_by("-pk").values_list("pk", flat=True).first()
    return str(newest or 0)
