"""Painting the picture: the newest position of everybody, in its own database on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.db import connections, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

_UPSERT: Final = """
insert into picture (person_id, lat_e7, lon_e7, accuracy_cm, fixed_at_ms, received_at_ms, seq,
    battery_percent, verdict, office_id)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
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
    """Write positions. An older seq than the stored one changes nothing, so a repeat is harmless."""
    alias = settings.PICTURE_DATABASE
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.executemany(_UPSERT, points)
