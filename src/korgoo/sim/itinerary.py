"""Where a person truly is through a day: stays, walks, bus and car, as a path of straight pieces.

A day runs from 04:00 to 04:00 local time, begins and ends at home, and is a function of (person, day) alone:
any day can be made without the days before it.
"""

from __future__ import annotations

import itertools
from datetime import date
from enum import IntEnum
from math import sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.sim.chance import between, happens, key_of, pick
from korgoo.sim.plane import square
from korgoo.sim.town import UTC_OFFSET_S

if TYPE_CHECKING:
    from korgoo.sim.people import Person
    from korgoo.sim.plane import Point
    from korgoo.sim.town import Place, Town

DAY_MS: Final = 86_400_000
DAY_BEGINS_S: Final = 4 * 3600
"""Local time at which a simulated day begins: the hour at which everybody sleeps at home."""
WALK_LIMIT_M: Final = 1_500
LAST_OUTING_S: Final = 20 * 3600
_EPOCH_WEEKDAY: Final = date(1970, 1, 1).weekday()
_SATURDAY: Final = 5
_SUNDAY: Final = 6


class Mode(IntEnum):
    """How a piece of the path is travelled."""

    STILL = 0
    WALK = 1
    BUS = 2
    CAR = 3


class Vertex(NamedTuple):
    """A point of the path. `mode` and `place` (id, empty under way) hold from here to the next vertex."""

    at_ms: int
    point: Point
    mode: Mode
    place: str


Path = list[Vertex]
"""Ascending in time; the last vertex only ends the day."""


def day_number(at_ms: int) -> int:
    """Return the simulated day (counted from 1970-01-01 04:00 local) in which an instant lies."""
    return (at_ms + (UTC_OFFSET_S - DAY_BEGINS_S) * 1000) // DAY_MS


def day_begins_ms(day: int) -> int:
    """Return the instant at which a simulated day begins."""
    return day * DAY_MS + (DAY_BEGINS_S - UTC_OFFSET_S) * 1000


def local_ms(day: int, seconds: int) -> int:
    """Return the instant of a local time of a day, in seconds after midnight (over 24 h: the night after)."""
    return (day * 86_400 + seconds - UTC_OFFSET_S) * 1000


def weekday(day: int) -> int:
    """Return the weekday of a day: 0 is Monday."""
    return (day + _EPOCH_WEEKDAY) % 7


class Traveller:
    """Builds a path by staying and going; the pen with which a day is drawn."""

    def __init__(self, town: Town, person: Person, *, at_ms: int, place: Place) -> None:
        """Begin at a place."""
        self.town, self.person = town, person
        self.at_ms, self.place = at_ms, place
        self.path: Path = [Vertex(at_ms, place.point, Mode.STILL, place.id)]

    def go(self, place: Place, key: int, *, leave_ms: int) -> None:
        """Stay until `leave_ms` (or go at once if that is past), then travel to the place."""
        leave_ms = max(leave_ms, self.at_ms + 1)
        way = [self.place.point]
        way += self.town.streets.route(self.place.node, place.node, avoid=self.person.avoid)
        way.append(place.point)
        mode = choose_mode(self.person, way, key)
        legs = travel(way, key, leave_ms=leave_ms, mode=mode)
        self.path += legs
        self.at_ms, self.place = legs[-1].at_ms, place
        self.path[-1] = Vertex(self.at_ms, place.point, Mode.STILL, place.id)

    def finish(self, at_ms: int) -> Path:
        """End the path with the last stay."""
        self.path.append(Vertex(at_ms, self.place.point, Mode.STILL, self.place.id))
        return self.path


def way_length(way: list[Point]) -> float:
    """Return the length of a way, m."""
    return sum(sqrt(square(one, other)) for one, other in itertools.pairwise(way))


def choose_mode(person: Person, way: list[Point], key: int) -> Mode:
    """Walk a short way; else the own car, or the bus."""
    if way_length(way) < WALK_LIMIT_M:
        return Mode.WALK
    return Mode.CAR if person.has_car and happens(key_of(key, "mode"), 0.8) else Mode.BUS


