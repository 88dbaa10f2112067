"""What every test shares."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["tests.postgres"]

# The real key is made in the data directory at first use; tests leave no file behind.
settings.SECRET_KEY = "a key for tests only"

# Children first: triggers refuse to delete from these, also when a test cleans up.
GUARDED = (
    "alerts_alertevent",
    "monitoring_findingevent",
    "audit_auditentry",
    "orders_protectedplace",
    "orders_distance",
    "orders_zone",
    "orders_condition",
    "orders_orderversion",
)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Give SQLite files: threads that share a database in memory lock each other out without waiting."""
    del django_db_modify_db_settings_parallel_suffix
    folder = tmp_path_factory.mktemp("records")
    for name in connections:
        database = connections.databases[name]
        if database["ENGINE"].endswith("sqlite3"):
            database["TEST"]["NAME"] = str(folder / f"{name}.db")
            database["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"


def let_requests_finish(*, longest_s: float = 3.0) -> None:
    """Wait for what a browser has just asked the test's server: it may still write."""
    ends_at = time.monotonic() + longest_s
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(max(0.0, ends_at - time.monotonic()))


@pytest.fixture
def live_records(transactional_db: None) -> Iterator[None]:
    """Records that other threads and processes can see, for tests with a server; cleaned up at the end.

    Ask for this instead of `transactional_db`, which on SQLite cannot delete what triggers guard.
    """
    del transactional_db
    yield
    let_requests_finish()
    if connection.vendor == "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select name, sql from sqlite_master where type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"drop trigger {name}")
            for table in GUARDED:
                cursor.execute(f"delete from {table}")  # noqa: S608 - a name from the list above
            for _, sql in triggers:
                cursor.execute(sql)
