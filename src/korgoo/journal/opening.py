"""Where an installation's journal lies, and opening it for writing or reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from korgoo.journal.keystore import SqliteKeyStore
from korgoo.journal.sqlite import SqliteJournal
from korgoo.journal.sqlite_reader import SqliteReader

if TYPE_CHECKING:
    from korgoo.conf.environment import Environment
    from korgoo.journal.protocol import Journal, JournalReader
    from korgoo.journal.sealing import KeyStore


class Address(msgspec.Struct, frozen=True):
    """A data folder, or the URL of a PostgreSQL database (and of another one for the keys)."""

    folder: str = ""
    url: str = ""
    keys_url: str = ""

    def __repr__(self) -> str:
        """Keep passwords out of logs."""
        return f"Address({self.folder or 'PostgreSQL'})"


def locate_journal(environment: Environment) -> Address:
    """Return where this installation's journal lies."""
    if environment.database is None:
        return Address(folder=str(environment.data))
    return Address(url=environment.database.url, keys_url=environment.keys_url or "")


def open_writer(address: Address) -> Journal:
    """Open the journal for writing; make it where there is none.

    Raises:
        JournalHeldError: another writer has it.
        StorageError: it cannot be opened.
    """
    if not address.url:
        return SqliteJournal(Path(address.folder))
    from korgoo.journal.postgres import PostgresJournal  # noqa: PLC0415 - psycopg is loaded where it is used

    return PostgresJournal(address.url, keys_url=address.keys_url or None)


def open_reader(address: Address) -> JournalReader:
    """Open an existing journal for reading.

    Raises:
        StorageError: it is not there, or of another format.
    """
    if not address.url:
        return SqliteReader(Path(address.folder))
    from korgoo.journal.postgres_reader import PostgresReader  # noqa: PLC0415 - as above

    return PostgresReader(address.url, keys_url=address.keys_url or None)


def open_keys(address: Address) -> KeyStore:
    """Open the keys of an existing journal for reading: for evidence, which hands them to a court.

    Raises:
        StorageError: they are not there.
    """
    if not address.url:
        return SqliteKeyStore(Path(address.folder), writable=False)
    from korgoo.journal.postgres_keys import PostgresKeyStore  # noqa: PLC0415 - as above

    return PostgresKeyStore(address.keys_url or address.url, writable=False)
