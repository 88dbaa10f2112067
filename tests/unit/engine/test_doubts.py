"""What is doubted of a device: it opens when it persists, closes when it is over, and ends with the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine.coverage import Coverage, CoverageCell, cell_number
from korgoo.engine.plan import Permit, ZoneKind
from korgoo.engine.rows import SYSTEM_KEY, Inspection, Kind, Motion, Observation, Row, Source, Suspension
from tests.stories import (
    HOME_LAT,
    HOME_LON,
    HOUR,
    MINUTE,
    P1,
    at,
    circle,
    fix,
    judge,
    kind_of,
    plan,
)

if TYPE_CHECKING:
    from korgoo.engine.findings import Finding
    from korgoo.engine.rows import Body

START = at(20)
WORK = circle("work", kind=ZoneKind.EXCLUSION, east_m=5000)


def told(*bodies: tuple[int, Body], until: float = 0, **fields: Any) -> list[tuple[str, str, str]]:
    """Return (event, kind, code) of all that is found."""
    return [(e.event.value, e.kind, e.code.value) for e in found(*bodies, until=until, **fields)]


def found(*bodies: tuple[int, Body], until: float = 0, **fields: Any) -> list[Finding]:
    first: tuple[int, Body] = (START - 1000, plan(circle(), WORK, **fields))
    rows = []
    for seq, (log, body) in enumerate([first, *sorted(bodies, key=lambda pair: pair[0])], 1):
        key = SYSTEM_KEY if isinstance(body, Coverage) else P1
        rows.append(Row(seq, log, kind_of(body), key, body))
    return judge(rows, until_ms=at(until) if until else None).events


def minutes(first: int, last: int, *, every_s: int = 60, **fields: Any) -> list[tuple[int, Body]]:
    """Fixes of these minutes after eight, as (received, fix)."""
    lag = fields.pop("lag", 0)
    moments = range(START + first * MINUTE, START + last * MINUTE, every_s * 1000)
    return [(t, fix(t - lag, late_ms=lag, **fields)) for t in moments]


def status(minute: float, *, late_ms: int = 0, **fields: Any) -> tuple[int, Body]:
    moment = START + round(minute * MINUTE)
    return moment + late_ms, Observation(moment, moment + late_ms, **fields)


def kinds(events: list[tuple[str, str, str]], *doubted: str) -> list[str]:
    return [f"{kind} {event}" for event, kind, _ in events if not doubted or kind in doubted]


def said(word: str, text: str) -> dict[str, Any]:
    return {"extras": ((word, text),)}


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


def test_a_clock_behind_is_told_once_for_each_device_and_not_ended_by_another() -> None:
    story = [
        *minutes(0, 20, every_s=120, lag=HOUR, device="b1"),
        *[(t + MINUTE, b) for t, b in minutes(0, 20, every_s=120, lag=0, device="b2")],
    ]
    story = [(t, fix(t, device="b2")) if b.device == "b2" else (t, b) for t, b in story]  # type: ignore[union-attr]
    assert kinds(told(*story), "clock.behind") == ["clock.behind opened"]


def test_a_future_clock_opens_by_three_messages_and_not_by_one_sent_thrice() -> None:
    assert kinds(told(*minutes(0, 3, lag=-90_000)), "clock.ahead") == ["clock.ahead opened"]
    one = fix(START + 10 * MINUTE)
    again = [
        (
            START + n * 5000,
            Observation(
                **{**{f: getattr(one, f) for f in one.__struct_fields__}, "received_at_ms": START + n * 5000}
            ),
        )
        for n in range(3)
    ]
    assert kinds(told(*again), "clock.ahead") == []


def test_whole_minutes_are_found_by_different_places_with_one_stamp() -> None:
    def stamped(n: int, **fields: Any) -> tuple[int, Body]:
        received = START + n * 15_000
        stamp = received // MINUTE * MINUTE
        return received, fix(stamp, late_ms=received - stamp, **fields)

    moving = [stamped(n, north_m=3 * n) for n in range(16)]
    assert kinds(told(*moving), "clock.minutes") == ["clock.minutes opened"]
    assert kinds(told(*[stamped(n) for n in range(16)]), "clock.minutes") == [], "one message sent again"


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


@pytest.mark.parametrize(
    ("word", "text", "granted"),
    [
        ("android.loc", "0", True),
        ("android.loc", "-1", False),
        ("permission.location", "Always", True),
        ("permission.location", "never", False),
        ("iOS.locationManagerAuthorizationStatus", "kCLAuthorizationStatusAuthorizedAlways", True),
        ("iOS.locationManagerAuthorizationStatus", "kCLAuthorizationStatusAuthorizedWhenInUse", False),
        ("battery", "low", None),
        ("alarm", "", None),
    ],
)
def test_a_permission_is_read_from_what_the_phone_says(word: str, text: str, granted: bool | None) -> None:  # noqa: FBT001
    story = [*minutes(0, 3), status(4, **said("android.loc", "-2")), status(5, **said(word, text))]
    events = kinds(told(*story), "phone.permission")
    assert events == ["phone.permission opened", *(["phone.permission closed"] if granted else [])]
    alone = kinds(told(*minutes(0, 3), status(4, **said(word, text))), "phone.permission")
    assert alone == (["phone.permission opened"] if granted is False else [])


def test_a_permission_of_before_says_nothing_of_now() -> None:
    story = [
        status(10, **said("android.loc", "0")),
        status(5, late_ms=6 * MINUTE, **said("android.loc", "-1")),
    ]
    assert kinds(told(*minutes(0, 12), *story), "phone.permission") == []


def test_a_restart_is_told_once_however_often_it_is_sent() -> None:
    story = [status(1, late_ms=n * 20_000, **said("alarm", "low_battery, PowerOn")) for n in range(4)]
    assert kinds(told(*story, status(3, **said("alarm", "reboot")))) == ["device.restarted opened"] * 2


def test_a_jamming_alarm_ends_by_five_positions() -> None:
    story = [*minutes(0, 3), status(3, **said("alarm", "jamming")), *minutes(4, 8)]
    assert kinds(told(*story)) == ["signal.jammed opened"]
    assert kinds(told(*story, *minutes(8, 9))) == ["signal.jammed opened", "signal.jammed closed"]


NEVER_LOST = CoverageCell(cell_number(HOME_LAT, HOME_LON), 200, 20, 20)


def memory(**fields: int) -> tuple[int, Body]:
    cell = {name: getattr(NEVER_LOST, name) for name in NEVER_LOST.__struct_fields__} | fields
    return START - 500, Coverage("m", (CoverageCell(**cell),))


@pytest.mark.parametrize(
    ("cell", "opened"),
    [({}, True), ({"reports": 199}, False), ({"placeless_permille": 21}, False), ({"number": 1}, False)],
)
def test_a_lost_position_is_odd_only_where_it_is_never_lost(cell: dict[str, int], opened: bool) -> None:  # noqa: FBT001
    story = [*minutes(0, 3), *[status(n) for n in range(3, 30)]]
    assert ("signal.jammed opened" in kinds(told(memory(**cell), *story))) is opened
    assert "signal.jammed opened" not in kinds(told(*story)), "without a memory nothing is odd"


@pytest.mark.parametrize(
    ("charge", "cell", "opened"),
    [
        (80, {}, True),
        (10, {}, False),
        (11, {}, True),
        (None, {}, False),
        (80, {"silent_permille": 21}, False),
    ],
)
def test_a_silence_is_odd_only_with_charge_and_where_nobody_is_silent(
    charge: int | None,
    cell: dict[str, int],
    opened: bool,  # noqa: FBT001
) -> None:
    story = minutes(0, 3, battery_percent=charge)
    events = kinds(told(memory(**cell), *story, until=21), "signal.shielded")
    assert (events == ["signal.shielded opened"]) is opened


def tethered(*parts: tuple[int, int, bool | None]) -> list[tuple[int, Body]]:
    return [pair for first, last, reach in parts for pair in minutes(first, last, every_s=15, tether=reach)]


def test_a_missing_heartbeat_is_found_within_a_minute() -> None:
    events = found(*tethered((0, 5, True), (5, 8, None)), tether_ms=45_000)
    assert [(f.kind, f.code.value, f.since_ms) for f in events] == [
        ("tamper.tether", "heartbeat_missing", START + 5 * MINUTE - 15_000)
    ]
    assert 45_000 <= events[0].at_ms - events[0].since_ms <= 60_000


def test_nobody_expects_heartbeats_where_the_plan_does_not() -> None:
    assert told(*tethered((0, 2, True), (2, 20, None))) == []


def test_a_heartbeat_that_was_stored_is_none() -> None:
    late = [(t, fix(t - HOUR, late_ms=HOUR, tether=True)) for t, _ in minutes(5, 8, every_s=15)]
    fresh = minutes(5, 8, every_s=15)
    events = kinds(told(*tethered((0, 5, True)), *late, *fresh, tether_ms=45_000), "tamper.tether")
    assert events == ["tamper.tether opened"]


def test_after_an_inspection_the_heartbeats_are_expected_anew() -> None:
    story = [
        *tethered((0, 2, True), (2, 20, None)),
        (START + 10 * MINUTE, Inspection(1, START + 10 * MINUTE)),
    ]
    events = [f for f in found(*story, tether_ms=45_000) if f.kind == "tamper.tether"]
    assert [f.event.value for f in events] == ["opened", "closed", "opened"]
    assert events[-1].since_ms == START + 10 * MINUTE


def test_no_heartbeat_is_missed_under_a_suspension_or_after_the_order() -> None:
    story = tethered((0, 2, True), (2, 20, None))
    pause = (START + MINUTE, Suspension(1, START + MINUTE, START + 25 * MINUTE))
    assert kinds(told(*story, pause, tether_ms=45_000), "tamper.tether") == []
    assert kinds(told(*story, tether_ms=45_000, effective_until_ms=START + 2 * MINUTE), "tamper.tether") == []


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


SURGERY = (START - 100, Permit("p", "", START + 5 * MINUTE, START + 15 * MINUTE))


def test_a_permitted_removal_is_a_notice() -> None:
    story = [*minutes(0, 6, strap=True), *minutes(6, 12, strap=False), *minutes(12, 30, strap=True)]
    assert told(*story, SURGERY) == [
        ("opened", "removal.permitted", "removed_with_permit"),
        ("closed", "removal.permitted", "restored"),
    ]


@pytest.mark.parametrize("minute", [4, 15])
def test_before_and_after_its_permit_it_is_a_tamper(minute: int) -> None:
    assert kinds(
        told(*minutes(0, minute, strap=True), *minutes(minute, minute + 1, strap=False), SURGERY)
    ) == ["tamper.strap opened"]


def test_a_permit_taken_back_makes_it_a_tamper_at_once() -> None:
    revoked = (START + 8 * MINUTE, Permit("p", "", START + 5 * MINUTE, START + 15 * MINUTE, revoked=True))
    events = found(*minutes(0, 6, strap=True), *minutes(6, 12, strap=False), SURGERY, revoked)
    assert [f.kind for f in events] == ["removal.permitted", "removal.permitted", "tamper.strap"]
    assert events[-1].at_ms - START - 8 * MINUTE <= 10_000


def test_a_removal_ends_with_the_order_and_is_no_tamper() -> None:
    story = [*minutes(0, 6, strap=True), *minutes(6, 9, strap=False), SURGERY]
    assert told(*story, until=21, effective_until_ms=START + 10 * MINUTE)[1:] == [
        ("closed", "removal.permitted", "order_changed")
    ]


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
