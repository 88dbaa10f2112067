"""Positions made up or kept away on purpose, and places where they are lost in any case."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim import faults
from korgoo.sim.chance import happens, key_of, normals
from korgoo.sim.noise import PHONES, errors
from korgoo.sim.providers import OUTDOOR_GPS_FACTOR
from korgoo.sim.samples import Column

if TYPE_CHECKING:
    from korgoo.sim.chance import Floats
    from korgoo.sim.plane import Point
    from korgoo.sim.samples import Table

SPOOF_LEAK: Final = 0.25
"""Share of minutes in which a misled device still tells what the network says."""
STEADY_M: Final = 0.8
REPEATERS: Final = 1 / 3
"""Share of transmitters that repeat the sky over his home, errors and all. Not measured."""


class Interference(StrEnum):
    """What is done. The text is the `event` of the fact."""

    SPOOFING = "spoofing"  # a transmitter: gps stays at home while he goes out
    MOCKING = "mocking"  # an app feeds places, and the phone says so
    JAMMING = "jamming"  # no gps while he is out; the network goes on
    SHIELDING = "shielding"  # foil: no place and no network, told afterwards
    BENIGN = "benign.loss"  # only the visits to a place that is known for it


class Deaf(StrEnum):
    """What the known place loses."""

    GNSS = "gnss"
    NETWORK = "network"
    BOTH = "both"


def deafen(table: Table, deaf: Deaf, *, begin: int, end: int) -> Table:
    """Return the table of a device at a place without sky, without network, or without both."""
    if deaf is not Deaf.NETWORK:
        table = faults.lose_position(table, begin=begin, end=end, only_gps=deaf is Deaf.GNSS)
    if deaf is not Deaf.GNSS:
        table = faults.delay(table, begin=begin, end=end, until=end)
    return table


def interfere(table: Table, kind: Interference, key: int, *, home: Point, begin: int, end: int) -> Table:
    """Return the table of a device whose positions are made up (at `home`) or kept away in a stretch."""
    match kind:
        case Interference.SPOOFING | Interference.MOCKING:
            x, y = _unrest(table, kind, key)
            return faults.pretend(
                table,
                home[0] + x,
                home[1] + y,
                begin=begin,
                end=end,
                mock=kind is Interference.MOCKING,
                truth_share=SPOOF_LEAK,
                key=key_of(key, "leak"),
            )
        case Interference.JAMMING:
            return faults.lose_position(table, begin=begin, end=end, only_gps=True)
        case Interference.SHIELDING:
            lost = faults.lose_position(table, begin=begin, end=end)
            return faults.delay(lost, begin=begin, end=end, until=end)
        case _:
            return table


def _unrest(table: Table, kind: Interference, key: int) -> tuple[Floats, Floats]:
    """Return how false places wander about the home, m: hardly, or as under the sky that is repeated."""
    fixed = table[Column.FIXED].astype(np.int64)
    if kind is Interference.SPOOFING and happens(key_of(key, "repeater"), REPEATERS):
        return errors(key_of(key, "repeated"), fixed, PHONES, OUTDOOR_GPS_FACTOR)
    return STEADY_M * normals(key_of(key, "false x"), fixed), STEADY_M * normals(
        key_of(key, "false y"), fixed
    )
