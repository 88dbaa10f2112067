"""A day as it truly was: the plain itinerary with the day's incidents woven in."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.sim.chance import happens, key_of, pick
from korgoo.sim.incidents import MOVING, UNTETHERED, Event, Incident, events_of
from korgoo.sim.itinerary import (
    Mode,
    Path,
    Vertex,
    choose_mode,
    day_number,
    plain_day,
    travel,
)
from korgoo.sim.people import make_person
from korgoo.sim.plane import square, to_mm
from korgoo.sim.town import Place

if TYPE_CHECKING:
    from korgoo.sim.areas import Area
    from korgoo.sim.incidents import Conduct
    from korgoo.sim.people import Person
    from korgoo.sim.plane import Point
    from korgoo.sim.town import Town

BREACH_REACH_M2: Final = 500.0 * 500.0
SHORTEST_DWELL_MS: Final = 60_000
GAP_ON_JOURNEY: Final = 0.3
HOUR_MS: Final = 3_600_000
APPROACH_TAKES_MS: Final = 900_000
_REGARDLESS: Final = (Incident.EXCLUSION_ENTRY, Incident.APPROACH)


class Day(NamedTuple):
    """One person's simulated day: where he was, where his device was, and what happened."""

    person: Person
    number: int
    path: Path
    device_path: Path
    events: tuple[Event, ...]


def live_day(town: Town, person: Person, number: int, conduct: Conduct) -> Day:
    """Return one person's day."""
    path = device_path = plain_day(town, person, number)
    events = tuple(events_of(person, number, conduct))
    if conduct.gaps_per_day:
        events = tuple(_on_journey(person, path, event) for event in events)
    for event in events:
        if event.kind not in MOVING:
            continue
        goal = _goal(town, person, event)
        path = weave(town, person, path, event=event, goal=goal)
        if event.kind in UNTETHERED:
            device_path = path
    return Day(person, number, path, device_path, events)


def _on_journey(person: Person, path: Path, event: Event) -> Event:
    """Let a share of the silences begin as he sets out: a fifth of the measured ones end far away."""
    key = key_of(person.key, "gap journey", event.begin_ms)
    if event.kind not in {Incident.POWER_LOST, Incident.DEAD_ZONE} or not happens(key, GAP_ON_JOURNEY):
        return event
    sets_out = [
        after.at_ms
        for here, after in itertools.pairwise(path[:-1])
        if here.mode is Mode.STILL and after.mode is not Mode.STILL and after.at_ms > event.begin_ms
    ]
    lasts_ms = event.end_ms - event.begin_ms
    if not sets_out or sets_out[0] + lasts_ms > path[-1].at_ms - HOUR_MS:
        return event
    return event._replace(begin_ms=sets_out[0], end_ms=sets_out[0] + lasts_ms)


def position_at(path: Path, at_ms: int) -> Point:
    """Return the true position at an instant of the day, rounded to 1 mm."""
    for here, after in itertools.pairwise(path):
        if here.at_ms <= at_ms < after.at_ms:
            if here.mode is Mode.STILL:
                return here.point
            share = (at_ms - here.at_ms) / (after.at_ms - here.at_ms)
            x = here.point[0] + (after.point[0] - here.point[0]) * share
            y = here.point[1] + (after.point[1] - here.point[1]) * share
            return to_mm(x), to_mm(y)
    return path[-1].point


def weave(town: Town, person: Person, path: Path, *, event: Event, goal: Place) -> Path:
    """Return the path with a detour: from wherever he is to the goal, and back to where the day goes on.

    He leaves at the event's beginning, turns back when the way will bring him in at its end (but stays at
    least a minute), and comes back to the first stay of his day that has not ended by then.

    Raises:
        ValueError: a scripted event leaves no time to be home when the simulated day ends.
    """
    key = key_of(person.key, "detour", event.begin_ms)
    start = position_at(path, event.begin_ms)
    avoid = () if event.kind in _REGARDLESS else person.avoid
    way = _way(town, start, goal, avoid)
    out = travel(way, key, leave_ms=event.begin_ms, mode=choose_mode(person, way, key))
    arrived_ms = out[-1].at_ms
    back = _way_back(town, person, path, goal=goal, arrived_ms=arrived_ms, event=event)
    before = [vertex for vertex in path if vertex.at_ms < event.begin_ms]
    after = [vertex for vertex in path if vertex.at_ms > back[-1].at_ms]
    return [*before, *out[:-1], Vertex(arrived_ms, goal.point, Mode.STILL, goal.id), *back, *after]


def _way_back(town: Town, person: Person, path: Path, *, goal: Place, arrived_ms: int, event: Event) -> Path:
    key = key_of(person.key, "way back", event.begin_ms)
    avoid = () if event.kind in _REGARDLESS else person.avoid
    stays = [(v, w.at_ms) for v, w in itertools.pairwise(path) if v.mode is Mode.STILL]
    for stay, ends_ms in stays:
        if ends_ms <= arrived_ms or stay.place == goal.id:
            continue
        way = _way(town, goal.point, stay, avoid)
        mode = choose_mode(person, way, key)
        lasts_ms = travel(way, key, leave_ms=0, mode=mode)[-1].at_ms
        leave_ms = max(arrived_ms + SHORTEST_DWELL_MS, event.end_ms - lasts_ms)
        back = travel(way, key, leave_ms=leave_ms, mode=mode)
        back[-1] = Vertex(back[-1].at_ms, stay.point, Mode.STILL, stay.place)
        if back[-1].at_ms < ends_ms:
            return back
    raise ValueError(f"{event.kind} of {event.person} does not end before 04:00 local time")


def _way(town: Town, start: Point, goal: Place | Vertex, avoid: tuple[Area, ...]) -> list[Point]:
    nodes = town.streets
    way = nodes.route(nodes.nearest(start), nodes.nearest(goal.point), avoid=avoid)
    return [start, *way, goal.point]


def _goal(town: Town, person: Person, event: Event) -> Place:
    if event.kind is Incident.EXCLUSION_ENTRY:
        area = next((duty.area for duty in person.duties if duty.id == event.zone), None)
        if area is None:
            raise ValueError(f"{person.id} has no zone {event.zone!r} to enter")
        return Place(area.id, area.id, area.centre, town.streets.nearest(area.centre))
    if event.kind is Incident.LATE_HOME:
        return person.friend
    if event.kind is Incident.APPROACH:
        return _whereabouts(town, person, event)
    key = key_of(person.key, "goal", event.begin_ms)
    offered = [pick(key, town.houses, index=number) for number in range(60)]
    safe = [
        h
        for h in offered
        if h.id != person.home.id and not any(a.is_near(h.point, 100) for a in person.avoid)
    ]
    return min(safe, key=lambda house: abs(square(house.point, person.home.point) - BREACH_REACH_M2))


def _whereabouts(town: Town, person: Person, event: Event) -> Place:
    """Return where the protected person means to be when he gets there, as if a place of that day."""
    other = make_person(town, int(person.partner[1:]) - 1)
    day = plain_day(town, other, day_number(event.begin_ms))
    point = position_at(day, event.begin_ms + APPROACH_TAKES_MS)
    return Place(f"near-{other.id}", other.id, point, town.streets.nearest(point))
