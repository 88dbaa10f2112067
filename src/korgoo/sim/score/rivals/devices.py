"""What other systems make of alarms that devices send, and of silence."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim.samples import Column
from korgoo.sim.score.alarms import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from korgoo.sim.signals import Signals

MINUTE_MS: Final = 60_000
TOLD: Final = (
    ("tamper.strap", Column.STRAP, 0),
    ("tamper.case", Column.CASE, 0),
    ("tamper.skin", Column.SKIN, 0),
    ("tamper.tether", Column.TETHER, 0),
    ("sos", Column.SOS, 1),
)


class DecodedAlarms:
    """A message that says so is an event; one older than the newest is lost (Traccar 6.14: decode only)."""

    name: Final = "decoded_alarm"

    def alarms(self, signals: Sequence[Signals]) -> list[Alarm]:
        """Return one alarm a message."""
        return sorted((a for one in signals for a in self._of(one)), key=lambda alarm: alarm.at_ms)

    def _of(self, one: Signals) -> Iterator[Alarm]:
        fixed, received = one.fixed_ms, one.received_ms
        newest = fixed >= np.maximum.accumulate(fixed)
        for kind, column, value in TOLD:
            for i in np.flatnonzero((one.table[column] == value) & newest).tolist():
                at_ms = int(received[i])
                yield Alarm(kind, one.person, "", at_ms, int(fixed[i]), at_ms)


class OfflineScan:
    """A scan each 15 min for devices not heard for so long (Traccar 6.14's inactivity task)."""

    name: Final = "offline_scan_15min"
    every_ms: Final = 15 * MINUTE_MS
    limit_ms: Final = 10 * MINUTE_MS

    def alarms(self, signals: Sequence[Signals]) -> list[Alarm]:
        """Return an alarm at the first scan that finds a device silent."""
        return _silences(signals, lambda last: -(-(last + self.limit_ms) // self.every_ms) * self.every_ms)


class FixedTimeout:
    """Not heard for ten minutes, whatever is expected of the device (ThingsBoard 4.4's inactivity)."""

    name: Final = "timeout_10min"
    limit_ms: Final = 10 * MINUTE_MS

    def alarms(self, signals: Sequence[Signals]) -> list[Alarm]:
        """Return an alarm ten minutes after the last message before each silence."""
        return _silences(signals, lambda last: last + self.limit_ms)


def _silences(signals: Sequence[Signals], due: Callable[[int], int]) -> list[Alarm]:
    alarms = []
    for one in signals:
        heard = one.received_ms.tolist()
        for last, after in itertools.pairwise(heard):
            at_ms = due(last)
            if at_ms < after:
                alarms.append(Alarm("contact.lost", one.person, "", at_ms, last, after))
    return sorted(alarms, key=lambda alarm: alarm.at_ms)
