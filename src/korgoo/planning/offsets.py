"""UTC offsets of a time zone as rows, from the pinned tzdata package and nothing else.

The system's time-zone database is never consulted: two machines with the same pins compile the same plan.
"""

import functools
import importlib.resources
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]  # ships no types; a version and files are all we use

from korgoo.planning.errors import PlanError

_STEP_S: Final = 12 * 3600  # no zone changes its offset twice within half a day

OffsetRows = tuple[tuple[int, int], ...]
"""(from_ms, seconds east of UTC), ascending."""


def tzdata_version() -> str:
    """Return the release of the time-zone database in use, such as `2026a`."""
    return str(tzdata.IANA_VERSION)


@functools.cache
def _names() -> frozenset[str]:
    listing = importlib.resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(listing.split())


@functools.lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    file = importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with file.open("rb") as opened:
        return ZoneInfo.from_file(opened, key=name)


def refuse_unknown_zone(name: str, *, path: str) -> None:
    """Raise `PlanError` unless the pinned database knows the zone by that name."""
    if name not in _names():
        raise PlanError(path, f"no such time zone {name!r}; a name such as Asia/Bishkek is needed")


@functools.lru_cache(maxsize=64)
def offset_rows(name: str, *, first_year: int, last_year: int) -> OffsetRows:
    """Return the zone's offsets from the start of `first_year` to the end of `last_year`.

    The first row holds for everything before the first change as well.

    Raises:
        KeyError: the database does not know the zone; see `refuse_unknown_zone`.
    """
    if name not in _names():
        raise KeyError(name)
    zone = _zone(name)
    start_s = int(datetime(first_year, 1, 1, tzinfo=UTC).timestamp())
    end_s = int(datetime(last_year + 1, 1, 1, tzinfo=UTC).timestamp())
    offset_s = _offset(zone, start_s)
    rows = [(start_s * 1000, offset_s)]
    for before_s in range(start_s, end_s, _STEP_S):
        after_s = before_s + _STEP_S
        if _offset(zone, after_s) != offset_s:
            change_s = _bisect(zone, before_s, after_s)
            offset_s = _offset(zone, change_s)
            rows.append((change_s * 1000, offset_s))
    return tuple(rows)


def offset_at(name: str, at_ms: int) -> int:
    """Return the zone's offset at an instant, in seconds east of UTC; raises `KeyError` as `offset_rows`."""
    if name not in _names():
        raise KeyError(name)
    return _offset(_zone(name), at_ms // 1000)


def _offset(zone: ZoneInfo, at_s: int) -> int:
    offset = datetime.fromtimestamp(at_s, zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _bisect(zone: ZoneInfo, before_s: int, after_s: int) -> int:
    """Return the first second at which the offset is no longer that of `before_s`."""
    was = _offset(zone, before_s)
    while after_s - before_s > 1:
        middle_s = (before_s + after_s) // 2
        if _offset(zone, middle_s) == was:
            before_s = middle_s
        else:
            after_s = middle_s
    return after_s
