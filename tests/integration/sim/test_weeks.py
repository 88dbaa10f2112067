"""Weeks of many people: whoever keeps his orders is never in breach, and in time everything happens."""

import pytest

from korgoo.sim.incidents import CITY, COMPLIANT, USUAL, Conduct, Incident, events_of
from korgoo.sim.itinerary import day_begins_ms
from korgoo.sim.people import Person, make_person
from korgoo.sim.town import Town
from korgoo.sim.truth import truth

DAY = 20_454
BEGINS = day_begins_ms(DAY)


def test_people_who_keep_their_orders_are_never_in_breach(town: Town, people: list[Person]) -> None:
    week = truth(town, people, from_ms=BEGINS, until_ms=BEGINS + 7 * 86_400_000, conduct=COMPLIANT)
    excursions = [excursion for line in week for excursion in line.excursions]
    assert len(excursions) > 100  # they do leave home by day
    assert [excursion for excursion in excursions if excursion.breaches] == []


def test_participants_never_pass_by_the_address_they_must_keep_from() -> None:
    town = Town(2)  # whose shortest ways would lead five of them past it
    participants = [make_person(town, index) for index in range(8, 200, 10)]
    fortnight = truth(
        town, participants, from_ms=BEGINS, until_ms=BEGINS + 14 * 86_400_000, conduct=COMPLIANT
    )
    assert [excursion for line in fortnight for excursion in line.excursions] == []


@pytest.mark.parametrize(("conduct", "expected"), [(USUAL, set(USUAL.rates)), (CITY, {*Incident})])
def test_a_conduct_brings_each_of_its_kinds_within_weeks(
    people: list[Person], conduct: Conduct, expected: set[Incident]
) -> None:
    days = range(DAY, DAY + 60)
    kinds = {e.kind for person in people for day in days for e in events_of(person, day, conduct)}
    assert kinds == expected - {Incident.BATTERY_FLAT}
