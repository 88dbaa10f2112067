"""A device's clock against ours: what was said now, what was stored, and what a clock that was set back says.

A store-and-forward device sends old fixes in one go; a device whose clock was set back sends fixes that are
always equally old, as far apart as they arrive. Only the second kind is moved to the present: live follows
what we know, not the clock of a device that its wearer can set. What is read here depends on the messages and
on nothing else: judging again, years later, reads the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Observation

KEPT: Final = 8
"""Clocks remembered of one person: phone, bracelet, home unit and some exchanged ones."""

MINUTE_MS: Final = 60_000
"""Some trackers stamp whole minutes: their clock stands still for so long and then jumps."""


class Clock(msgspec.Struct, array_like=True):
    """A device whose messages are stale: one of them as anchor, and how far its clock is behind; 0 = unknown.

    `steps` counts the messages in a row, well apart, each of which is older than the one before it.
    """

    received_ms: int
    fixed_ms: int
    behind_ms: int = 0
    steps: int = 0


def read_clock(clocks: dict[str, Clock], observation: Observation, parameters: Parameters) -> int:
    """Return when an observation was made by our clock, ms; remember what it shows. Call in log order.

    Never later than it was received. A clock is taken to be behind once two messages, at least `clock_gap_ms`
    apart, are stale by the same.
    """
    received_ms = observation.received_at_ms
    fixed_ms = min(observation.fixed_at_ms, received_ms)
    if observation.clock_faulty:
        return received_ms
    if not clocks and received_ms - fixed_ms <= parameters.clock_fresh_ms:
        return fixed_ms
    forgotten_ms = received_ms - parameters.clock_kept_ms
    for device in [name for name, known in clocks.items() if known.received_ms < forgotten_ms]:
        del clocks[device]  # exchanged long ago
    clock = clocks.get(observation.device)
    if received_ms - fixed_ms <= parameters.clock_fresh_ms:
        if clock is not None:
            del clocks[observation.device]
        return fixed_ms
    if clock is None:
        if len(clocks) >= KEPT:
            del clocks[min(clocks, key=lambda device: (clocks[device].received_ms, device))]
        clocks[observation.device] = Clock(received_ms, fixed_ms)
        return fixed_ms
    _compare(clock, received_ms, fixed_ms, parameters)
    return min(received_ms, fixed_ms + clock.behind_ms)


def _compare(clock: Clock, received_ms: int, fixed_ms: int, parameters: Parameters) -> None:
    """Compare a stale message with the anchor: does its clock run on, has it stood still or been set?"""
    lag_ms, gap_ms = received_ms - fixed_ms, received_ms - clock.received_ms
    slack_ms = max(parameters.clock_slack_ms, gap_ms >> 3)
    if fixed_ms + clock.behind_ms > received_ms + slack_ms:
        clock.behind_ms = 0  # nothing is fixed after it was received: the clock has been set again
    ahead_ms = fixed_ms - clock.fixed_ms - gap_ms
    if gap_ms >= parameters.clock_gap_ms:
        if abs(ahead_ms) <= slack_ms:
            again = clock.behind_ms and abs(lag_ms - clock.behind_ms) <= slack_ms
            clock.behind_ms = min(lag_ms, clock.behind_ms) if again else lag_ms
        elif -MINUTE_MS - slack_ms <= ahead_ms < 0 and fixed_ms >= clock.fixed_ms:
            return  # it may stamp whole minutes: the anchor is looked at again when the minute is over
        clock.steps = clock.steps + 1 if fixed_ms < clock.fixed_ms else 0
    clock.received_ms, clock.fixed_ms = received_ms, fixed_ms
