"""PostgreSQL's bad days: several appenders, lost connections, a commit that fails half-way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import psycopg
import pytest

from korgoo.journal.composition import write_rows
from korgoo.journal.errors import CaseErasedError, StorageError
from korgoo.journal.postgres import PostgresJournal
from korgoo.journal.postgres_reader import PostgresReader
from korgoo.journal.verification import State, verify
from tests.journals import NOON, fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.journal.composition import Outline, Written

pytestmark = pytest.mark.postgres


@pytest.fixture
def journal(postgres_database: str) -> Iterator[PostgresJournal]:
    found = PostgresJournal(postgres_database)
    yield found
    found.close()


def run(url: str, statement: bytes) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(statement)


def test_two_appenders_take_turns_in_one_order(journal: PostgresJournal, postgres_database: str) -> None:
    other = PostgresJournal(postgres_database)
    seqs: list[int] = []

    def work(appender: PostgresJournal) -> None:
        for step in range(30):
            seqs.extend(appender.append([fix(step % 7 + 1), fix(3)], now_ms=NOON + step))

    threads = [threading.Thread(target=work, args=(appender,)) for appender in (journal, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    marks = [row.seq for row in journal.rows(after_seq=0, limit=500) if row.kind == "mark"]
    assert sorted(seqs + marks) == list(range(1, 123))
    assert verify(other).state is State.INTACT
    other.close()


def test_an_erasure_elsewhere_reaches_an_appender_that_had_the_key(
    journal: PostgresJournal, postgres_database: str
) -> None:
    journal.append([fix(1)], now_ms=NOON)
    other = PostgresJournal(postgres_database)
    other.erase(1, certificate="court 12", now_ms=NOON)
    other.close()
    with pytest.raises(CaseErasedError):
        journal.append([fix(1)], now_ms=NOON)
    assert journal.append([fix(2)], now_ms=NOON)


def test_a_lost_connection_is_an_error_once(journal: PostgresJournal, postgres_database: str) -> None:
    journal.append([fix(1)], now_ms=NOON)
    run(
        postgres_database,
        b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        b" WHERE application_name = 'korgoo journal' AND datname = current_database()",
    )
    with pytest.raises(StorageError):
        journal.append([fix(1)], now_ms=NOON)
    assert journal.append([fix(1)], now_ms=NOON) == (3,)
    with pytest.raises(StorageError):  # the keys have a connection of their own, for a case that is new
        journal.append([fix(2)], now_ms=NOON)
    assert journal.append([fix(2)], now_ms=NOON) == (4,)
    with pytest.raises(StorageError):
        journal.head()
    assert journal.head().seq == 4


def test_a_group_that_fails_at_its_end_leaves_nothing(
    journal: PostgresJournal, postgres_database: str
) -> None:
    journal.append([fix(1)], now_ms=NOON)
    head = journal.head()
    run(postgres_database, b"ALTER TABLE journal.log_group ADD CONSTRAINT small CHECK (number < 2) NOT VALID")
    with pytest.raises(StorageError, match="CheckViolation") as refused:
        journal.append([fix(1), fix(99)], now_ms=NOON + 40 * 86_400_000)
    assert "ailing row" not in str(refused.value)  # PostgreSQL's detail line quotes the row
    assert journal.head() == head
    run(postgres_database, b"ALTER TABLE journal.log_group DROP CONSTRAINT small")
    assert journal.append([fix(1), fix(99)], now_ms=NOON + 40 * 86_400_000) == (4, 5)
    assert verify(journal).state is State.INTACT


def test_a_row_that_the_table_refuses_leaves_nothing_and_keeps_the_connection(
    journal: PostgresJournal, postgres_database: str
) -> None:
    journal.append([fix(1)], now_ms=NOON)
    with journal._writer.use("test") as db:
        backend = db.info.backend_pid
    run(postgres_database, b"ALTER TABLE journal.log_row ADD CONSTRAINT small CHECK (seq < 700) NOT VALID")
    with pytest.raises(StorageError, match="CheckViolation") as refused:
        journal.append([fix(person) for person in range(1, 1_001)], now_ms=NOON + 1)
    assert "ailing row" not in str(refused.value)
    assert journal.head().seq == 2
    run(postgres_database, b"ALTER TABLE journal.log_row DROP CONSTRAINT small")
    assert journal.append([fix(person) for person in range(1, 1_001)], now_ms=NOON + 1)[-1] == 1_002
    with journal._writer.use("test") as db:
        assert db.info.backend_pid == backend
    assert verify(journal).state is State.INTACT


def test_a_connection_that_is_lost_among_the_rows_leaves_nothing(
    journal: PostgresJournal, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append([fix(person) for person in range(1, 1_001)], now_ms=NOON)
    head, parts = journal.head(), []

    def write_and_lose(outline: Outline, begin: int, end: int) -> list[Written]:
        parts.append(begin)
        if len(parts) == 3:
            run(
                postgres_database,
                b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY journal%'",
            )
        return write_rows(outline, begin, end)

    with monkeypatch.context() as broken:
        broken.setattr("korgoo.journal.postgres.write_rows", write_and_lose)
        with pytest.raises(StorageError):
            journal.append([fix(person) for person in range(1, 1_001)], now_ms=NOON + 1)
    assert len(parts) >= 3
    assert journal.head() == head
    assert journal.append([fix(7)], now_ms=NOON + 2) == (1_002,)
    assert verify(journal).state is State.INTACT


def test_what_stops_a_group_among_its_rows_gives_the_turn_back(
    journal: PostgresJournal, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append([fix(1)], now_ms=NOON)

    def break_off(outline: Outline, begin: int, end: int) -> list[Written]:
        if begin:
            raise KeyboardInterrupt
        return write_rows(outline, begin, end)

    with monkeypatch.context() as broken:
        broken.setattr("korgoo.journal.postgres.write_rows", break_off)
        with pytest.raises(KeyboardInterrupt):
            journal.append([fix(person) for person in range(1, 1_001)], now_ms=NOON + 1)
    other = PostgresJournal(postgres_database)
    assert other.append([fix(2)], now_ms=NOON + 2) == (4,)  # after its own opening mark
    assert journal.append([fix(3)], now_ms=NOON + 3) == (5,)
    assert verify(other).state is State.INTACT
    other.close()


def test_a_writer_that_cannot_get_its_turn_says_so(journal: PostgresJournal, postgres_database: str) -> None:
    with journal._writer.use("test") as db:
        db.execute("SET statement_timeout = 50")
    with psycopg.connect(postgres_database) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (0x6B6F7267_6F6F_0002,))
        with pytest.raises(StorageError, match="QueryCanceled"):
            journal.append([fix(1)], now_ms=NOON)
    assert journal.append([fix(1)], now_ms=NOON) == (2,)


def test_a_journal_of_the_first_format_is_brought_up_to_date(postgres_database: str) -> None:
    journal = PostgresJournal(postgres_database)
    for part in range(5):
        journal.append([fix(person, at_ms=NOON + part) for person in range(1, 2_001)], now_ms=NOON)
    journal.erase(3, certificate="court 12", now_ms=NOON)
    journal.close()
    with psycopg.connect(postgres_database) as admin:  # as it was before ADR 0376
        admin.execute("DROP TABLE journal.log_index")
        admin.execute("ALTER TABLE journal.log_state DROP COLUMN segments")
        admin.execute("UPDATE journal.log_state SET version = 1")
        admin.execute("CREATE INDEX ON journal.log_row (subject, seq)")
        admin.execute("CREATE INDEX ON journal.log_row (subject, fixed_at_ms) WHERE fixed_at_ms IS NOT NULL")
    with pytest.raises(StorageError, match="format"):
        PostgresReader(postgres_database)
    again = PostgresJournal(postgres_database)
    found = again.history("person:1234", from_ms=NOON, until_ms=NOON + 9, limit=99)
    assert [row.seq for row in found] == [1 + 1_234 + 2_000 * part for part in range(5)]
    assert again.rows_of("person:3", after_seq=0, until_seq=20_000) == []
    assert len(again.append([fix(7)] * 9_000, now_ms=NOON)) == 9_000  # over the end of the next segment
    assert len(again.rows_of("person:7", after_seq=0, until_seq=30_000)) == 9_005
    assert verify(again).state is State.ERASED
    again.close()
    with psycopg.connect(postgres_database) as admin:
        left = admin.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'log_row%'").fetchall()
    assert not [one for (one,) in left if "(subject" in one]


def indexed(url: str) -> int:
    """Return how many segments have their index."""
    with psycopg.connect(url) as admin:
        return int((admin.execute("SELECT segments FROM journal.log_state").fetchone() or (0,))[0])


def test_what_a_group_has_filled_is_indexed_by_the_next(
    journal: PostgresJournal, postgres_database: str
) -> None:
    journal.append([fix(number % 9 + 1) for number in range(17_000)], now_ms=NOON)
    assert indexed(postgres_database) == 0
    before = journal.rows_of("person:7", after_seq=0, until_seq=20_000)
    journal.append([fix(7)] * 600, now_ms=NOON)  # sealed while the server indexes
    assert indexed(postgres_database) == 2
    after = journal.rows_of("person:7", after_seq=0, until_seq=20_000)
    assert [row.seq for row in after[: len(before)]] == [row.seq for row in before]
    assert len(after) - len(before) == 600
    assert verify(journal).state is State.INTACT


def test_an_index_that_cannot_be_made_stops_a_group_and_is_made_later(
    journal: PostgresJournal, postgres_database: str
) -> None:
    journal.append([fix()] * 9_000, now_ms=NOON)
    head = journal.head()
    with psycopg.connect(postgres_database, autocommit=True) as admin:
        admin.execute("ALTER TABLE journal.log_index ADD CONSTRAINT never CHECK (segment < 0)")
        with pytest.raises(StorageError, match="never"):
            journal.append([fix()] * 600, now_ms=NOON)
        assert journal.head() == head
        admin.execute("ALTER TABLE journal.log_index DROP CONSTRAINT never")
    journal.append([fix()] * 600, now_ms=NOON)
    assert indexed(postgres_database) == 1
    assert verify(journal).state is State.INTACT


def test_no_index_row_of_an_erased_case_is_left_or_comes_back(
    journal: PostgresJournal, postgres_database: str
) -> None:
    for _ in range(3):
        journal.append([fix(number % 3 + 1) for number in range(6_000)], now_ms=NOON)
    journal.erase(2, certificate="court 12", now_ms=NOON)
    journal.append([fix(1)] * 9_000, now_ms=NOON)  # the segment that was unfinished is full now
    journal.mark(now_ms=NOON)
    assert indexed(postgres_database) == 3
    with psycopg.connect(postgres_database) as admin:
        keys = admin.execute(
            "SELECT DISTINCT key FROM journal.log_index JOIN journal.subject ON id = subject"
        ).fetchall()
    assert sorted(key for (key,) in keys) == ["person:1", "person:3", "system:korgoo"]


def test_each_month_has_its_partition(journal: PostgresJournal, postgres_database: str) -> None:
    for month in range(3):
        journal.append([fix(1)], now_ms=NOON + month * 31 * 86_400_000)
    with psycopg.connect(postgres_database) as admin:
        found = admin.execute("SELECT inhrelid::regclass::text FROM pg_inherits ORDER BY 1").fetchall()
    names = {name for (name,) in found if "log_row" in name and "idx" not in name and "pkey" not in name}
    assert names == {"journal.log_row_202511", "journal.log_row_202512", "journal.log_row_202601"}


def test_keys_may_lie_in_another_database(postgres_url: str, postgres_database: str) -> None:
    journal = PostgresJournal(postgres_database, keys_url=postgres_url)
    journal.append([fix(1)], now_ms=NOON)
    journal.close()
    reader = PostgresReader(postgres_database, keys_url=postgres_url)
    assert reader.open_rows(reader.rows(after_seq=1, limit=1))[0].body == fix(1).body
    reader.close()
    without = PostgresReader(postgres_database)
    with pytest.raises(StorageError, match="keys"):
        without.open_rows(without.rows(after_seq=1, limit=1))
    without.close()
    run(postgres_url, b"DROP SCHEMA keys CASCADE")


def test_a_server_or_journal_that_is_not_there_is_a_storage_error(postgres_database: str) -> None:
    with pytest.raises(StorageError, match="connect"):
        PostgresJournal("postgresql://postgres@127.0.0.1:9/none?connect_timeout=2")
    with pytest.raises(StorageError, match="UndefinedTable"):
        PostgresReader(postgres_database)
