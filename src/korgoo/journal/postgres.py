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

from korgoo.journal import postgres_tables as tables
from korgoo.journal.composition import (
    Composed,
    Tail,
    check_drafts,
    check_erasure,
    compose_erasure,
    compose_group,
    compose_mark,
)
from korgoo.journal.errors import CaseErasedError
from korgoo.journal.postgres_keys import INSTALL_LOCK, PostgresKeyStore
from korgoo.journal.postgres_reader import PostgresReader, ask_head, read_head
from korgoo.journal.postgres_session import Session
from korgoo.journal.sealing import Sealer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

    from korgoo.journal.record import Draft

APPEND_LOCK: Final = 0x6B6F7267_6F6F_0002
_EMPTIED_AT_ONCE: Final = 2_000


class PostgresJournal(PostgresReader):
    """A `Journal` in a database. Threads and processes may append; they take turns."""

    def __init__(self, url: str, *, keys_url: str | None = None) -> None:
        """Open the journal for writing, create it where there is none, finish what a crash left.

        Raises:
            StorageError: the server cannot be reached, or the journal is of another format.
        """
        self._marked_at_ms: int | None = None
        self._subjects: dict[tuple[str, int], int] = {}
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
        with self._appending("append") as (db, tail):
            composed = compose_group(drafts, tail=tail, now_ms=now_ms, raw_ms=raw_ms, sealer=self._sealer)
            if composed is None:
                return (0,) * len(drafts)
            fresh = self._insert(db, composed)
        self._remember(composed, fresh)
        return composed.seqs

    def mark(self, *, now_ms: int, raw_ms: int | None = None) -> int:
        """Append a clock mark; see `Journal.mark`."""
        check_drafts((), now_ms=now_ms)
        self._settle(now_ms=now_ms)
        with self._appending("mark") as (db, tail):
            composed = compose_mark(tail=tail, now_ms=now_ms, raw_ms=raw_ms, sealer=self._sealer)
            fresh = self._insert(db, composed)
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
        script = resources.files("korgoo.journal").joinpath("postgres.sql").read_bytes()
        with self._writer.use("open journal") as db, db.transaction():
            db.execute("SELECT pg_advisory_xact_lock(%s)", (INSTALL_LOCK,))
            if db.execute("SELECT to_regclass('journal.log_state')").fetchone() == (None,):
                db.execute(script)
            pairs = db.execute("SELECT key, case_id, id FROM journal.subject")
            self._subjects = {(key, case_id): subject for key, case_id, subject in pairs}

    def _reconcile_keys(self) -> None:
        """Bring keys and erasures into step after a crash or a restored backup of the keys."""
        with self._appending("open journal") as (db, _):
            found = db.execute("SELECT case_id, certificate, finished FROM journal.erasure").fetchall()
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
        with self._appending("erase") as (db, tail):
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
            count = len(tables.seqs_of_case(db, case_id))
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
            fresh = self._insert(db, composed)
        self._remember(composed, fresh)
        return count

    def _empty_case(self, case_id: int) -> None:
        """Empty the rows of a case whose erasure is recorded, in small commits; no append lock is needed."""
        with self._writer.use("erase") as db:
            owed = "SELECT 1 FROM journal.erasure WHERE case_id = %s AND NOT finished"
            if db.execute(owed, (case_id,)).fetchone() is None:
                return
            seqs = tables.seqs_of_case(db, case_id)
            for at in range(0, len(seqs), _EMPTIED_AT_ONCE):
                tables.empty_rows(db, seqs[at : at + _EMPTIED_AT_ONCE])
            db.execute("UPDATE journal.erasure SET finished = true WHERE case_id = %s", (case_id,))

    def _insert(self, db: Connection, composed: Composed) -> dict[tuple[str, int], int]:
        """Insert a group, inside the caller's transaction; return the subjects that are new to us."""
        month = composed.rows[0].month
        if month not in self._months:
            tables.make_partition(db, month)
        return tables.insert_group(db, composed, subjects=self._subjects)

    def _remember(self, composed: Composed, fresh: dict[tuple[str, int], int]) -> None:
        """Keep what is certain now that the group is committed."""
        self._subjects |= fresh
        self._months.add(composed.rows[0].month)
        self._marked_at_ms = composed.tail.marked_at_ms

    @contextmanager
    def _appending(self, action: str) -> Iterator[tuple[Connection, Tail]]:
        """One transaction under the append lock, which PostgreSQL gives back at its end; the tail under it.

        The statements at its begin go out together, as do those at its end (`tables.insert_group` and the
        commit): each round trip costs a group as much as ten rows.
        """
        with self._writer.use(action) as db:
            try:
                with db.pipeline():
                    db.execute("BEGIN", prepare=False)
                    db.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,), prepare=True)
                    found = ask_head(db)
                yield db, Tail(*read_head(found), self._marked_at_ms)
                if db.info.transaction_status != TransactionStatus.IDLE:  # `insert_group` has committed
                    db.execute("COMMIT")
            except BaseException:
                if not db.closed:
                    db.rollback()
                raise
