"""Which fixes pass quietly and which are looked at in full: what passes leaves what the full look leaves."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine import quiet, ring, step
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Frame, Plan, Window, Zone, ZoneKind
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Motion, Observation, Row, Source
from korgoo.engine.shard import Shard, ShardSnapshot
from korgoo.engine.state import pack_state
from tests.stories import (
    EVERY_DAY,
    FRAME,
    HOME_LAT,
    HOME_LON,
    MINUTE,
    P1,
    at,
    circle,
    fix,
    kind_of,
    plan,
    rows_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.engine.findings import Finding
    from korgoo.engine.subject import Subject

TOWN = plan(circle("town", radius_m=30_000))
HOME = plan(circle(), circle("town", radius_m=30_000))
NO_ZONES = plan()
LAST = at(20) + 20 * MINUTE
KNOWN = Parameters()


@lru_cache
def after(order: Plan, motion: Motion | None, fixes: int) -> ShardSnapshot:
    """Return somebody who has stayed where he is for so many minutes."""
    shard = Shard(KNOWN, recall=lambda _key, _seq: Recalled([], []))
    begun = LAST - fixes * MINUTE
    told = [fix(begun + minute * MINUTE, motion=motion, battery_percent=80) for minute in range(1, fixes + 1)]
    shard.feed(rows_of(P1, (begun, order), *((body.fixed_at_ms, body) for body in told)))
    return shard.snapshot()


def somebody(order: Plan = TOWN, motion: Motion | None = None, *, fixes: int = 20) -> Subject:
    """Return him, ready for a fix that screening has found where he is expected."""
    shard = Shard(KNOWN, recall=lambda _key, _seq: Recalled([], []))
    shard.restore(after(order, motion, fixes))
    subject = shard.subjects[P1]
    assert subject.calm
    return subject


def at_rest() -> Subject:
    return somebody(TOWN, Motion.STILL)


def at_home() -> Subject:
    return somebody(HOME)


def under_a_new_order() -> Subject:
    subject = at_home()
    again = plan(*HOME.zones, version="2", from_ms=LAST + 1_000)
    step.control(subject, Row(40, LAST + 1_000, kind_of(again), P1, again), [])
    return subject


def later(elapsed_ms: int = MINUTE, *, moved_e7: int = 0, late_ms: int = 0, **fields: Any) -> Observation:
    """Return a fix so long after his last one and so far north of it."""
    basics = {"lat_e7": HOME_LAT + moved_e7, "lon_e7": HOME_LON, "source": Source.GPS, "accuracy_cm": 800}
    at_ms = LAST + elapsed_ms
    return Observation(at_ms, at_ms + late_ms, **{**basics, **fields})


def row_of(observation: Observation, seq: int = 100) -> Row:
    return Row(seq, observation.received_at_ms, kind_of(observation), P1, observation)


def passes(subject: Subject, observation: Observation) -> bool:
    return quiet.pass_quietly(subject, row_of(observation))


def leaves_the_same(make: Callable[[], Subject], *observations: Observation) -> bool:
    """Say whether fixes that pass leave the bytes that a full look at each leaves."""
    subject, looked_at = make(), make()
    findings: list[Finding] = []
    for seq, observation in enumerate(observations, 50):
        row = row_of(observation, seq)
        step.observe(looked_at, row, findings, looked_at.expected)
        assert quiet.pass_quietly(subject, row)
        for one in (subject, looked_at):
            step.moves_on(one, row.log_at_ms)
    assert not findings
    return pack_state(subject.state) == pack_state(looked_at.state)


def longest(limit_cm: int) -> int:
    """Return the longest |lat| + |lon|, 1e-7 degree, that is within a limit on any ground: 9/8 cm each."""
    return ((limit_cm + 1) * 8 - 1) // 9


NO_JUMP_E7 = longest(MINUTE * KNOWN.jump_speed_cms // 1000 + KNOWN.jump_slack_cm)
ON_FOOT_E7 = longest(MINUTE * KNOWN.foot_cms // 1000)
IN_PLACE_E7 = longest(KNOWN.still_reach_cm)
ANCHORED_E7 = KNOWN.spoof_slack_cm // 2
STILL, WALKING, RUNNING, VEHICLE = Motion.STILL, Motion.WALKING, Motion.RUNNING, Motion.VEHICLE

BY_SOURCE = [
    (later(source=source, moved_e7=moved_e7), passed)
    for source, moved_e7, passed in [
        (None, NO_JUMP_E7, True),
        (Source.GPS, NO_JUMP_E7, True),
        (Source.FUSED, NO_JUMP_E7, True),
        (Source.GPS, NO_JUMP_E7 + 1, False),
        (Source.WIFI, KNOWN.spoof_apart_e7, True),
        (Source.WIFI, KNOWN.spoof_apart_e7 + 1, False),
        (Source.NETWORK, KNOWN.spoof_apart_e7, True),
        (Source.NETWORK, KNOWN.spoof_apart_e7 + 1, False),
        (Source.CELL, 0, False),
    ]
]
BY_SOURCE += [
    (later(moved_e7=NO_JUMP_E7 - 900, lon_e7=HOME_LON + beside), beside == 900) for beside in (900, 901)
]
"""Networks from where they may contradict satellites, all others from where a step may be a jump."""

BY_TIME = [
    (later(21), True),  # with a whole thousandth of a new observation
    (later(20), False),
    (later(0), False),
    (later(late_ms=KNOWN.clock_fresh_ms), True),
    (later(late_ms=KNOWN.clock_fresh_ms + 1), False),
    (later(late_ms=-1), False),
]

BY_WORDS = [
    (later(accuracy_cm=None), True),
    (later(accuracy_cm=KNOWN.coarse_cm), True),
    (later(accuracy_cm=KNOWN.coarse_cm + 1), False),
    (later(extras=(("lamp", "on"),)), True),
    (later(extras=(("alarm", "jamming"),)), False),
    (later(sos=True), False),
    (later(mock=True), False),
    (later(clock_faulty=True), False),
    (later(battery_percent=80), True),
    (later(battery_percent=79), False),
    (later(strap=True), False),
]

BY_MOTION = [
    (later(motion=STILL), False),  # a rest begins, whose anchor is not firm
    (later(motion=STILL, source=Source.WIFI, moved_e7=IN_PLACE_E7), True),
    (later(motion=STILL, source=Source.WIFI, moved_e7=IN_PLACE_E7 + 1), False),
    (later(motion=STILL, source=Source.FUSED, moved_e7=IN_PLACE_E7, speed_cms=500), True),
    (later(motion=WALKING, moved_e7=KNOWN.steady_step_e7), False),  # a spot may begin
    (later(motion=WALKING, moved_e7=KNOWN.steady_step_e7 + 1), True),
    (later(motion=WALKING, source=None, moved_e7=KNOWN.steady_step_e7), False),
    (later(motion=WALKING, source=Source.WIFI, moved_e7=KNOWN.steady_step_e7), True),
    (later(motion=WALKING, moved_e7=ON_FOOT_E7), True),
    (later(motion=WALKING, moved_e7=ON_FOOT_E7 + 1), False),
    (later(motion=RUNNING, moved_e7=KNOWN.steady_step_e7), False),
    (later(motion=RUNNING, moved_e7=KNOWN.steady_step_e7 + 1), True),
    (later(motion=RUNNING, moved_e7=ON_FOOT_E7 + 1), True),
    (later(motion=VEHICLE, moved_e7=KNOWN.spoof_parked_e7), False),  # perhaps a ride that stays where it is
    (later(motion=VEHICLE, moved_e7=KNOWN.spoof_parked_e7 + 1, speed_cms=KNOWN.moving_cms), True),
    (later(motion=VEHICLE, moved_e7=NO_JUMP_E7), True),
    (later(speed_cms=0), True),
    (later(speed_cms=KNOWN.moving_cms), True),
    (later(beacon="another home's"), True),
    (later(source=Source.WIFI, beacon="town"), True),
    (later(source=Source.CELL, beacon="town"), False),
]

AT_REST = [
    (later(moved_e7=ANCHORED_E7, motion=STILL), True),
    (later(moved_e7=ANCHORED_E7 + 1, motion=STILL), False),
    (later(moved_e7=-ANCHORED_E7, motion=STILL), True),
    (later(moved_e7=-ANCHORED_E7 - 1, motion=STILL), False),
    (later(lon_e7=HOME_LON + ANCHORED_E7, motion=STILL), True),
    (later(lon_e7=HOME_LON + ANCHORED_E7 + 1, motion=STILL), False),
    (later(moved_e7=-10, lon_e7=HOME_LON + ANCHORED_E7, motion=STILL), False),
    (later(moved_e7=10, motion=STILL, speed_cms=KNOWN.moving_cms), True),  # a smooth ride reads as still
    (later(moved_e7=10, motion=STILL, speed_cms=0), True),
    (later(moved_e7=2_000, motion=WALKING), False),  # the rest has ended
    (later(moved_e7=2_000), False),
    (later(moved_e7=2_000, source=Source.WIFI, motion=STILL), True),
    (later(moved_e7=IN_PLACE_E7 + 1, source=Source.WIFI, motion=STILL), False),
]


def name(case: Any) -> str:
    """Name a case by what it says of itself."""
    if not isinstance(case, Observation):
        return "passes" if case else "is looked at"
    told = [case.source.value if case.source else "unknown", case.motion.value if case.motion else ""]
    return " ".join(filter(None, told))


@pytest.mark.parametrize(("observation", "passed"), [*BY_SOURCE, *BY_TIME, *BY_WORDS, *BY_MOTION], ids=name)
def test_it_passes_if_no_rule_has_a_question_about_it(observation: Observation, *, passed: bool) -> None:
    assert passes(somebody(), observation) is passed
    assert not passed or leaves_the_same(somebody, observation)


@pytest.mark.parametrize(("observation", "passed"), AT_REST, ids=name)
def test_a_device_at_rest_is_asked_about_its_anchor(observation: Observation, *, passed: bool) -> None:
    assert passes(at_rest(), observation) is passed
    assert not passed or leaves_the_same(at_rest, observation)


def test_a_rest_whose_anchor_is_not_firm_is_looked_at() -> None:
    assert somebody(NO_ZONES, STILL, fixes=1).state.still_fixes == 1
    assert not passes(somebody(NO_ZONES, STILL, fixes=1), later(motion=STILL))


def test_after_a_long_gap_a_rest_is_another_one() -> None:
    hold_ms = KNOWN.hold_intervals * MINUTE + KNOWN.hold_extra_ms
    assert passes(somebody(NO_ZONES, STILL), later(hold_ms, motion=STILL))
    assert not passes(somebody(NO_ZONES, STILL), later(hold_ms + 1, motion=STILL))


def test_the_home_unit_is_believed_where_he_is_expected_and_looked_at_where_not() -> None:
    assert passes(at_home(), later(beacon="home"))
    assert leaves_the_same(at_home, later(beacon="home"))
    assert not passes(
        somebody(plan(circle("away", kind=ZoneKind.EXCLUSION, east_m=900))), later(beacon="away")
    )


def test_the_clock_decides_first_where_something_is_due() -> None:
    order = plan(circle(windows=(Window(EVERY_DAY, 20 * 3600 + 25 * 60, 6 * 3600),)))
    assert passes(somebody(order), later(5 * MINUTE - 1))
    assert not passes(somebody(order), later(5 * MINUTE))


def test_an_order_without_zones_lets_nothing_become_due() -> None:
    assert passes(somebody(NO_ZONES), later(60 * MINUTE))


def test_what_is_no_newer_than_the_last_is_sorted_in() -> None:
    subject = somebody()
    step.observe(subject, row_of(later(source=Source.CELL), 50), [])  # time goes on, the place used stays
    assert not passes(subject, later())
    assert passes(subject, later(MINUTE + 1))


def test_after_a_new_order_the_ring_begins_anew() -> None:
    subject = under_a_new_order()
    assert passes(subject, later())
    assert not passes(subject, later(MINUTE - 1_000))
    assert passes(subject, later(MINUTE + 1_000))
    assert ring.count(subject.kept.ring) == 2
    assert leaves_the_same(under_a_new_order, later(moved_e7=70), later(2 * MINUTE, moved_e7=20))


def test_silence_counts_from_the_first_of_them_too() -> None:
    subject = under_a_new_order()
    assert passes(subject, later())
    assert step.moves_on(subject, LAST + 2 * MINUTE)
    assert subject.behind == 0
    assert subject.wake_ms == LAST + 4 * MINUTE


@pytest.mark.parametrize(("lat_e7", "lon_e7"), [(-ANCHORED_E7, 0), (0, -ANCHORED_E7)])
def test_where_equator_and_meridian_cross_is_a_place_like_others(lat_e7: int, lon_e7: int) -> None:
    frame, town = Frame(0, 0, FRAME.x_scale, FRAME.y_scale), circle(radius_m=30_000)
    order = plan(Zone("sea", town.kind, frame, town.outer, town.inner))
    shard = Shard(KNOWN, recall=lambda _key, _seq: Recalled([], []))
    place: dict[str, Any] = {"lat_e7": lat_e7, "lon_e7": lon_e7, "motion": STILL}
    told = [later((minute - 20) * MINUTE, **place) for minute in range(1, 21)]
    shard.feed(rows_of(P1, (told[0].fixed_at_ms - 1, order), *((body.fixed_at_ms, body) for body in told)))
    assert passes(shard.subjects[P1], later(lat_e7=0, lon_e7=0, motion=STILL))
    *_, last = ring.fixes(shard.subjects[P1].kept.ring)
    assert (last.lat_e7, last.lon_e7) == (0, 0)


@pytest.mark.parametrize("motion", [None, STILL])
@pytest.mark.parametrize("order", [TOWN, HOME], ids=["in town", "at home"])
def test_an_hour_of_them_leaves_the_same(order: Plan, motion: Motion | None) -> None:
    hour = [later(minute * MINUTE, moved_e7=minute % 7, motion=motion) for minute in range(1, 61)]
    assert leaves_the_same(lambda: somebody(order, motion), *hour)
