"""The statements of the SQLite journal: reading rows, the history's segments, emptying an erased case.

The history is an index by segment. Rows of the last, unfinished segment are found by a scan of at most
8,192 rows; when a segment is full its rows go into the index sorted by subject. So the index
only ever grows at its end (a plain index by subject touches one page for each row of a commit group, and
halved the rate of appends), and a look-up costs one probe for each segment of the journal.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from korgoo.journal.record import FREQUENT, Group, Head, Stored

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

    from korgoo.journal.composition import Composed

SEGMENT_ROWS: Final = 8_192
LAST_SEQ: Final = 1 << 62
Value = int | str | bytes | None

_FIELDS: Final = 10
_PLACES: Final = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"
_INSERTS: Final = tuple(
    (count, f"INSERT INTO log_row VALUES {', '.join([_PLACES] * count)}")  # noqa: S608 - own constant
    for count in (64, 8, 1)
)

_COLUMNS: Final = (
    "r.seq, r.log_at_ms, r.raw_at_ms, r.kind, s.key, s.case_id, r.month,"
    " r.body_hash, r.payload, r.row_hash, r.payload_hash"
)
_SEGMENTS: Final = """
    WITH RECURSIVE part (n) AS (
        SELECT :after_seq / 8192 UNION ALL SELECT n + 1 FROM part
        WHERE n + 1 < min((SELECT segments FROM log_state), (:until_seq + 8191) / 8192)
    ), found (seq, fixed_at_ms) AS (
        SELECT i.seq, i.fixed_at_ms FROM part CROSS JOIN log_index AS i
        WHERE i.segment = part.n AND i.subject IN ({subjects})
        UNION ALL
        SELECT t.seq, t.fixed_at_ms FROM log_row AS t
        WHERE t.seq > (SELECT segments FROM log_state) * 8192 AND t.subject IN ({subjects})
    )"""
_BY_KEY: Final = _SEGMENTS.format(subjects="SELECT id FROM subject WHERE key = :key")
_BY_CASE: Final = _SEGMENTS.format(subjects="SELECT id FROM subject WHERE case_id = :case_id")
_OPENABLE: Final = (
    f" SELECT {_COLUMNS} FROM found CROSS JOIN log_row AS r ON r.seq = found.seq"  # noqa: S608 - own constants
    " JOIN subject AS s ON s.id = r.subject WHERE r.payload IS NOT NULL"
)
_HISTORY: Final = (
    f"{_BY_KEY}{_OPENABLE} AND found.fixed_at_ms >= :from_ms AND found.fixed_at_ms < :until_ms"
    " ORDER BY found.seq LIMIT :limit"
)
_ROWS_OF: Final = (
    f"{_BY_KEY}{_OPENABLE} AND found.seq > :after_seq AND found.seq <= :until_seq"
    " ORDER BY found.seq LIMIT :limit"
)
_SEQS_OF_CASE: Final = (
    f"{_BY_CASE} SELECT r.seq FROM found CROSS JOIN log_row AS r ON r.seq = found.seq"  # noqa: S608 - own constants
    " WHERE r.payload IS NOT NULL ORDER BY r.seq"
)


def read_rows(
    db: sqlite3.Connection, *, after_seq: int, limit: int, kinds: Collection[str] | None = None
) -> list[Stored]:
    """Return rows in seq order; a row whose subject is gone is left out (and so found missing)."""
    chosen = ""
    if kinds is not None:
        chosen = f" AND r.kind IN ({','.join('?' * len(kinds))})"
        if not FREQUENT & set(kinds):
            chosen += " AND r.kind NOT IN ('observation', 'mark')"  # the words of the index log_row_control
    found = db.execute(
        f"SELECT {_COLUMNS} FROM log_row AS r CROSS JOIN subject AS s ON s.id = r.subject"  # noqa: S608 - own constants and placeholders
        f" WHERE r.seq > ?{chosen} ORDER BY r.seq LIMIT ?",
        (after_seq, *(kinds or ()), limit),
    )
    return [Stored(*fields) for fields in found]


def read_history(
    db: sqlite3.Connection, key: str, *, from_ms: int, until_ms: int, limit: int
) -> list[Stored]:
    """Return a key's readable rows by device time, in seq order."""
    values = {
        "key": key,
        "after_seq": 0,
        "until_seq": LAST_SEQ,
        "from_ms": from_ms,
        "until_ms": until_ms,
        "limit": limit,
    }
    return [Stored(*fields) for fields in db.execute(_HISTORY, values)]


def read_rows_of(
    db: sqlite3.Connection, key: str, *, after_seq: int, until_seq: int, limit: int | None
) -> list[Stored]:
    """Return a key's readable rows by seq, all or the first."""
    values = {
        "key": key,
        "after_seq": after_seq,
        "until_seq": until_seq,
        "limit": -1 if limit is None else limit,  # SQLite: no limit
    }
    return [Stored(*fields) for fields in db.execute(_ROWS_OF, values)]


