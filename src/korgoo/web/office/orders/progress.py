"""Whether a signed version has reached the journal, from where on it is judged by."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from korgoo.engine.rows import Kind, person_key
from korgoo.journal.errors import StorageError
from korgoo.outbox.instants import from_ms, to_ms
from korgoo.outbox.models import JournalInbox
from korgoo.runtime.installation import NotReadyError
from korgoo.web.kit.journal import open_journal

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.orders.models import OrderVersion


class Reached(StrEnum):
    """How far a signature has come."""

    WAITING = "waiting"
    APPLIED = "applied"
    UNKNOWN = "unknown"  # no journal can be read from here


class Progress(NamedTuple):
    """How far, and since when it is applied, where that is known."""

    reached: Reached
    at: datetime | None = None


def find_progress(version: OrderVersion, *, person_id: int) -> Progress | None:
    """Return how far a version has come; None for one that is not signed, or whose row is gone."""
    if version.signed_at is None:
        return None
    plans = JournalInbox.objects.filter(
        kind=str(Kind.PLAN),
        key=person_key(person_id),
        case_id=version.order_id,
        created_at_ms=to_ms(version.signed_at),
    )
    row = plans.order_by("-pk").first()
    return None if row is None else _find(row)


def _find(row: JournalInbox) -> Progress:
    try:
        with open_journal() as journal:
            if journal.inbox_cursor() < row.pk:
                return Progress(Reached.WAITING)
            begin = row.created_at_ms if row.fixed_at_ms is None else row.fixed_at_ms
            for found in journal.history(row.key, from_ms=begin, until_ms=begin + 1, limit=1000):
                if found.kind == row.kind and found.body == bytes(row.body):
                    return Progress(Reached.APPLIED, from_ms(found.log_at_ms))
            return Progress(Reached.APPLIED)
    except (StorageError, NotReadyError):
        return Progress(Reached.UNKNOWN)
