"""Which loss calls somebody, and when: rest, motion, deaf places, what is at stake, and what is odd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from korgoo.engine.coverage import Coverage, CoverageCell, Lost, cell_number
from korgoo.engine.findings import NOTICE, RECORDED, Event
from korgoo.engine.ground import offset
from korgoo.engine.plan import ZoneKind
from korgoo.engine.rows import SYSTEM_KEY, Motion, Observation, Row, Source, Suspension
from tests.stories import HOME_LAT, HOME_LON, MINUTE, NIGHT, P1, at, circle, fix, judge, kind_of, plan

if TYPE_CHECKING:
    from korgoo.engine.findings import Finding
    from korgoo.engine.rows import Body

NOON = at(12)
HOME = circle(windows=(NIGHT,))
STILL, WALKING = Motion.STILL, Motion.WALKING
CELL = {"source": Source.CELL, "accuracy_cm": 250_000}
Told = list[tuple[float, int]]
"""(minute of the clock, priority) of each time that a loss was told; 0 = as its kind."""


def placed(first: int, last: int, **fields: Any) -> list[Body]:
    """A fix a minute, at home."""
    return [fix(NOON + n * MINUTE, **({"motion": STILL} | fields)) for n in range(first, last)]


def lost(first: int, last: int, motion: Motion | None = STILL, **fields: Any) -> list[Body]:
    """What a phone tells that hears nothing but a mast."""
    return placed(first, last, motion=motion, **(CELL | fields))


def found(
    *bodies: Body, zones: tuple[Any, ...] = (HOME,), until: int = 0, proven: bool = True, **fields: Any
) -> list[Finding]:
    """Return what is found; `proven`: the sensor has told before that the device moved."""
    if proven:
        bodies = (fix(NOON - 30_000, motion=WALKING), *bodies)
    rows = [Row(1, NOON - MINUTE, kind_of(plan()), P1, plan(*zones, **fields))]
    for body in bodies:
        key = SYSTEM_KEY if isinstance(body, Coverage) else P1
        log_ms = body.received_at_ms if isinstance(body, Observation) else NOON - 1_000
        rows.append(Row(len(rows) + 1, log_ms, kind_of(body), key, body))
    return judge(rows, until_ms=NOON + until * MINUTE if until else None).events


def told(*bodies: Body, kind: str = "position.lost", **fields: Any) -> Told:
    return [
        ((one.at_ms - NOON) / MINUTE, int(str(one.params.get("priority", 0))))
        for one in found(*bodies, **fields)
        if one.kind == kind and one.event in {Event.OPENED, Event.UPDATED}
    ]


def memory(rate: int = 0, **fields: Any) -> Coverage:
    basics: dict[str, Any] = {
        "number": cell_number(HOME_LAT, HOME_LON),
        "reports": 200,
        "placeless_permille": 200,
        "silent_permille": 200,
        "placeless": Lost(3, 3_600),
        "silent": Lost(3, 3_600),
    }
    return Coverage("m", (CoverageCell(**(basics | fields)),), rate, rate)


def test_a_device_at_rest_calls_nobody_for_four_hours() -> None:
    assert told(*placed(0, 10), *lost(10, 245)) == [(22, RECORDED)]
    assert told(*placed(0, 10), *lost(10, 260)) == [(22, RECORDED), (249, 0)]


def test_who_says_nothing_of_motion_calls_at_once() -> None:
    assert told(*placed(0, 10), *lost(10, 30, None)) == [(22, 0)]


def test_a_sensor_that_falls_silent_says_nothing_any_more() -> None:
    bare = [Observation(NOON + n * MINUTE, NOON + n * MINUTE, device="b") for n in range(30, 40)]
    assert told(*placed(0, 10), *lost(10, 30), *bare) == [(22, RECORDED), (33, 0)]


def test_four_minutes_of_motion_are_a_misreading_and_five_a_walk() -> None:
    quick = [*placed(0, 10), *lost(10, 30), *lost(30, 34, WALKING), *lost(34, 80)]
    assert told(*quick) == [(22, RECORDED)]
    walk = [*placed(0, 10), *lost(10, 30), *lost(30, 35, WALKING), *lost(35, 80)]
    assert told(*walk) == [(22, RECORDED), (34, RECORDED), (64, 0)]


def test_short_walks_add_up_and_rest_wears_them_off() -> None:
    hasty = [*lost(10, 14, WALKING), *lost(14, 18), *lost(18, 20, WALKING), *lost(20, 80)]
    assert told(*placed(0, 10), *hasty) == [(22, RECORDED), (49, 0)]
    slow = [*lost(10, 14, WALKING), *lost(14, 46), *lost(46, 49, WALKING), *lost(49, 90)]
    assert told(*placed(0, 10), *slow) == [(22, RECORDED)]


def test_a_mast_far_away_speaks_against_rest() -> None:
    """Seven and a half kilometres of three radii and five more: beyond 12.5 km it is another place."""
    near = lost(10, 80, north_m=12_400)
    assert told(*placed(0, 10), *near) == [(22, RECORDED)]
    far = lost(10, 80, north_m=12_600)
    assert told(*placed(0, 10), *far) == [(22, RECORDED), (44, 0)]


def test_what_the_sensor_said_with_the_last_place_is_not_counted() -> None:
    last = placed(9, 10, motion=WALKING)
    assert told(*placed(0, 9), *last, *lost(10, 14, WALKING), *lost(14, 60)) == [(22, RECORDED)]


def test_a_status_that_says_still_is_rest_and_one_that_says_nothing_no_gap_of_three_minutes() -> None:
    bare = [Observation(NOON + n * MINUTE, NOON + n * MINUTE, motion=STILL) for n in range(10, 60)]
    assert told(*placed(0, 10), *bare) == [(22, RECORDED)]
    rare = [
        Observation(NOON + n * MINUTE, NOON + n * MINUTE, motion=None if (n - 9) % 3 else STILL, counter=n)
        for n in range(10, 60)
    ]
    assert told(*placed(0, 10), *rare) == [(22, RECORDED)]


def test_a_mast_is_far_beyond_its_limit_and_not_at_it() -> None:
    def apart_cm(north_m: int) -> int:
        there = fix(NOON, north_m=north_m)
        return offset(HOME_LAT, HOME_LON, there.lat_e7 or 0, there.lon_e7 or 0)[1]

    north_m = next(n for n in range(12_000, 12_100) if (apart_cm(n) - 500_000) % 3 == 0)
    at_limit: dict[str, Any] = {"north_m": north_m, "accuracy_cm": (apart_cm(north_m) - 500_000) // 3}
    assert told(*placed(0, 10), *lost(10, 60, **at_limit)) == [(22, RECORDED)]


def test_a_device_that_never_told_a_place_calls_also_at_rest() -> None:
    assert told(*lost(0, 30), proven=False) == [(12, 0)]


def test_a_sensor_that_has_never_told_of_movement_is_no_witness_of_rest() -> None:
    assert told(*placed(0, 10), *lost(10, 30), proven=False) == [(22, 0)]
    assert told(*placed(0, 1, motion=WALKING), *placed(1, 10), *lost(10, 30), proven=False) == [
        (22, RECORDED)
    ]


def test_a_place_begins_the_count_anew() -> None:
    twice = [*placed(0, 10), *lost(10, 14, WALKING), *placed(14, 16), *lost(16, 19, WALKING), *lost(19, 70)]
    assert told(*twice) == [(28, RECORDED)]


def test_where_losses_are_common_it_is_a_notice_before_it_calls() -> None:
    moved = [*placed(0, 10), *lost(10, 300, WALKING)]
    assert told(memory(51, reports=199), *moved) == [(22, RECORDED), (44, NOTICE), (249, 0)]
    assert told(memory(50, reports=199), *moved) == [(22, RECORDED), (44, 0)]
    silent = msgspec.structs.replace(memory(0, reports=199), silent_rate=51)
    assert told(silent, *moved) == [(22, RECORDED), (44, 0)], (
        "how often contact is lost says nothing of places"
    )


@pytest.mark.parametrize(
    "cell", [{}, {"reports": 199}, {"placeless_permille": 199}, {"placeless": Lost(2, 3_600)}]
)
def test_a_deaf_place_takes_reports_losses_and_several_devices(cell: dict[str, Any]) -> None:
    silent = [*placed(0, 10, motion=None), *lost(10, 120, None)]
    expected = [(22, 0)] if cell else [(22, RECORDED), (99, 0)]
    assert told(memory(**cell), *silent) == expected


@pytest.mark.parametrize(
    ("usual_s", "calls"), [(60, 39), (1_200, 39), (1_300, 41.5), (3_600, 99), (36_000, 249)]
)
def test_at_a_deaf_place_it_may_last_half_as_long_again(usual_s: int, calls: float) -> None:
    silent = [*placed(0, 10, motion=None), *lost(10, 260, None)]
    assert told(memory(placeless=Lost(3, usual_s)), *silent)[1:] == [(calls, 0)]


def test_silence_at_a_deaf_place_by_day_calls_late_and_under_the_curfew_at_once() -> None:
    assert told(memory(), *placed(0, 10), kind="contact.lost", until=110) == [(12, RECORDED), (99, 0)]
    assert told(*placed(0, 10), kind="contact.lost", until=110) == [(12, 0)]
    always = (circle(),)
    assert told(memory(), *placed(0, 10), kind="contact.lost", zones=always, until=110) == [(12, 0)]
    common = memory(51, reports=199)
    assert told(common, *placed(0, 10), kind="contact.lost", until=110) == [(12, 0)]
    good = memory(silent_permille=199)
    assert told(good, *placed(0, 10), kind="contact.lost", until=110) == [(12, 0)]


def test_under_a_zone_that_binds_only_rest_is_quiet() -> None:
    always = (circle(),)
    assert told(*placed(0, 10), *lost(10, 60), zones=always) == [(22, RECORDED)]
    assert told(*placed(0, 10), *lost(10, 60, WALKING), zones=always) == [(22, 0)]
    left = [*placed(0, 10), *lost(10, 40), *lost(40, 60, WALKING)]
    assert told(*left, zones=always) == [(22, RECORDED), (44, 0)]


def test_outside_a_zone_that_binds_rest_is_not_quiet() -> None:
    """The absence is open; and where it could not be told, the loss calls."""
    away = [*placed(0, 10, east_m=700), *lost(10, 30, east_m=700)]
    assert told(*away, zones=(circle(),)) == [(22, 0)]
    unknown = [*placed(0, 1, motion=WALKING), *lost(1, 30)]
    assert told(*unknown, zones=(circle(),), proven=False) == [(13, 0)]


@pytest.mark.parametrize(("east_m", "calls"), [(1_099, 22), (1_101, 44)])
def test_within_a_walk_of_a_forbidden_zone_motion_calls_at_once(east_m: int, calls: int) -> None:
    school = circle("school", kind=ZoneKind.EXCLUSION, radius_m=100, east_m=east_m)
    story = [*placed(0, 10), *lost(10, 60, WALKING)]
    assert told(*story, zones=(HOME, school))[-1] == (calls, 0)


def test_inside_a_forbidden_zone_rest_is_not_quiet() -> None:
    school = circle("school", kind=ZoneKind.EXCLUSION, radius_m=100)
    assert told(*placed(0, 10), *lost(10, 40), zones=(school,)) == [(22, 0)]


def test_beside_a_tamper_nothing_is_quiet_and_beside_a_low_battery_all_is() -> None:
    cut = Observation(NOON + 40 * MINUTE, NOON + 40 * MINUTE, strap=False, motion=STILL)
    assert told(*placed(0, 10), *lost(10, 40), cut, *lost(41, 60)) == [(22, RECORDED), (40, 0)]
    empty = lost(10, 60, battery_percent=5)
    assert told(*placed(0, 10), *empty) == [(22, RECORDED)]


def test_under_a_suspension_it_does_not_call_and_after_it_half_an_hour_is_left() -> None:
    pause = Suspension(1, NOON + 230 * MINUTE, NOON + 300 * MINUTE)
    assert told(pause, *placed(0, 10), *lost(10, 230), *lost(300, 340)) == [
        (22, RECORDED),
        (300, RECORDED),
        (330, 0),
    ]
    assert told(*placed(0, 10), *lost(10, 230), *lost(230, 340)) == [(22, RECORDED), (249, 0)]


def rests(*bodies: Body, **fields: Any) -> list[tuple[float, str, bool]]:
    """Return (minute, reason, told as at rest) of each time that a lost position was told."""
    return [
        ((one.at_ms - NOON) / MINUTE, one.code, one.params.get("resting") is True)
        for one in found(*bodies, **fields)
        if one.kind == "position.lost" and one.event in {Event.OPENED, Event.UPDATED}
    ]


def test_a_rest_that_a_pair_goes_on_by_is_told_until_the_device_stirs() -> None:
    """The pair's own rule: seven minutes at one place, and masts that confirm it."""
    assert rests(*placed(2, 10), *lost(10, 245)) == [(22, "no_position", True)]
    assert rests(*placed(3, 10), *lost(10, 245)) == [(22, "no_position", False)]
    ride = [*lost(10, 30), *lost(30, 31, Motion.VEHICLE), *lost(31, 60)]
    assert rests(*placed(0, 10), *ride) == [(22, "no_position", True), (30, "stirred", False)]


