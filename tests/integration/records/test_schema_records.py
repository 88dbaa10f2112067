"""The schema itself: migrations are complete, and the tables that others read have the agreed columns."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from korgoo.audit.models import AuditEntry
from korgoo.audit.services import Subject, log_action
from tests.factories import NOW

pytestmark = pytest.mark.django_db(databases="__all__")

CONTRACT = {
    "journal_inbox": ["id", "kind", "key", "case_id", "body", "fixed_at_ms", "created_at_ms"],
    "device_command": [
        *("id", "name", "payload", "state", "created_at_ms", "expires_at_ms", "changed_at_ms"),
        *("detail", "assignment_id", "outcome", "wish"),
    ],
    "feed": ["id", "at_ms", "scope", "topic", "payload"],
}
PICTURE = [
    *("person_id", "lat_e7", "lon_e7", "accuracy_cm", "fixed_at_ms", "received_at_ms", "seq"),
    *("battery_percent", "verdict", "office_id"),
]


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("table", CONTRACT)
def test_tables_that_others_read_have_the_agreed_columns(table: str) -> None:
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    assert columns == CONTRACT[table]


def test_the_picture_lies_in_its_own_database_where_that_is_a_file() -> None:
    picture = connections[settings.PICTURE_DATABASE]
    with picture.cursor() as cursor:
        columns = [column.name for column in picture.introspection.get_table_description(cursor, "picture")]
        tables = set(picture.introspection.table_names(cursor))
    assert columns == PICTURE
    if picture.vendor == "sqlite":
        assert "people_person" not in tables
        assert "picture" not in connection.introspection.table_names()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="ids of SQLite's tables")
def test_ids_of_the_inbox_are_never_given_twice() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select sql from sqlite_master where name = 'journal_inbox'")
        assert "autoincrement" in cursor.fetchone()[0].lower()


@pytest.mark.usefixtures("live_records")
@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_with_a_server_leaves_nothing_behind_but_the_triggers(turn: int) -> None:
    assert not AuditEntry.objects.exists(), turn
    log_action(Subject("order", 1), actor="user:1", action="sign", now=NOW)
    with pytest.raises(DatabaseError, match="append-only"):
        AuditEntry.objects.all().delete()
