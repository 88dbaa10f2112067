"""The truth of many people and days as facts: tracks, crossings, nights, meetings, deeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine.plan import ZoneKind
from korgoo.sim.battery import flat_events
from korgoo.sim.deeds import deed_of
from korgoo.sim.edges import crossings, nights, track_fact
from korgoo.sim.facts import Coverage
from korgoo.sim.meetings import Pair, meetings
from korgoo.sim.people import PROTECTED_RADIUS_M, Regime
from korgoo.sim.plane import to_e7
from korgoo.sim.truth import Interval, intervals, night_windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.sim.days import Day
    from korgoo.sim.facts import Deed, Fact
    from korgoo.sim.incidents import Conduct
    from korgoo.sim.itinerary import Path
    from korgoo.sim.people import Person
    from korgoo.sim.signals import Signals
    from korgoo.sim.town import Town

DEAF_RADIUS_M: Final = 40.0
PAIR_DISTANCE_M: Final = float(PROTECTED_RADIUS_M)


def pairs_of(people: Sequence[Person]) -> list[Pair]:
    """Return the pairs of whom both are among the people."""
    known = {person.id for person in people}
    return [
        Pair(f"{person.id}-{person.partner}", person.id, person.partner, PAIR_DISTANCE_M)
        for person in people
        if person.regime is Regime.PROTECTION and person.partner in known
    ]


def movement_facts(people: Sequence[Person], lives: Sequence[Sequence[Day]]) -> Iterator[Fact]:
    """Yield tracks, crossings and nights person by person, then the meetings of pairs.

    `lives` are each person's days in a row. The window of the last night ends with the last day, at 04:00.
    """
    paths: dict[str, Path] = {}
    for person, days in zip(people, lives, strict=True):
        path = _joined([day.path for day in days])
        device = _joined([day.device_path for day in days])
        paths[person.id] = path
        yield track_fact(person.id, path)
        if device != path:
            yield track_fact(person.id, device, device=True)
        yield from _zone_facts(person, path, device, days)
    for pair in pairs_of(people):
        yield from meetings(pair, paths[pair.participant], paths[pair.protected])


def deed_facts(day: Day, conduct: Conduct, told: Signals) -> Iterator[Deed]:
    """Yield what was done or happened on a day; when it became known is read from what the device told."""
    for event in (*day.events, *flat_events(day, conduct)):
        yield deed_of(event, told)


def coverage_facts(town: Town) -> Iterator[Coverage]:
    """Yield the buildings of a town that lose the sky or the network."""
    for place in (*town.works, *town.shops):
        if loses := town.deaf(place.id):
            yield Coverage(place.id, loses, *to_e7(place.point), radius_m=DEAF_RADIUS_M)


def _joined(paths: Sequence[Path]) -> Path:
    """Join days, which begin and end at home, into one path."""
    return [vertex for path in paths[:-1] for vertex in path[:-1]] + paths[-1]


def _zone_facts(person: Person, path: Path, device: Path, lived: Sequence[Day]) -> Iterator[Fact]:
    # The last night of all is cut off by the end of the recording.
    windows = [window for day in lived for window in night_windows(day.number)]
    joined = [windows[0]]
    for window in windows[1:]:
        if window.from_ms == joined[-1].until_ms:
            joined[-1] = joined[-1]._replace(until_ms=window.until_ms)
        else:
            joined.append(window)
    for duty in person.duties:
        binding = joined if duty.at_night else None
        device_spans = set(intervals(device, duty.area, inside=duty.kind is ZoneKind.EXCLUSION))
        for crossing in crossings(
            path, duty.area, person=person.id, zone=duty.id, kind=duty.kind, windows=binding
        ):
            carried = Interval(crossing.from_ms, crossing.until_ms) in device_spans
            yield msgspec.structs.replace(crossing, tethered=carried)
        if duty.at_night and duty.kind is ZoneKind.INCLUSION:
            yield from nights(path, duty.area, person=person.id, zone=duty.id, windows=joined)
