"""Tables of what leaves the records."""

from __future__ import annotations

from django.db import models


class OutboxMessage(models.Model):
    """A message to the world, written in the transaction of its cause and delivered at least once.

    `idempotency_key` makes a repeat harmless on both sides. A lease (`lease_token`, `lease_until`) lets one
    worker at a time try; who lost its lease can no longer acknowledge.
    """

    class State(models.TextChoices):
        """Where the message stands."""

        QUEUED = "queued"
        SENT = "sent"
        DEAD = "dead"

    topic = models.CharField(max_length=100)
    payload = models.JSONField()
    idempotency_key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=43, default="")
    attempts = models.PositiveIntegerField(default=0)
    receipt = models.TextField(default="")
    last_error = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("due_at",), name="outbox_due", condition=models.Q(state="queued")),)
        constraints = (
            models.CheckConstraint(
                name="outbox_state_known", condition=models.Q(state__in=("queued", "sent", "dead"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.idempotency_key}"


class JournalInbox(models.Model):
    """A control row on its way to the journal; the gateway's writer drains it in the order of ids.

    The gateway reads this table without Django: names and types are a contract (docs/adr/0041). `body` is
    canonical msgpack of `korgoo.engine.rows`; ids are never given twice, so a repeated drain is harmless.
    """

    kind = models.TextField()
    key = models.TextField()
    case_id = models.BigIntegerField()
    body = models.BinaryField()
    fixed_at_ms = models.BigIntegerField(null=True)
    created_at_ms = models.BigIntegerField()

    class Meta:
        db_table = "journal_inbox"

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
