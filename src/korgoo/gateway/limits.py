"""Limits before decoding: token buckets by credential and by address, bounded in number.

A bucket that has not been used for long is forgotten first; a forgotten bucket begins full again,
which costs an attacker as many addresses as there are buckets. SOS has small buckets of its own
(`intake` says when they are asked), so that the limit of a flooded device does not swallow its SOS.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """Tokens a second, and how many may be saved up."""

    per_second: float
    burst: float


class Buckets:
    """Token buckets under one rate. Takes the time as an argument, in ms; it may jump backwards."""

    def __init__(self, rate: Rate, *, capacity: int) -> None:
        self._rate = rate
        self._capacity = capacity
        self._levels: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, name: str, *, now_ms: int, cost: float = 1.0) -> int:
        """Take tokens. Return 0 when allowed, else the whole seconds after which to try again."""
        level, at = self._levels.pop(name, (self._rate.burst, now_ms))
        if now_ms > at:
            level += (now_ms - at) * self._rate.per_second / 1000
            if level > self._rate.burst:  # noqa: PLR1730 - min() costs a call for each request
                level = self._rate.burst
        # A request of many fixes may overdraw: it is let in whole or not at all, and paid off after.
        allowed = level >= 1.0 or level >= cost
        if allowed:
            level -= cost
        self._levels[name] = (level, now_ms)
        if len(self._levels) > self._capacity:
            self._levels.popitem(last=False)
        if allowed:
            return 0
        return max(1, math.ceil((1.0 - level) / self._rate.per_second))

    def __len__(self) -> int:
        return len(self._levels)
