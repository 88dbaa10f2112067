"""SQLite's bad days: full disk, locked file, second writer, lost and restored keys, damaged pages."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from typing import TYPE_CHECKING

import pytest
from tests.journals import NOON, fix

from korgoo.journal.errors import (
    CaseErasedError,
    JournalHeldError,
    KeyMissingError,
    SealBrokenError,
    StorageError,
)
from korgoo.journal.sqlite import SqliteJournal
from korgoo.journal.sqlite_reader import SqliteReader
from korgoo.journal.verification import Fault, State, verify_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    found = SqliteJournal(tmp_path, busy_timeout_ms=20)
    yield found
    found.close()


def test_a_full_disk_keeps_nothing_of_the_group_and_recovers(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.append([fix(1)], now_ms=NOON)
    head = journal.head()
    pages = journal._writer.execute("PRAGMA page_count").fetchone()[0]
    journal._writer.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StorageError, match="full"):
        journal.append([fix(number) for number in range(1, 2_000)], now_ms=NOON)
    assert journal.head() == head
    assert journal.append([fix(1)], now_ms=NOON) == (head.seq + 1,)
    journal._writer.execute("PRAGMA max_page_count = 1000000")
    seqs = journal.append([fix(number) for number in range(1, 2_000)], now_ms=NOON)
    assert seqs[0] == head.seq + 2
    assert verify_path(tmp_path).state is State.INTACT


def test_a_full_disk_does_not_swallow_the_opening_mark(journal: SqliteJournal) -> None:
    pages = journal._writer.execute("PRAGMA page_count").fetchone()[0]
    journal._writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError):
        journal.append([fix(number) for number in range(1, 2_000)], now_ms=NOON)
    journal._writer.execute("PRAGMA max_page_count = 1000000")
    journal.append([fix(1)], now_ms=NOON)
    assert [row.kind for row in journal.rows(after_seq=0, limit=9)] == ["mark", "observation"]


def test_a_locked_file_is_an_error_and_later_none(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.append([fix(1)], now_ms=NOON)
    other = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        journal.append([fix(2)], now_ms=NOON)
    assert journal.head().seq == 2  # readers are not held up
    other.execute("ROLLBACK")
    other.close()
    assert journal.append([fix(2)], now_ms=NOON) == (3,)


def test_a_second_writer_is_refused_with_the_first_ones_process(
    journal: SqliteJournal, tmp_path: Path
) -> None:
    with pytest.raises(JournalHeldError, match=r"process \d+ is the writer"):
        SqliteJournal(tmp_path)
    journal.close()
    SqliteJournal(tmp_path).close()


def test_a_reader_needs_a_journal(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"journal\.db"):
        verify_path(tmp_path)


def test_a_journal_of_a_later_format_is_refused(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.close()
    db = sqlite3.connect(tmp_path / "journal.db")
    db.execute("PRAGMA user_version = 2")
    db.close()
    with pytest.raises(StorageError, match="format 2"):
        SqliteReader(tmp_path)
    with pytest.raises(StorageError, match="format 2"):
        SqliteJournal(tmp_path)


def test_journal_and_keys_are_private(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.append([fix(1)], now_ms=NOON)
    for name in ("journal.db", "keys.db", "journal.db-wal", "journal.lock"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600, name


def test_a_destroyed_key_is_nowhere_in_the_key_file(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.append([fix(1)], now_ms=NOON)
    key = journal._keys.find([(1, 202511)])[1, 202511]
    assert key in (tmp_path / "keys.db").read_bytes()
    journal.erase(1, certificate="court 12", now_ms=NOON)
    assert key not in b"".join(path.read_bytes() for path in tmp_path.glob("keys.db*"))


def test_lost_keys_are_an_error_not_an_erasure(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.append([fix(1)], now_ms=NOON)
    journal.close()
    (tmp_path / "keys.db").unlink()
    SqliteJournal(tmp_path).close()
    reader = SqliteReader(tmp_path)
    with pytest.raises(KeyMissingError, match="case 1"):
        reader.open_rows(reader.rows(after_seq=1, limit=1))
    reader.close()
    assert verify_path(tmp_path).state is State.INTACT  # the chain needs no keys


def test_keys_restored_from_before_an_erasure_are_destroyed_again(
    journal: SqliteJournal, tmp_path: Path
) -> None:
    journal.append([fix(1), fix(2)], now_ms=NOON)
    shutil.copy(tmp_path / "keys.db", tmp_path / "backup")
    journal.erase(1, certificate="court 12", now_ms=NOON)
    journal.close()
    shutil.copy(tmp_path / "backup", tmp_path / "keys.db")
    again = SqliteJournal(tmp_path)
    assert again._keys.find([(1, 202511), (2, 202511)]).keys() == {(2, 202511)}
    with pytest.raises(CaseErasedError):
        again.append([fix(1)], now_ms=NOON)
    again.close()


def test_a_payload_in_anothers_place_does_not_open(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.append([fix(1), fix(1, at_ms=NOON + 1)], now_ms=NOON)
    db = sqlite3.connect(tmp_path / "journal.db")
    db.execute("DROP TRIGGER log_row_fixed")
    db.execute("UPDATE log_row SET payload = (SELECT payload FROM log_row WHERE seq = 3) WHERE seq = 2")
    db.commit()
    db.close()
    with pytest.raises(SealBrokenError, match="row 2"):
        journal.open_rows(journal.rows(after_seq=1, limit=1))


def test_a_damaged_file_is_broken_where_the_damage_is(journal: SqliteJournal, tmp_path: Path) -> None:
    for step in range(20):
        journal.append([fix(number) for number in range(1, 51)], now_ms=NOON + step)
    journal.close()
    path = tmp_path / "journal.db"
    whole = bytearray(path.read_bytes())
    size = 4096
    page = whole.find(b"observation", len(whole) // 2) // size
    whole[page * size : page * size + 64] = b"\xff" * 64
    path.write_bytes(whole)
    verdict = verify_path(tmp_path)
    assert (verdict.state, verdict.fault) == (State.BROKEN, Fault.UNREADABLE)
    assert 300 < verdict.head.seq < 700


def test_a_text_that_is_no_text_is_broken_at_its_row(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.append([fix(1), fix(2)], now_ms=NOON)
    db = sqlite3.connect(tmp_path / "journal.db")
    db.execute("DROP TRIGGER log_row_fixed")
    db.execute("UPDATE log_row SET kind = CAST(x'ff' AS TEXT) WHERE seq = 3")
    db.commit()
    db.close()
    verdict = verify_path(tmp_path)
    assert (verdict.fault, verdict.broken_at) == (Fault.UNREADABLE, 3)


def test_the_key_cache_may_be_smaller_than_the_group(journal: SqliteJournal, tmp_path: Path) -> None:
    journal._sealer._capacity = 3
    journal.append([fix(number) for number in range(1, 20)], now_ms=NOON)
    assert len(journal._sealer._cache) == 3
    reader = SqliteReader(tmp_path)
    reader._get_sealer()._capacity = 3
    assert all(row.body for row in reader.open_rows(reader.rows(after_seq=0, limit=30)))
    reader.close()


def test_no_index_row_of_an_erased_case_is_left_or_comes_back(journal: SqliteJournal) -> None:
    journal.append([fix(1) for _ in range(100)], now_ms=NOON)
    journal.append([fix(2) for _ in range(8_192)], now_ms=NOON)
    journal.append([fix(3) for _ in range(100)], now_ms=NOON)
    for case_id in (1, 3):  # one in a full segment, one in the unfinished
        journal.erase(case_id, certificate="court 12", now_ms=NOON)
    journal.append([fix(2) for _ in range(8_192)], now_ms=NOON)
    found = journal._reader.execute(
        "SELECT DISTINCT key FROM log_index JOIN subject ON subject.id = subject"
    ).fetchall()
    assert {key for (key,) in found} == {"person:2", "system:korgoo"}
