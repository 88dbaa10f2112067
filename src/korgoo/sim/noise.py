"""How a receiver's position errs over time: correlated, heavy-tailed, worse at some places than at others.

The error at an instant is a pure function of (key, time), so any stretch can be made without what came before
and at any interval. One axis is a weighted sum of layers; a layer is noise at knots a fixed time apart,
joined linearly and scaled to variance 1 (correlated over up to two knots). A slow layer, squared, swells
the error now and then, and at bad places a position is thrown far off for a minute here and there: these make
the tails. Devices differ in how slowly their errors change. The figures stand beside the measured ones in
docs/simulation.md; `bench/noise_fit.py` prints them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from korgoo.sim.chance import Quantiles, key_of, normals, unit, units

if TYPE_CHECKING:
    from korgoo.sim.chance import Floats, Ints


THROW_SLOT_MS: Final = 300_000
THROW_MS: Final = Quantiles((0, 20_000), (0.5, 45_000), (1, 100_000))
THROW_M: Final = Quantiles((0, 25), (0.5, 60), (0.9, 130), (1, 260))


class Profile(NamedTuple):
    """How one kind of receiver errs. Lengths in metres, times in ms."""

    layers: tuple[tuple[int, float], ...]  # (time between knots, metres of that layer)
    swell_ms: int  # time between the knots of the swelling
    calm: float  # share of the error that is always there
    swell: float  # share that grows with the square of the swelling
    places: Quantiles  # factor of a place, by its share of places
    paces: Quantiles  # how slowly the errors of a device change, by its share of devices
    throws: float = 0.0  # share of slots of five minutes with a throw, at a place with factor 1


STAYS: Final = Profile(
    layers=((30_000, 3.7), (140_000, 4.7), (300_000, 3.6), (1_200_000, 5.5)),
    swell_ms=225_000,
    calm=0.66,
    swell=0.4,
    places=Quantiles((0, 0.27), (0.25, 0.8), (0.5, 1.06), (0.75, 1.55), (0.9, 1.95), (1, 3.2)),
    paces=Quantiles((0, 0.5), (0.25, 0.8), (0.5, 1.3), (0.75, 2.6), (1, 6.0)),
    throws=0.03,
)
"""Loggers carried by people who stay somewhere: 367 stays of 45 minutes or more."""

PHONES: Final = STAYS._replace(throws=0.006)
"""gps of a phone under a roof: thrown less often than a bare logger, because a phone smooths."""

RECEIVERS: Final = Profile(
    layers=((2_500, 0.8), (27_000, 6.6), (140_000, 5.1), (600_000, 2.6), (2_750_000, 1.5)),
    swell_ms=118_000,
    calm=0.78,
    swell=0.40,
    places=Quantiles((0, 0.8), (0.5, 1.05), (1, 1.2)),
    paces=Quantiles((0, 0.9), (1, 1.1)),
)
"""Handheld receivers lying still under the sky."""


def layer(key: int, times_ms: Ints, spacing_ms: int) -> Floats:
    """Return one layer at the given times: mean 0, variance 1."""
    knot = times_ms // spacing_ms
    after = (times_ms - knot * spacing_ms) / spacing_ms
    before = 1.0 - after
    mixed = normals(key, knot) * before + normals(key, knot + 1) * after
    joined: Floats = mixed / np.sqrt(before * before + after * after)
    return joined


def swelling(key: int, times_ms: Ints, profile: Profile, pace: float) -> Floats:
    """Return the factor by which both axes swell at the given times."""
    slow = layer(key, times_ms, round(profile.swell_ms * pace))
    factor: Floats = profile.calm + profile.swell * (slow * slow)
    return factor


def errors(key: int, times_ms: Ints, profile: Profile, factor: Floats | float = 1.0) -> tuple[Floats, Floats]:
    """Return the errors east and north, in metres, of a place that is `factor` times as bad as usual."""
    pace = profile.paces.at(unit(key_of(key, "pace")))
    swell = swelling(key_of(key, "swell"), times_ms, profile, pace) * factor
    axes: list[Floats] = []
    for axis in ("east", "north"):
        total = np.zeros(len(times_ms))
        for spacing_ms, weight in profile.layers:
            slow = round(spacing_ms * pace)
            total = total + weight * layer(key_of(key, axis, spacing_ms), times_ms, slow)
        axes.append(total * swell)
    if not profile.throws:
        return axes[0], axes[1]
    east, north = thrown(key_of(key, "thrown"), times_ms, profile, factor)
    return axes[0] + east, axes[1] + north


def thrown(key: int, times_ms: Ints, profile: Profile, factor: Floats | float) -> tuple[Floats, Floats]:
    """Return the throws: a minute or less far off, more often and farther at bad places."""
    slot = times_ms // THROW_SLOT_MS
    lasts = np.floor(THROW_MS.at_each(units(key_of(key, "lasts"), slot)))
    begins = np.floor(units(key_of(key, "at"), slot) * (THROW_SLOT_MS - lasts))
    after = times_ms - slot * THROW_SLOT_MS - begins
    share = profile.throws * factor * factor
    hit = (units(key_of(key, "hit"), slot) < share) & (after >= 0) & (after < lasts)
    # Up within ten seconds and down within ten: a position is thrown, it does not blink.
    shape = np.minimum(np.minimum(after, lasts - after) / 10_000.0, 1.0)
    far = np.where(hit, THROW_M.at_each(units(key_of(key, "far"), slot)) * shape * factor, 0.0)
    x, y = normals(key_of(key, "x"), slot), normals(key_of(key, "y"), slot)
    scale = far / np.maximum(np.sqrt(x * x + y * y), 1e-6)
    return x * scale, y * scale


def place_factor(key: int, profile: Profile) -> float:
    """Return how much worse than usual this place is."""
    return profile.places.at(unit(key_of(key, "place")))
