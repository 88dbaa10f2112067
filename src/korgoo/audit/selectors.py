"""Reading the audit chain by what its lines are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.audit.models import AuditEntry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from korgoo.audit.services import Subject


def list_actions(action: str, *, subject_kind: str) -> QuerySet[AuditEntry]:
    """Return the lines that tell of one kind of deed, the newest first."""
    return AuditEntry.objects.filter(subject_kind=subject_kind, action=action).order_by("-number")


def list_reads(subject: Subject) -> QuerySet[AuditEntry]:
    """Return who has read personal data of a subject, the newest line first."""
    lines = AuditEntry.objects.filter(subject_kind=subject.kind, subject_id=str(subject.id), action="read")
    return lines.order_by("-number")