def travel(way: list[Point], key: int, *, leave_ms: int, mode: Mode) -> Path:
    """Return the vertices of travelling a way: a speed of its own for each piece, and halts."""
    at_ms = leave_ms
    path = []
    pace = between(key_of(key, "pace"), 1_200, 1_700)
    for number, (one, other) in enumerate(itertools.pairwise(way)):
        on_foot = mode is Mode.WALK or number in {0, len(way) - 2}
        leg = Mode.WALK if on_foot and mode is not Mode.CAR else mode
        path.append(Vertex(at_ms, one, leg, ""))
        at_ms += max(1, int(sqrt(square(one, other)) * 1_000_000) // _speed_mms(key, number, leg, pace))
        halt_ms = _halt_ms(key, number, leg)
        if halt_ms and number < len(way) - 2:
            path.append(Vertex(at_ms, other, leg, ""))
            at_ms += halt_ms
    path.append(Vertex(at_ms, way[-1], Mode.STILL, ""))
    return path


def _speed_mms(key: int, number: int, mode: Mode, pace: int) -> int:
    if mode is Mode.WALK:
        return pace + between(key_of(key, "step", number), -150, 150)
    low, high = (5_000, 9_000) if mode is Mode.BUS else (6_000, 15_000)
    return between(key_of(key, "speed", number), low, high)


def _halt_ms(key: int, number: int, mode: Mode) -> int:
    """A bus stops for 15 to 40 s at every other crossing, a car sometimes."""
    if mode is Mode.WALK:
        return 0
    halts = number % 2 == 1 if mode is Mode.BUS else happens(key_of(key, "halts", number), 0.25)
    return between(key_of(key, "halt", number), 15_000, 40_000) if halts else 0


def plain_day(town: Town, person: Person, day: int) -> Path:
    """Return the day as the person would live it if nothing special happened."""
    key = key_of(person.key, "day", day)
    traveller = Traveller(town, person, at_ms=day_begins_ms(day), place=person.home)
    off = weekday(day) == _SUNDAY or (
        weekday(day) == _SATURDAY and happens(key_of(person.key, "saturdays"), 0.7)
    )
    if person.work and not off:
        _work(traveller, person.work, key, day)
    else:
        _morning_outing(traveller, key, day)
    _evening_outing(traveller, key, day)
    return traveller.finish(day_begins_ms(day + 1))


def _work(traveller: Traveller, work: Place, key: int, day: int) -> None:
    """Work from morning to evening at habitual hours; lunch outside now and then; a shop on the way home."""
    person = traveller.person
    habit = between(key_of(person.key, "habit"), 6 * 3600 + 1800, 8 * 3600 + 1800)
    leave = habit + between(key_of(key, "leave"), -600, 600)
    traveller.go(work, key_of(key, "to work"), leave_ms=local_ms(day, leave))
    if person.shops and happens(key_of(key, "lunch"), 0.3):
        lunch = 12 * 3600 + between(key_of(key, "lunch at"), 0, 3600)
        traveller.go(
            _shop(person, key_of(key, "eat")), key_of(key, "to lunch"), leave_ms=local_ms(day, lunch)
        )
        back = traveller.at_ms + between(key_of(key, "meal"), 900_000, 2_400_000)
        traveller.go(work, key_of(key, "from lunch"), leave_ms=back)
    home = 16 * 3600 + between(key_of(key, "home at"), 0, 2 * 3600 + 1800)
    if person.shops and happens(key_of(key, "shop"), 0.4):
        traveller.go(_shop(person, key_of(key, "buy")), key_of(key, "to shop"), leave_ms=local_ms(day, home))
        home = 0
    bought = traveller.at_ms + between(key_of(key, "bought"), 480_000, 1_800_000)
    traveller.go(person.home, key_of(key, "home"), leave_ms=local_ms(day, home) if home else bought)


def _morning_outing(traveller: Traveller, key: int, day: int) -> None:
    """A free day: out for an hour or three between breakfast and the afternoon, on most days."""
    person = traveller.person
    if not happens(key_of(key, "out"), 0.75):
        return
    goal = (
        _shop(person, key_of(key, "goal"))
        if happens(key_of(key, "goal kind"), 0.6) and person.shops
        else person.friend
    )
    leave = between(key_of(key, "out at"), 9 * 3600, 14 * 3600)
    traveller.go(goal, key_of(key, "going out"), leave_ms=local_ms(day, leave))
    back = traveller.at_ms + between(key_of(key, "out for"), 1_800_000, 9_000_000)
    traveller.go(person.home, key_of(key, "coming back"), leave_ms=back)


def _evening_outing(traveller: Traveller, key: int, day: int) -> None:
    """A visit or an errand after supper on one evening in three, home well before 22:00."""
    person = traveller.person
    leave_ms = local_ms(day, between(key_of(key, "evening at"), 18 * 3600 + 1800, 19 * 3600 + 1800))
    if not happens(key_of(key, "evening"), 0.33) or traveller.at_ms > leave_ms:
        return
    goal = person.friend if happens(key_of(key, "visit"), 0.6) or not person.shops else _shop(person, key)
    traveller.go(goal, key_of(key, "to visit"), leave_ms=leave_ms)
    stay_ms = between(key_of(key, "visiting"), 900_000, 5_400_000)
    back_ms = min(traveller.at_ms + stay_ms, local_ms(day, LAST_OUTING_S))
    traveller.go(person.home, key_of(key, "from visit"), leave_ms=back_ms)


def _shop(person: Person, key: int) -> Place:
    return pick(key, person.shops)
