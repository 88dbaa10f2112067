"""The table of the audit chain."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """One line of the chain. A trigger refuses every update and delete, also by a database console.

    `actor` is text (`user:12`, `system:engine`): a line outlives the account it names. `hash` covers
    `previous_hash`, so nothing in the middle can be changed or taken out unseen.
    """

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    action = models.CharField(max_length=100)
    subject_kind = models.CharField(max_length=50)
    subject_id = models.CharField(max_length=200)
    reason = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = (models.Index(fields=("subject_kind", "subject_id", "number"), name="audit_subject"),)

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class AuditHead(models.Model):
    """The last line's number and hash, one row: the lock under which lines are appended.

    It also shows that the end of the chain was cut off, which the chain alone cannot.
    """

    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.number)
