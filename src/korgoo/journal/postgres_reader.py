"""The reading side of the PostgreSQL journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.journal import postgres_history as history
from korgoo.journal.errors import StorageError
from korgoo.journal.postgres_history import COLUMNS
from korgoo.journal.postgres_keys import PostgresKeyStore
from korgoo.journal.postgres_session import Session
from korgoo.journal.record import FREQUENT, Group, Head, Opened, Stored
from korgoo.journal.sealing import Sealer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

JOURNAL_VERSION: Final = 2

_FROM: Final = "FROM journal.log_row AS r JOIN journal.subject AS s ON s.id = r.subject"
_ROWS: Final = f"SELECT {COLUMNS} {_FROM} WHERE r.seq > %s ORDER BY r.seq LIMIT %s"
_OF_KIND: Final = f"SELECT {COLUMNS} {_FROM} WHERE r.seq > %s AND r.kind = ANY(%s)"
_ROWS_OF_KIND: Final = f"{_OF_KIND} ORDER BY r.seq LIMIT %s"
_CONTROL_ROWS: Final = f"{_OF_KIND} AND r.kind NOT IN ('observation', 'mark') ORDER BY r.seq LIMIT %s"
HEAD: Final = (
    "SELECT g.first_seq + g.count - 1, t.log_at_ms, g.link, g.number, t.inbox_cursor"
    " FROM journal.log_state AS t"
    " LEFT JOIN LATERAL (SELECT * FROM journal.log_group ORDER BY number DESC LIMIT 1) AS g ON true"
)


class PostgresReader:
    """A `JournalReader` of the journal in a database. Threads may share it."""

    def __init__(self, url: str, *, keys_url: str | None = None) -> None:
        """Connect to an existing journal.

        Raises:
            StorageError: the server or the journal is not there, or of another format.
        """
        self._keys_url = keys_url or url
        self._read_keys: PostgresKeyStore | None = None
        self._read_sealer: Sealer | None = None
        self._reader = Session(url, writable=False)
        try:
            _check_format(self._reader)
        except BaseException:
            self._reader.end()
            raise

    def rows(self, *, after_seq: int, limit: int, kinds: Collection[str] | None = None) -> list[Stored]:
        """Return sealed rows in seq order; see `JournalReader.rows`."""
        with self._reader.use("read rows") as db:
            if kinds is None:
                return [Stored(*fields) for fields in db.execute(_ROWS, (after_seq, limit))]
            statement = _ROWS_OF_KIND if FREQUENT & set(kinds) else _CONTROL_ROWS
            return [Stored(*fields) for fields in db.execute(statement, (after_seq, list(kinds), limit))]

    def groups(self, *, after_group: int, limit: int) -> list[Group]:
        """Return commit groups in order; see `JournalReader.groups`."""
        with self._reader.use("read groups") as db:
            found = db.execute(
                "SELECT number, first_seq, count, link FROM journal.log_group"
                " WHERE number > %s ORDER BY number LIMIT %s",
                (after_group, limit),
            )
            return [Group(*fields) for fields in found]

    def open_rows(self, stored: Iterable[Stored]) -> list[Opened]:
        """Unseal rows; see `JournalReader.open_rows`."""
        with self._reader.use("unseal"):
            return self._get_sealer().open_rows(stored)

    def history(self, key: str, *, from_ms: int, until_ms: int, limit: int) -> list[Opened]:
        """Return a key's readable rows by device time; see `JournalReader.history`."""
        with self._reader.use("read history") as db:
            found = history.read_history(db, key, from_ms=from_ms, until_ms=until_ms, limit=limit)
            return [row for row in self._get_sealer().open_rows(found) if row.body is not None]

    def rows_of(self, key: str, *, after_seq: int, until_seq: int, limit: int | None = None) -> list[Opened]:
        """Return a key's readable rows by seq; see `JournalReader.rows_of`."""
        with self._reader.use("read rows of a key") as db:
            found = history.read_rows_of(db, key, after_seq=after_seq, until_seq=until_seq, limit=limit)
            return [row for row in self._get_sealer().open_rows(found) if row.body is not None]

    def attests(self, stored: Stored, *, body_hash: bytes) -> bool:
        """Say whether the row was made from that message; see `JournalReader.attests`."""
        with self._reader.use("attest"):
            return self._get_sealer().attests(stored, body_hash=body_hash)

    def head(self) -> Head:
        """Return where the journal ends."""
        with self._reader.use("read head") as db:
            found = db.execute(HEAD, prepare=True).fetchone()
            if found is None:
                raise StorageError("the journal's state is missing")
            return Head() if found[0] is None else Head(*found[:4])

    def inbox_cursor(self) -> int:
        """Return the highest inbox id that was applied."""
        with self._reader.use("read inbox cursor") as db:
            found = db.execute("SELECT inbox_cursor FROM journal.log_state").fetchone()
            return int(found[0]) if found else 0

    def close(self) -> None:
        """Close the connections; harmless when repeated."""
        self._reader.end()
        if self._read_keys is not None:
            self._read_keys.close()

    def _get_sealer(self) -> Sealer:
        if self._read_sealer is None:
            self._read_keys = PostgresKeyStore(self._keys_url, writable=False)
            self._read_sealer = Sealer(self._read_keys)
        return self._read_sealer


def _check_format(session: Session) -> None:
    with session.use("open journal") as db:
        found = db.execute("SELECT version FROM journal.log_state").fetchone()
    if found != (JOURNAL_VERSION,):
        raise StorageError(f"the journal has format {found}, this Korgoo reads {JOURNAL_VERSION}")
