"""Walks a journal and says: intact, erased under certificate, or broken at seq.

It needs no keys and a few MB of memory whatever the journal's length: row hashes are made again from
header and payload, links from row hashes. What it cannot see is a forger who rewrote everything from some row
to the end; a head that was kept elsewhere (`expected_head`) shows that too.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine import rows
from korgoo.journal.errors import CorruptError
from korgoo.journal.record import LATEST_MS, Head, hash_row, header_of, month_of
from korgoo.journal.sqlite_reader import SqliteReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from korgoo.journal.protocol import JournalReader
    from korgoo.journal.record import Group, Stored

ROWS_AT_ONCE: Final = 2_000
GROUPS_AT_ONCE: Final = 500


class State(StrEnum):
    """The three answers."""

    INTACT = "intact"
    ERASED = "erased"  # intact, with payloads erased under the certificates named
    BROKEN = "broken"


class Fault(StrEnum):
    """Why a journal is broken."""

    ROW_HASH = "row_hash"  # header or payload differ from what was hashed
    LINK = "link"  # the group's row hashes or the link before differ from what was linked
    MISSING_ROW = "missing_row"  # a row of a group is not there
    GROUP = "group"  # group numbers or their first rows leave a gap, or rows lie outside every group
    LOG_TIME = "log_time"  # log time runs backwards, or the month is not that of the log time
    TRUNCATED = "truncated"  # the journal ends before the head that was expected
    OTHER_HEAD = "other_head"  # it goes on, but not over the head that was expected
    ERASURE = "erasure"  # a payload is gone without an erasure row, or rows follow an erasure
    UNREADABLE = "unreadable"  # the store's file is damaged here


class Certificate(msgspec.Struct, frozen=True):
    """One erasure: its row's seq, how many rows it named, how many are empty by now."""

    certificate: str
    case_id: int
    seq: int
    rows: int
    emptied: int


class Verdict(msgspec.Struct, frozen=True):
    """What the walk found. `broken_at` is the first seq that does not hold; `head` where the walk ended."""

    state: State
    head: Head
    rows: int
    certificates: tuple[Certificate, ...] = ()
    fault: Fault | None = None
    broken_at: int | None = None


class _BrokenError(Exception):
    """Ends the walk: the first fault, and the seq it is at."""

    def __init__(self, fault: Fault, seq: int) -> None:
        self.fault = fault
        self.seq = seq
        super().__init__(fault, seq)


def verify_path(data_dir: Path, *, expected_head: Head | None = None) -> Verdict:
    """Verify the SQLite journal in a data folder, beside its writer or not.

    Raises:
        StorageError: there is no journal, or it cannot be opened.
    """
    reader = SqliteReader(data_dir)
    try:
        return verify(reader, expected_head=expected_head)
    finally:
        reader.close()


def verify(
    journal: JournalReader,
    *,
    expected_head: Head | None = None,
    expected_link: tuple[int, bytes] | None = None,
) -> Verdict:
    """Walk the whole journal, up to the group that is last when the walk gets there.

    `expected_head` or `expected_link` (the seq of a head and its link) is what was kept elsewhere.

    Raises:
        StorageError: the store cannot be read for a reason other than damage (locked, closed).
    """
    if expected_head is not None:
        expected_link = (expected_head.seq, expected_head.link)
    walk = _Walk(journal, expected_link)
    try:
        walk.run()
    except _BrokenError as broken:
        return walk.report(State.BROKEN, fault=broken.fault, broken_at=broken.seq)
    except CorruptError:
        return walk.report(State.BROKEN, fault=Fault.UNREADABLE, broken_at=walk.next_seq)
    return walk.report(State.ERASED if walk.erasures else State.INTACT)


