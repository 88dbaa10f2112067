"""Rest: a device that denies that it moved is where it was seen last, for nearness alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import msgspec
import pytest

from korgoo.engine import ring as bits
from korgoo.engine.findings import Event, Finding
from korgoo.engine.ground import offset
from korgoo.engine.pairs.belief import weigh_sight
from korgoo.engine.pairs.judged import Near
from korgoo.engine.pairs.nearness import Sight, look_back, look_now
from korgoo.engine.pairs.rest import _reaches, error_at_rest, follow_mast, known_until, rests
from korgoo.engine.pairs.track import Track, admit, spot_at_rest
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Kind, Motion, Observation, Row, Source
from tests.pairs import live, order, pair_of
from tests.stories import HOME_LAT, MINUTE, P1, P2, at, fix, judge
from tests.unit.engine.pair_states import HOLD, IN, OUT, force, judged
from tests.unit.engine.test_pairs_track import HOME, NOON, seen

if TYPE_CHECKING:
    from korgoo.engine.ring import Fix

PARAMETERS: Final = Parameters()
WALKS: Final = bits.STIRRED | bits.ON_FOOT
RIDES: Final = bits.STIRRED
MAST: Final = bits.IGNORED | 1 << bits.REASON_SHIFT
MOCK: Final = bits.IGNORED | 3 << bits.REASON_SHIFT
QUARTER: Final = 15


def at_home(*, until: int = QUARTER, walked: bool = True) -> Track:
    """A side that came home before noon and lies there since."""
    side = Track()
    if walked:
        admit(side, seen(-5, 300, code=WALKS), PARAMETERS)
    for minute in range(until + 1):
        admit(side, seen(minute, 0, code=bits.STILL), PARAMETERS)
    return side


def mast(minute: float, *, east_m: float = 1_400, code: int = bits.STILL, read: int = MAST) -> Fix:
    """A mast's place so many minutes after noon."""
    return seen(minute, east_m, sigma_m=2_500, code=code | read)


def hear(side: Track, *fixes: Fix) -> Track:
    """Let masts speak."""
    for item in fixes:
        follow_mast(side, item, HOLD, PARAMETERS)
    return side


def held(side: Track, minute: float) -> bool:
    """Say whether it is placed by its rest at that minute."""
    return rests(side, NOON + round(minute * MINUTE), HOLD)


def hour(first: int = QUARTER + 1) -> list[Fix]:
    return [mast(minute) for minute in range(first, first + 60)]


def test_who_lies_still_is_held_where_she_was_seen() -> None:
    side = hear(at_home(), *hour())
    assert held(side, 75)
    assert side.rested_ms == NOON + 75 * MINUTE
    assert side.lat_e7 == HOME_LAT, "never at the mast"
    assert error_at_rest(side, NOON + 75 * MINUTE, PARAMETERS) == side.sigma_cm


def test_of_a_moment_at_which_it_was_known_to_rest_nothing_is_unsure() -> None:
    """Looking back at who crossed between two fixes: the rest was confirmed after that."""
    side = hear(at_home(), *hour())
    assert error_at_rest(side, NOON + 70 * MINUTE, PARAMETERS) == side.sigma_cm


def test_a_fresh_place_speaks_for_itself() -> None:
    side = hear(at_home(), *hour())
    assert not held(side, QUARTER + 7.9)
    assert held(side, QUARTER + 8)
    assert not held(side, 75 + 8), "silence ends it as it ends a place"


