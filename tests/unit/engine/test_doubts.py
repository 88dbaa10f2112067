"""What is doubted of a device: it opens when it persists, closes when it is over, and ends with the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine.coverage import Coverage
from korgoo.engine.rows import Kind, Motion, Observation, Row, Source, Suspension
from tests.stories import (
    HOUR,
    MINUTE,
    P1,
    circle,
    fix,
    judge,
    kind_of,
    plan,
)
from tests.unit.engine.doubts import START, found, kinds, minutes, said, status, told

if TYPE_CHECKING:
    from korgoo.engine.rows import Body

ONCE: dict[str, dict[str, Any]] = {
    "mock": {"mock": True},
    "ahead": {"lag": -90_000},
    "jump": {"east_m": 90_000},
    "radio": {"beacon": "work"},
}


@pytest.mark.parametrize("trouble", ONCE)
def test_what_is_odd_twice_is_noise(trouble: str) -> None:
    story = [*minutes(0, 10), *minutes(10, 12, **ONCE[trouble]), *minutes(12, 20)]
    assert kinds(told(*story), "position.mock", "clock.ahead", "position.jumping", "position.spoofed") == []


def test_three_made_up_positions_open_and_three_genuine_ones_close() -> None:
    story = [*minutes(0, 5), *minutes(5, 9, mock=True), *minutes(9, 13)]
    mocks = [f for f in found(*story) if f.kind == "position.mock"]
    assert [(f.event.value, f.at_ms, f.until_ms) for f in mocks] == [
        ("opened", START + 7 * MINUTE, None),
        ("closed", START + 11 * MINUTE, START + 11 * MINUTE),
    ]
    assert mocks[0].since_ms == START + 5 * MINUTE
    assert mocks[0].evidence[0].seq == mocks[0].seq


def test_a_made_up_position_takes_back_the_trust_of_the_genuine_ones_before_it() -> None:
    story = [(t, fix(t, mock=n % 3 == 0)) for n, (t, _) in enumerate(minutes(0, 7))]
    assert kinds(told(*story), "position.mock") == ["position.mock opened"]


def test_a_genuine_device_does_not_speak_for_the_one_that_makes_positions_up() -> None:
    story = [*minutes(0, 20, every_s=120, mock=True, device="phone")]
    story += [
        (t + 1000 * n, fix(t + 1000 * n, device="bracelet")) for t, _ in story for n in (10, 20, 30, 40)
    ]
    assert kinds(told(*story), "position.mock") == ["position.mock opened"]


def test_a_radio_far_from_the_satellites_position_has_to_last_longer_than_a_burst() -> None:
    quick = [*minutes(0, 1), *minutes(1, 6, every_s=15, beacon="work")]
    assert kinds(told(*quick), "position.spoofed") == []
    slow = [*minutes(0, 1), *minutes(1, 7, every_s=15, beacon="work")]
    events = [f for f in found(*slow) if f.kind == "position.spoofed"]
    assert [(f.event.value, f.params) for f in events] == [("opened", {"sense": "radio"})]


@pytest.mark.parametrize("source", [Source.WIFI, Source.NETWORK, Source.FUSED])
def test_networks_contradict_nothing(source: Source) -> None:
    story = [*minutes(0, 1), *minutes(1, 20, beacon="work", source=source), *minutes(20, 30, source=source)]
    still = [*minutes(0, 5, motion=Motion.STILL)]
    still += [
        (t, fix(t, 500 + 400 * (n % 2), source=source, motion=Motion.STILL))
        for n, (t, _) in enumerate(minutes(5, 20))
    ]
    assert kinds(told(*story, *[]), "position.spoofed") == []
    assert kinds(told(*still), "position.spoofed") == []


def resting(*places: tuple[int, int, float], motion: Motion | None = Motion.STILL) -> list[tuple[int, Body]]:
    return [
        (t, fix(t, north_m=north, motion=motion))
        for first, last, north in places
        for t, _ in minutes(first, last)
    ]


def test_a_device_at_rest_whose_position_leaves_is_doubted_and_then_trusted() -> None:
    events = told(*resting((0, 10, 0), (10, 20, 700), (20, 30, 0)))
    assert kinds(events, "position.spoofed") == ["position.spoofed opened", "position.spoofed closed"]


def test_a_rest_that_begins_with_a_spike_doubts_nothing() -> None:
    events = told(*minutes(0, 5), *resting((5, 6, 700), (6, 30, 0)))
    assert kinds(events, "position.spoofed") == []


def test_a_burst_of_four_minutes_is_no_anchor() -> None:
    events = told(*minutes(0, 5, motion=Motion.WALKING), *resting((5, 9, 5000), (9, 30, 0)))
    assert kinds(events, "position.spoofed") == []


def test_a_smooth_ride_home_that_reads_as_still_is_no_anchor() -> None:
    ride = [(t, fix(t, north_m=90 * n, motion=Motion.STILL)) for n, (t, _) in enumerate(minutes(5, 10))]
    assert kinds(told(*ride, *resting((10, 30, 450))), "position.spoofed") == []


def test_a_walk_between_two_rests_doubts_nothing() -> None:
    walk = [(t, fix(t, north_m=90 * n, motion=Motion.WALKING)) for n, (t, _) in enumerate(minutes(10, 20))]
    events = told(*resting((0, 10, 0)), *walk, *resting((20, 40, 900)))
    assert kinds(events, "position.spoofed") == []


def test_a_rest_resumed_after_an_hour_of_silence_doubts_nothing() -> None:
    assert kinds(told(*resting((0, 10, 0), (70, 90, 5000))), "position.spoofed") == []


def test_a_ride_that_stays_in_one_place_is_doubted_after_half_an_hour() -> None:
    ride = [*minutes(0, 2), *minutes(2, 32, motion=Motion.VEHICLE)]
    assert kinds(told(*ride), "position.spoofed") == []
    more = [*ride, *minutes(32, 35, motion=Motion.VEHICLE), *minutes(35, 37, motion=Motion.WALKING)]
    assert kinds(told(*more), "position.spoofed") == ["position.spoofed opened", "position.spoofed closed"]


def test_one_move_in_a_jam_begins_the_half_hour_anew() -> None:
    jam = [
        (t, fix(t, north_m=100 * (n // 20), motion=Motion.VEHICLE))
        for n, (t, _) in enumerate(minutes(0, 100))
    ]
    assert kinds(told(*jam), "position.spoofed") == []


def test_a_beacon_alone_leaves_no_place_to_compare_with() -> None:
    """Only the home unit is heard, then a still position: there was no position before it."""
    heard: list[tuple[int, Body]] = [status(n, beacon="home") for n in range(5)]
    story = [*heard, *minutes(5, 12, motion=Motion.STILL), *minutes(12, 20, source=Source.CELL)]
    assert kinds(told(*story), "position.spoofed") == []


def test_steps_without_skin_are_told_once_and_not_by_one_message_sent_thrice() -> None:
    off = [*minutes(0, 2, skin=True), *minutes(2, 3, skin=False)]
    step = fix(START + 3 * MINUTE, motion=Motion.WALKING)
    again = [
        (
            START + (3 + n) * MINUTE,
            Observation(
                **{
                    **{f: getattr(step, f) for f in step.__struct_fields__},
                    "received_at_ms": START + (3 + n) * MINUTE,
                }
            ),
        )
        for n in range(3)
    ]
    assert [code for _, _, code in told(*off, *again)] == ["opened_by_device"]
    walked = told(*off, *minutes(3, 12, motion=Motion.WALKING))
    assert [code for _, _, code in walked] == ["opened_by_device", "moves_unworn"]


DOUBTED = {
    "clock.behind": minutes(0, 9, lag=HOUR),
    "clock.ahead": minutes(0, 9, lag=-90_000),
    "position.mock": minutes(0, 9, mock=True),
    "position.spoofed": minutes(0, 9, beacon="work"),
    "phone.permission": [status(1, **said("android.loc", "-1")), *minutes(2, 9)],
    "signal.jammed": [status(1, **said("alarm", "jamming")), *minutes(2, 4)],
}


@pytest.mark.parametrize("kind", DOUBTED)
def test_doubt_ends_with_the_order_and_does_not_begin_after_it(kind: str) -> None:
    ended = told(*DOUBTED[kind], until=21, effective_until_ms=START + 9 * MINUTE)
    assert ("opened", kind) in [event[:2] for event in ended]
    assert ("closed", kind, "order_changed") in ended
    assert kinds(told(*DOUBTED[kind], until=21, effective_until_ms=START - 500), kind) == []


@pytest.mark.parametrize("kind", DOUBTED)
def test_nobody_is_doubted_while_monitoring_is_suspended(kind: str) -> None:
    pause = (START - 500, Suspension(1, START - 500, START + HOUR))
    assert kinds(told(pause, *DOUBTED[kind]), kind) == []


def test_a_coverage_row_concerns_no_person() -> None:
    assert kind_of(Coverage("m")) is Kind.COVERAGE


def test_a_quiet_fix_that_says_nothing_of_motion_ends_a_rest() -> None:
    """Thirty minutes at rest, some that say nothing on a slow walk, and rest again: no rest was left."""
    story = [*resting((0, 30, 0)), *resting((30, 50, 0), motion=None)]
    story += [(t, fix(t, north_m=18 * n)) for n, (t, _) in enumerate(minutes(50, 100))]
    big = circle("town", radius_m=20_000)
    rows = [Row(1, START - 1000, Kind.PLAN, P1, plan(big))]
    story += resting((100, 130, 900))
    rows += [Row(n, log, Kind.OBSERVATION, P1, body) for n, (log, body) in enumerate(story, 2)]
    assert judge(rows, batch=20).events == []
