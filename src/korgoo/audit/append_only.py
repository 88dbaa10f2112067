"""Triggers that make a table append-only, on SQLite and PostgreSQL, for use in migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE: Final = """
create trigger {table}_no_{verb} before {verb} on {table}
begin select raise(abort, '{table} is append-only'); end
"""
_POSTGRESQL_FUNCTION: Final = """
create or replace function refuse_change() returns trigger language plpgsql as
$$ begin raise exception '%% is append-only', tg_table_name using errcode = 'restrict_violation'; end $$
"""
_POSTGRESQL_TRIGGER: Final = """
create trigger {table}_no_change before update or delete on {table}
for each row execute function refuse_change()
"""
_VERBS: Final = ("update", "delete")


def install_triggers(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Refuse update and delete on `table` from now on."""
    if editor.connection.vendor == "sqlite":
        for verb in _VERBS:
            editor.execute(_SQLITE.format(table=table, verb=verb))
        return
    editor.execute(_POSTGRESQL_FUNCTION, params=())
    editor.execute(_POSTGRESQL_TRIGGER.format(table=table))


def remove_triggers(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Allow update and delete on `table` again: for a migration backwards, and for tests that clean up."""
    if editor.connection.vendor == "sqlite":
        for verb in _VERBS:
            editor.execute(f"drop trigger if exists {table}_no_{verb}")
        return
    editor.execute(f"drop trigger if exists {table}_no_change on {table}")


def make_append_only(table: str) -> migrations.RunPython:
    """Return the migration operation that guards `table`."""
    return migrations.RunPython(
        lambda _apps, editor: install_triggers(editor, table),
        lambda _apps, editor: remove_triggers(editor, table),
    )