@pytest.mark.parametrize(
    ("side", "why"),
    [
        (at_home(until=6), "a spike lasts five minutes"),
        (at_home(walked=False), "a sensor that never spoke of movement proves nothing"),
        (Track(), "it was never seen"),
    ],
    ids=["spike", "stuck", "unseen"],
)
def test_a_rest_has_to_be_proven(side: Track, why: str) -> None:
    assert not hear(side, *hour()).rested_ms, why


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (mast(30, code=RIDES), "it rides"),
        (mast(30, code=0), "it says nothing of motion"),
        (mast(30, code=bits.STILL | bits.SPED), "its receiver tells a speed"),
        (mast(30, east_m=8_000), "a mast beyond its radius and five kilometres"),
        (mast(30, read=MOCK), "made up"),
    ],
    ids=["ride", "mute", "speed", "far", "mock"],
)
def test_what_contradicts_the_rest_ends_it_at_once(odd: Fix, why: str) -> None:
    side = hear(at_home(), *hour()[:14])
    assert held(side, 29)
    assert follow_mast(side, odd, HOLD, PARAMETERS), why
    assert not held(hear(side, *hour(31)), 60), "and only a new place begins another"


def test_an_ended_rest_leaves_nothing_behind() -> None:
    side = hear(at_home(), mast(16, code=WALKS), mast(17))
    assert not follow_mast(side, mast(18), HOLD, PARAMETERS), "it goes on: nothing ended"
    assert follow_mast(side, mast(19, code=RIDES), HOLD, PARAMETERS)
    assert (side.rest_ms, side.rested_ms, side.stirred_ms) == (0, 0, 0)


def test_ten_minutes_prove_a_rest() -> None:
    assert hear(at_home(until=10), mast(11)).rested_ms


def test_a_sensor_that_spoke_of_movement_beside_a_mast_is_a_witness_for_a_week() -> None:
    side = at_home(walked=False)
    side.sensed_ms = 0
    hear(side, mast(16, code=WALKS))
    assert side.sensed_ms == NOON + 16 * MINUTE
    for late_ms, believed in ((1, True), (0, False)):
        known = at_home()
        known.sensed_ms = NOON + 16 * MINUTE - PARAMETERS.witness_ms + late_ms
        assert bool(hear(known, mast(16)).rested_ms) is believed


def test_a_mast_may_lie_off_by_its_own_error_and_a_slack_in_every_direction() -> None:
    side = at_home()
    slack_cm = 1_000
    for east_m, north_m in ((30.0, 0.0), (0.0, 30.0), (-18.0, 24.0), (18.0, -24.0)):
        place = seen(16, east_m, north_m=north_m, code=bits.STILL)
        away_cm = math.isqrt(sum(cm * cm for cm in offset(side.rest_lat, side.rest_lon, *place[2:4])) - 1) + 1
        sigma_cm = away_cm - slack_cm - PARAMETERS.wifi_floor_cm
        assert _reaches(side, place._replace(sigma_cm=sigma_cm), slack_cm, PARAMETERS)
        assert not _reaches(side, place._replace(sigma_cm=sigma_cm - 1), slack_cm, PARAMETERS)


def test_what_rests_may_move_a_little_since_its_last_word() -> None:
    side = hear(at_home(), mast(16))
    crept_cm = PARAMETERS.pair_still_cms * 600
    assert error_at_rest(side, NOON + 26 * MINUTE, PARAMETERS) == math.isqrt(side.sigma_cm**2 + crept_cm**2)


def test_what_stirred_and_what_crept_add_up() -> None:
    side = hear(at_home(), mast(16, code=WALKS), mast(17))
    gone_cm = 120 * PARAMETERS.pair_drift_cms + 600 * PARAMETERS.pair_still_cms
    assert error_at_rest(side, NOON + 27 * MINUTE, PARAMETERS) == math.isqrt(side.sigma_cm**2 + gone_cm**2)


def test_a_silence_ends_it_for_nobody_knows_where_it_was_taken() -> None:
    side = hear(at_home(), mast(16), mast(16 + 8))
    assert not side.rested_ms
    assert hear(at_home(), mast(16), mast(16 + 7.9)).rested_ms


def test_a_coarse_place_confirms_as_a_mast_does() -> None:
    coarse = bits.IGNORED | bits.REASONS.index("accuracy.coarse") << bits.REASON_SHIFT
    assert hear(at_home(), mast(16, read=coarse)).rested_ms


def test_what_was_never_relied_on_ends_unnoticed() -> None:
    assert not follow_mast(at_home(), mast(16, code=RIDES), HOLD, PARAMETERS)


