"""A network puts somebody elsewhere, and there he is: a walk goes on, a wrong Wi-Fi place not (ADR 340)."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import pytest

from korgoo.engine.force import Force
from korgoo.engine.judged import Trace
from korgoo.engine.judgement import advance, apply, begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Zone, ZoneKind
from korgoo.engine.ring import IGNORED, MOVING, NETWORKED, ON_FOOT, PLACELESS, RESTING, STILL, STIRRED, Fix
from tests.stories import HOME_LAT, HOME_LON, MINUTE, at, circle, find_longitude, plan

P: Final = Parameters()
EIGHT: Final = at(20)
SIGMA_CM: Final = 800
WALKS: Final = STIRRED | ON_FOOT | MOVING | NETWORKED
WALKS_UNDER_THE_SKY: Final = STIRRED | ON_FOOT | MOVING
RIDES: Final = STIRRED | MOVING | NETWORKED
RESTS: Final = STILL | NETWORKED
SAYS_NOTHING: Final = NETWORKED
OUT_CM: Final = 9_000
HOLD_MIN: Final = P.foot_hold_ms // MINUTE
REST_MIN: Final = P.still_hold_ms // MINUTE
LEAD_MIN: Final = P.still_lead_ms // MINUTE


class Told(NamedTuple):
    """One fix: minutes after eight, centimetres east of home, what the device says; centimetres north."""

    minute: float
    east_cm: int
    code: int
    north_cm: int = 0


class Seen(NamedTuple):
    """The verdict after each fix, and how each was taken."""

    verdicts: list[int]
    said: list[str]


def force(kind: ZoneKind = ZoneKind.INCLUSION) -> Force:
    """Return a round home of 50 m, and a fix expected each minute."""
    return Force(plan(circle(kind=kind), expected_interval_ms=MINUTE), P)


@cache
def east(cm: int) -> int:
    """Return the longitude that lies so far east of home in the zone's own frame, to the centimetre."""
    shape = force().shapes[0]
    home_cm = shape.locate(HOME_LAT, HOME_LON)[0]
    # A step is less than a centimetre here.
    return find_longitude(home_cm + cm, lambda lon: shape.locate(HOME_LAT, lon)[0], begin=HOME_LON + cm)


@cache
def north(cm: int) -> int:
    """Return the latitude that lies so far north of home in the zone's own frame, to the centimetre."""
    shape, lat = force().shapes[0], HOME_LAT + cm * 8 // 9
    home_cm = shape.locate(HOME_LAT, HOME_LON)[1]
    while shape.locate(lat, HOME_LON)[1] - home_cm < cm:
        lat += 1
    return lat


def look(*told: Told, kind: ZoneKind = ZoneKind.INCLUSION, beside: tuple[Zone, ...] = ()) -> Seen:
    """Judge one fix after the other, the clock between them too; tell of the first zone."""
    bound = Force(plan(circle(kind=kind), *beside, expected_interval_ms=MINUTE), P)
    judged = begin(bound, EIGHT - 1, None, [])
    seen, trace = Seen([], []), Trace(len(bound.zones))
    for number, one in enumerate(told):
        at_ms = EIGHT + round(one.minute * MINUTE)
        advance(judged, bound, at_ms - 1, [])
        fix = Fix(at_ms, number, north(one.north_cm), east(one.east_cm), SIGMA_CM, one.code)
        apply(judged, bound, fix, [], trace=trace)
        seen.verdicts.append(judged.zones[0].verdict)
        seen.said.append(trace.zones[0][-1][4])
    return seen


def stay(first: int, count: int, east_cm: int, code: int) -> list[Told]:
    """Return a fix each minute."""
    return [Told(first + n, east_cm, code) for n in range(count)]


HOME: Final = stay(0, 10, 0, RESTS)
"""Ten minutes at home, at rest."""


def test_a_place_that_does_not_go_on_is_doubted_although_the_sensor_walks() -> None:
    """A wrong Wi-Fi place and a sensor that misreads rest as walking: half of all false absences."""
    seen = look(*HOME, *stay(10, HOLD_MIN, OUT_CM, WALKS))
    assert seen.verdicts[1:] == [1] * (9 + HOLD_MIN)
    assert seen.said[10:] == ["used:motion.in_place"] * HOLD_MIN


