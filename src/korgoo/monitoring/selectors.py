"""Reading findings and the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.monitoring.models import FindingEvent, FindingRecord, Picture
from korgoo.people.models import Person
from korgoo.replay.audience import hide_other

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from korgoo.accounts.models import User


def list_findings(user: User, *, person_id: int | None = None) -> QuerySet[FindingRecord]:
    """Return the findings that `user` may see, the newest first."""
    findings = FindingRecord.objects.visible_to(user)
    if person_id is not None:
        findings = findings.filter(person_id=person_id)
    return findings.order_by("-opened_at", "pk")


def list_events(user: User, *, finding_ids: Sequence[str]) -> list[FindingEvent]:
    """Return the events of these findings in order, each finding's by their numbers.

    Who may not see the protected person of a pair reads nothing that was measured against her.
    """
    seen = FindingEvent.objects.visible_to(user).filter(finding_id__in=finding_ids)
    events = list(seen.select_related("finding").order_by("finding_id", "number"))
    others = {event.finding.other_id for event in events if event.finding.other_id is not None}
    known = set(Person.objects.visible_to(user).filter(pk__in=others).values_list("pk", flat=True))
    for event in events:
        if event.finding.other_id is not None and event.finding.other_id not in known:
            event.params, event.evidence = hide_other(event.params, event.evidence)
    return events


def list_positions(user: User) -> QuerySet[Picture]:
    """Return the newest position of everybody whom `user` may see."""
    return Picture.objects.visible_to(user).order_by("person_id")
