"""Django's tables as the gateway knows them: two, by SQL, with no column more than is named here.

    journal_inbox   id integer primary key (SQLite: AUTOINCREMENT; PostgreSQL: identity)
                    kind text, key text, case_id bigint, body blob/bytea (msgpack of engine.rows),
                    fixed_at_ms bigint null, created_at_ms bigint
    device_command  id integer primary key, assignment_id bigint, name text, payload text (a JSON object),
                    state text (queued, delivered, acknowledged, failed, expired), created_at_ms bigint,
                    expires_at_ms bigint, changed_at_ms bigint, detail text

The gateway reads journal_inbox and writes nothing in it; it moves `state`, `changed_at_ms` and `detail` of
device_command and nothing else. docs/adr/0020 says what the writer of journal_inbox has to keep:
ids become visible in their order.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg

from korgoo.gateway.ports import CommandRow, CommandsUnavailableError, InboxRow, InboxUnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = int | str
_FAILURES: Final = (sqlite3.Error, psycopg.Error, OSError)
_BUSY_S: Final = 5.0
_COMMAND_COLUMNS: Final = (
    "id, assignment_id, name, payload, state, created_at_ms, expires_at_ms, changed_at_ms, detail"
)


class Records:
    """One connection to Django's database, used by one caller at a time, reopened after a failure."""

    def __init__(self, url: str) -> None:
        """Take `sqlite:///PATH`, a plain path, or `postgresql://...`."""
        self._url = url
        self._is_postgres = url.startswith(("postgres://", "postgresql://"))
        self._connection: Any = None
        self._lock = threading.Lock()

    def run(self, sql: str, values: Sequence[Value]) -> tuple[list[tuple[Any, ...]], int]:
        """Run one statement in a transaction of its own; return its rows and how many it touched."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._connect()
                return self._execute(sql, values)
            except _FAILURES:
                self._drop()
                raise

    def _execute(self, sql: str, values: Sequence[Value]) -> tuple[list[tuple[Any, ...]], int]:
        text = sql.replace("?", "%s") if self._is_postgres else sql
        cursor = self._connection.execute(text, tuple(values))
        found = cursor.fetchall() if cursor.description else []
        return found, cursor.rowcount

    def _connect(self) -> Any:  # noqa: ANN401 - a connection of either driver
        if self._is_postgres:
            return psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        path = self._url.removeprefix("sqlite:///")
        # mode=rw: a missing file is an error to tell, not a new empty database.
        uri = f"{Path(path).absolute().as_uri()}?mode=rw"
        return sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def close(self) -> None:
        """Close the connection; the next call opens one again."""
        with self._lock:
            self._drop()


class SqlInbox:
    """journal_inbox over SQL."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def read(self, *, after_id: int, limit: int) -> list[InboxRow]:
        """Return rows with a greater id, ascending."""
        sql = (
            "SELECT id, kind, key, case_id, body, fixed_at_ms FROM journal_inbox "
            "WHERE id > ? ORDER BY id LIMIT ?"
        )
        try:
            found, _ = self._records.run(sql, (after_id, limit))
        except _FAILURES as wrong:
            raise InboxUnreadableError(type(wrong).__name__) from None
        return [
            InboxRow(number, kind, key, case_id, bytes(body), fixed_at_ms)
            for number, kind, key, case_id, body, fixed_at_ms in found
        ]


class SqlCommands:
    """device_command over SQL."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def open_commands(self, *, limit: int) -> list[CommandRow]:
        """Return commands in state queued or delivered, oldest first."""
        sql = (
            f"SELECT {_COMMAND_COLUMNS} FROM device_command "  # noqa: S608 - a constant of this module
            "WHERE state IN ('queued', 'delivered') ORDER BY created_at_ms, id LIMIT ?"
        )
        return [CommandRow(*row) for row in self._run(sql, (limit,))[0]]

    def find(self, command_id: int) -> CommandRow | None:
        """Return one command."""
        sql = f"SELECT {_COMMAND_COLUMNS} FROM device_command WHERE id = ?"  # noqa: S608 - as above
        found = self._run(sql, (command_id,))[0]
        return CommandRow(*found[0]) if found else None

    def change(self, command_id: int, *, state: str, detail: str, now_ms: int) -> bool:
        """Move an open command to `state`; False when it was no longer open."""
        sql = (
            "UPDATE device_command SET state = ?, detail = ?, changed_at_ms = ? "
            "WHERE id = ? AND state IN ('queued', 'delivered')"
        )
        return self._run(sql, (state, detail, now_ms, command_id))[1] == 1

    def _run(self, sql: str, values: Sequence[Value]) -> tuple[list[tuple[Any, ...]], int]:
        try:
            return self._records.run(sql, values)
        except _FAILURES as wrong:
            raise CommandsUnavailableError(type(wrong).__name__) from None