def test_a_spike_among_the_last_places_is_no_rest() -> None:
    spike = [*placed(0, 5), *placed(5, 6, north_m=400), *placed(6, 10)]
    assert rests(*spike, *lost(10, 30)) == [(22, "no_position", False)]


def test_a_mast_place_among_the_last_places_says_nothing_of_them() -> None:
    mixed = [*placed(0, 5), *lost(5, 6, north_m=9_000), *placed(6, 10)]
    assert rests(*mixed, *lost(10, 30)) == [(22, "no_position", True)]


def test_a_device_without_even_a_mast_is_at_rest_for_no_one_else() -> None:
    bare = [Observation(NOON + n * MINUTE, NOON + n * MINUTE, motion=STILL) for n in range(10, 60)]
    assert rests(*placed(0, 10), *bare) == [(22, "no_position", False)]
    masts = [*lost(10, 25), *(one for one in bare if one.fixed_at_ms >= NOON + 25 * MINUTE)]
    assert rests(*placed(0, 10), *masts) == [(22, "no_position", True), (32, "stirred", False)]


def test_a_rest_that_calls_stirs_no_more() -> None:
    assert rests(*placed(0, 10), *lost(10, 260)) == [
        (22, "no_position", True),
        (249, "unexplained", False),
    ]


def test_a_loss_says_how_long_it_stays_quiet_and_by_which_memory() -> None:
    silent = [memory(), *placed(0, 10, motion=None), *lost(10, 40, None)]
    (opened,) = [one.params for one in found(*silent) if one.kind == "position.lost"]
    quiet = {name: opened.get(name) for name in ("priority", "quiet_s", "usual_s", "coverage")}
    assert quiet == {"priority": RECORDED, "quiet_s": 5_400, "usual_s": 5_400, "coverage": "m"}


