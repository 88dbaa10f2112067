"""What the device believes about its place: which provider answered, how far off, how sure it claims to be.

Slots of ten minutes decide the provider and its wrong places, so an error lasts as it does in life: a wrong
Wi-Fi place some minutes, a cell's place a whole slot, a spike one fix or several. noise.md is the source of
every table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from korgoo.sim.chance import Quantiles, key_of, normals, units
from korgoo.sim.noise import PHONES, errors

if TYPE_CHECKING:
    from korgoo.sim.chance import Flags, Floats, Ints

SLOT_MS: Final = 600_000
GPS, WIFI, CELL = 0, 1, 2
"""Codes of the sources in `Reading.source`."""

GPS_ACCURACY_M: Final = Quantiles(
    (0, 3), (0.05, 4), (0.25, 9), (0.5, 12), (0.75, 17), (0.95, 34), (0.99, 80), (1, 350)
)
WIFI_ACCURACY_M: Final = Quantiles(
    (0, 12), (0.05, 17), (0.25, 20), (0.5, 31), (0.75, 44), (0.95, 78), (1, 444)
)
CELL_ACCURACY_M: Final = Quantiles((0, 600), (0.5, 2_462), (0.95, 3_511), (1, 5_000))
CELL_OFFSET_M: Final = Quantiles((0, 40), (0.5, 260), (1, 490))
CELL_OUTSIDE: Final = 0.32
"""Share of cell places that lie beyond the radius they claim, by a factor of:"""
CELL_FACTOR: Final = Quantiles((0, 1.05), (0.8, 1.8), (0.97, 6), (1, 40))
CELL_SLOTS: Final = 9
"""A phone that has nothing but the mast has nothing else for an hour and a half."""
SPIKE_OFFSET_M: Final = Quantiles(
    (0, 501), (0.5, 842), (0.6, 1_200), (0.725, 2_600), (0.85, 6_500), (0.95, 13_800), (1, 40_000)
)
SPIKE_LASTS_MS: Final = Quantiles((0, 5_000), (0.5, 60_000), (1, 300_000))
SPIKE_SHARE: Final = 0.0028
SPIKE_MEAN_MS: Final = 106_250.0
SPIKE_IN_SLOT: Final = SPIKE_SHARE * SLOT_MS / SPIKE_MEAN_MS
SPIKE_COVERED: Final = 0.4
WIDEST_M: Final = 5_000.0
WIFI_BIAS_M: Final = Quantiles((0, 0), (0.5, 3), (0.9, 10), (1, 22))
WIFI_WRONG_SHARE: Final = 0.085
WIFI_WRONG_M: Final = Quantiles((0, 12), (0.7, 30), (0.9, 70), (1, 250))
SPIKE_GPS, SPIKE_WIFI = 0.09, 0.46
CELL_INDOORS, GPS_INDOORS = 0.01, 0.04
CELL_OUTDOORS, WIFI_OUTDOORS = 0.02, 0.13
INDOOR_GPS_FACTOR: Final = 1.35
INDOOR_GPS_WORST: Final = 1.7
"""Worse than this, a phone says nothing rather than gps."""
OUTDOOR_GPS_FACTOR: Final = 0.35
CANYON_GPS_FACTOR: Final = 3.1
"""Between high houses: p50 / p95 of 23-39 / 45-85 m (noise.md, "Moving")."""


class Setting(NamedTuple):
    """The circumstances of each fix: true place (m), time, under a roof or not, and which place it is."""

    times_ms: Ints
    x: Floats
    y: Floats
    indoor: Flags
    place: Ints
    place_factor: Floats
    only_gps: bool
    canyon: Flags | None = None


class Reading(NamedTuple):
    """What the device reports of each fix: position (m), claimed radius (m) and source code."""

    x: Floats
    y: Floats
    accuracy: Floats
    source: Ints


def outdoor_factor(setting: Setting) -> Floats | float:
    """Return how large the error of gps is outdoors: small under the sky, large in a street canyon."""
    if setting.canyon is None:
        return OUTDOOR_GPS_FACTOR
    return np.where(setting.canyon, CANYON_GPS_FACTOR, OUTDOOR_GPS_FACTOR)


def read(key: int, setting: Setting) -> Reading:
    """Return what a device reports in the given circumstances."""
    slots = setting.times_ms // SLOT_MS
    source = _source(key, slots, setting)
    dx, dy, accuracy = _gps(key, setting)
    for code, offsets in ((WIFI, _wifi(key, slots, setting)), (CELL, _cell(key, slots))):
        chosen = source == code
        if chosen.any():
            dx, dy, accuracy = (
                np.where(chosen, new, old) for new, old in zip(offsets, (dx, dy, accuracy), strict=True)
            )
    return _spiked(key, setting, Reading(setting.x + dx, setting.y + dy, accuracy, source))


def _source(key: int, slots: Ints, setting: Setting) -> Ints:
    drawn = units(key_of(key, "source"), slots)
    mast = units(key_of(key, "mast"), slots // CELL_SLOTS)
    if setting.only_gps:
        return np.where(mast < CELL_INDOORS, CELL, GPS)
    indoors = np.where(mast < CELL_INDOORS, CELL, np.where(drawn < GPS_INDOORS, GPS, WIFI))
    outdoors = np.where(mast < CELL_OUTDOORS, CELL, np.where(drawn < WIFI_OUTDOORS, WIFI, GPS))
    return np.where(setting.indoor, indoors, outdoors)


def _gps(key: int, setting: Setting) -> tuple[Floats, Floats, Floats]:
    roof = np.minimum(setting.place_factor * INDOOR_GPS_FACTOR, INDOOR_GPS_WORST)
    factor = np.where(setting.indoor, roof, outdoor_factor(setting))
    claimed = GPS_ACCURACY_M.at_each(units(key_of(key, "gps radius"), setting.times_ms // 60_000))
    dx, dy = errors(key_of(key, "gps"), setting.times_ms, PHONES, factor)
    return dx, dy, np.where(setting.indoor, claimed, np.maximum(claimed * 0.6, 3.0))


def _towards(key: int, indices: Ints, lengths: Floats) -> tuple[Floats, Floats]:
    """Return offsets of the given lengths, each in a random direction."""
    x, y = normals(key_of(key, "x"), indices), normals(key_of(key, "y"), indices)
    scale = lengths / np.maximum(np.sqrt(x * x + y * y), 1e-6)
    return x * scale, y * scale


def _wifi(key: int, slots: Ints, setting: Setting) -> tuple[Floats, Floats, Floats]:
    """The access point's own bias, a little unrest every two minutes, and a wrong place for some slots."""
    bias = WIFI_BIAS_M.at_each(units(key_of(key, "wifi bias"), setting.place))
    bias_x, bias_y = _towards(key_of(key, "wifi place"), setting.place, bias)
    rest = setting.times_ms // 120_000
    unrest = np.where(setting.indoor, 3.0, 14.0)
    wrong = units(key_of(key, "wifi wrong"), slots) < WIFI_WRONG_SHARE
    far = WIFI_WRONG_M.at_each(units(key_of(key, "wifi far"), slots))
    far_x, far_y = _towards(key_of(key, "wifi where"), slots, far)
    x = bias_x + unrest * normals(key_of(key, "wifi x"), rest) + np.where(wrong, far_x, 0.0)
    y = bias_y + unrest * normals(key_of(key, "wifi y"), rest) + np.where(wrong, far_y, 0.0)
    return x, y, WIFI_ACCURACY_M.at_each(units(key_of(key, "wifi radius"), slots))


