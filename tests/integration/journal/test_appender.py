"""The writer in a process of its own keeps the contract of a writer in this one."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.journals import NOON, fix

from korgoo.journal.appender import Appender
from korgoo.journal.errors import CaseErasedError, JournalHeldError, StorageError
from korgoo.journal.opening import Address
from korgoo.journal.verification import State, verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Appender]:
    opened = Appender(Address(folder=str(tmp_path)))
    yield opened
    opened.close()


def writer_of(journal: Appender) -> int:
    assert journal._child is not None
    return journal._child.pid


def test_rows_come_back_as_they_were_given(journal: Appender) -> None:
    assert journal.append([fix(1), fix(2)], now_ms=NOON, raw_ms=NOON - 5) == (2, 3)
    assert journal.mark(now_ms=NOON + 1_000) == 4
    stored = journal.rows(after_seq=1, limit=9)
    assert [(row.key, row.log_at_ms, row.raw_at_ms) for row in stored] == [
        ("person:1", NOON, NOON - 5),
        ("person:2", NOON, NOON - 5),
        ("system:korgoo", NOON + 1_000, NOON + 1_000),
    ]
    assert [row.body for row in journal.open_rows(stored)][:2] == [fix(1).body, fix(2).body]
    assert verify(journal).state is State.INTACT


def test_errors_keep_their_names_over_the_pipe(journal: Appender) -> None:
    journal.append([fix(1)], now_ms=NOON)
    with pytest.raises(ValueError, match="draft 0: body_hash"):
        journal.append([msgspec.structs.replace(fix(1), body_hash=b"short")], now_ms=NOON)
    assert journal.erase(1, certificate="E-1", now_ms=NOON) == 1
    with pytest.raises(CaseErasedError) as refused:
        journal.append([fix(1)], now_ms=NOON)
    assert refused.value.case_ids == {1}
    assert journal.append([fix(2)], now_ms=NOON) == (4,)  # the writer goes on after each of them


@pytest.mark.slow  # a new writer waits 5 s for a lock whose holder may just be ending
@pytest.mark.usefixtures("journal")
def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JournalHeldError, match="is the writer of this journal"):
        Appender(Address(folder=str(tmp_path)))


def test_a_writer_that_died_is_told_and_replaced(journal: Appender) -> None:
    journal.append([fix(1)], now_ms=NOON)
    os.kill(writer_of(journal), signal.SIGKILL)
    with pytest.raises(StorageError, match="died"):
        journal.append([fix(1)], now_ms=NOON)
    assert journal.append([fix(1)], now_ms=NOON + 1)[0] > 2  # after a mark: we were away
    assert verify(journal).state is State.INTACT


def test_it_ends_with_its_parent_and_ignores_what_is_for_the_parent(journal: Appender) -> None:
    pid = writer_of(journal)
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGINT)
    assert journal.append([fix(1)], now_ms=NOON) == (2,)
    journal.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(StorageError, match="closed"):
        journal.append([fix(1)], now_ms=NOON)
