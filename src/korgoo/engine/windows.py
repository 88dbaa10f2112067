"""When a zone binds: windows in local wall time against a plan's own UTC offsets; integers only.

A window that begins on a local day becomes a stretch [opens, closes) of absolute time; stretches that overlap
or touch are one. A plan without windows always binds. `offsets` are the plan's (from_ms, seconds) rows.
"""

from bisect import bisect_right
from typing import Final

from korgoo.engine.plan import Window

Windows = tuple[Window, ...]
Offsets = tuple[tuple[int, int], ...]
Stretch = tuple[int, int]

_DAY_S: Final = 86_400
_DAY_MS: Final = 86_400_000
_FAR_MS: Final = 26 * 3_600_000  # no zone is further from UTC
_SEARCH_DAYS: Final = 400
_SEARCH_MS: Final = _SEARCH_DAYS * _DAY_MS


def binds_at(windows: Windows, offsets: Offsets, t_ms: int) -> bool:
    """Tell whether the windows bind at that instant; an opening instant binds, a closing one does not."""
    return not windows or any(opens <= t_ms < closes for opens, closes in _near(windows, offsets, t_ms))


def next_change(windows: Windows, offsets: Offsets, t_ms: int) -> int | None:
    """Return the next instant after `t_ms` at which `binds_at` changes.

    None means never: no windows, no day left, or windows that bind without a gap for 400 days.
    """
    if not windows:
        return None
    if binds_at(windows, offsets, t_ms):
        return _end(windows, offsets, t_ms)
    return _next_opening(windows, offsets, t_ms)


def window_start(windows: Windows, offsets: Offsets, t_ms: int) -> int | None:
    """Return when the binding stretch that holds `t_ms` began.

    None where nothing binds at `t_ms`, without windows, or when it has bound for 400 days: always.
    """
    start = t_ms
    while t_ms - start <= _SEARCH_MS:
        earlier = min(
            (opens for opens, closes in _near(windows, offsets, start) if opens < start <= closes),
            default=start,
        )
        if earlier == start:
            return start if windows and binds_at(windows, offsets, t_ms) else None
        start = earlier
    return None


def _end(windows: Windows, offsets: Offsets, t_ms: int) -> int | None:
    end = t_ms
    while end - t_ms <= _SEARCH_MS:
        later = max(
            (closes for opens, closes in _near(windows, offsets, end) if opens <= end < closes),
            default=end,
        )
        if later == end:
            return end
        end = later
    return None


def _next_opening(windows: Windows, offsets: Offsets, t_ms: int) -> int | None:
    """Return the first opening after `t_ms`: openings rise with the local day, so the first day decides."""
    today = _local_day(offsets, t_ms)
    for day in range(today - 2, today + _SEARCH_DAYS):
        opening = _first_opening(windows, offsets, day, t_ms)
        if opening is not None:
            return opening
    far = sorted(day for window in windows for day in window.dates if day >= today + _SEARCH_DAYS)
    for day in far:
        opening = _first_opening(windows, offsets, day, t_ms)
        if opening is not None:
            return opening
    return None


def _first_opening(windows: Windows, offsets: Offsets, day: int, t_ms: int) -> int | None:
    return min((opens for opens, _ in _on_day(windows, offsets, day) if opens > t_ms), default=None)


def _near(windows: Windows, offsets: Offsets, t_ms: int) -> list[Stretch]:
    """Return every stretch that can hold or touch the instant."""
    today = _local_day(offsets, t_ms)
    return [stretch for day in range(today - 2, today + 2) for stretch in _on_day(windows, offsets, day)]


def _on_day(windows: Windows, offsets: Offsets, day: int) -> list[Stretch]:
    """Return the stretches that begin on a local day; one that a skipped hour has swallowed is none."""
    stretches: list[Stretch] = []
    weekday = 1 << (day + 3) % 7  # day 0, 1 January 1970, was a Thursday
    for window in windows:
        if (window.days & weekday or day in window.dates) and day not in window.except_dates:
            over_s = 0 if window.to_s > window.from_s else _DAY_S
            opens = _instants(offsets, day * _DAY_S + window.from_s)[0]
            closes = _instants(offsets, day * _DAY_S + window.to_s + over_s)[1]
            if opens < closes:
                stretches.append((opens, closes))
    return stretches


def _instants(offsets: Offsets, wall_s: int) -> Stretch:
    """Return the first and the last instant at which local clocks show `wall_s` (seconds since 1970).

    A wall time that the clocks skip is the moment of the change.
    """
    wall_ms = wall_s * 1000
    first: int | None = None
    last = change = 0
    index = max(0, bisect_right(offsets, (wall_ms - _FAR_MS, 0)) - 1)
    while index < len(offsets):
        from_ms, offset_s = offsets[index]
        if index and from_ms > wall_ms + _FAR_MS:
            break
        at_ms = wall_ms - offset_s * 1000
        begun = index == 0 or at_ms >= from_ms
        index += 1
        if not begun:
            continue
        if index == len(offsets) or at_ms < offsets[index][0]:
            first = at_ms if first is None else first
            last = at_ms
        else:
            change = offsets[index][0]
    return (change, change) if first is None else (first, last)


def _local_day(offsets: Offsets, t_ms: int) -> int:
    index = max(0, bisect_right(offsets, (t_ms, _DAY_MS)) - 1)
    return (t_ms + offsets[index][1] * 1000) // _DAY_MS
