"""The truth of many people and days as facts: tracks, crossings, nights, meetings, deeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine.plan import ZoneKind
from korgoo.sim.battery import flat_events
from korgoo.sim.days import live_day
from korgoo.sim.deeds import deed_of
from korgoo.sim.edges import crossings, nights
from korgoo.sim.meetings import Pair, meetings
from korgoo.sim.people import PROTECTED_RADIUS_M, Regime
from korgoo.sim.stages.actor import track_fact
from korgoo.sim.truth import Interval, intervals, night_windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.sim.days import Day
    from korgoo.sim.facts import Fact
    from korgoo.sim.incidents import Conduct
    from korgoo.sim.itinerary import Path
    from korgoo.sim.people import Person
    from korgoo.sim.signals import Signals
    from korgoo.sim.town import Town

PAIR_DISTANCE_M: Final = float(PROTECTED_RADIUS_M)


def pairs_of(people: Sequence[Person]) -> list[Pair]:
    """Return the pairs of whom both are among the people."""
    known = {person.id for person in people}
    return [
        Pair(f"{person.id}-{person.partner}", person.id, person.partner, PAIR_DISTANCE_M)
        for person in people
        if person.regime is Regime.PROTECTION and person.partner in known
    ]


def cohort_facts(
    town: Town, people: Sequence[Person], days: range, conduct: Conduct, *, signals: Sequence[Signals]
) -> Iterator[Fact]:
    """Yield all facts of the people on a row of days, person by person, then the meetings of pairs.

    `signals` are the people's devices in the same order: when a deed became known is read from them.
    """
    paths: dict[str, Path] = {}
    for person, told in zip(people, signals, strict=True):
        lived = [live_day(town, person, day, conduct) for day in days]
        path = _joined([day.path for day in lived])
        device = _joined([day.device_path for day in lived])
        paths[person.id] = path
        yield track_fact(person.id, path)
        if device != path:
            yield track_fact(person.id, device, device=True)
        yield from _zone_facts(person, path, device, lived)
        for day in lived:
            for event in (*day.events, *flat_events(day, conduct)):
                yield deed_of(event, told)
    for pair in pairs_of(people):
        yield from meetings(pair, paths[pair.participant], paths[pair.protected])


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
