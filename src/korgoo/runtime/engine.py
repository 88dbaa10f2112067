"""The engine's loop: reads the journal from its cursors, judges, and records in one transaction.

A transaction holds findings, alerts, outbox, feed rows, wishes for devices and the cursor. A restart takes
the last snapshot, judges the rows since once more and records again what was recorded before: inserts by
(finding, number) leave it out, so nothing is lost and nothing doubled.
"""

from __future__ import annotations

import gc
import logging
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec
from django.db import transaction
from django.db.models import Max

from korgoo.alerts.opening import open_or_raise_alerts, raise_quiet_losses
from korgoo.engine.rows import Kind
from korgoo.engine.shard import Shard, ShardSnapshot
from korgoo.monitoring.cursors import claim_shard, find_snapshot, write_snapshot
from korgoo.monitoring.models import ShardCursor
from korgoo.monitoring.recording import CursorMove, record_findings
from korgoo.orders.plan_document import find_person
from korgoo.outbox.journal_inbox import find_last_id
from korgoo.runtime.memory import Memory
from korgoo.runtime.painting import Painter
from korgoo.runtime.starts import Round, Starts, forget_cases
from korgoo.runtime.wishes import ask_devices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from korgoo.engine.findings import Finding
    from korgoo.engine.pairs.rate import RateRequest
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rejudge import Recalled
    from korgoo.engine.rows import Row
    from korgoo.journal.protocol import JournalReader

log = logging.getLogger("korgoo.engine")

READ_ROWS: Final = 5_000
FINDINGS_A_TRANSACTION: Final = 12
"""A dozen findings with their alerts take about 40 ms on SQLite; no transaction may take over 50 ms."""
SNAPSHOT_ROWS: Final = 100_000
SNAPSHOT_MS: Final = 60_000
TEND_TURNS: Final = 20
"""Under load, when no turn finds nothing to read, starting points are made once in so many turns."""
_WRITTEN: Final = object()


class StoresApartError(RuntimeError):
    """Journal and records are not of one time: an end was cut off, or an older copy took the place of one.

    New rows of the older one would get numbers that count as done: fixes that nobody judges, orders that
    nobody applies. The engine must not run, and no half of it can be made whole here (ADR 391).
    """


def check_stores(reader: JournalReader) -> None:
    """Let pass a journal and records that belong together.

    Raises:
        StoresApartError: what was judged is not in the journal, or what was applied is not in the inbox.
    """
    judged = ShardCursor.objects.aggregate(seq=Max("seq"))["seq"] or 0
    ends = reader.head().seq
    if judged > ends:
        raise StoresApartError(f"judged up to row {judged:,}, but the journal ends with row {ends:,}")
    applied = reader.inbox_cursor()  # before the inbox: it only follows it
    written = find_last_id()
    if applied > written:
        raise StoresApartError(
            f"the journal applied control row {applied:,}, but the records end with {written:,}"
        )


class OwnedShard:
    """One shard at work in this process."""

    def __init__(self, index: int, shards: int, *, starts: Starts, parameters: Parameters) -> None:
        """Start with an empty shard; `restore` brings it up to the last snapshot."""
        self.index = index
        self.memory = Memory(starts, seq=0, marked_ms=0)
        self.shard = Shard(
            parameters, recall=self._recall, recall_pair=self._recall_pair, index=index, shards=shards
        )
        self.round = Round(starts)
        self.starts = starts
        self.cursor = 0

    def _recall(self, key: str, until_seq: int) -> Recalled:
        return self.memory.recall(key, until_seq)

    def _recall_pair(self, key: str, people: Sequence[str], until_seq: int) -> Recalled:
        return self.memory.recall(key, until_seq, people=people)

    def restore(self, packed: bytes | None, cursor: int) -> None:
        """Take the snapshot, if there is one, and the cursor of what is recorded."""
        self.cursor = cursor
        if packed is None:
            return
        snapshot = msgspec.msgpack.decode(packed, type=ShardSnapshot)
        self.shard.restore(snapshot)
        self.memory = Memory(self.starts, seq=snapshot.seq, marked_ms=snapshot.marked_ms)


