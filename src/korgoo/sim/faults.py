"""What can befall a device and its messages, deliberate or not: each a function of a table and a stretch.

A table is `samples.Table`; `begin` and `end` are ms of its own clock, and it is the device's true time that
counts: apply what changes the clock last. Nothing is changed in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim.chance import bits_array, units
from korgoo.sim.plane import to_e7_each
from korgoo.sim.providers import CELL, GPS, WIFI
from korgoo.sim.samples import Column

if TYPE_CHECKING:
    from korgoo.sim.chance import Flags, Floats, Ints
    from korgoo.sim.samples import Table

UPLOAD_STEP_MS: Final = 40
_PLACE: Final = (Column.LAT_E7, Column.LON_E7, Column.ACCURACY_CM, Column.SOURCE, Column.SPEED_CMS)
MINUTE_MS: Final = 60_000


def during(table: Table, begin: int, end: int) -> Flags:
    """Tell which messages were made in [begin, end)."""
    flags: Flags = (table[Column.FIXED] >= begin) & (table[Column.FIXED] < end)
    return flags


def set_flag(table: Table, column: Column, value: int, *, begin: int, end: int) -> Table:
    """Let a sensor tell something in a stretch."""
    changed = table.copy()
    changed[column, during(table, begin, end)] = value
    return changed


def drop(table: Table, *, begin: int, end: int) -> Table:
    """Switch the device off: nothing is made, nothing is sent."""
    return table[:, ~during(table, begin, end)]


def lose_position(table: Table, *, begin: int, end: int, only_gps: bool = False) -> Table:
    """Take places away: messages go on without one (`only_gps`: the network's places stay)."""
    changed = table.copy()
    lost = during(table, begin, end)
    if only_gps:
        lost &= table[Column.SOURCE] == GPS
    for column in _PLACE:
        changed[column, lost] = -1
    return changed


def delay(table: Table, *, begin: int, end: int, until: int, shuffle_key: int | None = None) -> Table:
    """Take the network away: what is made in the stretch arrives from `until` on, in order or in none."""
    changed = table.copy()
    late = during(table, begin, end)
    order = np.arange(int(late.sum()))
    if shuffle_key is not None:
        drawn = bits_array(shuffle_key, table[Column.FIXED][late].astype(np.int64))
        order = np.argsort(np.argsort(drawn, kind="stable"), kind="stable")
    changed[Column.RECEIVED, late] = until + 500 + UPLOAD_STEP_MS * order
    return changed


def freeze(table: Table, *, begin: int, end: int) -> Table:
    """Repeat the first place of the stretch with fresh times, as a stale network fix does."""
    changed = table.copy()
    stale = np.flatnonzero(during(table, begin, end) & (table[Column.LAT_E7] >= 0))
    if len(stale):
        for column in (Column.LAT_E7, Column.LON_E7, Column.ACCURACY_CM):
            changed[column, stale] = table[column, stale[0]]
        changed[Column.SOURCE, stale] = (
            WIFI if table[Column.SOURCE, stale[0]] == GPS else table[Column.SOURCE, stale[0]]
        )
        changed[Column.SPEED_CMS, stale] = -1
    return changed


def pretend(
    table: Table,
    x: Floats,
    y: Floats,
    *,
    begin: int,
    end: int,
    mock: bool,
    truth_share: float = 0.0,
    key: int = 0,
) -> Table:
    """Put false places, given for every message, into a stretch.

    `mock`: an app feeds them, and the device says so. Else a transmitter does, which misleads gps alone: in a
    share `truth_share` of the minutes (by `key`) the message tells what a mast says, within 800 m.
    """
    changed = table.copy()
    false = during(table, begin, end)
    if not mock and truth_share:
        false &= units(key, table[Column.FIXED].astype(np.int64) // MINUTE_MS) >= truth_share
    lat, lon = to_e7_each(x, y)
    leak = during(table, begin, end) & ~false
    changed[Column.SOURCE, leak], changed[Column.ACCURACY_CM, leak] = CELL, 80_000
    changed[Column.SPEED_CMS, leak] = -1
    changed[Column.LAT_E7, false], changed[Column.LON_E7, false] = lat[false], lon[false]
    changed[Column.SOURCE, false] = GPS
    changed[Column.ACCURACY_CM, false] = 400
    changed[Column.SPEED_CMS, false] = 0
    if mock:
        changed[Column.MOCK, during(table, begin, end)] = 1
    return changed


def shift_clock(table: Table, *, begin: int, offset: int, end: int | None = None) -> Table:
    """Set the device's clock by `offset` ms from a moment on (until it is set right at `end`)."""
    changed = table.copy()
    wrong = table[Column.FIXED] >= begin
    if end is not None:
        wrong &= table[Column.FIXED] < end
    changed[Column.FIXED, wrong] += np.int32(offset)
    return changed


def drift_clock(table: Table, *, ms_per_hour: int) -> Table:
    """Let the device's clock run fast (or slow) from the beginning on."""
    changed = table.copy()
    fixed = table[Column.FIXED].astype(np.int64)
    changed[Column.FIXED] = fixed + fixed * ms_per_hour // 3_600_000
    return changed


def stamp_minutes(table: Table) -> Table:
    """Cut times to whole minutes, as some trackers do, with many points to each."""
    changed = table.copy()
    changed[Column.FIXED] = table[Column.FIXED] // MINUTE_MS * MINUTE_MS
    return changed


def first_arrival(table: Table, column: Column, value: int) -> int | None:
    """Return when the first message arrived that tells a value, ms of the table."""
    told: Ints = np.flatnonzero(table[column] == value)
    return int(table[Column.RECEIVED, told].min()) if len(told) else None
