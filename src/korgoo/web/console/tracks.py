"""The one port through which pages read positions from the journal.

What is read here is a person's track: a view calls it only after the reader was let through to the person
(`visible_to`), holds `READ_POSITION`, and the look was written down with its reason.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from django.conf import settings

from korgoo.engine.rows import Kind, Observation, decode_body, person_key
from korgoo.journal.errors import StorageError
from korgoo.journal.sqlite_reader import SqliteReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from korgoo.conf.environment import DatabaseAddress
    from korgoo.journal.record import Opened

MOST_FIXES: Final = 20_000
"""A day of one fix each 4.3 s; more is told as cut."""


class Fix(NamedTuple):
    """One observation with the number of its journal row."""

    seq: int
    observation: Observation


class Track(NamedTuple):
    """Fixes in the order of the device's clock. `is_cut`: there are more than were read.

    `heard` is every observation that judging them needs: those without a position and those of the hours
    before, too. They are never shown.
    """

    fixes: tuple[Fix, ...]
    is_cut: bool = False
    heard: tuple[Fix, ...] = ()


class TracksUnreadableError(Exception):
    """The journal cannot be read now; the page says so and shows no half track."""


class TrackReader(Protocol):
    """What is needed of a `korgoo.journal.protocol.JournalReader`."""

    def history(self, key: str, *, from_ms: int, until_ms: int, limit: int) -> list[Opened]:
        """Return a key's rows with `from_ms <= fixed_at < until_ms`, in seq order, the first `limit`."""
        ...

    def rows_of(self, key: str, *, after_seq: int, until_seq: int, limit: int | None = None) -> list[Opened]:
        """Return all of a key's rows with `after_seq < seq <= until_seq`, in seq order."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...


def read_day(person_id: int, *, from_ms: int, until_ms: int, lead_ms: int = 0) -> Track:
    """Return a person's fixes with `from_ms <= fixed_at < until_ms`; `heard` begins `lead_ms` earlier.

    Raises:
        TracksUnreadableError: the journal cannot be read now.
    """
    key = person_key(person_id)

    def read(since_ms: int, end_ms: int) -> list[Opened]:
        return _read(lambda reader: reader.history(key, from_ms=since_ms, until_ms=end_ms, limit=MOST_FIXES))

    rows = read(from_ms, until_ms)
    heard = _order([*(read(from_ms - lead_ms, from_ms) if lead_ms else ()), *rows])
    return Track(_placed(_order(rows)), is_cut=len(rows) == MOST_FIXES, heard=heard)


def read_fixes(person_id: int, *, seqs: Iterable[int]) -> Track:
    """Return those of a person's fixes that `seqs` name; a row of somebody else is never among them.

    Raises:
        TracksUnreadableError: the journal cannot be read now.
    """
    wanted = set(seqs)
    if not wanted:
        return Track(())
    key, first, last = person_key(person_id), min(wanted), max(wanted)
    rows = _read(lambda reader: reader.rows_of(key, after_seq=first - 1, until_seq=last))
    return Track(_placed(_order([row for row in rows if row.seq in wanted])))


_lock = threading.Lock()
_reader: list[TrackReader] = []


def open_reader() -> TrackReader:
    """Open the journal of this installation for reading; replaced in tests."""
    environment = settings.ENVIRONMENT
    if environment.database is None:
        return SqliteReader(environment.data)
    # Only an installation on PostgreSQL loads its driver.
    from korgoo.journal.postgres_reader import PostgresReader  # noqa: PLC0415 - as said

    return PostgresReader(write_conninfo(environment.database))


def write_conninfo(address: DatabaseAddress) -> str:
    """Return an address as libpq reads it."""
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - as in open_reader

    named = {"host": address.host, "port": address.port, "user": address.user, "password": address.password}
    return make_conninfo("", dbname=address.name, **{k: v for k, v in named.items() if v}, **address.options)


def close_reader() -> None:
    """Close this process's handle; the next read opens one again."""
    with _lock:
        while _reader:
            _reader.pop().close()


def _read(ask: Callable[[TrackReader], list[Opened]]) -> list[Opened]:
    """Ask the journal by a handle that this process keeps; after a failure the next read opens a new one."""
    with _lock:
        try:
            if not _reader:
                _reader.append(open_reader())
            return ask(_reader[0])
        except StorageError as error:
            while _reader:
                _reader.pop().close()
            raise TracksUnreadableError(type(error).__name__) from error


def _order(rows: list[Opened]) -> tuple[Fix, ...]:
    fixes = [
        Fix(row.seq, decode_body(row.kind, row.body))
        for row in rows
        if row.kind == Kind.OBSERVATION and row.body is not None
    ]
    return tuple(sorted(fixes, key=lambda fix: (fix.observation.fixed_at_ms, fix.seq)))


def _placed(fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
    """Return those that hold a position: what a map can show."""
    return tuple(
        fix for fix in fixes if fix.observation.lat_e7 is not None and fix.observation.lon_e7 is not None
    )