@pytest.mark.parametrize("cell", [{"placeless_permille": 20}, {"reports": 199}])
def test_a_loss_that_is_quiet_by_rest_names_no_memory(cell: dict[str, Any]) -> None:
    """One was there to be asked, and knew of no place at which losses are usual: it explains nothing."""
    good = memory(**cell)
    (opened,) = [one.params for one in found(good, *placed(0, 10), *lost(10, 40)) if "lost" in one.kind]
    assert opened["priority"] == RECORDED
    assert not {"usual_s", "coverage"} & opened.keys()


def test_who_rests_is_not_jammed_and_who_moves_may_be() -> None:
    good = memory(placeless_permille=20, silent_permille=20)
    rest = found(good, *placed(0, 10), *lost(10, 40))
    assert not [one for one in rest if one.kind == "signal.jammed"]
    moves = found(good, *placed(0, 10), *lost(10, 40, WALKING))
    assert [one.kind for one in moves if one.kind == "signal.jammed"] == ["signal.jammed"]


@pytest.mark.parametrize(("rate", "told_of"), [(50, ["signal.jammed"]), (51, [])])
def test_where_losses_are_common_no_place_makes_one_odd(rate: int, told_of: list[str]) -> None:
    """Fifty in a thousand days of a device are not common yet."""
    good = memory(rate, placeless_permille=20, silent_permille=20)
    story = found(good, *placed(0, 10), *lost(10, 40, WALKING))
    assert [one.kind for one in story if one.kind == "signal.jammed"] == told_of
