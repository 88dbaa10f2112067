"""One subject's rows in PostgreSQL: full segments by their index, the rest by a look at the unfinished one.

An index by subject touches one page for almost each row of a commit group, since the rows of a group belong
to different people: two of them cost the server as much as storing the rows. Here a subject has one index row
for each segment of 8,192 rows that it occurs in, made by the group after the one that filled it
(docs/adr/0376, 0416).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.journal.record import Stored

if TYPE_CHECKING:
    from psycopg import Connection

SEGMENT_ROWS: Final = 8_192
LAST_SEQ: Final = 1 << 62

COLUMNS: Final = (
    "r.seq, r.log_at_ms, r.raw_at_ms, r.kind, s.key, s.case_id, r.month,"
    " r.body_hash, r.payload, r.row_hash, r.payload_hash"
)
# Both bounds of seq, though the upper one excludes nothing: without statistics of a young partition
# PostgreSQL takes one bound alone for a third of the table, and would read it whole.
_FOUND: Final = """
    WITH found AS MATERIALIZED (
        SELECT r.* FROM journal.log_index AS i CROSS JOIN LATERAL (
            SELECT * FROM journal.log_row
            WHERE seq = ANY(i.seqs) AND log_at_ms BETWEEN i.log_from_ms AND i.log_until_ms
        ) AS r
        WHERE i.subject = ANY(%(subjects)s) AND i.segment < %(segments)s AND {entries} AND {rows}
        UNION ALL
        SELECT r.* FROM journal.log_row AS r
        WHERE r.seq > %(indexed)s AND r.seq <= %(last)s AND r.subject = ANY(%(subjects)s) AND {rows}
    )
    """
_ROWS: Final = (
    f"{_FOUND} SELECT {COLUMNS} FROM found AS r JOIN journal.subject AS s ON s.id = r.subject"  # noqa: S608 - own constants
    " WHERE r.payload IS NOT NULL ORDER BY r.seq LIMIT %(limit)s"
)
_HISTORY: Final = _ROWS.format(
    entries="i.fixed_until_ms >= %(from_ms)s AND i.fixed_from_ms < %(until_ms)s",
    rows="r.fixed_at_ms >= %(from_ms)s AND r.fixed_at_ms < %(until_ms)s",
)
_ROWS_OF: Final = _ROWS.format(
    entries="i.segment >= %(after_seq)s / 8192 AND i.segment <= %(until_seq)s / 8192",
    rows="r.seq > %(after_seq)s AND r.seq <= %(until_seq)s",
)
_SEQS: Final = (
    f"{_FOUND} SELECT seq FROM found WHERE payload IS NOT NULL ORDER BY seq"  # noqa: S608 - own constants
).format(entries="true", rows="true")
_OF_KEY: Final = (
    "SELECT segments, ARRAY(SELECT id FROM journal.subject WHERE key = %s) FROM journal.log_state"
)
_OF_CASE: Final = (
    "SELECT segments, ARRAY(SELECT id FROM journal.subject WHERE case_id = %s) FROM journal.log_state"
)
_INDEX: Final = (
    b"INSERT INTO journal.log_index SELECT subject, (seq - 1) / 8192, array_agg(seq),"
    b" min(log_at_ms), max(log_at_ms), min(fixed_at_ms), max(fixed_at_ms) FROM journal.log_row"
    b" WHERE seq > %d AND seq <= %d AND payload IS NOT NULL GROUP BY 2, 1 ORDER BY 2, 1;"
    b" UPDATE journal.log_state SET segments = %d"
)


def read_history(db: Connection, key: str, *, from_ms: int, until_ms: int, limit: int) -> list[Stored]:
    """Return a key's readable rows by device time, in seq order."""
    values = {"from_ms": from_ms, "until_ms": until_ms, "limit": limit}
    found = db.execute(_HISTORY, {**_locate(db, _OF_KEY, key), **values})
    return [Stored(*fields) for fields in found]


def read_rows_of(
    db: Connection, key: str, *, after_seq: int, until_seq: int, limit: int | None
) -> list[Stored]:
    """Return a key's readable rows by seq, all or the first."""
    values = {"after_seq": after_seq, "until_seq": until_seq, "limit": limit}
    found = db.execute(_ROWS_OF, {**_locate(db, _OF_KEY, key), **values})
    return [Stored(*fields) for fields in found]


def seqs_of_case(db: Connection, case_id: int) -> list[int]:
    """Return the seqs of a case's rows that still have a payload."""
    return [seq for (seq,) in db.execute(_SEQS, _locate(db, _OF_CASE, case_id))]


def find_unindexed(*, last_seq: int, segments: int) -> bytes | None:
    """Return the statements that index what is full and has no index yet, None where there is nothing.

    `last_seq` is the journal's last row, `segments` how many have their index; for a turn that holds the
    append lock.
    """
    full = last_seq // SEGMENT_ROWS
    if full <= segments:
        return None
    return _INDEX % (segments * SEGMENT_ROWS, full * SEGMENT_ROWS, full)


def forget_case(db: Connection, case_id: int) -> None:
    """Delete the index rows of a case whose rows have been emptied."""
    db.execute(
        "DELETE FROM journal.log_index WHERE subject = ANY(ARRAY("
        "SELECT id FROM journal.subject WHERE case_id = %s))",
        (case_id,),
    )


def _locate(db: Connection, statement: str, wanted: str | int) -> dict[str, object]:
    """Return which subjects to look for, and where the index ends now: it may grow before it is asked."""
    found = db.execute(statement.encode(), (wanted,)).fetchone()
    segments, subjects = found or (0, [])
    return {
        "segments": segments,
        "indexed": segments * SEGMENT_ROWS,
        "last": LAST_SEQ,
        "subjects": subjects,
    }
