"""A device's clock against ours: what was said now, what was stored, and what a clock that was set back says.

A store-and-forward device sends old fixes in one go; a device whose clock was set back sends fixes that are
always equally old, as far apart as they arrive. Only the second kind is moved to the present: live follows
what we know, not the clock of a device that its wearer can set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Observation

KEPT: Final = 8
"""Clocks remembered of one person: phone, bracelet, home unit and some exchanged ones."""


class Clock(msgspec.Struct, array_like=True):
    """A device whose messages are stale: the newest of them, and how far its clock is behind; 0 = unknown."""

    received_ms: int = 0
    fixed_ms: int = 0
    behind_ms: int = 0


def read_clock(
    clocks: dict[str, Clock], observation: Observation, interval_ms: int, parameters: Parameters
) -> int:
    """Return when an observation was made by our clock, ms; remember what it shows. Call in log order.

    Never later than it was received. A clock is taken to be behind once two messages in a row, at least
    `clock_gap_ms` apart, are stale by the same.
    """
    received_ms = observation.received_at_ms
    fixed_ms = min(observation.fixed_at_ms, received_ms)
    if observation.clock_faulty:
        return received_ms
    lag_ms, clock = received_ms - fixed_ms, clocks.get(observation.device)
    if lag_ms <= fresh_limit(interval_ms, parameters):
        if clock is not None:
            del clocks[observation.device]
        return fixed_ms
    if clock is None:
        if len(clocks) >= KEPT:
            del clocks[min(clocks, key=lambda device: (clocks[device].received_ms, device))]
        clocks[observation.device] = Clock(received_ms, fixed_ms)
        return fixed_ms
    gap_ms = received_ms - clock.received_ms
    if gap_ms >= parameters.clock_gap_ms:
        slack_ms = max(parameters.clock_slack_ms, gap_ms >> 3)
        if abs(fixed_ms - clock.fixed_ms - gap_ms) <= slack_ms:
            again = clock.behind_ms and abs(lag_ms - clock.behind_ms) <= slack_ms
            clock.behind_ms = min(lag_ms, clock.behind_ms) if again else lag_ms
    clock.received_ms, clock.fixed_ms = received_ms, fixed_ms
    return min(received_ms, fixed_ms + clock.behind_ms)


def fresh_limit(interval_ms: int, parameters: Parameters) -> int:
    """Return how old a message may be on arrival and still speak of now."""
    return 2 * interval_ms + parameters.clock_fresh_ms
