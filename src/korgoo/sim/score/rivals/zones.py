"""What other systems make of positions and a zone: each rule says, fix by fix, whether it believes *inside*.

A rule takes how deep each position lies in the zone (negative outside) and the radius that was reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

if TYPE_CHECKING:
    from korgoo.sim.chance import Flags, Floats


class ZoneRule(Protocol):
    """A rule for one zone."""

    @property
    def name(self) -> str:
        """Its name in the tables."""

    @property
    def by_event(self) -> bool:
        """Whether a schedule only mutes events: who is already outside when it begins raises none."""

    def inside(self, depth_m: Floats, accuracy_m: Floats) -> Flags:
        """Tell after each fix, in order, whether the person is believed inside."""


class OnePoint:
    """Point in polygon: every fix decides (tracking servers: Traccar 6.14, Tile38 1.37, ThingsBoard 4.4)."""

    name: Final = "one_point"
    by_event: Final = True

    def inside(self, depth_m: Floats, accuracy_m: Floats) -> Flags:  # noqa: ARG002 - accuracy is ignored (tile38#191)
        """Take each position as it is."""
        flags: Flags = depth_m >= 0
        return flags


class MinusAccuracy:
    """Outside only where the whole accuracy circle is (phone apps: OwnTracks, Home Assistant)."""

    name: Final = "one_point_minus_accuracy"
    by_event: Final = True

    def inside(self, depth_m: Floats, accuracy_m: Floats) -> Flags:
        """Give the person the benefit of the reported radius."""
        flags: Flags = depth_m + accuracy_m >= 0
        return flags


class InARow:
    """So many fixes in a row on the other side (what users build: traccar#3609, tile38#816)."""

    by_event: Final = False

    def __init__(self, count: int) -> None:
        self.count = count

    @property
    def name(self) -> str:
        """Its name in the tables."""
        return f"in_a_row_{self.count}"

    def inside(self, depth_m: Floats, accuracy_m: Floats) -> Flags:  # noqa: ARG002 - as in one point
        """Change sides after a run of fixes; the first fix is believed."""
        raw = (depth_m >= 0).tolist()
        state, run = bool(raw[0]) if raw else True, 0
        states = []
        for here in raw:
            run = 0 if here is state else run + 1
            if run >= self.count:
                state, run = here, 0
            states.append(state)
        return np.array(states, dtype=np.bool_)


class Hysteresis:
    """A band: out only when `band_m` beyond the edge, in when back within (traccar#5000's second fence)."""

    by_event: Final = False

    def __init__(self, band_m: float = 50.0) -> None:
        self.band_m = band_m

    @property
    def name(self) -> str:
        """Its name in the tables."""
        return f"hysteresis_{self.band_m:.0f}m"

    def inside(self, depth_m: Floats, accuracy_m: Floats) -> Flags:  # noqa: ARG002 - as in one point
        """Keep the last side while within the band; the first fix is believed."""
        decided = (depth_m >= 0) | (depth_m < -self.band_m)
        if len(decided):
            decided[0] = True
        last = np.maximum.accumulate(np.where(decided, np.arange(len(decided)), 0))
        flags: Flags = (depth_m >= 0)[last]
        return flags


RULES: Final[tuple[ZoneRule, ...]] = (OnePoint(), MinusAccuracy(), InARow(2), InARow(3), Hysteresis())
