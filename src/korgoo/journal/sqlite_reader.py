"""The reading side of the SQLite journal, for any number of processes beside the one writer."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from korgoo.journal import sqlite_tables as tables
from korgoo.journal.database_file import BUSY_TIMEOUT_MS, open_file, storage_errors
from korgoo.journal.errors import StorageError
from korgoo.journal.keystore import SqliteKeyStore
from korgoo.journal.sealing import Sealer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from korgoo.journal.record import Group, Head, Opened, Stored

JOURNAL_FILE: Final = "journal.db"
JOURNAL_VERSION: Final = 1


class SqliteReader:
    """A `JournalReader` of the journal in `data_dir`. Threads may share it.

    `keys.db` is opened when the first payload is unsealed: who only verifies needs no keys.
    """

    def __init__(self, data_dir: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        """Open an existing journal for reading.

        Raises:
            StorageError: it is not there, or of another format.
        """
        self._data_dir = data_dir
        self._read_lock = threading.Lock()
        self._read_keys: SqliteKeyStore | None = None
        self._read_sealer: Sealer | None = None
        self._reader = open_file(data_dir / JOURNAL_FILE, writable=False, busy_timeout_ms=busy_timeout_ms)
        try:
            _check_format(self._reader)
        except BaseException:
            self._reader.close()
            raise

    def rows(self, *, after_seq: int, limit: int, kinds: Collection[str] | None = None) -> list[Stored]:
        """Return sealed rows in seq order; see `Journal.rows`."""
        with self._reading("read rows") as reader:
            return tables.read_rows(reader, after_seq=after_seq, limit=limit, kinds=kinds)

    def groups(self, *, after_group: int, limit: int) -> list[Group]:
        """Return commit groups in order; see `Journal.groups`."""
        with self._reading("read groups") as reader:
            return tables.read_groups(reader, after_group=after_group, limit=limit)

    def open_rows(self, stored: Iterable[Stored]) -> list[Opened]:
        """Unseal rows; see `Journal.open_rows`."""
        with self._reading("unseal"):
            return self._get_sealer().open_rows(stored)

    def history(self, key: str, *, from_ms: int, until_ms: int, limit: int) -> list[Opened]:
        """Return a key's readable rows by device time; see `Journal.history`."""
        with self._reading("read history") as reader:
            found = tables.read_history(reader, key, from_ms=from_ms, until_ms=until_ms, limit=limit)
            return [row for row in self._get_sealer().open_rows(found) if row.body is not None]

    def rows_of(self, key: str, *, after_seq: int, until_seq: int, limit: int | None = None) -> list[Opened]:
        """Return a key's readable rows by seq; see `Journal.rows_of`."""
        with self._reading("read rows of a key") as reader:
            found = tables.read_rows_of(reader, key, after_seq=after_seq, until_seq=until_seq, limit=limit)
            return [row for row in self._get_sealer().open_rows(found) if row.body is not None]

    def attests(self, stored: Stored, *, body_hash: bytes) -> bool:
        """Say whether the row was made from that message; see `Journal.attests`."""
        with self._reading("attest"):
            return self._get_sealer().attests(stored, body_hash=body_hash)

    def head(self) -> Head:
        """Return where the journal ends."""
        with self._reading("read head") as reader:
            return tables.read_head(reader)

    def inbox_cursor(self) -> int:
        """Return the highest inbox id that was applied."""
        with self._reading("read inbox cursor") as reader:
            return tables.read_cursor(reader)

    def close(self) -> None:
        """Release the files; harmless when repeated."""
        with self._read_lock:
            self._reader.close()
            if self._read_keys is not None:
                self._read_keys.close()

    def _get_sealer(self) -> Sealer:
        if self._read_sealer is None:
            self._read_keys = SqliteKeyStore(self._data_dir, writable=False)
            self._read_sealer = Sealer(self._read_keys)
        return self._read_sealer

    @contextmanager
    def _reading(self, action: str) -> Iterator[sqlite3.Connection]:
        with self._read_lock, storage_errors(action):
            yield self._reader


def _check_format(reader: sqlite3.Connection) -> None:
    with storage_errors("open journal"):
        version = reader.execute("PRAGMA user_version").fetchone()[0]
    if version != JOURNAL_VERSION:
        raise StorageError(f"{JOURNAL_FILE} has format {version}, this Korgoo reads {JOURNAL_VERSION}")
