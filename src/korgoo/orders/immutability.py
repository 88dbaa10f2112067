"""Triggers under which a signed version, its conditions and zones cannot change, for the migration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class _Guard(NamedTuple):
    table: str
    verb: str
    record: str  # the row whose version counts: new for an insert, old otherwise
    signed: str  # a condition on that row

    @property
    def name(self) -> str:
        return f"{self.table}_signed_{self.verb}"


_VERSION: Final = "{record}.signed_at is not null"
_CONDITION: Final = """exists (select 1 from orders_orderversion v
    where v.id = {record}.version_id and v.signed_at is not null)"""
_ZONE: Final = """exists (select 1 from orders_condition c join orders_orderversion v on v.id = c.version_id
    where c.id = {record}.condition_id and v.signed_at is not null)"""

_GUARDS: Final = tuple(
    _Guard(table, verb, record, signed.format(record=record))
    for table, signed, verbs in (
        ("orders_orderversion", _VERSION, ("update", "delete")),
        ("orders_condition", _CONDITION, ("insert", "update", "delete")),
        ("orders_zone", _ZONE, ("insert", "update", "delete")),
    )
    for verb in verbs
    for record in ("new" if verb == "insert" else "old",)
)


def guard_signed_versions(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ANN401 - Django's registry
    """Install the triggers."""
    for guard in _GUARDS:
        head = f"create trigger {guard.name} before {guard.verb} on {guard.table} for each row"
        if editor.connection.vendor == "postgresql":
            # PostgreSQL allows no subquery in `when`: the condition stands in the function.
            editor.execute(_postgresql_function(guard), params=())
            editor.execute(f"{head} execute function {guard.name}()")
        else:
            refusal = "select raise(abort, 'a signed order version is immutable')"
            editor.execute(f"{head} when {guard.signed} begin {refusal}; end")


def unguard_signed_versions(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ANN401 - as above
    """Take the triggers away, for a migration backwards."""
    for guard in _GUARDS:
        on = f" on {guard.table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"drop trigger {guard.name}{on}")


def _postgresql_function(guard: _Guard) -> str:
    row = "old" if guard.verb == "delete" else "new"
    return f"""
    create or replace function {guard.name}() returns trigger language plpgsql as $$ begin
        if {guard.signed} then
            raise exception 'a signed order version is immutable' using errcode = 'restrict_violation';
        end if;
        return {row};
    end $$
    """
