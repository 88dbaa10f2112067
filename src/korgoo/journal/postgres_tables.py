"""The statements of the PostgreSQL journal's writer: partitions, subjects, COPY, emptying a case."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from psycopg import Connection

    from korgoo.journal.composition import Written
    from korgoo.journal.postgres_turn import Turn

_COPY_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END: Final = b"\xff\xff"
# Of a row: the number of its fields, then the length and the bytes of each, as COPY's binary format has it.
_COPY_FIELDS: Final = 10
_pack_times = struct.Struct(">hiqiqiq").pack
_pack_subject = struct.Struct(">iqiii").pack
_pack_length = struct.Struct(">i").pack
_pack_time = struct.Struct(">iq").pack
_NULL: Final = _pack_length(-1)


def copy_rows(
    turn: Turn,
    parts: Iterable[list[Written]],
    *,
    subjects: Mapping[tuple[str, int], int],
    before: bytes | None = None,
) -> None:
    """Insert rows as they come, part by part; `subjects` has the ids of them all.

    `before` are statements that the server carries out first: rows are sealed and kept meanwhile.
    """
    packed = (_pack_rows(part, subjects) for part in parts)
    ready = [_COPY_BEGIN]
    if before is not None:
        turn.start(before)
        for part in packed:
            ready.append(part)
            if not turn.is_at_work():
                break
        turn.finish()
    turn.begin_copy()
    for part in chain(ready, packed):
        turn.send(part)
    turn.send(_COPY_END)
    turn.end_copy()


def _pack_rows(rows: Sequence[Written], subjects: Mapping[tuple[str, int], int]) -> bytes:
    """Return the rows in COPY's binary format: half a microsecond a row, a third of `write_row` for each.

    What stands between the times and the payload is the same for the rows of one message that come together.
    """
    parts: list[bytes] = []
    known: tuple[str, str, int, bytes] | None = None
    middle = b""
    for row in rows:
        seq, log_at_ms, raw_at_ms, kind, key, case_id, month, body_hash, payload, row_hash, fixed_at_ms = row
        told = kind, key, case_id, body_hash
        if told != known:
            known, said = told, kind.encode()
            subject = _pack_subject(8, subjects[key, case_id], 4, month, len(body_hash))
            middle = b"".join((_pack_length(len(said)), said, subject, body_hash))
        parts += (
            _pack_times(_COPY_FIELDS, 8, seq, 8, log_at_ms, 8, raw_at_ms),
            middle,
            _pack_length(len(payload)),
            payload,
            _pack_length(len(row_hash)),
            row_hash,
            _NULL if fixed_at_ms is None else _pack_time(8, fixed_at_ms),
        )
    return b"".join(parts)


def empty_rows(db: Connection, seqs: Sequence[int]) -> None:
    """Null the payloads and device times of these rows, keeping each payload's hash."""
    db.execute(
        "UPDATE journal.log_row SET payload_hash = sha256(payload), payload = NULL, fixed_at_ms = NULL"
        " WHERE seq = ANY(%s) AND payload IS NOT NULL",
        (list(seqs),),
    )


def pass_inbox(db: Connection, inbox_id: int | None) -> None:
    """Move the inbox cursor without a row."""
    db.execute("UPDATE journal.log_state SET inbox_cursor = greatest(inbox_cursor, %s)", (inbox_id or 0,))


def intern_subjects(db: Connection, pairs: set[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Return ids for subjects that this process has not met; another may have made them."""
    if not pairs:
        return {}
    wanted = sorted(pairs)
    keys, cases = [pair[0] for pair in wanted], [pair[1] for pair in wanted]
    db.execute(
        "INSERT INTO journal.subject (key, case_id) SELECT * FROM unnest(%s::text[], %s::bigint[])"
        " ON CONFLICT DO NOTHING",
        (keys, cases),
    )
    found = db.execute(
        "SELECT key, case_id, id FROM journal.subject"
        " JOIN unnest(%s::text[], %s::bigint[]) AS wanted (key, case_id) USING (key, case_id)",
        (keys, cases),
    )
    return {(key, case_id): subject for key, case_id, subject in found}


def make_partition(db: Connection, month: int) -> None:
    """Make a month's partition where it is missing.

    Made apart and then attached: that waits for no reader, where PARTITION OF would stand
    behind a long report.
    """
    name = f"log_row_{month}"
    if db.execute("SELECT to_regclass(%s)", (f"journal.{name}",)).fetchone() != (None,):
        return
    year, number = divmod(month, 100)
    begins = datetime(year, number, 1, tzinfo=UTC)
    ends = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    table = sql.Identifier("journal", name)
    db.execute(sql.SQL("CREATE TABLE {} (LIKE journal.log_row INCLUDING ALL)").format(table))
    db.execute(
        sql.SQL("ALTER TABLE journal.log_row ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
            table, int(begins.timestamp()) * 1000, int(ends.timestamp()) * 1000
        )
    )
