"""A network that goes on while satellites stand: what is a sign against them, to the very border."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.engine import ring
from korgoo.engine.desk import Desk
from korgoo.engine.force import Force
from korgoo.engine.ground import offset
from korgoo.engine.parameters import Parameters
from korgoo.engine.plausibility import classify
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Motion, Source
from korgoo.engine.rules import discord
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
    from korgoo.engine.rows import Body

PARAMETERS = Parameters()
SPOOFED = "position.spoofed"
SIGMA_CM = 800
FAR_CM = PARAMETERS.spoof_slack_cm + 3 * 2 * SIGMA_CM
"""How far a network may be from satellites, at the errors of these tests."""
STRIDE_CM = PARAMETERS.stride_cm + 2 * SIGMA_CM


def alternating(first: int, last: int, *, pace_m: float, from_m: float = 700) -> list[tuple[int, Body]]:
    """Satellites at home and a network that goes on by so many metres a minute, half a minute apart."""
    told_by_both = []
    for minute in range(first, last):
        away_m = from_m + pace_m * (minute - first)
        told_by_both.append(sent(minute, minute % 2))
        told_by_both.append(sent(minute + 0.5, away_m, source=Source.WIFI, accuracy_cm=1600))
    return told_by_both


def spoofed(*story: tuple[int, Body]) -> list[tuple[str, str]]:
    return [(event, code) for event, kind, code in told(*story) if kind == SPOOFED]


HOME = [sent(minute, minute % 3, motion=Motion.STILL) for minute in range(10)]


def test_a_network_that_walks_on_while_satellites_stay_at_home_is_believed() -> None:
    story = [*HOME, *alternating(10, 20, pace_m=80)]
    events = [event for event in found(*story) if event.kind == SPOOFED]
    first = START + round(11.5 * MINUTE)
    assert [(e.event.value, e.at_ms, e.since_ms) for e in events] == [
        ("opened", first + PARAMETERS.spoof_ms, first)
    ]
    assert events[0].params == {"sense": "wifi"}
    assert [shown.seq for shown in events[0].evidence] == [events[0].seq]
    back = sent(20.5, 3, source=Source.WIFI, accuracy_cm=1600)
    assert spoofed(*story, sent(20, 0), back) == [("opened", "spoofed"), ("closed", "plausible_again")]


def test_a_network_that_stands_frozen_or_is_wrong_says_nothing() -> None:
    assert spoofed(*HOME, *alternating(10, 40, pace_m=0)) == []


@pytest.mark.parametrize("batch", [2, 7, 500])
def test_the_quiet_path_passes_no_sign_over(batch: int) -> None:
    """Nothing binds there: a forbidden place far off, so every place confirms what is believed."""
    there = plan(circle("home", east_m=90_000))
    rows = rows_of(P1, (START - 1000, there), *HOME, *alternating(10, 20, pace_m=80))
    alone = judge(rows, batch=1).events
    assert [e.kind for e in alone if e.kind == SPOOFED] == [SPOOFED]
    assert judge(rows, batch=batch).events == alone


class Phone:
    """What a phone told before, and one place of a network more."""

    def __init__(self) -> None:
        self.force = Force(plan(circle()), PARAMETERS)
        self.state = PersonState(P1)
        self.desk = Desk(self.state, at_ms=at(20), seq=1, findings=[])

    def tell(
        self, minute: float, east_cm: int, source: Source | None, *, code: int = 0, north_e7: int = 0
    ) -> Seen:
        """Keep a place in the ring, so far east of home, or at that longitude."""
        moment = START + round(minute * MINUTE)
        seen = fix(moment, source=source, accuracy_cm=900)
        _, known = classify(seen, self.force)
        lon_e7 = east_cm if east_cm >= HOME_LON else east(east_cm)
        place = Fix(moment, 2, HOME_LAT + north_e7, lon_e7, SIGMA_CM, known | code)
        self.state.ring += ring.pack_fix(*place)
        return Seen(seen, moment, placed=True, again=False)

    def look(
        self,
        minute: float,
        east_cm: int,
        *,
        source: Source | None = Source.WIFI,
        moved_e7: int = 60_000,
        code: int = 0,
        north_e7: int = 0,
    ) -> int:
        """Return how many signs are counted once this place of a network has been looked at."""
        seen = self.tell(minute, east_cm, source, code=code, north_e7=north_e7)
        last = list(ring.fixes(self.state.ring))[-1]
        discord.observe(self.desk, self.force, seen, last, moved_e7=moved_e7)
        known = self.state.suspicions.get(discord.SLOT)
        return known.times if known else 0


def east(distance_cm: int) -> int:
    """Return the first longitude that lies so far east of home, or farther."""
    if distance_cm <= 0:
        return HOME_LON
    return find_longitude(distance_cm, lambda lon: -offset(HOME_LAT, lon, HOME_LAT, HOME_LON)[0])


def phone(*, satellites_cm: tuple[int, ...] = (0,), network_cm: int = 2 * FAR_CM, minute: float = 1) -> Phone:
    """A network's place, and satellites half a minute apart after it, up to that minute."""
    one = Phone()
    one.tell(minute - 0.5 * len(satellites_cm), network_cm, Source.WIFI)
    for nth, east_cm in enumerate(reversed(satellites_cm)):
        one.tell(minute - 0.5 * (len(satellites_cm) - 1 - nth), east_cm, Source.GPS)
    return one