def _cell(key: int, slots: Ints) -> tuple[Floats, Floats, Floats]:
    """One mast for each stretch of slots: near by, or beyond the radius that it claims."""
    mast = slots // CELL_SLOTS
    accuracy = CELL_ACCURACY_M.at_each(units(key_of(key, "cell radius"), mast))
    near = CELL_OFFSET_M.at_each(units(key_of(key, "cell far"), mast))
    beyond = accuracy * CELL_FACTOR.at_each(units(key_of(key, "cell factor"), mast))
    outside = units(key_of(key, "cell outside"), mast) < CELL_OUTSIDE
    x, y = _towards(key_of(key, "cell where"), mast, np.where(outside, beyond, near))
    return x, y, accuracy


def _spiked(key: int, setting: Setting, reading: Reading) -> Reading:
    """Put spikes over the reading: more than 500 m off for some seconds to minutes, then back."""
    for ago in (0, 1):
        slots = setting.times_ms // SLOT_MS - ago
        begins = slots * SLOT_MS + np.floor(units(key_of(key, "spike at"), slots) * SLOT_MS).astype(np.int64)
        lasts = SPIKE_LASTS_MS.at_each(units(key_of(key, "spike lasts"), slots))
        hit = units(key_of(key, "spike"), slots) < SPIKE_IN_SLOT
        hit &= (setting.times_ms >= begins) & (setting.times_ms - begins < lasts)
        if hit.any():
            reading = _with_spikes(key, setting, reading, slots=slots, hit=hit)
    return reading


def _with_spikes(key: int, setting: Setting, reading: Reading, *, slots: Ints, hit: Flags) -> Reading:
    far = SPIKE_OFFSET_M.at_each(units(key_of(key, "spike far"), slots))
    dx, dy = _towards(key_of(key, "spike where"), slots, far)
    drawn = units(key_of(key, "spike source"), slots)
    source = np.where(drawn < SPIKE_GPS, GPS, np.where(drawn < SPIKE_GPS + SPIKE_WIFI, WIFI, CELL))
    if setting.only_gps:
        source = np.where(source == WIFI, GPS, source)
    covered = units(key_of(key, "spike covered"), slots) < SPIKE_COVERED
    accuracy = np.where(covered, np.minimum(far * 1.25, WIDEST_M), np.minimum(reading.accuracy, far * 0.8))
    return Reading(
        np.where(hit, setting.x + dx, reading.x),
        np.where(hit, setting.y + dy, reading.y),
        np.where(hit, accuracy, reading.accuracy),
        np.where(hit, source, reading.source),
    )
