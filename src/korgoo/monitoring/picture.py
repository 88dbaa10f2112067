"""Painting the picture: the newest position of everybody, in its own database on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.db import connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_INSERT: Final = """
insert into picture (person_id, lat_e7, lon_e7, accuracy_cm, fixed_at_ms, received_at_ms, seq,
    battery_percent, verdict, office_id)
"""
_ONE_ROW: Final = "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_ALL_ROWS: Final = """
select * from unnest(%s::bigint[], %s::integer[], %s::integer[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::bigint[], %s::integer[], %s::text[], %s::bigint[])
"""
_NEWER_WINS: Final = """
on conflict (person_id) do update set lat_e7 = excluded.lat_e7, lon_e7 = excluded.lon_e7,
    accuracy_cm = excluded.accuracy_cm, fixed_at_ms = excluded.fixed_at_ms,
    received_at_ms = excluded.received_at_ms, seq = excluded.seq,
    battery_percent = coalesce(excluded.battery_percent, picture.battery_percent),
    verdict = excluded.verdict, office_id = excluded.office_id
where excluded.seq > picture.seq
"""


class PicturePoint(NamedTuple):
    """One person's newest position, in the units of the journal; the order is the table's."""

    person_id: int
    lat_e7: int | None
    lon_e7: int | None
    accuracy_cm: int | None
    fixed_at_ms: int
    received_at_ms: int
    seq: int
    battery_percent: int | None
    verdict: str
    office_id: int


def paint_picture(points: Sequence[PicturePoint]) -> None:
    """Write positions, a transaction of their own. An older seq than the stored one changes nothing.

    PostgreSQL takes all points with one statement and does not wait for the disk (docs/adr/0221): what a
    crash of the server may take away of the last moments is painted again with the next fix.
    """
    alias = settings.PICTURE_DATABASE
    connection = connections[alias]
    # Durable: never inside a transaction of findings, which must wait for the disk.
    with transaction.atomic(using=alias, durable=True), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("set local synchronous_commit to off")
            cursor.execute(_INSERT + _ALL_ROWS + _NEWER_WINS, _to_columns(_leave_newest(points)))
        else:
            cursor.executemany(_INSERT + _ONE_ROW + _NEWER_WINS, points)


def _leave_newest(points: Sequence[PicturePoint]) -> list[PicturePoint]:
    """Return one point a person, as one after the other would have left it: a statement touches a row once.

    In the order of people, so that two engines at the change of a shard cannot wait for each other.
    """
    newest: dict[int, PicturePoint] = {}
    for point in points:
        before = newest.get(point.person_id)
        if before is None:
            newest[point.person_id] = point
        elif point.seq > before.seq:
            battery = before.battery_percent if point.battery_percent is None else point.battery_percent
            newest[point.person_id] = point._replace(battery_percent=battery)
    return [newest[person_id] for person_id in sorted(newest)]


def _to_columns(points: Sequence[PicturePoint]) -> list[str | list[str]]:
    """Return the columns as arrays: of numbers as PostgreSQL writes them, which costs a third of adapting."""
    columns = zip(*points, strict=True)
    return [
        list(column) if name == "verdict" else _write_array(column)
        for name, column in zip(PicturePoint._fields, columns, strict=True)
    ]


def _write_array(numbers: Iterable[int | None]) -> str:
    return "{" + ",".join(["NULL" if number is None else str(number) for number in numbers]) + "}"
