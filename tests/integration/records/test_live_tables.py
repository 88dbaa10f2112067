"""The SQL of the live process on the schema that the migrations make, on either database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from korgoo.conf.environment import DatabaseAddress
from korgoo.live.tables import FeedRow, PictureRow, SqlTables
from korgoo.monitoring.feed import FeedNews, publish_all
from korgoo.monitoring.models import Picture
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db(databases="__all__", transaction=True)]


def address_of(alias: str) -> DatabaseAddress | Path:
    found = connections[alias].settings_dict
    if connection.vendor == "sqlite":
        return Path(str(found["NAME"]))
    return DatabaseAddress(
        name=found["NAME"],
        user=found["USER"],
        password=found["PASSWORD"],
        host=found["HOST"],
        port=str(found["PORT"]),
        options=found["OPTIONS"],
        url="",
    )


@pytest.fixture
def tables(live_records: None) -> Iterator[SqlTables]:
    del live_records
    opened = SqlTables(records=address_of("default"), picture=address_of(settings.PICTURE_DATABASE))
    yield opened
    opened.close()


def test_the_feed_is_read_as_it_was_published(tables: SqlTables) -> None:
    news = [FeedNews(topic="alert", scope="1.4.", payload={"alert": number}) for number in (1, 2, 3)]
    with transaction.atomic():
        publish_all(iter(news), now=NOW)
    first, last = tables.find_ends()
    assert last - first == 2
    assert tables.read_feed(after_id=first, limit=1) == [FeedRow(first + 1, "1.4.", "alert", '{"alert": 2}')]
    assert [row.id for row in tables.read_feed(after_id=0, limit=9)] == [first, first + 1, last]


def test_the_picture_is_read_as_it_was_painted(tables: SqlTables) -> None:
    Picture(
        person_id=7,
        lat_e7=428_700_000,
        lon_e7=None,
        accuracy_cm=5_000_000_000,
        fixed_at_ms=1,
        received_at_ms=2,
        seq=3,
        battery_percent=80,
        verdict="met",
        office_id=4,
    ).save()
    assert tables.read_picture() == [PictureRow(7, 4, 3, 428_700_000, None, 5_000_000_000, 1, 2, 80, "met")]