class EngineLoop:
    """All shards of this process over one reader of the journal."""

    def __init__(
        self,
        reader: JournalReader,
        *,
        clock: Callable[[], datetime],
        parameters: Parameters,
        shards: int = 1,
        snapshot_ms: int = SNAPSHOT_MS,
    ) -> None:
        """Own every shard: SQLite has one engine; the lock of `korgoo up` keeps a second one away.

        `snapshot_ms` is time by `clock` between snapshots; 0 = by rows only, where `clock` runs fast.
        """
        self.reader = reader
        self.clock = clock
        self.owner = secrets.token_hex(8)
        self.painter = Painter()
        starts = Starts(reader, parameters)
        self.owned = [OwnedShard(i, shards, starts=starts, parameters=parameters) for i in range(shards)]
        self.read_seq = 0
        self._turns = 0
        self._snapshot_ms = snapshot_ms
        self._snapshot_seq = 0
        self._snapshot_at: datetime | None = None
        self._unwritten: list[Iterator[None]] = []

    def start(self) -> None:
        """Claim the shards and restore them; the next turn reads from the oldest snapshot on.

        Raises:
            StoresApartError: journal and records do not belong together.
        """
        check_stores(self.reader)
        with _without_collector():
            for owned in self.owned:
                cursor = claim_shard(owned.index, owner=self.owner, now=self.clock())
                found = find_snapshot(owned.index)
                owned.restore(found[1] if found is not None else None, cursor)
        self.read_seq = min(owned.shard.seq for owned in self.owned)
        self._snapshot_seq = self.read_seq
        self._snapshot_at = self.clock()

    def turn(self) -> int:
        """Judge and record what has come since; return how many rows were read."""
        self._write_snapshot()
        stored = self.reader.rows(after_seq=self.read_seq, limit=READ_ROWS)
        if not stored:
            return 0
        opened = self.reader.open_rows(stored)
        rows = [row for entry in opened if (row := entry.row()) is not None]
        for stretch in split_at_marks(rows):
            for owned in self.owned:
                self._judge(owned, stretch)
            if stretch[0].kind is Kind.MARK:
                self._snapshot_if_due(stretch[0].seq)
        self.read_seq = stored[-1].seq
        for owned in self.owned:
            owned.shard.seq = self.read_seq
            self._record(owned, (), self.read_seq)
        forget_cases(rows)
        self.painter.paint(rows, [owned.shard for owned in self.owned])
        self._turns += 1
        if self._turns % TEND_TURNS == 0:
            self.tend()
        return len(stored)

    def tend(self) -> bool:
        """Do a little for the starting points; say whether there was something to do."""
        return any(owned.round.step(owned.shard) for owned in self.owned)

    def _judge(self, owned: OwnedShard, rows: Sequence[Row]) -> None:
        fresh = [row for row in rows if row.seq > owned.shard.seq]
        if not fresh:
            return
        findings = owned.shard.feed(fresh)
        owned.memory.write(findings)
        wishes = owned.shard.take_wishes()
        if findings or wishes:
            self._record(owned, findings, fresh[-1].seq, wishes)
        planned = find_planned(row for row in fresh if owned.shard.owns(row.key))
        if planned:  # after the findings: an order that protects somebody calls for what was kept quiet
            raise_quiet_losses(planned, now=self.clock())

    def _record(
        self, owned: OwnedShard, findings: Sequence[Finding], seq: int, wishes: Sequence[RateRequest] = ()
    ) -> None:
        """Record findings in transactions of a dozen; cursor and wishes go with the last of them."""
        if seq <= owned.cursor and not findings and not wishes:
            return
        parts = [
            findings[start : start + FINDINGS_A_TRANSACTION]
            for start in range(0, len(findings), FINDINGS_A_TRANSACTION)
        ] or [()]
        now = self.clock()
        for number, part in enumerate(parts, 1):
            reached = max(seq, owned.cursor) if number == len(parts) else owned.cursor
            with transaction.atomic():
                recorded = record_findings(
                    part, shard=owned.index, cursor=CursorMove(reached, self.owner), now=now
                )
                open_or_raise_alerts(recorded, now=now)
                if number == len(parts):
                    ask_devices(wishes, now=now)
            owned.cursor = reached

    def _snapshot_if_due(self, seq: int) -> None:
        """Pack the states after a mark, so that a snapshot stands between two moments of the log."""
        now = self.clock()
        waited_ms = (now - self._snapshot_at).total_seconds() * 1000 if self._snapshot_at else SNAPSHOT_MS
        due = self._snapshot_ms and waited_ms >= self._snapshot_ms
        if self._unwritten or (seq - self._snapshot_seq < SNAPSHOT_ROWS and not due):
            return
        self._keep_snapshot(seq, now=now)

    def keep_snapshot(self) -> None:
        """Keep a snapshot of what has been judged; the last row must be a mark, as for `_snapshot_if_due`."""
        self._keep_snapshot(self.read_seq, now=self.clock())
        while self._unwritten:
            self._write_snapshot()

    def _keep_snapshot(self, seq: int, *, now: datetime) -> None:
        for owned in self.owned:
            if owned.shard.seq > seq:
                continue  # restored from a later snapshot: it has judged this row already
            self._record(owned, (), seq)
            snapshot = owned.shard.snapshot()
            # What was put out up to here stands in the records: from now on it is recalled from there.
            owned.memory = Memory(owned.starts, seq=snapshot.seq, marked_ms=snapshot.marked_ms)
            blob = msgspec.msgpack.encode(snapshot)
            written = write_snapshot(owned.index, seq=snapshot.seq, blob=blob, owner=self.owner, now=now)
            self._unwritten.append(written)
        self._snapshot_seq, self._snapshot_at = seq, now
        self._write_snapshot()

    def _write_snapshot(self) -> None:
        """Write a part of what was packed: 20,000 people are 60 MB, and alerts must not wait for them all."""
        while self._unwritten:
            if next(self._unwritten[0], _WRITTEN) is not _WRITTEN:
                return
            del self._unwritten[0]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the garbage collector off while millions of objects are made that all stay.

    It would walk them again and again, for half of a restart's time. What was made is then set apart from
    later collections: with 20,000 people one of those held judging up for most of a second.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_on:
            gc.enable()


def find_planned(rows: Iterable[Row]) -> set[int]:
    """Return the people whose plan is among these rows."""
    people = (find_person(row.key) for row in rows if row.kind is Kind.PLAN)
    return {person_id for person_id in people if person_id is not None}


def split_at_marks(rows: Sequence[Row]) -> list[list[Row]]:
    """Cut before and after every mark: late facts are settled there, against all that was put out before."""
    stretches: list[list[Row]] = [[]]
    for row in rows:
        if row.kind is Kind.MARK:
            stretches += [[row], []]
        else:
            stretches[-1].append(row)
    return [stretch for stretch in stretches if stretch]