def test_it_ends_after_four_hours() -> None:
    minutes = range(QUARTER + 1, QUARTER + 240)
    side = hear(at_home(), *(mast(minute) for minute in minutes))
    assert side.rested_ms
    assert not hear(side, mast(QUARTER + 240)).rested_ms


def test_steps_in_between_loosen_it_and_many_end_it() -> None:
    side = hear(at_home(), *hour()[:5], mast(21, code=WALKS), mast(22, code=WALKS), mast(23), mast(24))
    assert side.stirred_ms == 3 * MINUTE, "also up to the first message that says still again"
    gone_cm = 180 * PARAMETERS.pair_drift_cms
    assert error_at_rest(side, NOON + 24 * MINUTE, PARAMETERS) == pytest.approx(gone_cm, rel=0.01)
    walking = [mast(minute, code=WALKS) for minute in range(25, 40)]
    assert hear(side, *walking[:7]).rested_ms
    assert not hear(side, walking[7]).rested_ms


def test_a_place_elsewhere_begins_another_rest() -> None:
    side = at_home()
    admit(side, seen(16, 400, code=bits.STILL), PARAMETERS)
    assert side.rest_ms == NOON + 16 * MINUTE
    admit(side, seen(17, 430, code=WALKS), PARAMETERS)
    assert side.rest_ms == NOON + 16 * MINUTE, "the sensor misreads now and then"
    admit(side, seen(18, 430, code=bits.STILL | bits.SPED), PARAMETERS)
    assert not side.rest_ms


def test_a_new_place_takes_what_was_held_back() -> None:
    side = hear(at_home(), mast(16, code=WALKS), mast(17))
    admit(side, seen(18, 5, code=bits.STILL), PARAMETERS)
    assert (side.rested_ms, side.stirred_ms, side.rest_ms) == (0, 0, NOON)


def test_his_way_is_compared_with_where_she_rests() -> None:
    her = hear(at_home(), *hour())
    him = Track()
    admit(him, seen(74, 3_000), PARAMETERS)
    admit(him, seen(75, -3_000), PARAMETERS)
    back = look_back(him, her, PARAMETERS, rests=True)
    assert back is not None
    assert back.distance_cm < 5_000, "he drove past her between two fixes"
    now = look_now(him, her, PARAMETERS, rests=True)
    assert now.distance_cm == pytest.approx(300_000, rel=0.01)
    assert now.age_ms == 60 * MINUTE, "the age told is that of her last place"


def test_a_rest_is_as_unsure_as_what_it_stirred() -> None:
    side = hear(at_home(), mast(16))
    side.sigma_cm = 400
    spot = spot_at_rest(side, HOME, NOON + 16 * MINUTE + 10_000, PARAMETERS)
    assert (spot.east_cm, spot.north_cm, spot.variance_cm2) == (0, 0, 400**2 + 300**2)


def test_a_rest_speaks_up_to_its_last_word_and_no_further() -> None:
    her = hear(at_home(), *hour()[:58], mast(74.25))
    him = Track()
    admit(him, seen(74, 3_000), PARAMETERS)
    admit(him, seen(75, -3_000), PARAMETERS)
    back = look_back(him, her, PARAMETERS, rests=True)
    assert back is not None
    assert back.distance_cm == pytest.approx(150_000, rel=0.02), "he passed her half a minute later"


def speak(near: Near, distance_m: int, *, resting: bool = True) -> Near:
    sight = Sight(NOON, distance_m * 100, 1_200, 0, 0)
    weigh_sight(
        near, sight, 30_000, elapsed_ms=MINUTE, side=0, weak=(False, False), resting=resting,
        parameters=PARAMETERS,
    )  # fmt: skip
    return near


def test_a_rest_never_says_that_they_are_apart() -> None:
    unknown, within = Near(), msgspec.structs.replace(IN)
    for _ in range(5):
        speak(unknown, 3_000)
        speak(within, 3_000)
    assert (unknown.verdict, within.verdict) == (0, 0)
    assert unknown.belief == within.belief == -PARAMETERS.lone_mn
    assert speak(Near(), 3_000, resting=False).verdict == -1


