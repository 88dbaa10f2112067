"""A forger who makes every hash anew still cannot say what a journal would never say."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import pytest

from korgoo.engine import rows
from korgoo.journal.record import GENESIS, Group, Stored, hash_row, header_of, link_group
from korgoo.journal.verification import Fault, State, verify

if TYPE_CHECKING:
    from korgoo.journal.protocol import JournalReader

NOON = 1_762_171_200_000
RAW = hashlib.sha256(b"{}").digest()


class Forged:
    """A journal of one group a row, all hashes right, whatever the rows say."""

    def __init__(self, *chosen: Stored) -> None:
        self._rows: list[Stored] = []
        self._groups: list[Group] = []
        link = GENESIS
        for row in chosen:
            if row.payload is None:
                payload_hash = row.payload_hash or RAW
            else:
                payload_hash = hashlib.sha256(row.payload).digest()
            row_hash = hash_row(header_of(row), payload_hash)
            self._rows.append(msgspec.structs.replace(row, row_hash=row_hash))
            link = link_group(link, [row_hash], count=1)
            self._groups.append(Group(row.seq, row.seq, 1, link))

    def rows(self, *, after_seq: int, limit: int) -> list[Stored]:
        return [row for row in self._rows if row.seq > after_seq][:limit]

    def groups(self, *, after_group: int, limit: int) -> list[Group]:
        return [group for group in self._groups if group.number > after_group][:limit]


FIELDS = (*("seq", "log_at_ms", "raw_at_ms", "kind", "key", "case_id", "month", "body_hash", "payload"),)


def row(seq: int, *, at_ms: int = NOON, case_id: int = 1, month: int = 202511, empty: bool = False) -> Stored:
    """Return an observation's row with a made-up payload, or emptied."""
    full = Stored(seq, at_ms, at_ms, "observation", "person:1", case_id, month, RAW, b"sealed", RAW)
    return msgspec.structs.replace(full, payload=None, payload_hash=RAW) if empty else full


def erasure(seq: int, *, count: int, body: bytes | None = None) -> Stored:
    said = rows.encode_body(rows.Erasure(1, "court 12", count)) if body is None else body
    return Stored(seq, NOON, NOON, "erasure", rows.SYSTEM_KEY, 0, 202511, RAW, said, RAW)


def judge(*chosen: Stored) -> tuple[State, Fault | None, int | None]:
    reader: JournalReader = Forged(*chosen)  # type: ignore[assignment]  # verify reads rows and groups only
    verdict = verify(reader)
    return verdict.state, verdict.fault, verdict.broken_at


def test_the_forgers_tools_can_make_a_sound_journal() -> None:
    assert judge(row(1), row(2)) == (State.INTACT, None, None)
    assert judge(row(1, empty=True), erasure(2, count=1)) == (State.ERASED, None, None)


@pytest.mark.parametrize(
    ("chosen", "fault", "seq"),
    [
        ((row(1), row(2, at_ms=NOON - 1)), Fault.LOG_TIME, 2),
        ((row(1), row(2, month=202512)), Fault.LOG_TIME, 2),
        ((row(1), row(2, at_ms=1 << 62)), Fault.LOG_TIME, 2),
        ((erasure(1, count=0), row(2)), Fault.ERASURE, 2),
        ((row(1, empty=True), row(2, empty=True), erasure(3, count=1)), Fault.ERASURE, 1),
        ((row(1), row(2, case_id=0, empty=True)), Fault.ERASURE, 2),
        ((row(1), erasure(2, count=1, body=b"\xc1")), Fault.ERASURE, 2),
        ((row(1), row(3)), Fault.GROUP, 2),
    ],
)
def test_what_a_journal_would_never_say_is_noticed(
    chosen: tuple[Stored, ...], fault: Fault, seq: int
) -> None:
    assert judge(*chosen) == (State.BROKEN, fault, seq)
