"""The opening scene: three deeds within minutes of the first map, then the ordinary course of the days.

The first is a walk into a protected address that crosses its border at a given moment. How long the way takes
depends on the town, so the moment of leaving is searched for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.plan import ZoneKind
from korgoo.runtime.demo.foresight import foresee_entry
from korgoo.sim.days import live_day
from korgoo.sim.incidents import USUAL, Conduct, Event, Incident
from korgoo.sim.itinerary import DAY_MS, day_begins_ms, day_number
from korgoo.sim.people import Device, Regime, make_people
from korgoo.sim.truth import intervals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.people import Person
    from korgoo.sim.town import Town

LONGEST_WAY_MS: Final = 45 * 60_000
"""Before this much of the first live moment nobody does anything scripted."""
_CANDIDATES: Final = 20
_QUICK_MS: Final = 50_000
_EARLY_MS: Final = 20_000
_PATIENCE_MS: Final = 4 * 60_000
_COARSE_MS: Final = 60_000
_FINE_MS: Final = 5_000
_STAY_MS: Final = 20 * 60_000
_STRAP_AFTER_MS: Final = 100_000
_SOS_AFTER_MS: Final = 170_000
_QUIET_BEFORE_MS: Final = LONGEST_WAY_MS
_QUIET_AFTER_MS: Final = 90 * 60_000


def fit_start(now_ms: int) -> int:
    """Return when the demonstration shall begin to be live: now, or earlier where the scene cannot be played.

    A simulated day ends at 04:00 local time with everybody at home, and no walk may cross that hour.
    """
    begins = day_begins_ms(day_number(now_ms))
    if now_ms - begins < _QUIET_BEFORE_MS:
        return begins - _QUIET_AFTER_MS
    return min(now_ms, begins + DAY_MS - _QUIET_AFTER_MS)


def choose_people(town: Town, count: int) -> list[Person]:
    """Return about `count` people: a pair is never torn apart."""
    people = make_people(town, count)
    return make_people(town, count + 1) if people and people[-1].regime is Regime.PROTECTION else people


def write_script(town: Town, people: Sequence[Person], *, crossing_ms: int) -> tuple[Event, ...]:
    """Return the scene: an entry whose border is crossed at about `crossing_ms`, a cut strap, an SOS.

    Each is somebody else's, as far as the people reach.
    """
    events = _choose_entry(town, people, crossing_ms=crossing_ms)
    straps = [p for p in people if p.device is not Device.PHONE and p.regime is Regime.PROBATION]
    for person in _others(straps, events):
        at = crossing_ms + _STRAP_AFTER_MS
        events.append(Event(person.id, Incident.STRAP_CUT, at, at + 3 * 3_600_000))
        break
    taken = {event.person for event in events}
    protected = [p for p in people if p.regime is Regime.PROTECTED and p.partner not in taken]
    for person in _others(protected or people, events):
        at = crossing_ms + _SOS_AFTER_MS
        events.append(Event(person.id, Incident.SOS, at, at + 600_000))
        break
    return tuple(events)


def _others(people: Sequence[Person], events: Sequence[Event]) -> list[Person]:
    taken = {event.person for event in events}
    return [person for person in people if person.id not in taken]


def _choose_entry(town: Town, people: Sequence[Person], *, crossing_ms: int) -> list[Event]:
    """Return the entry of the first who will be found out quickly, else of who will be found out first."""
    enters = [person for person in people if person.avoid]
    enters.sort(key=lambda person: (person.interval_ms, person.index))
    until_ms = crossing_ms + _PATIENCE_MS
    tried: list[tuple[int, int, Event]] = []
    for number, person in enumerate(enters[:_CANDIDATES]):
        event = _entry(town, person, crossing_ms)
        found_ms = foresee_entry(town, person, event, after_ms=crossing_ms - _EARLY_MS, until_ms=until_ms)
        if found_ms is not None and found_ms <= crossing_ms + _QUICK_MS:
            return [event]
        tried.append((found_ms or until_ms, number, event))
    return [min(tried)[2]] if tried else []


def scripted(events: tuple[Event, ...]) -> Conduct:
    """Return how people behave: as usual, and the scene."""
    return Conduct(USUAL.rates, events)


def _entry(town: Town, star: Person, crossing_ms: int) -> Event:
    """Search for the moment of leaving: in steps of a minute, then of five seconds about the best."""
    zone = next(duty for duty in star.duties if duty.kind is ZoneKind.EXCLUSION)

    def miss(leave_ms: int) -> int:
        event = Event(star.id, Incident.EXCLUSION_ENTRY, leave_ms, crossing_ms + _STAY_MS, zone.id)
        day = live_day(town, star, day_number(leave_ms), Conduct({}, (event,)))
        inside = intervals(day.path, zone.area, inside=True)
        entered = [one.from_ms for one in inside if one.from_ms >= leave_ms]
        return abs(min(entered, default=crossing_ms + DAY_MS) - crossing_ms)

    earliest = crossing_ms - LONGEST_WAY_MS + _COARSE_MS
    best = min(range(earliest, crossing_ms, _COARSE_MS), key=miss)
    around = range(max(best - _COARSE_MS, earliest), min(best + _COARSE_MS, crossing_ms), _FINE_MS)
    leave_ms = min(around, key=miss)
    return Event(star.id, Incident.EXCLUSION_ENTRY, leave_ms, crossing_ms + _STAY_MS, zone.id)
