"""The journal in SQLite: one file, one writer, WAL, synchronous=FULL, group commit."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from importlib import resources
from typing import TYPE_CHECKING, Final

from korgoo.journal import sqlite_tables as tables
from korgoo.journal.composition import (
    Composed,
    Tail,
    check_drafts,
    check_erasure,
    compose_erasure,
    compose_group,
    compose_mark,
)
from korgoo.journal.database_file import (
    BUSY_TIMEOUT_MS,
    install_schema,
    open_file,
    storage_errors,
    transaction,
)
from korgoo.journal.errors import CaseErasedError
from korgoo.journal.keystore import SqliteKeyStore
from korgoo.journal.sealing import Sealer
from korgoo.journal.sqlite_reader import JOURNAL_FILE, JOURNAL_VERSION, SqliteReader
from korgoo.journal.writer_lock import WriterLock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from korgoo.journal.record import Draft

_EMPTIED_AT_ONCE: Final = 2_000  # an erasure holds up appends for some 15 ms at a time


class SqliteJournal(SqliteReader):
    """A `Journal` in `data_dir`. Threads may share it; a second writer is refused."""

    def __init__(
        self, data_dir: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS, durable: bool = True
    ) -> None:
        """Open the journal for writing, create it where there is none, finish what a crash left.

        `durable=False` syncs at `close` only: for a history that is made anew whole if it is cut off, and
        never where a device is acknowledged.

        Raises:
            JournalHeldError: another writer has it.
            StorageError: it cannot be opened.
        """
        self._write_lock = threading.RLock()
        self._tail: Tail | None = None
        self._marked_at_ms: int | None = None
        self._durable = durable
        with ExitStack() as opened:
            opened.callback(WriterLock(data_dir).release)
            path = data_dir / JOURNAL_FILE
            self._writer = open_file(path, writable=True, busy_timeout_ms=busy_timeout_ms)
            opened.callback(self._writer.close)
            self._prepare()
            if not durable:
                opened.callback(self._sync)
            self._keys = SqliteKeyStore(data_dir, writable=True)
            opened.callback(self._keys.close)
            self._sealer = Sealer(self._keys)
            super().__init__(data_dir, busy_timeout_ms=busy_timeout_ms)
            opened.callback(super().close)
            self._reconcile_keys()
            self._resources = opened.pop_all()

    def append(self, drafts: Sequence[Draft], *, now_ms: int, raw_ms: int | None = None) -> tuple[int, ...]:
        """Append one commit group; see `Journal.append`."""
        check_drafts(drafts, now_ms=now_ms)
        with self._writing("append"):
            tail = self._settled_tail(now_ms=now_ms)
            composed = compose_group(drafts, tail=tail, now_ms=now_ms, raw_ms=raw_ms, sealer=self._sealer)
            if composed is None:
                return (0,) * len(drafts)
            self._commit(composed)
            return composed.seqs

    def mark(self, *, now_ms: int, raw_ms: int | None = None) -> int:
        """Append a clock mark; see `Journal.mark`."""
        check_drafts((), now_ms=now_ms)
        with self._writing("mark"):
            tail = self._settled_tail(now_ms=now_ms)
            composed = compose_mark(tail=tail, now_ms=now_ms, raw_ms=raw_ms, sealer=self._sealer)
            self._commit(composed)
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
        """Destroy a case's keys and empty its rows; see `Journal.erase`.

        1. The keys go, durably: from here on nobody can read the rows, whatever happens next.
        2. One commit: the erasure row, the count, the inbox cursor.
        3. Payloads and index rows are emptied in small commits, so that appends are not held up.
        """
        check_erasure(case_id, certificate=certificate, now_ms=now_ms)
        with self._writing("erase"):
            tail = self._settled_tail(now_ms=now_ms)
            if inbox_id is not None and inbox_id <= tail.inbox_cursor:
                return 0
            found = self._writer.execute("SELECT certificate FROM erasure WHERE case_id = ?", (case_id,))
            known = found.fetchone()
            if known is None:
                count = self._record_erasure(
                    case_id,
                    certificate=certificate,
                    tail=tail,
                    now_ms=now_ms,
                    inbox_id=inbox_id,
                    raw_ms=raw_ms,
                )
            elif known[0] != certificate:
                raise CaseErasedError([case_id])
            else:
                count = 0
                self._pass_inbox(inbox_id)
        self._empty_case(case_id)
        return count

    def close(self) -> None:
        """Release files and the writer's lock; harmless when repeated."""
        with self._write_lock:
            self._resources.close()

    def _prepare(self) -> None:
        with storage_errors("open journal"):
            self._writer.execute("PRAGMA journal_mode = WAL")
            self._writer.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'OFF'}")
            self._writer.execute("PRAGMA journal_size_limit = 67108864")
            self._writer.execute("PRAGMA wal_autocheckpoint = 4000")  # 16 MB: fewer pauses, each page once
            self._writer.execute("PRAGMA cache_size = -16000")  # a segment is read back when it is indexed
            script = resources.files("korgoo.journal").joinpath("sqlite.sql").read_text("utf-8")
            install_schema(self._writer, script, version=JOURNAL_VERSION)
            pairs = self._writer.execute("SELECT key, case_id, id FROM subject")
            self._subjects = {(key, case_id): subject for key, case_id, subject in pairs}

    def _sync(self) -> None:
        """Bring all that was written unsynced onto the disk: a checkpoint syncs log and file."""
        self._writer.execute("PRAGMA synchronous = FULL")
        self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _reconcile_keys(self) -> None:
        """Bring keys and erasures into step after a crash or a restored backup of the keys."""
        with storage_errors("open journal"):
            erased = dict(self._writer.execute("SELECT case_id, certificate FROM erasure"))
            unfinished = self._writer.execute("SELECT case_id FROM erasure WHERE finished = 0").fetchall()
        buried = self._keys.tombstones()
        for case_id in sorted(erased.keys() - buried.keys()):  # the backup was older than the erasure
            self._keys.destroy(case_id, certificate=erased[case_id])
        self._owed = {case_id: name for case_id, name in buried.items() if case_id not in erased}
        for (case_id,) in unfinished:
            self._empty_case(case_id)

    def _settled_tail(self, *, now_ms: int) -> Tail:
        """Return the tail, after recording erasures that a crash left between keys and journal."""
        for case_id, certificate in sorted(self._owed.items()):
            tail = self._read_tail()
            self._record_erasure(case_id, certificate=certificate, tail=tail, now_ms=now_ms, inbox_id=None)
            self._empty_case(case_id)
            del self._owed[case_id]
        return self._read_tail()

    def _read_tail(self) -> Tail:
        if self._tail is None:
            head = tables.read_head(self._writer)
            self._tail = Tail(head, tables.read_cursor(self._writer), self._marked_at_ms)
        return self._tail

    def _record_erasure(
        self,
        case_id: int,
        *,
        certificate: str,
        tail: Tail,
        now_ms: int,
        inbox_id: int | None,
        raw_ms: int | None = None,
    ) -> int:
        self._keys.destroy(case_id, certificate=certificate)
        self._sealer.forget()
        count = len(tables.seqs_of_case(self._writer, case_id))
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
        self._commit(composed, erasure=(case_id, certificate, count))
        return count

    def _pass_inbox(self, inbox_id: int | None) -> None:
        if inbox_id is not None:
            self._writer.execute("UPDATE log_state SET inbox_cursor = max(inbox_cursor, ?)", (inbox_id,))
            self._tail = None

    def _commit(self, composed: Composed, *, erasure: tuple[int, str, int] | None = None) -> None:
        with transaction(self._writer):
            if erasure is not None:
                self._writer.execute(
                    "INSERT INTO erasure (case_id, certificate, rows) VALUES (?, ?, ?)", erasure
                )
            fresh = tables.insert_group(self._writer, composed, subjects=self._subjects)
        self._subjects |= fresh
        self._tail = composed.tail
        self._marked_at_ms = composed.tail.marked_at_ms

    def _empty_case(self, case_id: int) -> None:
        """Empty an erased case's rows, letting appends in between the commits."""
        with self._writing("erase"):
            seqs = tables.seqs_of_case(self._writer, case_id)
        for at in range(0, len(seqs), _EMPTIED_AT_ONCE):
            with self._writing("erase"), transaction(self._writer):
                tables.empty_rows(self._writer, seqs[at : at + _EMPTIED_AT_ONCE])
        with self._writing("erase"), transaction(self._writer):
            tables.finish_erasure(self._writer, case_id)

    @contextmanager
    def _writing(self, action: str) -> Iterator[None]:
        """Hold the one append lock; after any failure read the tail afresh from the file."""
        with self._write_lock, storage_errors(action):
            try:
                yield
            except BaseException:
                self._tail = None
                raise
