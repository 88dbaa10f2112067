"""One PostgreSQL connection for the journal: made anew after the server went away, errors by one name."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg

from korgoo.journal.errors import CorruptError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

CONNECT_TIMEOUT_S: Final = 10
STATEMENT_TIMEOUT_MS: Final = 30_000


class Session:
    """A connection in autocommit with a lock around it; threads take turns."""

    def __init__(self, url: str, *, writable: bool) -> None:
        """Connect.

        Raises:
            StorageError: the server cannot be reached.
        """
        self._url = url
        self._writable = writable
        self._lock = threading.RLock()
        self._ended = False
        self._connection: Connection | None = None
        with self.use("connect"):
            pass

    @contextmanager
    def use(self, action: str) -> Iterator[Connection]:
        """Lend the connection; errors become `StorageError`, a lost connection is replaced the next time."""
        with self._lock:
            if self._ended:
                raise StorageError(f"{action}: the journal is closed")
            try:
                yield self._connected()
            except psycopg.errors.DataCorrupted as error:
                raise CorruptError(f"{action}: {error.diag.message_primary}") from None
            except psycopg.Error as error:
                # Never the detail line: it quotes the failing row.
                said = error.diag.message_primary or str(error)
                raise StorageError(f"{action}: {error.__class__.__name__}: {said}") from None

    def end(self) -> None:
        """Close for good; harmless when repeated."""
        with self._lock:
            self._ended = True
            if self._connection is not None:
                self._connection.close()

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=CONNECT_TIMEOUT_S,
                application_name="korgoo journal",
                options=f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c synchronous_commit=on"
                f" -c default_transaction_read_only={'off' if self._writable else 'on'}",
            )
        return self._connection
