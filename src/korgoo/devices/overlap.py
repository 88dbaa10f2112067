"""The database's own refusal of two assignments of one device at one time, for the migration.

PostgreSQL: an exclusion constraint; the device is written as a range of one number, which needs no
extension. SQLite: triggers, which are enough because it has one writer. Intervals are half open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_POSTGRESQL: Final = """
alter table devices_assignment add constraint assignment_no_overlap exclude using gist (
    int8range(device_id, device_id, '[]') with &&,
    tstzrange(collect_from, collect_until, '[)') with &&
)
"""
_SQLITE: Final = """
create trigger assignment_no_overlap_{verb} before {verb} on devices_assignment
when new.collect_from < new.collect_until and exists (
    select 1 from devices_assignment
    where device_id = new.device_id and id is not new.id
    and collect_from < collect_until
    and collect_from < new.collect_until and new.collect_from < collect_until
)
begin select raise(abort, 'assignment_no_overlap'); end
"""


def forbid_overlap(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ANN401 - Django's registry
    """Install the constraint."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRESQL)
        return
    for verb in ("insert", "update"):
        editor.execute(_SQLITE.format(verb=verb))


def allow_overlap(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ANN401 - Django's registry
    """Take the constraint away, for a migration backwards."""
    if editor.connection.vendor == "postgresql":
        editor.execute("alter table devices_assignment drop constraint assignment_no_overlap")
        return
    for verb in ("insert", "update"):
        editor.execute(f"drop trigger assignment_no_overlap_{verb}")
