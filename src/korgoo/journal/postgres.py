"""The journal in PostgreSQL: COPY under an advisory lock, one partition a month.

Several gateways may append: each takes the append lock for its group and reads the tail under it. A
connection lost in the middle of a commit raises `StorageError` though the group may be durable;
the device then sends again, and a duplicate is a fact that the engine ignores.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from importlib import resources
from typing import TYPE_CHECKING, Final

from psycopg.pq import TransactionStatus

from korgoo.journal import postgres_history as history
from korgoo.journal import postgres_tables as tables
from korgoo.journal.composition import (
    Composed,
    Tail,
    check_drafts,
    check_erasure,
    close_group,
    compose_erasure,
    compose_mark,
    outline_group,
    write_rows,
)
from korgoo.journal.errors import CaseErasedError
from korgoo.journal.postgres_keys import INSTALL_LOCK, PostgresKeyStore
from korgoo.journal.postgres_reader import PostgresReader
from korgoo.journal.postgres_session import Session
from korgoo.journal.postgres_turn import APPEND_LOCK, Turn
from korgoo.journal.sealing import Sealer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from korgoo.journal.composition import Outline, Written
    from korgoo.journal.record import Draft

_EMPTIED_AT_ONCE: Final = 2_000
_COPIED_AT_ONCE: Final = 125
"""Rows that are sent before the next are sealed: the server stores the first while we seal the rest."""


class PostgresJournal(PostgresReader):
    """A `Journal` in a database. Threads and processes may append; they take turns."""

    def __init__(self, url: str, *, keys_url: str | None = None) -> None:
        """Open the journal for writing, create it where there is none, finish what a crash left.

        Raises:
            StorageError: the server cannot be reached, or the journal is of another format.
        """
        self._marked_at_ms: int | None = None
        self._subjects: dict[tuple[str, int], int] = {}
        self._turn: Turn | None = None
        self._unindexed: bytes | None = None  # what this turn has to index before it inserts
        self._has_keys_here = keys_url in {None, url}
        self._months: set[int] = set()
        with ExitStack() as opened:
            self._writer = Session(url, writable=True)
            opened.callback(self._writer.end)
            self._prepare()
            self._keys = PostgresKeyStore(keys_url or url, writable=True)
            opened.callback(self._keys.close)
            self._sealer = Sealer(self._keys)
            super().__init__(url, keys_url=keys_url)
            opened.callback(super().close)
            self._reconcile_keys()
            self._resources = opened.pop_all()

    def append(self, drafts: Sequence[Draft], *, now_ms: int, raw_ms: int | None = None) -> tuple[int, ...]:
        """Append one commit group; see `Journal.append`."""
        check_drafts(drafts, now_ms=now_ms)
        self._settle(now_ms=now_ms)
        with self._appending("append") as (turn, tail):
            outline = outline_group(drafts, tail=tail, now_ms=now_ms, raw_ms=raw_ms, sealer=self._sealer)
            if outline is None:
                return (0,) * len(drafts)
            written: list[Written] = []
            fresh = self._insert(turn, outline.batch, outline.month, _write_in_parts(outline, written))
            composed = close_group(outline, written)
            turn.commit(composed.group, composed.tail)
        self._remember(composed, fresh)
        return composed.seqs

    def mark(self, *, now_ms: int, raw_ms: int | None = None) -> int:
        """Append a clock mark; see `Journal.mark`."""
        check_drafts((), now_ms=now_ms)
        self._settle(now_ms=now_ms)
        with self._appending("mark") as (turn, tail):
            composed = compose_mark(tail=tail, now_ms=now_ms, raw_ms=raw_ms, sealer=self._sealer)
            fresh = self._insert_composed(turn, composed)
        self._remember(composed, fresh)
        return composed.group.last_seq

    def erase(
        self,
        case_id: int,
        *,
        certificate: str,
        now_ms: int,
        inbox_id: int | None = None,
        raw_ms: int | None = None,
    ) -> int:
        """Destroy a case's keys and empty its rows; the steps of `SqliteJournal.erase`."""
        check_erasure(case_id, certificate=certificate, now_ms=now_ms)
        self._settle(now_ms=now_ms)
        count = self._record_erasure(
            case_id, certificate=certificate, now_ms=now_ms, inbox_id=inbox_id, raw_ms=raw_ms
        )
        self._empty_case(case_id)
        return count

    def close(self) -> None:
        """Close the connections; harmless when repeated."""
        self._resources.close()

    def _prepare(self) -> None:
        folder = resources.files("korgoo.journal")
        with self._writer.use("open journal") as db, db.transaction():
            db.execute("SELECT pg_advisory_xact_lock(%s)", (INSTALL_LOCK,))
            if db.execute("SELECT to_regclass('journal.log_state')").fetchone() == (None,):
                db.execute(folder.joinpath("postgres.sql").read_bytes())
            if db.execute("SELECT version FROM journal.log_state").fetchone() == (1,):
                db.execute("SET LOCAL statement_timeout = 0")  # an old journal may be long
                db.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
                db.execute(folder.joinpath("postgres_index.sql").read_bytes())
            pairs = db.execute("SELECT key, case_id, id FROM journal.subject")
            self._subjects = {(key, case_id): subject for key, case_id, subject in pairs}

    def _reconcile_keys(self) -> None:
        """Bring keys and erasures into step after a crash or a restored backup of the keys."""
        with self._appending("open journal") as (turn, _):
            found = turn.connection.execute(
                "SELECT case_id, certificate, finished FROM journal.erasure"
            ).fetchall()
            erased = {case_id: certificate for case_id, certificate, _ in found}
            buried = self._keys.tombstones()
            for case_id in sorted(erased.keys() - buried.keys()):  # the backup was older than the erasure
                self._keys.destroy(case_id, certificate=erased[case_id])
        self._owed = {case_id: name for case_id, name in buried.items() if case_id not in erased}
        for case_id, _, finished in found:
            if not finished:
                self._empty_case(case_id)

    def _settle(self, *, now_ms: int) -> None:
        """Record erasures that a crash left between the keys and the journal."""
        for case_id, certificate in sorted(self._owed.items()):
            self._record_erasure(case_id, certificate=certificate, now_ms=now_ms, inbox_id=None)
            self._empty_case(case_id)
            del self._owed[case_id]

    def _record_erasure(
        self,
        case_id: int,
        *,
        certificate: str,
        now_ms: int,
        inbox_id: int | None,
        raw_ms: int | None = None,
    ) -> int:
        with self._appending("erase") as (turn, tail):
            db = turn.connection
            if inbox_id is not None and inbox_id <= tail.inbox_cursor:
                return 0
            found = db.execute("SELECT certificate FROM journal.erasure WHERE case_id = %s", (case_id,))
            known = found.fetchone()
            if known is not None and known[0] != certificate:
                raise CaseErasedError([case_id])
            if known is not None:
                tables.pass_inbox(db, inbox_id)
                return 0
            self._keys.destroy(case_id, certificate=certificate)
            self._sealer.forget()
            count = len(history.seqs_of_case(db, case_id))
            composed = compose_erasure(
                case_id,
                certificate=certificate,
                count=count,
                tail=tail,
                now_ms=now_ms,
                inbox_id=inbox_id,
                raw_ms=raw_ms,
                sealer=self._sealer,
            )
            db.execute(
                "INSERT INTO journal.erasure (case_id, certificate, rows) VALUES (%s, %s, %s)",
                (case_id, certificate, count),
            )
            fresh = self._insert_composed(turn, composed)
        self._remember(composed, fresh)
        return count

    def _empty_case(self, case_id: int) -> None:
        """Empty the rows of a case whose erasure is recorded, in small commits, letting appends in between.

        The index comes last and under the append lock: a segment that another appender fills meanwhile would
        bring rows back that it saw before they were emptied.
        """
        with self._writer.use("erase") as db:
            owed = "SELECT 1 FROM journal.erasure WHERE case_id = %s AND NOT finished"
            if db.execute(owed, (case_id,)).fetchone() is None:
                return
            seqs = history.seqs_of_case(db, case_id)
            for at in range(0, len(seqs), _EMPTIED_AT_ONCE):
                tables.empty_rows(db, seqs[at : at + _EMPTIED_AT_ONCE])
            with db.transaction():
                db.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
                history.forget_case(db, case_id)
                db.execute("UPDATE journal.erasure SET finished = true WHERE case_id = %s", (case_id,))

    def _insert_composed(self, turn: Turn, composed: Composed) -> dict[tuple[str, int], int]:
        """Insert a group that is whole, and commit; return the subjects that are new to us."""
        fresh = self._insert(turn, composed.rows, composed.rows[0].month, (composed.rows,))
        turn.commit(composed.group, composed.tail)
        return fresh

    def _insert(
        self, turn: Turn, said: Sequence[Draft | Written], month: int, parts: Iterable[list[Written]]
    ) -> dict[tuple[str, int], int]:
        """Insert rows inside of the turn, `said` by these; return the subjects that are new to us."""
        db = turn.connection
        if month not in self._months:
            tables.make_partition(db, month)
        met = {(one.key, one.case_id) for one in said}
        fresh = tables.intern_subjects(db, met - self._subjects.keys())
        subjects = self._subjects | fresh if fresh else self._subjects
        tables.copy_rows(turn, parts, subjects=subjects, before=self._unindexed)
        return fresh

    def _remember(self, composed: Composed, fresh: dict[tuple[str, int], int]) -> None:
        """Keep what is certain now that the group is committed."""
        self._subjects |= fresh
        self._months.add(composed.rows[0].month)
        self._marked_at_ms = composed.tail.marked_at_ms

    @contextmanager
    def _appending(self, action: str) -> Iterator[tuple[Turn, Tail]]:
        """One transaction under the append lock, which is given back at its end, and the tail under it."""
        with self._writer.use(action) as db:
            turn = self._turn
            if turn is None or turn.connection is not db:
                turn = self._turn = Turn(db, with_tombstones=self._has_keys_here)
            try:
                begun = turn.begin()
                if begun.erased is not None:
                    self._keys.note_generation(begun.erased)
                self._unindexed = history.find_unindexed(last_seq=begun.head.seq, segments=begun.segments)
                yield turn, Tail(begun.head, begun.inbox_cursor, self._marked_at_ms)
                if db.info.transaction_status != TransactionStatus.IDLE:  # nothing was inserted
                    db.execute("COMMIT")
            except BaseException:
                turn.abandon()
                raise


def _write_in_parts(outline: Outline, written: list[Written]) -> Iterator[list[Written]]:
    """Yield the outline's rows as they are sealed, and keep them all in `written`."""
    for begin in range(0, len(outline.batch), _COPIED_AT_ONCE):
        part = write_rows(outline, begin, begin + _COPIED_AT_ONCE)
        written += part
        yield part