class _Walk:
    """One pass. Memory grows with the number of erased cases only."""

    def __init__(self, journal: JournalReader, expected: tuple[int, bytes] | None) -> None:
        self.head = Head()
        self.next_seq = 1
        self.erasures: dict[int, tuple[int, rows.Erasure]] = {}
        self._expected = expected
        self._journal = journal
        self._emptied: dict[int, tuple[int, int]] = {}  # case -> first emptied seq, count
        self._rows = self._stream_rows(after=0)

    def run(self) -> None:
        for group in self._stream_groups():
            self._check_group(group)
        if self._expected is not None and self._expected[0] > self.head.seq:
            raise _BrokenError(Fault.TRUNCATED, self.head.seq + 1)
        for case_id, (first_seq, count) in self._emptied.items():
            if case_id not in self.erasures or count > self.erasures[case_id][1].rows:
                raise _BrokenError(Fault.ERASURE, first_seq)

    def report(self, state: State, *, fault: Fault | None = None, broken_at: int | None = None) -> Verdict:
        certificates = tuple(
            Certificate(body.certificate, case_id, seq, body.rows, self._emptied.get(case_id, (0, 0))[1])
            for case_id, (seq, body) in sorted(self.erasures.items())
        )
        return Verdict(state, self.head, self.head.seq, certificates, fault, broken_at)

    def _stream_groups(self) -> Iterator[Group]:
        while True:
            found = self._journal.groups(after_group=self.head.group, limit=GROUPS_AT_ONCE)
            yield from found
            if not found:
                if not self._journal.rows(after_seq=self.head.seq, limit=1):
                    return
                if not self._journal.groups(after_group=self.head.group, limit=1):
                    raise _BrokenError(Fault.GROUP, self.head.seq + 1)

    def _stream_rows(self, *, after: int) -> Iterator[Stored]:
        limit = ROWS_AT_ONCE
        while True:
            try:
                found = self._journal.rows(after_seq=after, limit=limit)
            except CorruptError:
                if limit == 1:
                    raise
                limit = 1  # go on one by one, up to the row that cannot be read
                continue
            if not found:
                return
            yield from found
            after = found[-1].seq

    def _next_row(self, seq: int) -> Stored:
        row = next(self._rows, None)
        if row is None:  # the stream ended before rows that were appended since
            self._rows = self._stream_rows(after=seq - 1)
            row = next(self._rows, None)
        if row is None or row.seq != seq:
            raise _BrokenError(Fault.MISSING_ROW, seq)
        return row

    def _check_group(self, group: Group) -> None:
        first = self.head.seq + 1
        if group.number != self.head.group + 1 or group.first_seq != first or group.count < 1:
            raise _BrokenError(Fault.GROUP, first)
        digest = hashlib.sha256(self.head.link + group.count.to_bytes(8, "big"))
        log_at_ms = self.head.log_at_ms
        for seq in range(first, first + group.count):
            row = self._next_row(seq)
            self._check_row(row, log_at_ms=log_at_ms)
            digest.update(row.row_hash)
            log_at_ms = row.log_at_ms
        if digest.digest() != group.link:
            raise _BrokenError(Fault.LINK, first)
        self.head = Head(group.last_seq, log_at_ms, group.link, group.number)
        expected = self._expected
        # The group in which the expected seq lies must end with it, under the expected link.
        is_here = expected is not None and first <= expected[0] <= self.head.seq
        if is_here and expected != (self.head.seq, self.head.link):
            raise _BrokenError(Fault.OTHER_HEAD, first)

    def _check_row(self, row: Stored, *, log_at_ms: int) -> None:
        self.next_seq = row.seq + 1
        emptied = row.payload is None
        payload_hash = row.payload_hash if row.payload is None else hashlib.sha256(row.payload).digest()
        if payload_hash is None or hash_row(header_of(row), payload_hash) != row.row_hash:
            raise _BrokenError(Fault.ROW_HASH, row.seq)
        if not log_at_ms <= row.log_at_ms <= LATEST_MS or row.month != month_of(row.log_at_ms):
            raise _BrokenError(Fault.LOG_TIME, row.seq)
        if row.case_id in self.erasures or (emptied and row.case_id == 0):
            raise _BrokenError(Fault.ERASURE, row.seq)
        if emptied:
            first_seq, count = self._emptied.get(row.case_id, (row.seq, 0))
            self._emptied[row.case_id] = (first_seq, count + 1)
        if row.kind == rows.Kind.ERASURE and row.payload is not None:
            try:
                body: rows.Erasure = rows.decode_body(row.kind, row.payload)
            except msgspec.DecodeError as error:
                raise _BrokenError(Fault.ERASURE, row.seq) from error
            self.erasures[body.case_id] = (row.seq, body)
