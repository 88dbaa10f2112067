"""Triggers under which a signed version with all that it demands cannot change, for the migrations."""

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

_PLACE: Final = """exists (select 1 from orders_distance d join orders_condition c on c.id = d.condition_id
    join orders_orderversion v on v.id = c.version_id
    where d.id = {record}.distance_id and v.signed_at is not null)"""
_EVERY: Final = ("insert", "update", "delete")


def _guard(*tables: tuple[str, str, tuple[str, ...]]) -> tuple[_Guard, ...]:
    return tuple(
        _Guard(table, verb, record, signed.format(record=record))
        for table, signed, verbs in tables
        for verb in verbs
        for record in ("new" if verb == "insert" else "old",)
    )


_VERSIONS: Final = _guard(
    ("orders_orderversion", _VERSION, ("update", "delete")),
    ("orders_condition", _CONDITION, _EVERY),
    ("orders_zone", _ZONE, _EVERY),
)
_DISTANCES: Final = _guard(("orders_distance", _ZONE, _EVERY), ("orders_protectedplace", _PLACE, _EVERY))


def guard_signed_versions(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ANN401 - Django's registry
    """Install the triggers of versions, conditions and zones."""
    _install(_VERSIONS, editor)


def guard_signed_distances(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ANN401 - as above
    """Install the triggers of distances and protected places."""
    _install(_DISTANCES, editor)


def unguard_signed_versions(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ANN401 - as above
    """Take the first triggers away, for a migration backwards."""
    _remove(_VERSIONS, editor)


def unguard_signed_distances(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ANN401 - as above
    """Take the triggers of distances away."""
    _remove(_DISTANCES, editor)


def _install(guards: tuple[_Guard, ...], editor: BaseDatabaseSchemaEditor) -> None:
    for guard in guards:
        head = f"create trigger {guard.name} before {guard.verb} on {guard.table} for each row"
        if editor.connection.vendor == "postgresql":
            # PostgreSQL allows no subquery in `when`: the condition stands in the function.
            editor.execute(_postgresql_function(guard), params=())
            editor.execute(f"{head} execute function {guard.name}()")
        else:
            refusal = "select raise(abort, 'a signed order version is immutable')"
            editor.execute(f"{head} when {guard.signed} begin {refusal}; end")


def _remove(guards: tuple[_Guard, ...], editor: BaseDatabaseSchemaEditor) -> None:
    for guard in guards:
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
