"""The opening scene: a border crossed when it shall be, at any hour of the day."""

from __future__ import annotations

import itertools

import pytest

from korgoo.engine.plan import ZoneKind
from korgoo.runtime.demo.foresight import foresee_entry
from korgoo.runtime.demo.script import (
    LONGEST_WAY_MS,
    choose_people,
    fit_start,
    scripted,
    write_script,
)
from korgoo.sim.days import live_day
from korgoo.sim.incidents import Incident
from korgoo.sim.itinerary import day_begins_ms, day_number
from korgoo.sim.town import Town
from korgoo.sim.truth import intervals

HOUR = 3_600_000
DAY = day_begins_ms(day_number(1_795_300_000_000))
TOWN = Town(1)


@pytest.mark.parametrize("hour", [1, 4, 9, 14, 18, 22])
def test_the_first_border_is_crossed_within_seconds_of_the_moment(hour: int) -> None:
    crossing_ms = DAY + hour * HOUR
    people = choose_people(TOWN, 20)
    script = write_script(TOWN, people, crossing_ms=crossing_ms)
    enters = next(event for event in script if event.kind is Incident.EXCLUSION_ENTRY)
    assert crossing_ms - enters.begin_ms < LONGEST_WAY_MS
    star = next(person for person in people if person.id == enters.person)
    zone = next(duty for duty in star.duties if duty.kind is ZoneKind.EXCLUSION)
    day = live_day(TOWN, star, day_number(enters.begin_ms), scripted(script))
    entered = min(one.from_ms for one in intervals(day.path, zone.area, inside=True))
    assert abs(entered - crossing_ms) < 10_000


def test_three_different_people_play() -> None:
    script = write_script(TOWN, choose_people(TOWN, 200), crossing_ms=DAY + 12 * HOUR)
    assert [event.kind for event in script] == [
        Incident.EXCLUSION_ENTRY,
        Incident.STRAP_CUT,
        Incident.SOS,
    ]
    assert len({event.person for event in script}) == 3


@pytest.mark.parametrize("minute", range(60, 22 * 60, 75))
def test_at_any_hour_somebody_is_found_who_will_be_found_out_within_a_minute(minute: int) -> None:
    crossing_ms = DAY + minute * 60_000
    people = choose_people(TOWN, 200)
    entry = write_script(TOWN, people, crossing_ms=crossing_ms)[0]
    star = next(person for person in people if person.id == entry.person)
    found_ms = foresee_entry(TOWN, star, entry, after_ms=crossing_ms - 20_000, until_ms=crossing_ms + 60_000)
    assert found_ms is not None


def test_a_small_town_has_its_scene_too() -> None:
    kinds = [
        {event.kind for event in write_script(TOWN, choose_people(TOWN, count), crossing_ms=DAY + 12 * HOUR)}
        for count in (0, 1, 12)
    ]
    assert kinds[0] == set()
    assert kinds[2] == {Incident.EXCLUSION_ENTRY, Incident.STRAP_CUT, Incident.SOS}


def test_no_pair_is_torn_apart() -> None:
    assert [len(choose_people(TOWN, count)) for count in (0, 8, 9, 10, 19)] == [0, 8, 10, 10, 20]


def test_the_scene_never_crosses_the_end_of_a_simulated_day() -> None:
    for minute in range(0, 24 * 60, 7):
        now_ms = DAY + minute * 60_000
        start_ms = fit_start(now_ms)
        assert now_ms - 136 * 60_000 <= start_ms <= now_ms
        begins_ms = day_begins_ms(day_number(start_ms))
        assert LONGEST_WAY_MS <= start_ms - begins_ms <= 24 * HOUR - 90 * 60_000
    starts = [fit_start(DAY + minute * 60_000) for minute in range(24 * 60)]
    assert all(one <= other for one, other in itertools.pairwise(starts))
