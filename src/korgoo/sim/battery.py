"""A phone's charge through one simulated day: from the night's charger, down, and back to the charger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from korgoo.sim.chance import between, key_of
from korgoo.sim.incidents import Event, Incident, forgot_to_charge
from korgoo.sim.itinerary import day_begins_ms, local_ms

if TYPE_CHECKING:
    from korgoo.sim.chance import Flags, Floats, Ints
    from korgoo.sim.days import Day
    from korgoo.sim.incidents import Conduct
    from korgoo.sim.people import Person

_HOUR_MS: Final = 3_600_000
FULL: Final = 100.0
CHARGE_PER_HOUR: Final = 45.0
DRAIN_CENTIPERCENT: Final = (280, 420)
"""Loss an hour in hundredths of a percent: a phone that reports each minute lasts about a day."""


class Battery(NamedTuple):
    """Charge at knots, linear in between. `plugged` holds from each knot on; `flat` is when it was dead."""

    at_ms: tuple[int, ...]
    percent: tuple[float, ...]
    plugged: tuple[bool, ...]
    flat: tuple[tuple[int, int], ...]

    def levels(self, times_ms: Ints) -> tuple[Floats, Flags]:
        """Return the charge in percent and whether it is on the charger, at the given times."""
        at, percent = np.array(self.at_ms), np.array(self.percent)
        i = np.clip(np.searchsorted(at, times_ms, side="right") - 1, 0, len(at) - 2)
        share = (times_ms - at[i]) / (at[i + 1] - at[i])
        return percent[i] + (percent[i + 1] - percent[i]) * share, np.array(self.plugged)[i]


def battery_of(person: Person, day: int, conduct: Conduct) -> Battery:
    """Return the charge of one person's device through one day."""
    drain = between(key_of(person.key, "drain"), *DRAIN_CENTIPERCENT) / 100
    curve = _Curve(drain, day_begins_ms(day))
    if forgot_to_charge(person, day - 1, conduct):
        curve.begin(FULL - drain * (day_begins_ms(day) - _unplugged_ms(person, day - 1)) / _HOUR_MS)
        curve.drain_until_flat(found_after_ms=between(key_of(person.key, "found", day), 1, 3) * _HOUR_MS)
    else:
        curve.begin(FULL)
        curve.charge(until_ms=_unplugged_ms(person, day))
    if forgot_to_charge(person, day, conduct):
        curve.drain(until_ms=day_begins_ms(day + 1))
    else:
        plugged_s = between(key_of(person.key, "plugged", day), 21 * 3600 + 1800, 23 * 3600)
        curve.drain(until_ms=local_ms(day, plugged_s))
        curve.charge(until_ms=day_begins_ms(day + 1))
    return curve.battery()


def flat_events(day: Day, conduct: Conduct) -> tuple[Event, ...]:
    """Return as events when the device was flat on this day."""
    flat = battery_of(day.person, day.number, conduct).flat
    return tuple(Event(day.person.id, Incident.BATTERY_FLAT, begin, end) for begin, end in flat)


def _unplugged_ms(person: Person, day: int) -> int:
    return local_ms(day, between(key_of(person.key, "unplugged", day), 6 * 3600, 7 * 3600))


class _Curve:
    """The pen with which a day's charge is drawn, from knot to knot."""

    def __init__(self, drain: float, at_ms: int) -> None:
        self.per_hour, self.at_ms, self.level = drain, at_ms, FULL
        self.knots: list[tuple[int, float, bool]] = []
        self.flat: list[tuple[int, int]] = []

    def begin(self, level: float) -> None:
        self.level = max(level, 2.0)

    def _to(self, at_ms: int, level: float, *, plugged: bool) -> None:
        if at_ms > self.at_ms:
            self.knots.append((self.at_ms, self.level, plugged))
            self.at_ms, self.level = at_ms, level

    def charge(self, *, until_ms: int) -> None:
        full_ms = self.at_ms + int((FULL - self.level) / CHARGE_PER_HOUR * _HOUR_MS)
        if full_ms < until_ms:
            self._to(full_ms, FULL, plugged=True)
            self._to(until_ms, FULL, plugged=True)
        else:
            gained = CHARGE_PER_HOUR * (until_ms - self.at_ms) / _HOUR_MS
            self._to(until_ms, self.level + gained, plugged=True)

    def drain(self, *, until_ms: int) -> None:
        left = self.level - self.per_hour * (until_ms - self.at_ms) / _HOUR_MS
        self._to(until_ms, max(left, 1.0), plugged=False)

    def drain_until_flat(self, *, found_after_ms: int) -> None:
        """Run flat, lie dead until somebody finds it, then charge for 90 minutes."""
        flat_ms = self.at_ms + int(self.level / self.per_hour * _HOUR_MS)
        self._to(flat_ms, 0.0, plugged=False)
        self._to(flat_ms + found_after_ms, 0.0, plugged=False)
        self.flat.append((flat_ms, flat_ms + found_after_ms))
        self.charge(until_ms=self.at_ms + _HOUR_MS * 3 // 2)

    def battery(self) -> Battery:
        self.knots.append((self.at_ms, self.level, self.knots[-1][2]))
        at, percent, plugged = zip(*self.knots, strict=True)
        return Battery(at, percent, plugged, tuple(self.flat))
