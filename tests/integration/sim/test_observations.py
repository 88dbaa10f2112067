"""What the devices tell: in received order, resumable, each person's stream his own, every fault visible."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from korgoo.engine.rows import Motion, Observation, Source
from korgoo.sim.days import live_day, position_at
from korgoo.sim.incidents import COMPLIANT, USUAL, Conduct, Event, Incident
from korgoo.sim.itinerary import day_begins_ms, local_ms
from korgoo.sim.observations import stream
from korgoo.sim.people import Device, Person
from korgoo.sim.plane import to_e7
from korgoo.sim.town import Town

Script = Callable[..., Conduct]
DAY = 20_454

BEGINS, ENDS = day_begins_ms(DAY), day_begins_ms(DAY + 1)
HOUR = 3_600_000


def told(town: Town, person: Person, conduct: Conduct = COMPLIANT, *, days: int = 1) -> list[Observation]:
    until = BEGINS + days * 24 * HOUR
    return [seen for _, seen in stream(town, [person], from_ms=BEGINS, until_ms=until, conduct=conduct)]


def during(seen: list[Observation], begin_s: int, end_s: int) -> list[Observation]:
    return [o for o in seen if local_ms(DAY, begin_s) <= o.fixed_at_ms < local_ms(DAY, end_s)]


def test_everything_arrives_in_order_and_after_its_fix(town: Town, people: list[Person]) -> None:
    rows = list(stream(town, people[:6], from_ms=BEGINS, until_ms=ENDS))
    assert all(a.received_at_ms <= b.received_at_ms for (_, a), (_, b) in pairwise(rows))
    assert all(seen.received_at_ms > seen.fixed_at_ms for _, seen in rows)
    assert all(BEGINS <= seen.received_at_ms < ENDS for _, seen in rows)


def test_a_later_start_yields_exactly_the_rest(town: Town, people: list[Person]) -> None:
    whole = list(stream(town, people[:2], from_ms=BEGINS, until_ms=ENDS + 3 * HOUR))
    for begin in (BEGINS + 1, BEGINS + 7 * HOUR + 123, ENDS - 1, ENDS, ENDS + HOUR):
        rest = list(stream(town, people[:2], from_ms=begin, until_ms=ENDS + 3 * HOUR))
        assert rest == [row for row in whole if row[1].received_at_ms >= begin]
    assert whole[-1][1].received_at_ms < ENDS + 3 * HOUR


def test_one_persons_stream_does_not_depend_on_who_else_is_there(town: Town, people: list[Person]) -> None:
    among = stream(town, people[:12], from_ms=BEGINS, until_ms=ENDS)
    person = people[7]
    alone = [seen for _, seen in stream(town, [person], from_ms=BEGINS, until_ms=ENDS)]
    assert [seen for who, seen in among if who.id == person.id] == alone


def test_phones_report_each_minute_and_pairs_each_quarter(town: Town, people: list[Person]) -> None:
    for person, count in ((people[1], 1_440), (people[9], 5_760)):
        assert len(told(town, person)) == count


def test_counters_are_those_of_the_fixes_and_never_repeat(town: Town, people: list[Person]) -> None:
    seen = told(town, people[1], USUAL, days=3)
    by_fix = sorted(seen, key=lambda o: o.fixed_at_ms)
    counters = [o.counter for o in by_fix if o.counter is not None]
    assert len(counters) == len(seen)
    assert all(a < b for a, b in pairwise(counters))


def test_most_fixes_lie_near_the_true_place(town: Town, people: list[Person]) -> None:
    person = people[1]
    day = live_day(town, person, DAY, COMPLIANT)
    far = []
    for seen in told(town, person):
        lat, lon = to_e7(position_at(day.path, seen.fixed_at_ms))
        assert seen.lat_e7 is not None
        assert seen.lon_e7 is not None
        far.append(np.hypot((seen.lat_e7 - lat) * 0.0111, (seen.lon_e7 - lon) * 0.00816))
    assert 1 < np.median(far) < 15
    assert np.percentile(far, 99) < 600


def test_a_late_upload_comes_in_order_and_before_what_follows(
    town: Town, people: list[Person], script: Script
) -> None:
    person = people[9]  # every 15 s: what is recorded during the upload has to queue behind it
    conduct = script(person, Incident.DEAD_ZONE, begin="12:00", end="15:00")
    seen = told(town, person, conduct)
    late = during(seen, 12 * 3600, 15 * 3600)
    assert len(late) == 720
    assert all(o.received_at_ms >= local_ms(DAY, 15 * 3600) for o in late)
    assert [o.counter for o in seen] == sorted(o.counter or 0 for o in seen)


def test_a_shuffled_upload_comes_out_of_order_and_complete(
    town: Town, people: list[Person], script: Script
) -> None:
    conduct = script(people[1], Incident.SHUFFLED_UPLOAD, begin="12:00", end="14:00")
    late = during(told(town, people[1], conduct), 12 * 3600, 14 * 3600)
    assert len(late) == 120
    counters = [o.counter or 0 for o in late]
    assert counters != sorted(counters)
    assert sum(a > b for a, b in pairwise(counters)) > 30


def test_a_phone_that_is_off_tells_nothing(town: Town, people: list[Person], script: Script) -> None:
    conduct = script(people[1], Incident.PHONE_OFF, begin="12:00", end="14:00")
    seen = told(town, people[1], conduct)
    assert during(seen, 12 * 3600, 14 * 3600) == []
    assert len(seen) == 1_440 - 120


def test_sos_is_told_once_and_at_once(town: Town, people: list[Person], script: Script) -> None:
    conduct = script(people[9], Incident.SOS, begin="19:31", end="19:45")
    pressed = [o for o in told(town, people[9], conduct) if o.sos]
    assert [o.fixed_at_ms for o in pressed] == [local_ms(DAY, 19 * 3600 + 31 * 60)]
    assert pressed[0].received_at_ms - pressed[0].fixed_at_ms <= 3_000


def test_a_cut_strap_is_told_at_once_and_until_it_is_mended(
    town: Town, people: list[Person], script: Script
) -> None:
    person = next(p for p in people if p.device is not Device.PHONE)
    conduct = script(person, Incident.STRAP_CUT, begin="15:00", end="17:00")
    seen = told(town, person, conduct)
    cut = [o for o in seen if o.strap is False]
    assert cut == during(seen, 15 * 3600, 17 * 3600)
    assert cut[0].fixed_at_ms == local_ms(DAY, 15 * 3600)
    assert all(o.skin is False and o.case is True for o in cut)


def test_a_lost_tether_is_told_by_the_phone_that_stayed(
    town: Town, people: list[Person], script: Script
) -> None:
    person = next(p for p in people if p.device is Device.PHONE_AND_BRACELET)
    conduct = script(person, Incident.TETHER_LOSS, begin="22:30", end="23:30")
    seen = told(town, person, conduct)
    assert [o for o in seen if o.tether is False] == during(seen, 22 * 3600 + 1800, 23 * 3600 + 1800)


def test_a_phone_without_bracelet_says_nothing_of_straps(town: Town, people: list[Person]) -> None:
    person = next(p for p in people if p.device is Device.PHONE)
    assert {(o.strap, o.case, o.skin, o.tether) for o in told(town, person)} == {(None,) * 4}


def test_a_forgotten_charge_ends_in_a_flat_battery_the_next_morning(town: Town, people: list[Person]) -> None:
    person = people[1]
    event = Event(person.id, Incident.CHARGE_FORGOTTEN, local_ms(DAY, 21 * 3600), local_ms(DAY + 1, 7 * 3600))
    seen = told(town, person, Conduct({}, (event,)), days=3)
    levels = [o.battery_percent for o in seen if o.battery_percent is not None]
    assert min(levels) == 1
    silent = [(a, b) for a, b in pairwise(seen) if b.fixed_at_ms - a.fixed_at_ms > HOUR // 2]
    ((last, first),) = silent
    assert last.battery_percent == 1
    assert last.fixed_at_ms > ENDS
    assert first.charging is True
    assert seen[-1].battery_percent == 100


def test_the_home_unit_is_heard_at_home_only(town: Town, people: list[Person]) -> None:
    person = next(p for p in people if p.home_unit)
    path = live_day(town, person, DAY, COMPLIANT).path
    heard = [o for o in told(town, person) if o.beacon]
    assert len(heard) > 400
    assert {o.beacon for o in heard} == {person.home_unit}
    assert all(position_at(path, o.fixed_at_ms) == person.home.point for o in heard)


def test_sources_and_motion_follow_the_day(town: Town, people: list[Person]) -> None:
    person = next(p for p in people if p.device is Device.PHONE and p.work)
    seen = told(town, person)
    assert {o.source for o in seen} <= {Source.GPS, Source.WIFI, Source.CELL}
    night = during(seen, 4 * 3600, 6 * 3600)
    assert sum(o.motion is Motion.STILL for o in night) > 0.8 * len(night)
    assert any(o.motion in {Motion.WALKING, Motion.VEHICLE} for o in seen)
    assert all((o.speed_cms is not None) == (o.source is Source.GPS) for o in seen)


@pytest.mark.parametrize("until", [BEGINS, BEGINS - HOUR])
def test_an_empty_span_is_an_empty_stream(town: Town, people: list[Person], until: int) -> None:
    assert list(stream(town, people[:3], from_ms=BEGINS, until_ms=until)) == []
