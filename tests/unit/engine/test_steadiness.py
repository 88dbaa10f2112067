"""A transmitter at the wearer's side: satellites that stand still while he walks, to the very border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine.belief import ZoneBelief
from korgoo.engine.desk import Desk
from korgoo.engine.force import Force
from korgoo.engine.ground import offset
from korgoo.engine.parameters import Parameters
from korgoo.engine.plausibility import classify
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Motion, Source
from korgoo.engine.rules import steadiness
from korgoo.engine.rules.seen import Seen
from korgoo.engine.state import PersonState
from tests.stories import (
    HOME_LAT,
    HOME_LON,
    MINUTE,
    P1,
    at,
    circle,
    find_longitude,
    fix,
    judge,
    plan,
    rows_of,
)
from tests.unit.engine.doubts import START, found, sent, told

if TYPE_CHECKING:
    from korgoo.engine.findings import Finding
    from korgoo.engine.plan import Zone
    from korgoo.engine.rows import Body
    from korgoo.engine.state import Spot

PARAMETERS = Parameters()
STILL, WALKING = Motion.STILL, Motion.WALKING
SPOOFED = "position.spoofed"
HOLD_MS = 3 * MINUTE + PARAMETERS.hold_extra_ms
WANDERS_M = ((14.0, 3.0), (-11.0, 9.0), (2.0, -15.0), (-6.0, -12.0), (12.0, 13.0))
"""How far from home satellites put a device at rest there, minute by minute."""


def wandering(first: int, last: int, **fields: Any) -> list[tuple[int, Body]]:
    """Places of these minutes after eight, as a roof lets them wander, as (received, fix)."""
    return [
        sent(minute, *WANDERS_M[minute % 5], **{"motion": STILL, **fields}) for minute in range(first, last)
    ]


def steady(first: int, last: int, motion: Motion = WALKING, **fields: Any) -> list[tuple[int, Body]]:
    """Places of these minutes that a transmitter tells: within a metre of each other."""
    return [sent(n, (n % 2) * 0.6, 1 + (n % 3) * 0.4, motion=motion, **fields) for n in range(first, last)]


def spoofed(*story: tuple[int, Body]) -> list[tuple[str, str]]:
    return [(event, code) for event, kind, code in told(*story) if kind == SPOOFED]


def test_who_walks_out_while_satellites_stand_still_is_noticed_after_ten_minutes() -> None:
    out, rest, back = steady(60, 64), steady(64, 80, STILL), steady(80, 84)
    story = [*wandering(0, 60), *out, *rest, *back, *wandering(84, 100)]
    events: list[Finding] = [event for event in found(*story) if event.kind == SPOOFED]
    first, last = START + 61 * MINUTE, START + 88 * MINUTE  # the 60th is a step of 14 m
    assert [(e.event.value, e.code.value, e.at_ms, e.since_ms, e.until_ms) for e in events] == [
        ("opened", "steady", first + PARAMETERS.steady_ms, first, None),
        ("closed", "plausible_again", last, first, last),
    ]
    assert events[0].params == {"sense": "motion"}
    assert [shown.seq for shown in events[0].evidence] == [events[0].seq]


@pytest.mark.parametrize("batch", [2, 7, 500])
def test_the_quiet_path_passes_no_step_over(batch: int) -> None:
    story = [*wandering(0, 60), *steady(60, 64), *steady(64, 80, STILL), *steady(80, 84), *wandering(84, 100)]
    rows = rows_of(P1, (START - 1000, plan(circle())), *story)
    alone = judge(rows, batch=1).events
    assert [e.code.value for e in alone if e.kind == SPOOFED] == ["steady", "plausible_again"]
    assert judge(rows, batch=batch).events == alone


def test_a_treadmill_at_home_is_none() -> None:
    assert spoofed(*wandering(0, 60), *wandering(60, 100, motion=WALKING)) == []


def test_a_home_of_which_nothing_is_known_yet_says_nothing() -> None:
    away = [sent(n, 3000 + (n % 2), 0, motion=STILL) for n in range(10)]
    there = [sent(n, 3000 + (n % 2), 0, motion=WALKING) for n in range(10, 40)]
    assert spoofed(*away, *there) == []


def test_places_that_decisions_do_not_use_are_no_steps() -> None:
    masts = [sent(n, 0, 0, motion=WALKING, source=Source.CELL, accuracy_cm=80_000) for n in range(60, 75)]
    assert spoofed(*wandering(0, 59), *steady(59, 60), *masts, *steady(75, 76, STILL)) == []


class Home:
    """A person at a home of a known scatter, whose places are looked at one by one."""

    def __init__(self, *scatters_cm: int, verdict: int = 1, zones: tuple[Zone, ...] = ()) -> None:
        self.force = Force(plan(*(zones or [circle()])), PARAMETERS)
        self.state = PersonState(P1)
        self.state.judged.zones = [
            ZoneBelief(verdict=verdict, scatter2=scatter_cm**2) for scatter_cm in scatters_cm or (1000,)
        ]
        self.desk = Desk(self.state, at_ms=at(20), seq=1, findings=[])

    @property
    def spot(self) -> Spot | None:
        return self.state.spot

    @property
    def opened(self) -> bool:
        return SPOOFED + ":steps" in self.state.standing

    def look(self, minute: float, *, lon_e7: int = HOME_LON, moved_e7: int = 10, **fields: Any) -> None:
        """One place of that minute, `lon_e7` east, used by decisions."""
        moment = START + round(minute * MINUTE)
        seen = fix(moment, **{"motion": WALKING, **fields})
        sigma_cm, code = classify(seen, self.force)
        place = Fix(moment, 2, seen.lat_e7 or HOME_LAT, lon_e7, sigma_cm, code)
        told = Seen(seen, moment, placed=True, again=False)
        steadiness.observe(self.desk, self.force, told, place, moved_e7=moved_e7)

    def walk(self, *minutes: float, **fields: Any) -> None:
        for minute in minutes:
            self.look(minute, **fields)


def east(distance_cm: int) -> int:
    """Return the first longitude that lies so far east of home, or farther."""
    return find_longitude(distance_cm, lambda lon: offset(HOME_LAT, HOME_LON, HOME_LAT, lon)[0])


def test_ten_minutes_to_the_millisecond() -> None:
    early, home = Home(), Home()
    early.walk(0, 4, 8, 10 - 1 / MINUTE)
    assert not early.opened
    home.walk(0, 4, 8, 10)
    assert home.opened


def test_three_steps_are_needed() -> None:
    two, three = Home(), Home()
    for home in (two, three):
        home.walk(0, 1)
        home.look(9, motion=STILL)
    three.look(10)
    two.look(10, motion=STILL)
    assert (two.opened, three.opened) == (False, True)
    two.look(11)
    assert two.opened


def test_a_receiver_that_repeats_itself_to_the_last_digit_holds_its_place() -> None:
    home = Home()
    home.walk(*range(20), moved_e7=0)
    assert not home.opened
    home.walk(20, 21, moved_e7=1)
    assert home.opened


@pytest.mark.parametrize("scatter_cm", [700, 1000, 3000])
def test_a_spot_is_two_fifths_of_what_the_home_has_shown_and_four_metres_at_most(scatter_cm: int) -> None:
    home, limit_cm = Home(scatter_cm), min(scatter_cm * 2 // 5, 400)
    home.look(0)
    assert home.spot is not None
    assert home.spot.limit_cm == limit_cm
    home.look(1, lon_e7=east(limit_cm + 1) - 1)
    assert home.spot.steps == 2
    home.look(2, lon_e7=east(limit_cm + 1), moved_e7=PARAMETERS.steady_step_e7 + 1)
    assert home.spot is None


def test_a_receiver_that_hardly_ever_wanders_proves_nothing() -> None:
    always, mostly = Home(499), Home(500)
    for home in (always, mostly):
        home.look(0)
    assert always.spot is None
    assert mostly.spot is not None


def test_the_steadiest_home_around_him_counts_and_no_other() -> None:
    one, two = circle("home"), circle("flat", radius_m=30)
    far, district = circle("work", east_m=900), circle("district", radius_m=900)
    for scatters, zones, limit_cm in (
        ((700, 900), (one, two), 280),
        ((900, 700), (one, two), 280),
        ((700, 900), (far, one), 360),
        ((900, 700), (one, far), 360),
        ((700, 900), (district, one), 360),
    ):
        home = Home(*scatters, zones=zones)
        home.look(0)
        assert home.spot is not None
        assert home.spot.limit_cm == limit_cm


@pytest.mark.parametrize("verdict", [0, -1])
def test_who_is_not_believed_at_home_has_no_spot(verdict: int) -> None:
    home = Home(verdict=verdict)
    home.look(0)
    assert home.spot is None


def test_the_border_of_the_home_belongs_to_it() -> None:
    inside, outside = Home(), Home()
    shape = inside.force.shapes[0]
    edge = find_longitude(1, lambda lon: -shape.measure(*shape.locate(HOME_LAT, lon)))
    inside.look(0, lon_e7=edge - 1)
    outside.look(0, lon_e7=edge)
    assert inside.spot is not None
    assert outside.spot is None


def test_a_spot_begins_with_a_short_step_on_foot() -> None:
    step_e7 = PARAMETERS.steady_step_e7
    begun = {}
    for motion in (*Motion, None):
        home = Home()
        home.look(0, motion=motion)
        begun[motion] = home.spot is not None
    assert [motion for motion, stands in begun.items() if stands] == [WALKING, Motion.RUNNING, Motion.CYCLING]
    short, long = Home(), Home()
    short.look(0, moved_e7=step_e7)
    long.look(0, moved_e7=step_e7 + 1)
    assert short.spot is not None
    assert long.spot is None


def test_a_step_away_may_begin_another_spot() -> None:
    home = Home()
    home.walk(0, 1)
    home.look(2, lon_e7=east(1000), moved_e7=PARAMETERS.steady_step_e7)
    assert home.spot is not None
    assert (home.spot.lon_e7, home.spot.since_ms, home.spot.steps) == (east(1000), START + 2 * MINUTE, 1)


@pytest.mark.parametrize(("late_ms", "steps"), [(0, 2), (1, 1)])
def test_a_silence_longer_than_a_fix_speaks_for_ends_it(late_ms: int, steps: int) -> None:
    home = Home()
    home.walk(0)
    home.look((HOLD_MS + late_ms) / MINUTE)
    assert home.spot is not None
    assert home.spot.steps == steps


@pytest.mark.parametrize("source", [Source.WIFI, Source.FUSED])
def test_a_network_that_says_the_same_lets_him_walk_where_he_is(source: Source) -> None:
    limit_cm = PARAMETERS.spoof_slack_cm + 3 * PARAMETERS.wifi_floor_cm
    near, far = Home(), Home()
    for home, lon_e7 in ((near, east(limit_cm + 1) - 1), (far, east(limit_cm + 1))):
        home.walk(0, 1)
        home.look(2, lon_e7=lon_e7, source=source, accuracy_cm=1000)
    assert near.spot is None
    assert far.spot is not None
    assert far.spot.steps == 2, "a network's place is no step"
    without = Home()
    without.look(0, source=source)
    assert without.spot is None


def test_the_radio_of_the_home_unit_lets_him_walk_where_he_is() -> None:
    home = Home(zones=(circle(), circle("work", east_m=900)))
    home.state.judged.zones.append(ZoneBelief())
    home.walk(0, 1)
    home.look(2, beacon="home")
    assert home.spot is None
    home.look(3, beacon="home")
    assert home.spot is None


def test_an_unknown_radio_says_nothing_of_his_home() -> None:
    home = Home()
    home.walk(0)
    home.look(1, beacon="somebody else's")
    assert home.spot is not None
    assert home.spot.steps == 2


@pytest.mark.parametrize("wandering", [4, 5])
def test_five_places_that_wander_again_end_the_doubt(wandering: int) -> None:
    home = Home()
    home.walk(0, 4, 8, 10)
    assert home.opened
    for nth in range(wandering):
        home.look(11 + nth, lon_e7=east(1000 * (nth + 1)), motion=STILL, moved_e7=1000)
    assert home.opened is (wandering < 5)
