"""Opens SQLite files for the journal: private files, durable commits, errors by one name."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from korgoo.journal.errors import CorruptError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PRIVATE: Final = 0o600
BUSY_TIMEOUT_MS: Final = 5_000


def open_file(path: Path, *, writable: bool, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> sqlite3.Connection:
    """Open a database file, mode 0600; a writer creates it, a reader never writes to it.

    Raises:
        StorageError: it is not there, or cannot be opened.
    """
    with storage_errors(f"open {path.name}"):
        if writable:
            make_private(path)
        elif not path.exists():
            raise StorageError(f"open {path.name}: there is no such file")
        mode = "rw" if writable else "ro"
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,  # callers hold a lock around every use
        )
        connection.execute(f"PRAGMA busy_timeout = {busy_timeout_ms}")
        return connection


def make_private(path: Path) -> None:
    """Create the file if need be and take every right on it from group and others."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    try:
        os.fchmod(handle, PRIVATE)
    finally:
        os.close(handle)


def install_schema(connection: sqlite3.Connection, script: str, *, version: int) -> None:
    """Create the tables in an empty file, in one transaction; refuse a file of another version.

    Raises:
        StorageError: a newer Korgoo wrote this file.
    """
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found == 0:
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {version};\nCOMMIT;")
    elif found != version:
        raise StorageError(f"the file has format {found}, this Korgoo reads {version}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all or nothing: commit at the end, roll back whatever the reason for leaving early."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def storage_errors(action: str) -> Iterator[None]:
    """Turn what SQLite and the system raise into the journal's named errors."""
    try:
        yield
    except sqlite3.OperationalError as error:
        damaged = "Could not decode" in str(error)  # a text column that is no UTF-8 any more
        raise (CorruptError if damaged else StorageError)(f"{action}: {error}") from error
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError, OSError) as error:
        raise StorageError(f"{action}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise CorruptError(f"{action}: {error}") from error
