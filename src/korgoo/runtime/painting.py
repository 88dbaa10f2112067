"""Painting: the newest position of everybody whom a stretch of rows moved, for the live map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.rows import Kind
from korgoo.monitoring.picture import PicturePoint, paint_picture
from korgoo.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.rows import Row
    from korgoo.engine.shard import Shard
    from korgoo.engine.subject import Subject

_PREFIX: Final = "person:"
_WHY: Final = "the picture is painted for every office"


class Painter:
    """Knows to whose office a person belongs, and paints once a stretch."""

    def __init__(self) -> None:
        """Know nobody yet."""
        self._offices: dict[str, int] = {}

    def paint(self, rows: Sequence[Row], shards: Sequence[Shard]) -> None:
        """Write the newest row with a position of each person."""
        newest: dict[str, Row] = {}
        for row in rows:
            if row.kind is Kind.OBSERVATION and row.body.lat_e7 is not None:
                last = newest.get(row.key)
                if last is None or row.body.fixed_at_ms >= last.body.fixed_at_ms:
                    newest[row.key] = row
        self._learn_offices(newest)
        points = [
            _point(row, self._offices[key], verdict_of(_find(key, shards)))
            for key, row in newest.items()
            if key in self._offices
        ]
        if points:
            paint_picture(points)

    def _learn_offices(self, keys: dict[str, Row]) -> None:
        strangers = [key for key in keys if key not in self._offices and _is_person(key)]
        if strangers:
            unknown = [int(key.removeprefix(_PREFIX)) for key in strangers]
            people = Person.objects.unscoped(_WHY).filter(pk__in=unknown).values_list("pk", "office_id")
            self._offices.update({f"{_PREFIX}{person}": office for person, office in people})


def _is_person(key: str) -> bool:
    return key.startswith(_PREFIX) and key.removeprefix(_PREFIX).isdigit()


def _find(key: str, shards: Sequence[Shard]) -> Subject | None:
    return next((shard.subjects[key] for shard in shards if key in shard.subjects), None)


def verdict_of(subject: Subject | None) -> str:
    """Say in one word how a person's conditions stand: the three answers."""
    if subject is None or subject.force is None:
        return "cannot_tell"
    state = subject.kept  # quiet fixes change none of this: nobody has to catch up with them for a picture
    if any(zone.open_ms and not zone.doubt for zone in state.judged.zones):
        return "not_met"
    bound = [zone for zone in state.judged.zones if zone.binds]
    silent = "contact.lost" in state.standing
    return "cannot_tell" if silent or any(zone.verdict == 0 for zone in bound) else "met"


def _point(row: Row, office_id: int, verdict: str) -> PicturePoint:
    seen = row.body
    return PicturePoint(
        person_id=int(row.key.removeprefix(_PREFIX)),
        lat_e7=seen.lat_e7,
        lon_e7=seen.lon_e7,
        accuracy_cm=seen.accuracy_cm,
        fixed_at_ms=seen.fixed_at_ms,
        received_at_ms=seen.received_at_ms,
        seq=row.seq,
        battery_percent=seen.battery_percent,
        verdict=verdict,
        office_id=office_id,
    )