def test_a_rest_goes_on_with_apart_and_opens_near() -> None:
    near = msgspec.structs.replace(OUT)
    assert speak(near, 3_000).verdict == -1
    assert speak(speak(near, 20), 20).verdict == 1


def test_a_rest_forgets_a_turn_that_had_begun() -> None:
    near = Near(belief=1_000, turn_ms=NOON - MINUTE, fixes=(1, 0))
    speak(near, 3_000)
    assert (near.turn_ms, near.fixes) == (0, (0, 0))


def test_a_look_from_the_very_ring_moves_nothing() -> None:
    near = Near(belief=1_000, turn_ms=NOON - MINUTE, fixes=(1, 0))
    assert speak(near, 300) == Near(belief=1_000, turn_ms=NOON - MINUTE, fixes=(1, 0))


def test_nearness_is_believed_down_to_the_last_bit_of_belief() -> None:
    carried = 9_000 - speak(Near(belief=9_000, verdict=1), 3_000).belief
    assert speak(Near(belief=carried, verdict=1), 3_000).verdict == 0
    assert speak(Near(belief=carried + 1, verdict=1), 3_000).verdict == 1


def test_for_leaving_places_alone_count() -> None:
    pair, lane = force(), judged((OUT, OUT, OUT))
    lane.sides = [Track(at_ms=NOON), Track(at_ms=NOON - MINUTE, rested_ms=NOON + MINUTE)]
    assert known_until(lane, pair) == [NOON + HOLD]
    assert known_until(lane, pair, resting=False) == [NOON - MINUTE + HOLD]


def stays(east_m: float, since: int, until: int) -> list[Observation]:
    """A quarter of an hour of places at rest after a walk, then a mast for the rest of the time."""
    told = [fix(at(14) + (since - 3) * MINUTE, east_m + 300, motion=Motion.WALKING)]
    for minute in range(since, until):
        moment = at(14) + minute * MINUTE
        if minute < since + QUARTER:
            told.append(fix(moment, east_m, motion=Motion.STILL))
        else:
            told.append(fix(moment, 1_400, source=Source.CELL, accuracy_cm=250_000, motion=Motion.STILL))
    return told


def test_she_comes_to_where_he_rests_and_his_rest_ends_no_meeting() -> None:
    his = [(P1, one) for one in stays(0, 0, 120)]
    places = [3_000.0] * 40 + [3_000 - 200.0 * n for n in range(16)] + [0.0] * 10
    places += [200.0 * n for n in range(16)] + [3_000.0] * 38
    hers = [(P2, fix(at(14) + n * MINUTE + 25_000, east)) for n, east in enumerate(places)]
    told = [event for event in judge(live(his + hers), until_ms=at(16)).events if event.kind == RING]
    assert [(event.event, event.code.value) for event in told] == [
        (Event.OPENED, "approached"),
        (Event.UPDATED, "cannot_tell"),
    ]


RING: Final = "proximity.breach"


def test_what_is_told_names_the_age_of_her_last_place() -> None:
    shard, _, _ = pair_of(order())
    hers = [(P2, one) for one in stays(0, 0, 60)]
    ways = [3_000.0] * 40 + [3_000 - 200.0 * n for n in range(16)]
    his = [(P1, fix(at(14) + n * MINUTE + 25_000, east)) for n, east in enumerate(ways)]
    rows = [
        Row(seq, told.received_at_ms, Kind.OBSERVATION, key, told)
        for seq, (key, told) in enumerate(sorted(his + hers, key=lambda one: one[1].fixed_at_ms), 10)
    ]
    found: list[Finding] = [finding for finding in shard.feed(rows) if finding.kind == RING]
    assert found
    age_s = found[0].params["age_s"]
    assert isinstance(age_s, int)
    assert age_s >= 38 * 60
