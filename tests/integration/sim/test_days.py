"""Days: people move as people do, keep their orders unless an incident says otherwise, and truth is exact."""

from collections.abc import Callable
from itertools import pairwise
from math import sqrt

import pytest

from korgoo.sim.days import live_day, position_at
from korgoo.sim.incidents import COMPLIANT, USUAL, Conduct, Incident
from korgoo.sim.itinerary import Mode, Path, day_begins_ms, day_number, local_ms, weekday
from korgoo.sim.people import Device, Person
from korgoo.sim.plane import square
from korgoo.sim.town import Town
from korgoo.sim.truth import truth_of

Script = Callable[..., Conduct]
DAY = 20_454

BEGINS, ENDS = day_begins_ms(DAY), day_begins_ms(DAY + 1)


def fastest_ms(path: Path) -> float:
    return max(
        sqrt(square(here.point, after.point)) * 1000 / (after.at_ms - here.at_ms)
        for here, after in pairwise(path)
    )


def test_a_day_begins_and_ends_at_home_and_never_jumps(town: Town, people: list[Person]) -> None:
    for person in people:
        for number in range(DAY, DAY + 3):
            path = live_day(town, person, number, USUAL).path
            assert [path[0].point, path[-1].point] == [person.home.point] * 2
            assert (path[0].at_ms, path[-1].at_ms) == (day_begins_ms(number), day_begins_ms(number + 1))
            assert all(here.at_ms < after.at_ms for here, after in pairwise(path))
            assert fastest_ms(path) < 15.1


def test_day_numbers_turn_at_four_in_the_morning() -> None:
    assert day_number(BEGINS) == DAY
    assert day_number(BEGINS - 1) == DAY - 1
    assert local_ms(DAY, 4 * 3600) == BEGINS
    assert weekday(DAY) == 3


def test_workers_work_on_weekdays_and_not_on_sundays(town: Town, people: list[Person]) -> None:
    worker = next(person for person in people if person.work)
    assert worker.work is not None
    thursday, sunday = (live_day(town, worker, DAY + ahead, COMPLIANT).path for ahead in (0, 3))
    assert worker.work.id in {vertex.place for vertex in thursday}
    assert worker.work.id not in {vertex.place for vertex in sunday}


def test_a_night_walk_is_a_breach_from_the_edge_to_the_edge(
    town: Town, people: list[Person], script: Script
) -> None:
    person = people[1]
    conduct = script(person, Incident.CURFEW_BREACH, begin="23:10", end="00:30", zone="home")
    day = live_day(town, person, DAY, conduct)
    breached = [e for e in truth_of(day, conduct).excursions if e.breaches]
    assert len(breached) == 1
    ((breach,),) = [e.breaches for e in breached]
    assert local_ms(DAY, 23 * 3600 + 600) < breach.from_ms < local_ms(DAY, 23 * 3600 + 900)
    assert local_ms(DAY, 24 * 3600 + 1500) < breach.until_ms < local_ms(DAY, 24 * 3600 + 1860)
    area = person.duties[0].area
    for edge in breach:
        far = sqrt(square(position_at(day.path, edge), area.centre))
        assert far == pytest.approx(area.radius, abs=0.01)


def test_coming_home_late_breaches_from_the_moment_the_window_opens(
    town: Town, people: list[Person], script: Script
) -> None:
    person = people[1]
    conduct = script(person, Incident.LATE_HOME, begin="20:30", end="22:50", zone="home")
    day = live_day(town, person, DAY, conduct)
    (breach,) = [b for e in truth_of(day, conduct).excursions for b in e.breaches]
    assert breach.from_ms == local_ms(DAY, 22 * 3600)
    assert breach.until_ms == pytest.approx(local_ms(DAY, 22 * 3600 + 3000), abs=120_000)


def test_entering_an_area_is_true_only_for_the_time_inside(
    town: Town, people: list[Person], script: Script
) -> None:
    person = next(person for person in people if person.duties and person.duties[-1].area.ring)
    duty = person.duties[-1]
    conduct = script(person, Incident.EXCLUSION_ENTRY, begin="18:00", end="18:40", zone=duty.id)
    day = live_day(town, person, DAY, conduct)
    (visit,) = [e for e in truth_of(day, conduct).excursions if e.zone == duty.id]
    assert visit.breaches == (visit.interval,)
    since, until = visit.interval
    at_the_edges = [at for edge in (since, until) for at in range(edge - 60_000, edge + 60_000, 1_000)]
    for at in (*range(BEGINS, ENDS, 20_000), *at_the_edges):
        if min(abs(at - since), abs(at - until)) > 1_000:
            assert duty.area.contains(position_at(day.path, at)) == (since < at < until)


def test_who_leaves_his_phone_at_home_is_truly_away(town: Town, people: list[Person], script: Script) -> None:
    person = next(p for p in people if p.device is Device.PHONE_AND_BRACELET and p.duties[0].at_night)
    conduct = script(person, Incident.TETHER_LOSS, begin="23:00", end="23:50")
    day = live_day(town, person, DAY, conduct)
    at = local_ms(DAY, 23 * 3600 + 1500)
    assert position_at(day.device_path, at) == person.home.point
    assert position_at(day.path, at) != person.home.point
    assert any(e.breaches for e in truth_of(day, conduct).excursions)


def test_an_outing_can_begin_in_the_middle_of_a_walk(
    town: Town, people: list[Person], script: Script
) -> None:
    person = people[0]
    walk = next(v for v in live_day(town, person, DAY, COMPLIANT).path if v.mode is Mode.WALK)
    minutes = (walk.at_ms - local_ms(DAY, 0)) // 60_000 + 1
    clock = f"{minutes // 60}:{minutes % 60:02d}"
    conduct = script(person, Incident.CURFEW_BREACH, begin=clock, end=f"{minutes // 60 + 1}:59")
    path = live_day(town, person, DAY, conduct).path
    assert fastest_ms(path) < 15.1
    assert path[-1].point == person.home.point


def test_a_scripted_walk_that_does_not_end_before_the_day_is_refused(
    town: Town, people: list[Person], script: Script
) -> None:
    conduct = script(people[1], Incident.CURFEW_BREACH, begin="03:50", end="03:59")
    with pytest.raises(ValueError, match="04:00"):
        live_day(town, people[1], DAY, conduct)


def test_a_scripted_zone_that_the_person_does_not_have_is_refused(
    town: Town, people: list[Person], script: Script
) -> None:
    conduct = script(people[9], Incident.EXCLUSION_ENTRY, begin="12:00", end="12:30", zone="moon")
    with pytest.raises(ValueError, match="moon"):
        live_day(town, people[9], DAY, conduct)
