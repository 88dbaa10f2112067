"""Queueing, leasing and acknowledging messages to the world."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from django.db.models import F, Q

from korgoo.outbox.models import OutboxMessage

if TYPE_CHECKING:
    from datetime import datetime

_FIRST_RETRY: Final = timedelta(seconds=5)
_LONGEST_RETRY: Final = timedelta(minutes=15)
GIVE_UP_AFTER: Final = 30
"""Attempts (about six hours) after which a message is dead: kept, shown by the auditor, never retried."""


class LeaseLostError(RuntimeError):
    """The lease ran out or another worker holds it: the result is not ours to record."""


def queue_message(topic: str, *, payload: dict[str, Any], idempotency_key: str, now: datetime) -> bool:
    """Queue a message once; return whether it is new. A repeat with the same key changes nothing."""
    _, created = OutboxMessage.objects.get_or_create(
        idempotency_key=idempotency_key,
        defaults={"topic": topic, "payload": payload, "due_at": now, "created_at": now},
    )
    return created


def lease_messages(*, limit: int, lease_for: timedelta, now: datetime) -> list[OutboxMessage]:
    """Take up to `limit` due messages, oldest first, for `lease_for`.

    1. On PostgreSQL rows that another worker is taking are skipped by lock; on SQLite the transaction holds
    the file's only write lock. 2. Each row is taken by comparing the token that was read. An attempt counts
    when it begins, so a worker that dies on a message does not retry it for ever.
    """
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    with transaction.atomic():
        due = OutboxMessage.objects.filter(free, state=OutboxMessage.State.QUEUED, due_at__lte=now)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        taken = []
        for message in due.order_by("due_at", "pk")[:limit]:
            token = secrets.token_urlsafe(24)
            changed = OutboxMessage.objects.filter(pk=message.pk, lease_token=message.lease_token).update(
                lease_token=token, lease_until=now + lease_for, attempts=F("attempts") + 1
            )
            if changed:
                message.lease_token, message.lease_until = token, now + lease_for
                message.attempts += 1
                taken.append(message)
    return taken


def acknowledge_message(message: OutboxMessage, *, receipt: str) -> None:
    """Record the receiver's receipt.

    Raises:
        LeaseLostError: the message is no longer ours.
    """
    _finish(message, state=OutboxMessage.State.SENT, receipt=receipt, last_error="")


def fail_message(message: OutboxMessage, *, error: str, now: datetime) -> None:
    """Record a failed attempt: retried with doubling delay, dead after `GIVE_UP_AFTER` attempts.

    Raises:
        LeaseLostError: the message is no longer ours.
    """
    if message.attempts >= GIVE_UP_AFTER:
        _finish(message, state=OutboxMessage.State.DEAD, last_error=error)
        return
    delay = min(_FIRST_RETRY * 2 ** min(message.attempts - 1, 16), _LONGEST_RETRY)
    _finish(message, state=OutboxMessage.State.QUEUED, last_error=error, due_at=now + delay)


def _finish(message: OutboxMessage, **changes: Any) -> None:  # noqa: ANN401 - columns of the table
    changed = OutboxMessage.objects.filter(
        pk=message.pk, lease_token=message.lease_token, state=OutboxMessage.State.QUEUED
    ).update(lease_token="", lease_until=None, **changes)
    if not changed:
        raise LeaseLostError(f"message {message.pk} is leased by another worker")
