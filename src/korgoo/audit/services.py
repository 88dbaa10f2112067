"""Writing the audit chain."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from django.db import transaction

from korgoo.audit.models import AuditEntry, AuditHead

if TYPE_CHECKING:
    from datetime import datetime

GENESIS: Final = "0" * 64
"""What the first line names as its predecessor."""

_HEAD: Final = 1


class Subject(NamedTuple):
    """What a line is about, such as ("person", 12)."""

    kind: str
    id: int | str


class ReasonMissingError(ValueError):
    """Reading personal data needs a reason in words."""


def log_action(subject: Subject, *, actor: str, action: str, reason: str = "", now: datetime) -> AuditEntry:
    """Append one line to the chain; returns it. Belongs into the transaction of what it tells.

    The head row is locked first, so numbers are gap-free and the chain has no fork.
    """
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().filter(pk=_HEAD).first()
        if head is None:
            head = AuditHead(pk=_HEAD, number=0, hash=GENESIS)
        entry = AuditEntry(
            number=head.number + 1,
            at=now,
            actor=actor,
            action=action,
            subject_kind=subject.kind,
            subject_id=str(subject.id),
            reason=reason,
            previous_hash=head.hash,
        )
        entry.hash = hash_entry(entry)
        entry.save(force_insert=True)
        head.number, head.hash = entry.number, entry.hash
        head.save()
    return entry


def log_read(subject: Subject, *, actor: str, reason: str, now: datetime) -> AuditEntry:
    """Append the line that `actor` read personal data of `subject`.

    Raises:
        ReasonMissingError: no reason is given.
    """
    if not reason.strip():
        raise ReasonMissingError("say why this person's data are read")
    return log_action(subject, actor=actor, action="read", reason=reason.strip(), now=now)


def hash_entry(entry: AuditEntry) -> str:
    """Return the SHA-256 of a line as hexadecimal: over a msgpack array, so fields cannot run together."""
    fields = (
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.reason,
        entry.previous_hash,
    )
    return hashlib.sha256(msgspec.msgpack.encode(fields)).hexdigest()
