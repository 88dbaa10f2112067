"""Control rows for the journal, written in the transaction of their cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Max

from korgoo.engine.rows import BODIES, encode_body
from korgoo.outbox.instants import to_ms
from korgoo.outbox.models import JournalInbox

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.engine.rows import Body, Kind


INBOX_LOCK: Final = 0x6B6F7267_6F6F_0003
"""Advisory lock of PostgreSQL under which inbox ids are given (docs/adr/0020, rule 2)."""


class NoTransactionError(RuntimeError):
    """A control row was written outside the transaction of its cause."""


def find_last_id() -> int:
    """Return the highest id that the inbox has given, also where its row is gone; 0 before the first."""
    connection = transaction.get_connection()
    table = JournalInbox._meta.db_table  # noqa: SLF001 - Django documents it
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id'))", [table])
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    given = int(found[0]) if found and found[0] is not None else 0
    newest = JournalInbox.objects.aggregate(newest=Max("pk"))["newest"] or 0  # rows that were copied in
    return max(given, newest)


def write_control_row(
    body: Body, *, kind: Kind, key: str, case_id: int, now: datetime, fixed_at_ms: int | None = None
) -> int:
    """Put one control row into the inbox and return its id.

    `case_id` names the case whose key will seal the row; `fixed_at_ms` when it takes effect, if not now.

    Raises:
        NoTransactionError: there is no open transaction; the row could outlive or miss its cause.
        TypeError: the body is not of that kind.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise NoTransactionError("a control row belongs into the transaction of its cause")
    if not isinstance(body, BODIES[kind]):
        raise TypeError(f"{type(body).__name__} is not the body of a {kind} row")
    if connection.vendor == "postgresql":
        # Ids are given before the commit: without the lock a smaller id could appear after the gateway
        # has read past it, and would never be applied. SQLite has one writer anyway.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INBOX_LOCK])
    row = JournalInbox.objects.create(
        kind=str(kind),
        key=key,
        case_id=case_id,
        body=encode_body(body),
        fixed_at_ms=fixed_at_ms,
        created_at_ms=to_ms(now),
    )
    return row.pk
