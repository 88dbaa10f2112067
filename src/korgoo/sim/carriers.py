"""What carries the receiver, and by which of the two models it errs."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from korgoo.sim import second_noise
from korgoo.sim.chance import key_of, units
from korgoo.sim.noise import RECEIVERS, STAYS, errors, place_factor
from korgoo.sim.providers import GPS, GPS_ACCURACY_M, Reading, Setting, read

if TYPE_CHECKING:
    from korgoo.sim.chance import Floats, Ints


class Noise(StrEnum):
    """Which model of errors. Parameters of the engine are tuned on the first only."""

    FIRST = "first"
    SECOND = "second"


class Carrier(StrEnum):
    """What kind of device errs, see `noise`, `providers` and `second_noise`."""

    STAY = "stay"  # a logger among walls, as in the 367 stays
    RECEIVER = "receiver"  # a handheld under the sky
    PHONE = "phone"  # a phone indoors: Wi-Fi mostly, with wrong places and spikes
    BRACELET = "bracelet"  # a GPS bracelet: no Wi-Fi, spikes, larger errors under a roof


def read_device(key: int, setting: Setting, noise: Noise = Noise.FIRST) -> Reading:
    """Return what a phone or a GPS bracelet reports."""
    return second_noise.read(key, setting) if noise is Noise.SECOND else read(key, setting)


def device_factor(key: int, noise: Noise = Noise.FIRST) -> float:
    """Return how much worse than usual a roof is for gps."""
    return second_noise.place_factor(key) if noise is Noise.SECOND else place_factor(key, STAYS)


def read_bare(key: int, carrier: Carrier, times_ms: Ints, x: Floats, y: Floats, *, noise: Noise) -> Reading:
    """Return what a bare receiver reports (`STAY`, `RECEIVER`): the model's errors and nothing else."""
    if noise is Noise.SECOND:
        factor = second_noise.place_factor(key) if carrier is Carrier.STAY else 0.85
        dx, dy = second_noise.errors(key, times_ms)
    else:
        profile = STAYS if carrier is Carrier.STAY else RECEIVERS
        factor = place_factor(key, profile)
        dx, dy = errors(key, times_ms, profile, factor)
        factor = 1.0
    accuracy = GPS_ACCURACY_M.at_each(units(key_of(key, "radius"), times_ms // 60_000))
    source = np.full(len(times_ms), GPS, dtype=np.int64)
    return Reading(x + dx * factor, y + dy * factor, accuracy, source)
