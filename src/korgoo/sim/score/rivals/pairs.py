"""What other systems make of two positions that must keep apart."""

from __future__ import annotations

from math import cos, hypot, radians
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from korgoo.sim.meetings import EMERGENCY_FACTOR, WARNING_FACTOR
from korgoo.sim.samples import Column
from korgoo.sim.score.alarms import Alarm
from korgoo.sim.score.rivals.fences import E7_PER_M, in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.sim.meetings import Pair
    from korgoo.sim.signals import Signals

RINGS: Final = (
    ("proximity.warning", WARNING_FACTOR),
    ("proximity.breach", 1.0),
    ("proximity.emergency", EMERGENCY_FACTOR),
)
Offset = tuple[float, float]
"""Metres east and north from the one to the other."""


class PairRule(Protocol):
    """A rule for one pair: when it looks, and what it calls near."""

    @property
    def name(self) -> str:
        """Its name in the tables."""

    def looks(self, *, participant: bool) -> bool:
        """Tell whether a fix of this side is looked at."""

    def is_near(self, offset: Offset, distance_m: float) -> bool:
        """Tell whether the last positions are near."""


class SquareBox:
    """Last fix of each, in a square box about the other, whatever its age (Tile38 1.37's roaming fence)."""

    name: Final = "last_fix_square_box"

    def looks(self, *, participant: bool) -> bool:  # noqa: ARG002 - both sides are
        """Look at every fix of either side."""
        return True

    def is_near(self, offset: Offset, distance_m: float) -> bool:
        """Tell whether the other lies in the box whose half side is the distance."""
        return abs(offset[0]) <= distance_m and abs(offset[1]) <= distance_m


class OneSided:
    """The watched device's fix against the other's last position (Traccar 6.14, since 2026-04)."""

    name: Final = "one_sided"

    def looks(self, *, participant: bool) -> bool:
        """Look at the participant's fixes alone."""
        return participant

    def is_near(self, offset: Offset, distance_m: float) -> bool:
        """Tell whether the distance between the two is small enough."""
        return hypot(*offset) <= distance_m


RULES: Final[tuple[PairRule, ...]] = (SquareBox(), OneSided())


def pair_alarms(rule: PairRule, pairs: Sequence[Pair], signals: Sequence[Signals]) -> list[Alarm]:
    """Return what a rule raises: one alarm each time a ring is entered, ended when it is left."""
    told = {one.person: one for one in signals}
    alarms: list[Alarm] = []
    for pair in pairs:
        both = [told.get(person) for person in (pair.participant, pair.protected)]
        if both[0] is not None and both[1] is not None:
            alarms += _alarms(rule, pair, both[0], both[1])
    return sorted(alarms, key=lambda alarm: alarm.at_ms)


_Fix = tuple[int, int, int, int, int]
"""Received, side, fixed, lat, lon."""


def _fixes(one: Signals, side: int) -> Iterator[_Fix]:
    chosen = in_order(one)
    table = one.table[:, chosen]
    columns = (one.received_ms[chosen], one.fixed_ms[chosen], table[Column.LAT_E7], table[Column.LON_E7])
    for received, fixed, lat, lon in zip(*(np.asarray(column).tolist() for column in columns), strict=True):
        yield received, side, fixed, lat, lon


def _alarms(rule: PairRule, pair: Pair, one: Signals, other: Signals) -> Iterator[Alarm]:
    last: dict[int, _Fix] = {}
    standing: dict[str, Alarm] = {}
    for fix in sorted([*_fixes(one, 0), *_fixes(other, 1)]):
        received, side, fixed, lat, lon = fix
        last[side] = fix
        there = last.get(1 - side)
        if there is None or not rule.looks(participant=side == 0):
            continue
        north = (lat - there[3]) / E7_PER_M
        east = (lon - there[4]) / E7_PER_M * cos(radians(lat / 10_000_000))
        for kind, factor in RINGS:
            near = rule.is_near((east, north), factor * pair.distance_m)
            if near and kind not in standing:
                standing[kind] = Alarm(kind, pair.participant, pair.id, received, fixed)
            elif not near and kind in standing:
                yield standing.pop(kind)._replace(ended_ms=received)
    yield from standing.values()
