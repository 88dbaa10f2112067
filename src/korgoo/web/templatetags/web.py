"""Filters of the pages: local times, words for codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from korgoo.outbox.instants import to_ms
from korgoo.web.console.alerts.findings import name_zone_in_words
from korgoo.web.kit.times import duration, local, since, until
from korgoo.web.kit.words import TABLES

if TYPE_CHECKING:
    from datetime import datetime

register = template.Library()

for show in (duration, local, since, until):
    register.filter(show)


@register.filter
def word(code: object, table: str) -> str:
    """Return a code of a record in words, from the table of that name in `korgoo.web.kit.words`."""
    return str(TABLES[table].get(code, code if code is not None else "—"))


@register.filter
def zone(condition: str) -> str:
    """Return a condition's key as people call it."""
    return name_zone_in_words(condition)


@register.filter
def ms(instant: datetime) -> int:
    """Return an instant in ms since 1970 UTC, for the scripts that count ages."""
    return to_ms(instant)


@register.filter
def seconds(milliseconds: int) -> float:
    """Return milliseconds as seconds."""
    return milliseconds / 1000
