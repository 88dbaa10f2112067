"""Django's tables as the live process knows them: two, read only, with no column more than is named here.

feed     id integer primary key ascending, scope text, topic text, payload JSON
picture  person_id, lat_e7, lon_e7, accuracy_cm, fixed_at_ms, received_at_ms, seq, battery_percent,
         verdict, office_id; on SQLite in a file of its own
"""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import psycopg

if TYPE_CHECKING:
    from pathlib import Path

    from korgoo.conf.environment import DatabaseAddress

_FAILURES: Final = (sqlite3.Error, psycopg.Error, OSError)
_BUSY_S: Final = 2.0
AFTER: Final = "SELECT id, scope, topic, CAST(payload AS text) FROM feed WHERE id > {0} ORDER BY id LIMIT {0}"
ENDS: Final = "SELECT min(id), max(id) FROM feed"
PICTURE: Final = (
    "SELECT person_id, office_id, seq, lat_e7, lon_e7, accuracy_cm, fixed_at_ms, received_at_ms, "
    "battery_percent, verdict FROM picture"
)


class FeedRow(NamedTuple):
    """One row of the feed; `payload` is JSON text."""

    id: int
    scope: str
    topic: str
    payload: str


class PictureRow(NamedTuple):
    """One person's newest position."""

    person_id: int
    office_id: int
    seq: int
    lat_e7: int | None
    lon_e7: int | None
    accuracy_cm: int | None
    fixed_at_ms: int
    received_at_ms: int
    battery_percent: int | None
    verdict: str


class TablesUnreadableError(Exception):
    """The database cannot be read at the moment."""


class Tables(Protocol):
    """What the live process reads. Every method may raise `TablesUnreadableError`."""

    def read_feed(self, *, after_id: int, limit: int) -> list[FeedRow]:
        """Return rows with a greater id, ascending."""
        ...

    def find_ends(self) -> tuple[int, int]:
        """Return the least and the greatest id of the feed; (0, 0) while it is empty."""
        ...

    def read_picture(self) -> list[PictureRow]:
        """Return everybody's newest position."""
        ...

    def close(self) -> None:
        """Release connections."""
        ...


class _Source:
    """One connection, used by one caller at a time, opened at first use and again after a failure."""

    def __init__(self, address: DatabaseAddress | Path) -> None:
        self._address = address
        self._connection: Any = None
        self._lock = threading.Lock()

    def fetch(self, sql: str, *values: int) -> list[Any]:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = _connect(self._address)
                text = sql.format("%s" if isinstance(self._connection, psycopg.Connection) else "?")
                return list(self._connection.execute(text, values).fetchall())
            except _FAILURES as error:
                self._drop()
                raise TablesUnreadableError(type(error).__name__) from None

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class SqlTables:
    """The two tables over SQL; threads may share it."""

    def __init__(self, *, records: DatabaseAddress | Path, picture: DatabaseAddress | Path) -> None:
        """Name the databases; nothing is opened yet."""
        self._records = _Source(records)
        self._picture = _Source(picture)

    def read_feed(self, *, after_id: int, limit: int) -> list[FeedRow]:
        """Return rows of the feed; see `Tables`."""
        return [FeedRow(*row) for row in self._records.fetch(AFTER, after_id, limit)]

    def find_ends(self) -> tuple[int, int]:
        """Return the ends of the feed; see `Tables`."""
        least, greatest = self._records.fetch(ENDS)[0]
        return (least or 0, greatest or 0)

    def read_picture(self) -> list[PictureRow]:
        """Return the picture; see `Tables`."""
        return [PictureRow(*row) for row in self._picture.fetch(PICTURE)]

    def close(self) -> None:
        """Close the connections; the next call opens them again."""
        self._records.close()
        self._picture.close()


def _connect(address: DatabaseAddress | Path) -> Any:  # noqa: ANN401 - a connection of either driver
    if hasattr(address, "as_uri"):
        uri = f"{address.as_uri()}?mode=ro"  # a missing file is an error, not a new empty database
        return sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    named = {
        "dbname": address.name,
        "user": address.user or None,
        "password": address.password or None,
        "host": address.host or None,
        "port": address.port or None,
    }
    # Host and port may stand among the options: so a URL names a unix socket.
    return psycopg.connect(autocommit=True, connect_timeout=5, **{**named, **address.options})  # type: ignore[arg-type]  # libpq's own options, by name
