"""Writing the feed, in the transaction of what it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from korgoo.monitoring.models import Feed
from korgoo.outbox.instants import to_ms

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class FeedNews(NamedTuple):
    """One row to be; `scope` is the path of the office that the record belongs to."""

    topic: str
    scope: str
    payload: dict[str, Any]


def publish_all(news: Iterable[FeedNews], *, now: datetime) -> None:
    """Add rows for open pages, in order."""
    at_ms = to_ms(now)
    Feed.objects.bulk_create(Feed(at_ms=at_ms, **item._asdict()) for item in news)


def publish(topic: str, *, scope: str, payload: dict[str, Any], now: datetime) -> None:
    """Add one row for open pages; `scope` is the path of the office that the record belongs to."""
    Feed.objects.create(at_ms=to_ms(now), scope=scope, topic=topic, payload=payload)


def prune_feed(*, before: datetime) -> int:
    """Drop rows that no stream will ask for again; returns how many."""
    dropped, _ = Feed.objects.filter(at_ms__lt=to_ms(before)).delete()
    return dropped
