"""The people: each one a function of seed and number."""

import pytest

from korgoo.engine.plan import ZoneKind
from korgoo.sim.people import Device, Person, Regime, make_people
from korgoo.sim.plane import square
from korgoo.sim.town import Town


@pytest.fixture(scope="module")
def cohort(town: Town) -> list[Person]:
    return make_people(town, 200)


def test_a_larger_cohort_begins_with_the_smaller_one(town: Town) -> None:
    assert make_people(town, 30)[:7] == make_people(town, 7)


def test_another_seed_has_other_people() -> None:
    assert [p.name for p in make_people(Town(1), 20)] != [p.name for p in make_people(Town(2), 20)]


def test_two_hundred_people_have_all_regimes_devices_and_kinds_of_zone(cohort: list[Person]) -> None:
    assert {person.regime for person in cohort} == set(Regime)
    assert {person.device for person in cohort} == set(Device)
    assert any(person.home_unit for person in cohort)
    assert {duty.area.id.split("-")[0] for p in cohort for duty in p.duties} == {
        "home", "address", "school", "park", "hall",
    }  # fmt: skip


def test_a_participant_is_bound_to_keep_from_the_home_of_the_person_protected(people: list[Person]) -> None:
    participant, protected = people[8], people[9]
    assert (participant.partner, protected.partner) == (protected.id, participant.id)
    (duty,) = participant.duties
    assert duty.kind is ZoneKind.EXCLUSION
    assert duty.area.centre == protected.home.point
    assert protected.duties == ()


def test_nobody_lives_works_or_shops_near_what_he_must_keep_from(cohort: list[Person]) -> None:
    for person in cohort:
        places = [person.home, person.friend, *person.shops, *([person.work] if person.work else [])]
        for area in person.avoid:
            assert all(square(place.point, area.centre) > (area.radius + 200) ** 2 for place in places)
