"""The pages' way into the journal: reading only, beside its one writer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from psycopg.conninfo import make_conninfo

from korgoo.journal.postgres_reader import PostgresReader
from korgoo.journal.sqlite_reader import SqliteReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.conf.environment import Environment
    from korgoo.journal.protocol import JournalReader


@contextmanager
def open_journal() -> Iterator[JournalReader]:
    """Open the installation's journal for one request.

    Raises:
        StorageError: it is not there yet, or cannot be read.
    """
    journal = _open(settings.ENVIRONMENT)
    try:
        yield journal
    finally:
        journal.close()


def _open(environment: Environment) -> JournalReader:
    address = environment.database
    if address is None:
        return SqliteReader(environment.data)
    parts = {
        "dbname": address.name,
        "user": address.user,
        "password": address.password,
        "host": address.host,
        "port": address.port,
    }
    return PostgresReader(
        make_conninfo("", **{name: text for name, text in parts.items() if text}, **address.options)
    )
