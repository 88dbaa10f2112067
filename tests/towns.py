"""One town for all stories, and a way to script what a person does."""

from collections.abc import Callable

import pytest

from korgoo.sim.incidents import Conduct, Event, Incident
from korgoo.sim.itinerary import local_ms
from korgoo.sim.people import Person, make_people
from korgoo.sim.town import Town

DAY = 20_454
"""A Thursday: 2026-01-01."""

Script = Callable[..., Conduct]


@pytest.fixture(scope="session")
def town() -> Town:
    return Town(1)


@pytest.fixture(scope="session")
def people(town: Town) -> list[Person]:
    return make_people(town, 40)


@pytest.fixture
def script() -> Script:
    def write(person: Person, kind: Incident, *, begin: str, end: str, zone: str = "") -> Conduct:
        begin_ms, end_ms = (local_ms(DAY, _seconds(clock)) for clock in (begin, end))
        return Conduct({}, (Event(person.id, kind, begin_ms, end_ms, zone),))

    return write


def _seconds(clock: str) -> int:
    """Local time of the day; hours before 04 belong to the night after."""
    hours, minutes = clock.split(":")
    return (int(hours) + (24 if int(hours) < 4 else 0)) * 3600 + int(minutes) * 60