def test_a_phone_that_rests_again_in_such_a_place_is_held_for_the_same_reason() -> None:
    seen = look(*HOME, Told(10, OUT_CM, WALKS), *stay(11, HOLD_MIN - 1, OUT_CM, RESTS))
    assert seen.said[10:] == ["used:motion.in_place"] * HOLD_MIN
    nobody_knows = look(*stay(0, 3, OUT_CM, RESTS))
    assert nobody_knows.said == ["used:motion.in_place"] * 3
    assert look(*HOME, *stay(10, 3, 6_000, RESTS)).said[10:] == ["used:motion.still"] * 3


def test_it_is_doubted_for_ten_minutes_and_not_longer() -> None:
    seen = look(*HOME, *stay(10, HOLD_MIN + 2, OUT_CM, WALKS))
    assert seen.verdicts[-3:] == [1, -1, -1]


def test_who_walks_on_is_believed_with_the_next_fix() -> None:
    seen = look(*HOME, Told(10, OUT_CM, WALKS), Told(11, 2 * OUT_CM, WALKS))
    assert seen.verdicts[-2:] == [1, -1]


@pytest.mark.parametrize(("short_cm", "verdict"), [(0, -1), (1, 1)])
def test_a_walk_goes_on_by_thirty_metres_from_the_first_place(short_cm: int, verdict: int) -> None:
    """Not from the last one: whoever dawdles goes on too."""
    middle, last = OUT_CM + P.stride_cm // 2, OUT_CM + P.stride_cm - short_cm
    story = (Told(10, OUT_CM, WALKS), Told(11, middle, WALKS), Told(12, last, WALKS), Told(13, last, WALKS))
    assert look(*HOME, *story).verdicts[-1] == verdict


