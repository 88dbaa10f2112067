"""One place for a journal in each store; every test of the contract runs on both."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import psycopg
import pytest

from korgoo.journal.postgres import PostgresJournal
from korgoo.journal.postgres_reader import PostgresReader
from korgoo.journal.sqlite import SqliteJournal
from korgoo.journal.sqlite_reader import SqliteReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from korgoo.journal.protocol import Journal, JournalReader
    from tests.journals import Place


class SqlitePlace:
    """A folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = str(folder)
        self.opened: list[JournalReader] = []

    def writer(self) -> Journal:
        journal = SqliteJournal(self.folder, busy_timeout_ms=50)
        self.opened.append(journal)
        return journal

    def reader(self) -> JournalReader:
        journal = SqliteReader(self.folder)
        self.opened.append(journal)
        return journal

    def tamper(self, statement: str) -> None:
        db = sqlite3.connect(self.folder / "journal.db")
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute(statement)
        db.commit()
        db.close()

    def touch(self, statement: str) -> None:
        db = sqlite3.connect(self.folder / "journal.db")
        try:
            db.execute(statement)
            db.commit()
        finally:
            db.close()

    def close(self) -> None:
        for journal in self.opened:
            journal.close()


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Iterator[SqlitePlace]:
    place = SqlitePlace(tmp_path)
    yield place
    place.close()


class PostgresPlace:
    """A database."""

    name = "postgres"

    def __init__(self, url: str) -> None:
        self.address = url
        self.opened: list[JournalReader] = []

    def writer(self) -> Journal:
        journal = PostgresJournal(self.address)
        self.opened.append(journal)
        return journal

    def reader(self) -> JournalReader:
        journal = PostgresReader(self.address)
        self.opened.append(journal)
        return journal

    def tamper(self, statement: str) -> None:
        self.run("SET session_replication_role = replica", statement)

    def touch(self, statement: str) -> None:
        self.run(statement)

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.address, options="-c search_path=journal") as db:
            for statement in statements:
                db.execute(statement.encode())

    def close(self) -> None:
        for journal in self.opened:
            journal.close()


@pytest.fixture
def postgres_place(postgres_database: str) -> Iterator[PostgresPlace]:
    place = PostgresPlace(postgres_database)
    yield place
    place.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture
def journal(place: Place) -> Journal:
    return place.writer()
