"""Reading findings and the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.monitoring.models import FindingEvent, FindingRecord, Picture

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from korgoo.accounts.models import User


def list_findings(user: User, *, person_id: int | None = None) -> QuerySet[FindingRecord]:
    """Return the findings that `user` may see, the newest first."""
    findings = FindingRecord.objects.visible_to(user)
    if person_id is not None:
        findings = findings.filter(person_id=person_id)
    return findings.order_by("-opened_at", "pk")


def list_events(user: User, *, finding_id: str) -> QuerySet[FindingEvent]:
    """Return the story of a finding, in order."""
    return FindingEvent.objects.visible_to(user).filter(finding_id=finding_id).order_by("number")


def list_positions(user: User) -> QuerySet[Picture]:
    """Return the newest position of everybody whom `user` may see."""
    return Picture.objects.visible_to(user).order_by("person_id")
