"""Instants on both sides of the border: aware UTC datetimes in records, milliseconds in the journal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(instant: datetime) -> int:
    """Return milliseconds since 1970 UTC, rounded down.

    Raises:
        ValueError: the instant has no time zone, so it is no instant.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """Return the aware UTC datetime of milliseconds since 1970 UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)
