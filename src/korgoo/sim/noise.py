"""How a receiver's position errs over time: correlated, heavy-tailed, worse at some places than at others.

The error at an instant is a pure function of (key, time), so any stretch can be made without what came before
and at any interval. One axis is a weighted sum of layers; a layer is noise at knots a fixed time apart,
joined linearly and scaled to variance 1 (correlated over up to two knots). A slow layer, squared, swells
the error now and then: this makes the tails. The figures stand beside the measured ones in
docs/simulation.md; `bench/noise_fit.py` prints them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from korgoo.sim.chance import Quantiles, key_of, normals, unit

if TYPE_CHECKING:
    from korgoo.sim.chance import Floats, Ints


class Profile(NamedTuple):
    """How one kind of receiver errs. Lengths in metres, times in ms."""

    layers: tuple[tuple[int, float], ...]  # (time between knots, metres of that layer)
    swell_ms: int  # time between the knots of the swelling
    calm: float  # share of the error that is always there
    swell: float  # share that grows with the square of the swelling
    places: Quantiles  # factor of a place, by its share of places


STAYS: Final = Profile(
    layers=((30_000, 3.7), (140_000, 4.7), (300_000, 3.6), (1_200_000, 5.5)),
    swell_ms=225_000,
    calm=0.6,
    swell=0.49,
    places=Quantiles((0, 0.25), (0.25, 0.75), (0.5, 0.95), (0.75, 1.55), (0.9, 1.9), (1, 3.6)),
)
"""Loggers carried by people who stay somewhere: 367 stays of 45 minutes or more."""

RECEIVERS: Final = Profile(
    layers=((2_500, 0.8), (27_000, 6.6), (140_000, 5.1), (600_000, 2.6), (2_750_000, 1.5)),
    swell_ms=118_000,
    calm=0.78,
    swell=0.40,
    places=Quantiles((0, 0.8), (0.5, 1.05), (1, 1.2)),
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


def swelling(key: int, times_ms: Ints, profile: Profile) -> Floats:
    """Return the factor by which both axes swell at the given times."""
    slow = layer(key, times_ms, profile.swell_ms)
    factor: Floats = profile.calm + profile.swell * (slow * slow)
    return factor


def errors(key: int, times_ms: Ints, profile: Profile) -> tuple[Floats, Floats]:
    """Return the errors east and north, in metres, of a place with factor 1."""
    swell = swelling(key_of(key, "swell"), times_ms, profile)
    axes: list[Floats] = []
    for axis in ("east", "north"):
        total = np.zeros(len(times_ms))
        for spacing_ms, weight in profile.layers:
            total = total + weight * layer(key_of(key, axis, spacing_ms), times_ms, spacing_ms)
        axes.append(total * swell)
    return axes[0], axes[1]


def place_factor(key: int, profile: Profile) -> float:
    """Return how much worse than usual this place is."""
    return profile.places.at(unit(key_of(key, "place")))