@pytest.mark.parametrize(("short_cm", "verdict"), [(0, -1), (1, 1)])
def test_it_goes_on_in_any_direction(short_cm: int, verdict: int) -> None:
    """18 m farther east and 24 m north of the first place: 30 m."""
    aside = {"east_cm": OUT_CM + 3 * P.stride_cm // 5, "north_cm": 4 * P.stride_cm // 5 - short_cm}
    story = (Told(10, OUT_CM, WALKS), Told(11, code=WALKS, **aside), Told(12, code=WALKS, **aside))
    assert look(*HOME, *story).verdicts[-1] == verdict


def test_a_walk_northward_is_measured_from_its_first_place() -> None:
    """Forty metres aside from it all the time, and no farther than it was."""
    story = [Told(10 + n, OUT_CM, WALKS, north_cm=4_000) for n in range(5)]
    assert look(*HOME, *story).verdicts[-1] == 1


def test_satellites_are_no_first_place_of_a_walk() -> None:
    """They lay a walk away from where the network then puts him: it has told one place and no other."""
    story = (Told(10, OUT_CM, STILL | RESTING), *stay(11, 5, OUT_CM + P.stride_cm, WALKS))
    assert look(*HOME, *story).verdicts[-1] == 1


def test_who_walked_out_and_rests_there_went_on_all_the_same() -> None:
    story = (Told(10, OUT_CM, WALKS), Told(11, 2 * OUT_CM, RESTS), Told(12, 2 * OUT_CM, RESTS))
    assert look(*HOME, *story).verdicts[-1] == -1


def test_a_walk_of_long_ago_explains_no_place_and_shortens_no_doubt() -> None:
    """Misread within three minutes of the place it is doubted for ten minutes, else for thirty."""
    rest = stay(10 + LEAD_MIN, HOLD_MIN + 4, OUT_CM, RESTS)
    soon = [*HOME[:-1], Told(9, 0, RESTS), Told(10.1, 0, WALKS), *rest]
    long_ago = [*HOME[:-1], Told(9, 0, RESTS), Told(10, 0, WALKS), *rest]
    assert (look(*soon).verdicts[-1], look(*long_ago).verdicts[-1]) == (-1, 1)


@pytest.mark.parametrize(
    "code", [WALKS_UNDER_THE_SKY, RIDES], ids=["satellites tell where he walks", "a ride"]
)
def test_satellites_and_rides_are_believed_as_before(code: int) -> None:
    assert look(*HOME, *stay(10, 4, OUT_CM, code)).verdicts[-1] == -1


@pytest.mark.parametrize("before", [WALKS_UNDER_THE_SKY, RIDES])
def test_who_was_seen_under_way_by_more_than_the_sensor_is_believed_where_he_rests(before: int) -> None:
    assert look(*HOME, Told(10, 0, before), *stay(11, 7, 14_000, RESTS)).verdicts[-1] == -1


@pytest.mark.parametrize("unseen", [PLACELESS, IGNORED], ids=["no place", "a mast"])
def test_that_the_sensor_walks_without_any_place_is_its_word_alone(unseen: int) -> None:
    walks = (STIRRED | ON_FOOT | MOVING) | unseen
    assert look(*HOME, Told(10, 0, walks), *stay(11, HOLD_MIN, OUT_CM, RESTS)).verdicts[-1] == 1


def test_satellites_outside_end_the_doubt_about_a_walk() -> None:
    seen = look(*HOME, Told(10, OUT_CM, WALKS), *stay(11, 3, OUT_CM, WALKS_UNDER_THE_SKY))
    assert seen.verdicts[-1] == -1


def test_each_doubt_begins_anew() -> None:
    """He went on the first time and came back; the next wrong place is judged by itself."""
    out = [Told(10, OUT_CM, WALKS), Told(11, OUT_CM + P.stride_cm, WALKS), *stay(12, 4, 0, RESTS)]
    seen = look(*HOME, *out, *stay(16, 4, OUT_CM, WALKS))
    assert seen.verdicts[-1] == 1
    assert seen.said[16] == "used:motion.in_place", "from its first fix on"


def test_the_first_word_of_a_network_waits_for_ten_minutes() -> None:
    """Nobody knows where he is; the device lies still, and a network alone puts him outside."""
    for code in (RESTS, WALKS):
        seen = look(*stay(0, HOLD_MIN + 2, OUT_CM, code))
        assert seen.verdicts == [0] * HOLD_MIN + [-1, -1]


@pytest.mark.parametrize(
    "code", [STILL | RESTING, SAYS_NOTHING, RIDES], ids=["satellites", "no sensor", "a ride"]
)
def test_other_first_words_do_not_wait(code: int) -> None:
    assert look(*stay(0, 3, OUT_CM, code)).verdicts[-1] == -1


def test_the_first_word_of_a_walk_does_not_wait_where_it_goes_on() -> None:
    story = [Told(n, OUT_CM + n * P.stride_cm, WALKS) for n in range(3)]
    assert look(*story).verdicts[-1] == -1


def test_what_was_held_for_half_an_hour_has_waited_long_enough() -> None:
    """A ride that reads as still: the place is far, and has been held as long as anything is."""
    held = stay(10, REST_MIN, 30_000, RESTS)
    seen = look(*HOME, *held, *stay(10 + REST_MIN, 2, 30_000, RESTS))
    assert seen.said[-3] == "held:motion.still"
    assert seen.verdicts[-2:] == [0, -1]


def test_a_forbidden_place_is_judged_without_that() -> None:
    away = stay(0, 10, OUT_CM, RESTS)
    assert look(*away, *stay(10, 3, 0, WALKS), kind=ZoneKind.EXCLUSION).verdicts[-1] == 1
    assert look(*stay(0, 3, OUT_CM, RESTS), kind=ZoneKind.EXCLUSION).verdicts[-1] == -1


def test_home_is_no_news_after_a_burst_of_wrong_satellites() -> None:
    """They were the last place that was used; who is believed at home needs not come back from there."""
    burst = stay(10, 2, 60_000, STILL | RESTING)
    seen = look(*HOME, *burst, Told(12, 5_000, RESTS), Told(13, 60_000, RESTS))
    assert seen.said[12].startswith("used")
    assert seen.verdicts[12] == 1
    assert seen.said[13] == "held:motion.still", "and what lies outside is held as before"


def test_a_place_just_outside_is_held_after_such_a_burst() -> None:
    burst = stay(10, 2, 60_000, STILL | RESTING)
    assert look(*HOME, *burst, Told(12, 5_001, RESTS)).said[-1] == "held:motion.still"


def test_where_belief_has_faded_home_has_to_be_reached_again() -> None:
    burst = stay(10, 2, 60_000, STILL | RESTING)
    seen = look(*HOME, *burst, Told(25, 0, RESTS))
    assert (seen.verdicts[-1], seen.said[-1]) == (0, "held:motion.still")


def test_a_forbidden_place_is_no_home() -> None:
    inside = stay(0, 10, 0, STILL | RESTING)
    burst = stay(10, 1, 60_000, STILL | RESTING)
    seen = look(*inside, *burst, Told(11, 0, RESTS), kind=ZoneKind.EXCLUSION)
    assert (seen.verdicts[9], seen.said[-1]) == (1, "held:motion.still")


def walk_off(code: int) -> list[Told]:
    """Return a walk that satellites see, and each half minute a network that still puts him at home."""
    out = [Told(10 + n, min(40_000, 7_800 * (n + 1)), code) for n in range(8)]
    return sorted([*out, *(Told(10.5 + n, 0, WALKS) for n in range(8))])


def test_a_frozen_network_does_not_call_him_home_again_and_again() -> None:
    """Satellites that go on telling where he is are no burst: he was hidden for as long as both spoke."""
    seen = look(*HOME, *walk_off(WALKS_UNDER_THE_SKY))
    assert seen.verdicts[-1] == -1
    assert seen.said[-1] == "held:motion.foot"


def test_nor_from_where_his_device_rests() -> None:
    """Driven off; the phone lies on a table, and every other place is the old one."""
    table = [Told(11 + n, 60_000, STILL | RESTING) for n in range(20)]
    frozen = [Told(11.5 + n, 0, RESTS) for n in range(20)]
    ride = (Told(10, 30_000, STIRRED | MOVING), Told(10.5, 0, RIDES))
    assert look(*HOME, *ride, *sorted([*table, *frozen])).verdicts[-1] == -1


def test_half_an_hour_later_home_is_no_news_again() -> None:
    burst, home = stay(10, 2, 60_000, STILL | RESTING), stay(12, 29, 0, RESTS)
    for later, said in ((41.5, "held:motion.still"), (42, "used")):
        again = [Told(41, 60_000, STILL | RESTING), Told(later, 0, RESTS)]
        assert look(*HOME, *burst, *home, *again).said[-1].startswith(said)


def test_a_wrong_place_that_was_believed_is_taken_back_at_once() -> None:
    """It stood for half an hour, then the phone hears its own home again; nobody has moved."""
    wrong = stay(10, REST_MIN + 3, 40_000, RESTS)
    seen = look(*HOME, *wrong, *stay(13 + REST_MIN, 3, 0, RESTS))
    assert seen.verdicts[REST_MIN + 12] == -1
    assert all(said.startswith("used") for said in seen.said[-3:])
    assert seen.verdicts[-1] == 1


def test_who_has_ridden_there_is_not_called_home_by_a_network() -> None:
    ride = [Told(10, 20_000, RIDES), Told(11, 40_000, RIDES)]
    seen = look(*HOME, *ride, *stay(12, 10, 40_000, RESTS), *stay(22, 3, 0, RESTS))
    assert seen.verdicts[-1] == -1
    assert seen.said[-1] == "held:motion.still"


DISTRICT: Final = circle("district", radius_m=20_000)


def test_a_district_is_no_home() -> None:
    """Bound to the town and far from home, he is in it whatever a network says: the place is news."""
    away = stay(0, 10, 300_000, STILL | RESTING)
    assert look(*away, Told(10, 0, RESTS), beside=(DISTRICT,)).said[-1] == "held:motion.still"
    assert look(*away, Told(10, 250_000, RESTS), beside=(DISTRICT,)).said[-1] == "held:motion.still"


def test_a_wrong_place_in_the_district_puts_nobody_out_of_his_home() -> None:
    seen = look(*HOME, *stay(10, 5, 60_000, RESTS), beside=(DISTRICT,))
    assert seen.said[10:] == ["held:motion.still"] * 5


def test_nor_does_a_home_call_him_into_another_zone() -> None:
    """Believed beyond a zone that the place lies in: that would be news."""
    burst = stay(10, 2, 60_000, STILL | RESTING)
    outer = circle("outer", radius_m=60)
    beside = circle("beside", kind=ZoneKind.EXCLUSION, radius_m=10, east_m=40)
    home = stay(0, 10, -2_000, RESTS)
    seen = look(*home, *burst, Told(12, 4_000, RESTS), beside=(outer, beside))
    assert seen.said[-1] == "held:motion.still"
    assert look(*home, *burst, Told(12, 0, RESTS), beside=(outer, beside)).said[-1].startswith("used")