def test_a_second_place_elsewhere_is_a_sign() -> None:
    assert phone().look(2, 3 * FAR_CM) == 1
    alone = Phone()
    alone.tell(1, 0, Source.GPS)
    assert alone.look(2, 3 * FAR_CM) == 0, "nothing says yet that it goes on"
    nowhere = Phone()
    nowhere.tell(1, 2 * FAR_CM, Source.WIFI)
    assert nowhere.look(2, 3 * FAR_CM) == 0, "no satellites to contradict"


def test_who_rides_away_while_satellites_fall_silent_is_believed() -> None:
    one = Phone()
    one.tell(1, 0, Source.GPS)
    one.tell(1.5, 2 * FAR_CM, Source.WIFI)
    assert one.look(2, 3 * FAR_CM) == 0
    one.tell(3, 0, Source.GPS)
    assert one.look(3.5, 5 * FAR_CM) == 1, "now satellites are back where they were"
    at_once = Phone()
    at_once.tell(1, 2 * FAR_CM, Source.WIFI)
    at_once.tell(1, 0, Source.GPS)
    assert at_once.look(2, 3 * FAR_CM) == 0, "of one moment: nobody knows which was first"


@pytest.mark.parametrize(("source", "signs"), [(Source.NETWORK, 1), (Source.FUSED, 0), (Source.GPS, 0)])
def test_networks_alone_contradict(source: Source, signs: int) -> None:
    assert phone().look(2, 3 * FAR_CM, source=source) == signs


def test_places_that_decisions_do_not_take_are_no_signs() -> None:
    assert phone().look(2, 3 * FAR_CM, code=ring.IGNORED) == 0
    assert phone().look(2, 3 * FAR_CM, code=ring.PLACELESS) == 0
    satellites, network = Phone(), Phone()
    satellites.tell(0.5, 2 * FAR_CM, Source.WIFI)
    satellites.tell(1, 0, Source.GPS, code=ring.IGNORED)
    assert satellites.look(2, 3 * FAR_CM) == 0
    network.tell(0.5, 2 * FAR_CM, Source.WIFI, code=ring.IGNORED)
    network.tell(1, 0, Source.GPS)
    assert network.look(2, 3 * FAR_CM) == 0


