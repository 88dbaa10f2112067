"""What a day's incidents and places do to the messages of one device of the town."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim import faults
from korgoo.sim.carriers import Noise
from korgoo.sim.chance import key_of, pick
from korgoo.sim.days import live_day
from korgoo.sim.incidents import CLOCKS, Event, Incident
from korgoo.sim.itinerary import DAY_MS, day_begins_ms
from korgoo.sim.meddling import Deaf, Interference, deafen, interfere
from korgoo.sim.samples import Column, Permission, sample_lived

if TYPE_CHECKING:
    from korgoo.sim.days import Day
    from korgoo.sim.incidents import Conduct
    from korgoo.sim.people import Person
    from korgoo.sim.samples import Table
    from korgoo.sim.town import Town

AROUND_MS: Final = 120_000
"""Hiding begins so long before he leaves and ends so long after he is back."""
SET_BACK_MS: Final = (-300_000, -7_200_000, -86_400_000)
SET_FORWARD_MS: Final = (300_000, 7_200_000, 86_400_000)
DRIFT_MS_AN_HOUR: Final = 60_000
_INTERFERENCE: Final = {
    Incident.SPOOFING: Interference.SPOOFING,
    Incident.MOCKING: Interference.MOCKING,
    Incident.JAMMING: Interference.JAMMING,
    Incident.SHIELDING: Interference.SHIELDING,
}
_SENSORS: Final = {
    Incident.CASE_OPEN: Column.CASE,
    Incident.SKIN_LOST: Column.SKIN,
    Incident.STRAP_FLICKER: Column.STRAP,
}


def tell_day(town: Town, person: Person, day: int, conduct: Conduct, noise: Noise = Noise.FIRST) -> Table:
    """Return the messages of one person's device on one day as they arrive, with all that befell it."""
    return tell_lived(town, live_day(town, person, day, conduct), conduct, noise)


def tell_lived(town: Town, lived: Day, conduct: Conduct, noise: Noise = Noise.FIRST) -> Table:
    """Return the messages of a day that was lived: `tell_day`, for who has lived it already."""
    table = sample_lived(town, lived, conduct, noise)
    changed = befall(town, table, lived, deaf_places=conduct.deaf_places)
    if changed is table:
        return table
    changed[Column.RECEIVED] = np.minimum(changed[Column.RECEIVED], DAY_MS - 1)
    return np.ascontiguousarray(changed[:, np.argsort(changed[Column.RECEIVED], kind="stable")])


def befall(town: Town, table: Table, lived: Day, *, deaf_places: bool) -> Table:
    """Return the table of a day after its places and incidents; the same table when none concerns it."""
    begins = day_begins_ms(lived.number)
    if deaf_places:
        for here, after in itertools.pairwise(lived.device_path):
            deaf = town.deaf(here.place)
            if deaf:
                table = deafen(table, Deaf(deaf), begin=here.at_ms - begins, end=after.at_ms - begins)
    # What changes the clock comes last: every other stretch is by the true time.
    for event in sorted(lived.events, key=lambda event: event.kind in CLOCKS):
        table = _befall(table, lived, event, begin=event.begin_ms - begins, end=event.end_ms - begins)
    return table


def _befall(table: Table, lived: Day, event: Event, *, begin: int, end: int) -> Table:
    key = key_of(lived.person.key, "befall", event.begin_ms)
    if event.kind in _INTERFERENCE:
        home = lived.person.home.point
        kind, until = _INTERFERENCE[event.kind], end + AROUND_MS
        return interfere(table, kind, key, home=home, begin=begin - AROUND_MS, end=until)
    if event.kind in CLOCKS:
        return _change_clock(table, event, begin=begin, end=end)
    if event.kind in _SENSORS:
        return faults.set_flag(table, _SENSORS[event.kind], 0, begin=begin, end=end)
    if event.kind is Incident.PERMISSION_DENIED:
        lost = faults.lose_position(table, begin=begin, end=end)
        return faults.set_flag(lost, Column.PERMISSION, Permission.DENIED, begin=begin, end=end)
    if event.kind is Incident.RESTART:
        table = faults.drop(table, begin=begin, end=end)
    elif event.kind is Incident.FROZEN:
        table = faults.freeze(table, begin=begin, end=end)
    return table


def clock_offset_ms(event: Event) -> int:
    """Return how far an incident sets the clock forward, 0 for one that does not."""
    if event.kind not in {Incident.CLOCK_BACK, Incident.CLOCK_FORWARD}:
        return 0
    offsets = SET_BACK_MS if event.kind is Incident.CLOCK_BACK else SET_FORWARD_MS
    return pick(key_of(event.person, "clock", event.begin_ms), offsets)


def _change_clock(table: Table, event: Event, *, begin: int, end: int) -> Table:
    if event.kind is Incident.CLOCK_MINUTES:
        return faults.stamp_minutes(table)
    if event.kind is Incident.CLOCK_DRIFT:
        return faults.drift_clock(table, ms_per_hour=DRIFT_MS_AN_HOUR)
    return faults.shift_clock(table, begin=begin, end=end, offset=clock_offset_ms(event))
