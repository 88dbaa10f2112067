"""The ground truth: what a perfect judge, who knows every position and every deed, would say."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from korgoo.engine.plan import ZoneKind
from korgoo.sim.battery import flat_events
from korgoo.sim.days import live_day
from korgoo.sim.incidents import USUAL
from korgoo.sim.itinerary import Mode, day_begins_ms, day_number, local_ms
from korgoo.sim.people import CURFEW_FROM_S, CURFEW_TO_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.sim.areas import Area
    from korgoo.sim.days import Day
    from korgoo.sim.incidents import Conduct, Event
    from korgoo.sim.itinerary import Path
    from korgoo.sim.people import Duty, Person
    from korgoo.sim.town import Town


class Interval(NamedTuple):
    """A stretch of time, ms."""

    from_ms: int
    until_ms: int


class Excursion(NamedTuple):
    """A stretch of a day outside an inclusion zone or inside an exclusion zone.

    `breaches` are the parts of it during which the zone bound.
    """

    person: str
    zone: str
    kind: ZoneKind
    interval: Interval
    breaches: tuple[Interval, ...]


class DayTruth(NamedTuple):
    """All that is true of one person's day: what was done or happened, and every excursion from a zone."""

    person: str
    day: int
    events: tuple[Event, ...]
    excursions: tuple[Excursion, ...]


def truth(
    town: Town, people: Sequence[Person], *, from_ms: int, until_ms: int, conduct: Conduct = USUAL
) -> Iterator[DayTruth]:
    """Yield the truth of every person for each simulated day that [from_ms, until_ms) touches."""
    for number in range(day_number(from_ms), day_number(until_ms - 1) + 1):
        for person in people:
            yield truth_of(live_day(town, person, number, conduct), conduct)


def truth_of(day: Day, conduct: Conduct = USUAL) -> DayTruth:
    """Return the truth of one day."""
    excursions = [excursion for duty in day.person.duties for excursion in _excursions(day, duty)]
    return DayTruth(day.person.id, day.number, (*day.events, *flat_events(day, conduct)), tuple(excursions))


def _excursions(day: Day, duty: Duty) -> Iterator[Excursion]:
    wrong_inside = duty.kind is ZoneKind.EXCLUSION
    for interval in intervals(day.path, duty.area, inside=wrong_inside):
        windows = night_windows(day.number) if duty.at_night else [interval]
        breaches = tuple(cut for window in windows if (cut := _cut(interval, window)))
        yield Excursion(day.person.id, duty.id, duty.kind, interval, breaches)


def night_windows(number: int) -> list[Interval]:
    """Return the curfew's windows that touch a simulated day: its morning's end and its night."""
    begins, ends = day_begins_ms(number), day_begins_ms(number + 1)
    return [Interval(begins, local_ms(number, CURFEW_TO_S)), Interval(local_ms(number, CURFEW_FROM_S), ends)]


def _cut(one: Interval, other: Interval) -> Interval | None:
    both = Interval(max(one.from_ms, other.from_ms), min(one.until_ms, other.until_ms))
    return both if both.from_ms < both.until_ms else None


def intervals(path: Path, area: Area, *, inside: bool) -> list[Interval]:
    """Return when the path is inside (or outside) the area; the crossings are exact to 1 ms."""
    found: list[Interval] = []
    for here, after in itertools.pairwise(path):
        end = here.point if here.mode is Mode.STILL else after.point
        lasts = after.at_ms - here.at_ms
        cuts = [0.0, *area.crossings(here.point, end), 1.0]
        for low, high in itertools.pairwise(cuts):
            middle = (low + high) / 2
            x = here.point[0] + (end[0] - here.point[0]) * middle
            y = here.point[1] + (end[1] - here.point[1]) * middle
            span = Interval(here.at_ms + round(lasts * low), here.at_ms + round(lasts * high))
            if area.contains((x, y)) is not inside or span.from_ms == span.until_ms:
                continue
            if found and found[-1].until_ms == span.from_ms:
                span = Interval(found.pop().from_ms, span.until_ms)
            found.append(span)
    return found