def test_it_contradicts_beyond_300_m_and_three_errors() -> None:
    assert phone().look(2, FAR_CM + 1) == 1
    near = phone()
    assert near.look(2, 3 * FAR_CM) == 1
    assert near.look(3, FAR_CM) == 0, "it agrees: the doubt is over"
    assert phone(network_cm=FAR_CM + 1).look(2, 3 * FAR_CM) == 1
    assert phone(network_cm=FAR_CM).look(2, 3 * FAR_CM) == 0, "one place elsewhere, and one at home"


def test_it_goes_on_by_a_stride_and_both_errors() -> None:
    there = east(2 * FAR_CM)
    on = find_longitude(STRIDE_CM + 1, lambda lon: offset(HOME_LAT, there, HOME_LAT, lon)[0])
    assert phone().look(2, on) == 1
    assert phone().look(2, on - 1) == 0


def test_satellites_that_move_are_believed() -> None:
    assert phone(satellites_cm=(0, STRIDE_CM)).look(2, 3 * FAR_CM) == 1
    assert phone(satellites_cm=(0, STRIDE_CM + 1)).look(2, 3 * FAR_CM) == 0
    assert phone(satellites_cm=(0, 0, STRIDE_CM + 1)).look(2, 3 * FAR_CM) == 0


def test_north_is_as_far_as_east() -> None:
    one = Phone()
    one.tell(0.5, 2 * FAR_CM, Source.WIFI, north_e7=3 * FAR_CM)
    one.tell(1, 0, Source.GPS)
    assert one.look(2, 0, north_e7=3 * FAR_CM) == 1


def test_what_satellites_told_before_is_no_place_of_a_network() -> None:
    one = Phone()
    one.tell(1, 2 * FAR_CM, Source.GPS)
    one.tell(8, 0, Source.GPS)
    assert one.look(9, 3 * FAR_CM) == 0, "he came home from there"


def test_satellites_speak_for_five_minutes_and_a_network_for_ten() -> None:
    for age_ms, signs in ((PARAMETERS.cell_age_ms, 1), (PARAMETERS.cell_age_ms + 1, 0)):
        assert phone().look(1 + age_ms / MINUTE, 3 * FAR_CM) == signs
    for age_ms, signs in ((PARAMETERS.frozen_ms, 1), (PARAMETERS.frozen_ms + 1, 0)):
        one = phone()
        one.tell(10, 0, Source.GPS)
        assert one.look(0.5 + age_ms / MINUTE, 3 * FAR_CM) == signs


def test_the_first_sign_is_a_long_step_and_the_next_ones_are_any() -> None:
    one = phone()
    assert one.look(2, 3 * FAR_CM, moved_e7=PARAMETERS.spoof_apart_e7) == 0
    assert one.look(2.5, 4 * FAR_CM, moved_e7=PARAMETERS.spoof_apart_e7 + 1) == 1
    assert one.look(3, 5 * FAR_CM, moved_e7=0) == 2


def test_signs_ten_minutes_apart_are_two_doubts() -> None:
    for late_ms, signs in ((0, 2), (1, 1)):
        one = phone()
        assert one.look(2, 3 * FAR_CM) == 1
        one.tell(10.5, 5 * FAR_CM, Source.WIFI)
        one.tell(11, 0, Source.GPS)
        assert one.look(12 + late_ms / MINUTE, 6 * FAR_CM) == signs


def test_three_signs_over_five_minutes_open_it() -> None:
    for early_ms, stands in ((0, True), (1, False)):
        one = phone()
        one.look(2, 3 * FAR_CM)
        one.look(3, 4 * FAR_CM)
        one.tell(4, 0, Source.GPS)
        one.look(7 - early_ms / MINUTE, 5 * FAR_CM)
        assert (discord.SLOT in one.state.standing) is stands
    two = phone()
    two.look(2, 3 * FAR_CM)
    two.tell(4, 0, Source.GPS)
    two.look(7, 5 * FAR_CM)
    assert discord.SLOT not in two.state.standing
