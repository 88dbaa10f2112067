"""Reading devices and assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.devices.models import Assignment, Device

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from korgoo.accounts.models import User


def list_devices(user: User) -> QuerySet[Device]:
    """Return the devices that `user` may see, by serial."""
    return Device.objects.visible_to(user).order_by("serial")


def list_assignments(user: User, *, person_id: int | None = None) -> QuerySet[Assignment]:
    """Return the assignments that `user` may see, the newest first."""
    assignments = Assignment.objects.visible_to(user).select_related("device", "person")
    if person_id is not None:
        assignments = assignments.filter(person_id=person_id)
    return assignments.order_by("-collect_from", "-pk")


def case_at(person_id: int, *, at: datetime) -> int | None:
    """Return the case under which a person's device collects at `at`, the newest assignment first."""
    assignments = Assignment.objects.unscoped("a finding about a device belongs to the order it serves")
    return (
        assignments.filter(person_id=person_id, collect_from__lte=at, collect_until__gt=at)
        .order_by("-collect_from", "-pk")
        .values_list("case_id", flat=True)
        .first()
    )
