"""One appender's turn in PostgreSQL, spoken in libpq itself: begin, COPY, commit, one round trip each.

psycopg's cursors and pipeline cost a commit group ten times what libpq takes for the same messages, and a
group of one costs as much of that as a group of a thousand. Only what each group needs is here; all that
is rare goes through the connection as ever, in between. Errors are psycopg's own, without the detail
line, which quotes the failing row.
"""

from __future__ import annotations

import select
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

import psycopg
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, PipelineStatus, TransactionStatus

from korgoo.journal.errors import StorageError
from korgoo.journal.postgres_reader import HEAD
from korgoo.journal.record import Head

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.pq.abc import PGresult

    from korgoo.journal.composition import Tail
    from korgoo.journal.record import Group

APPEND_LOCK: Final = 0x6B6F7267_6F6F_0002

_STATEMENTS: Final = {
    # Each statement sees what was committed before it: the head is read after the lock is had.
    b"korgoo_begin": b"BEGIN ISOLATION LEVEL READ COMMITTED",
    b"korgoo_lock": b"SELECT pg_advisory_xact_lock(%d)" % APPEND_LOCK,
    b"korgoo_link": b"WITH linked AS (INSERT INTO journal.log_group VALUES ($1, $2, $3, $4))"
    b" UPDATE journal.log_state SET log_at_ms = $5, inbox_cursor = $6",
    b"korgoo_commit": b"COMMIT",
}
_COPY: Final = (
    b"COPY journal.log_row (seq, log_at_ms, raw_at_ms, kind, subject, month, body_hash, payload, row_hash,"
    b" fixed_at_ms) FROM STDIN (FORMAT BINARY)"
)
_pack_number = struct.Struct(">q").pack
_IN_BINARY: Final = [Format.BINARY] * 6


class Begun(NamedTuple):
    """Where the journal stands under the lock. `erased` counts cases, None where the keys lie elsewhere."""

    head: Head
    inbox_cursor: int
    erased: int | None
    segments: int