def read_groups(db: sqlite3.Connection, *, after_group: int, limit: int) -> list[Group]:
    """Return commit groups in order."""
    found = db.execute(
        "SELECT number, first_seq, count, link FROM log_group WHERE number > ? ORDER BY number LIMIT ?",
        (after_group, limit),
    )
    return [Group(*fields) for fields in found]


def read_head(db: sqlite3.Connection) -> Head:
    """Return where the journal ends."""
    found = db.execute(
        "SELECT r.seq, r.log_at_ms, g.link, g.number FROM log_group AS g"
        " JOIN log_row AS r ON r.seq = g.first_seq + g.count - 1 ORDER BY g.number DESC LIMIT 1"
    ).fetchone()
    return Head(*found) if found else Head()


def read_cursor(db: sqlite3.Connection) -> int:
    """Return the highest inbox id that was applied."""
    return int(db.execute("SELECT inbox_cursor FROM log_state").fetchone()[0])


def insert_group(
    db: sqlite3.Connection, composed: Composed, *, subjects: dict[tuple[str, int], int]
) -> dict[tuple[str, int], int]:
    """Insert a group, inside the caller's transaction; return the subjects that are new with it."""
    fresh: dict[tuple[str, int], int] = {}
    values: list[Value] = []
    for row in composed.rows:
        seq, log_at_ms, raw_at_ms, kind, key, case_id, month, body_hash, payload, row_hash, fixed_at_ms = row
        pair = (key, case_id)
        subject = subjects.get(pair) or fresh.get(pair)
        if subject is None:
            added = db.execute("INSERT INTO subject (key, case_id) VALUES (?, ?) RETURNING id", pair)
            subject = fresh[pair] = int(added.fetchone()[0])
        values += (seq, log_at_ms, raw_at_ms, kind, subject, month, body_hash, payload, row_hash, fixed_at_ms)
    _insert_rows(db, values)
    group = composed.group
    db.execute(
        "INSERT INTO log_group VALUES (?, ?, ?, ?)",
        (group.number, group.first_seq, group.count, group.link),
    )
    if composed.moves_cursor:
        db.execute("UPDATE log_state SET inbox_cursor = ?", (composed.tail.inbox_cursor,))
    fill_segments(db, first_seq=group.first_seq, last_seq=group.last_seq)
    return fresh


def _insert_rows(db: sqlite3.Connection, values: Sequence[Value]) -> None:
    """Insert rows of `_FIELDS` values each, as many as possible with one statement.

    SQLite gives up the interpreter's lock for each statement, and under load it takes up to 5 ms to
    get it back: a statement for each row let a gateway's appends stand behind its requests.
    """
    at = 0
    for count, statement in _INSERTS:
        size = count * _FIELDS
        while len(values) - at >= size:
            db.execute(statement, values[at : at + size])
            at += size


def fill_segments(db: sqlite3.Connection, *, first_seq: int, last_seq: int) -> None:
    """Index the segments that this group has filled."""
    for segment in range((first_seq - 1) // SEGMENT_ROWS, last_seq // SEGMENT_ROWS):
        start = segment * SEGMENT_ROWS
        db.execute(
            "INSERT INTO log_index SELECT ?, subject, seq, fixed_at_ms FROM log_row"
            " WHERE seq > ? AND seq <= ? AND payload IS NOT NULL ORDER BY subject, seq",
            (segment, start, start + SEGMENT_ROWS),
        )
        db.execute("UPDATE log_state SET segments = ?", (segment + 1,))


def seqs_of_case(db: sqlite3.Connection, case_id: int) -> list[int]:
    """Return the seqs of a case's rows that still have a payload."""
    values = {"case_id": case_id, "after_seq": 0, "until_seq": LAST_SEQ}
    return [seq for (seq,) in db.execute(_SEQS_OF_CASE, values)]


def empty_rows(db: sqlite3.Connection, seqs: Sequence[int]) -> None:
    """Null the payloads and device times of these rows, keeping each payload's hash."""
    db.create_function("sha256", 1, lambda payload: hashlib.sha256(payload).digest(), deterministic=True)
    db.executemany(
        "UPDATE log_row SET payload_hash = sha256(payload), payload = NULL, fixed_at_ms = NULL"
        " WHERE seq = ? AND payload IS NOT NULL",
        [(seq,) for seq in seqs],
    )


def finish_erasure(db: sqlite3.Connection, case_id: int) -> None:
    """Delete the case's index rows and note that nothing of it is left."""
    db.execute(
        "DELETE FROM log_index WHERE segment IN ("
        "WITH RECURSIVE part (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM part"
        " WHERE n + 1 < (SELECT segments FROM log_state)) SELECT n FROM part)"
        " AND subject IN (SELECT id FROM subject WHERE case_id = ?)",
        (case_id,),
    )
    db.execute("UPDATE erasure SET finished = 1 WHERE case_id = ?", (case_id,))