class Turn:
    """The statements of a turn, prepared on one connection; that connection prepares none of its own."""

    def __init__(self, db: Connection, *, with_tombstones: bool) -> None:
        """Prepare. `with_tombstones`: the keys lie in the same database, `begin` counts the erased cases."""
        self.connection = db
        # psycopg deallocates everybody's statements after a rollback, unless it has none itself.
        db.prepare_threshold = None
        self._pg = db.pgconn
        self._reading, self._both = select.poll(), select.poll()
        self._reading.register(self._pg.socket, select.POLLIN)
        self._both.register(self._pg.socket, select.POLLIN | select.POLLOUT)
        tombstones = "(SELECT count(*) FROM keys.tombstone)" if with_tombstones else "NULL::bigint"
        head = HEAD.replace(" FROM", f", {tombstones}, t.segments FROM", 1)
        for name, statement in {**_STATEMENTS, b"korgoo_head": head.encode()}.items():
            _check(self._pg.prepare(name, statement))

    def begin(self) -> Begun:
        """Begin a transaction, wait for the append lock, and only then read the head."""
        pg = self._pg
        pg.enter_pipeline_mode()
        for name in (b"korgoo_begin", b"korgoo_lock", b"korgoo_head"):
            pg.send_query_prepared(name, None, result_format=Format.BINARY)
        found = self._finish(3)
        if not found.ntuples:
            raise StorageError("the journal's state is missing")
        seq, log_at_ms, link, group, cursor, tombstones, segments = (
            found.get_value(0, column) for column in range(7)
        )
        head = Head()
        if seq and log_at_ms and link and group:
            head = Head(_number(seq), _number(log_at_ms), bytes(link), _number(group))
        return Begun(
            head,
            _number(cursor or b"\0"),
            None if tombstones is None else _number(tombstones),
            _number(segments or b"\0"),
        )

    def start(self, statements: bytes) -> None:
        """Let the server begin with these statements; `finish` has to follow."""
        self._pg.send_query(statements)
        self._flush()

    def is_at_work(self) -> bool:
        """Tell whether the server is still busy with the first of what was started."""
        self._pg.consume_input()
        return bool(self._pg.is_busy())

    def finish(self) -> None:
        """Wait until all that was started is done."""
        while (result := self._next()) is not None:
            _check(result)

    def begin_copy(self) -> None:
        """Make the server ready for rows, of which `send` brings the bytes."""
        self._pg.send_query(_COPY)
        self._flush()
        _check(self._next(), ExecStatus.COPY_IN)

    def send(self, part: bytes) -> None:
        """Hand rows to the socket, as far as it takes them now: the server works while we go on."""
        if self._pg.put_copy_data(part) == 0:
            raise psycopg.OperationalError("no memory to send rows from")
        self._pg.flush()

    def end_copy(self) -> None:
        """Wait until the server has taken all rows."""
        self._pg.put_copy_end()
        self._flush()
        result = self._next()
        while self._next() is not None:
            pass
        _check(result)

    def commit(self, group: Group, tail: Tail) -> None:
        """Link the group to the chain and commit; it is durable on return."""
        pg = self._pg
        told = (group.number, group.first_seq, group.count, None, tail.head.log_at_ms, tail.inbox_cursor)
        values = [group.link if one is None else _pack_number(one) for one in told]
        pg.enter_pipeline_mode()
        pg.send_query_prepared(b"korgoo_link", values, _IN_BINARY)
        pg.send_query_prepared(b"korgoo_commit", None)
        if self._finish(2).command_status != b"COMMIT":  # a failed transaction answers COMMIT with ROLLBACK
            raise psycopg.OperationalError("the group was rolled back")

    def abandon(self) -> None:
        """Roll back what is unfinished; a connection that was left within an exchange is closed instead."""
        status = self._pg.transaction_status
        if self._pg.pipeline_status != PipelineStatus.OFF or status == TransactionStatus.ACTIVE:
            self.connection.close()
        elif status != TransactionStatus.IDLE and not self.connection.closed:
            self.connection.rollback()

    def _finish(self, count: int) -> PGresult:
        """Send what waits in the pipeline, read the answers of that many statements, return the last one."""
        pg = self._pg
        pg.pipeline_sync()
        self._flush()
        wrong: PGresult | None = None
        last: PGresult | None = None
        for _ in range(count):
            last = self._next()
            if wrong is None and (last is None or last.status == ExecStatus.FATAL_ERROR):
                wrong = last
            self._next()  # nothing: the end of this statement's answers
        if pg.status == ConnStatus.OK:
            self._next()  # the end of the pipeline
            pg.exit_pipeline_mode()
        if last is None or wrong is not None:
            raise _name_error(wrong)
        return last

    def _next(self) -> PGresult | None:
        """Return the next answer; None ends those of one statement. Others may run while we wait."""
        pg = self._pg
        while pg.is_busy():
            self._reading.poll()
            pg.consume_input()
        return pg.get_result()

    def _flush(self) -> None:
        """Send all that waits; the server may have to be heard meanwhile, or both would wait for ever."""
        pg = self._pg
        while pg.flush():
            if any(event & ~select.POLLOUT for _, event in self._both.poll()):
                pg.consume_input()


def _number(value: bytes) -> int:
    return int.from_bytes(value, "big", signed=True)


def _check(result: PGresult | None, expected: ExecStatus = ExecStatus.COMMAND_OK) -> None:
    if result is None or result.status != expected:
        raise _name_error(result)


def _name_error(result: PGresult | None) -> psycopg.Error:
    """Return what the server says, by psycopg's name for it, without its detail line."""
    if result is None:
        return psycopg.OperationalError("the connection was lost")
    said = result.error_field(DiagnosticField.MESSAGE_PRIMARY) or result.error_message
    state = result.error_field(DiagnosticField.SQLSTATE) or b""
    try:
        named: type[psycopg.Error] = psycopg.errors.lookup(state.decode())
    except KeyError:
        named = psycopg.OperationalError
    return named(said.decode(errors="replace"))
