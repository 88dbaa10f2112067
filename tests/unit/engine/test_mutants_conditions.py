"""Conditions, windows and the lane of one person at their borders: each kills an error planted there."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from korgoo.engine import ring
from korgoo.engine.belief import ZoneBelief
from korgoo.engine.conditions import expire, judge_conditions, next_due, rebind
from korgoo.engine.findings import Reason
from korgoo.engine.force import Force
from korgoo.engine.judged import Change, Judged
from korgoo.engine.judgement import _reachable, advance, apply, begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, Window, Zone, ZoneKind
from korgoo.engine.ring import Fix
from korgoo.engine.rules import battery, phone, sos, tamper
from korgoo.engine.rules.order import RULES
from korgoo.engine.windows import next_change, window_start
from tests.stories import FRAME, HOME_LAT, HOME_LON, MINUTE, NIGHT, at, circle, plan

P = Parameters()
HOLD = 8 * MINUTE
NOON = at(12)
DAY_MS = 86_400_000


def night_force(**fields: Any) -> Force:
    return Force(plan(circle(windows=(NIGHT,)), **fields), P)


def lane(zone: ZoneBelief, **fields: Any) -> Judged:
    return Judged(clock_ms=NOON, zones=[zone], **fields)


@pytest.mark.parametrize(("change", "asked"), [(0, False), (NOON, True), (NOON + 1, False)])
def test_the_clock_is_asked_only_at_a_change(change: int, *, asked: bool) -> None:
    judged = lane(ZoneBelief(binds=True, change_ms=change))
    rebind(judged, night_force(), NOON)
    assert judged.zones[0].binds is not asked
    assert judged.zones[0].change_ms == (at(22) if asked else change)


@pytest.mark.parametrize(("binds", "since"), [(True, 7), (False, at(22))])
def test_it_binds_since_its_window_opened(since: int, *, binds: bool) -> None:
    judged = lane(ZoneBelief(binds=binds, bound_ms=7, change_ms=1))
    rebind(judged, night_force(), at(23))
    assert judged.zones[0].bound_ms == since


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        (ZoneBelief(), 0),
        (ZoneBelief(change_ms=NOON + 9), NOON + 9),
        (ZoneBelief(grace_due_ms=NOON + 9), NOON + 9),
        (ZoneBelief(change_ms=NOON + 9, grace_due_ms=NOON + 5), NOON + 5),
        (ZoneBelief(change_ms=NOON + 5, grace_due_ms=NOON + 9), NOON + 5),
        (ZoneBelief(verdict=1), NOON + HOLD),
        (ZoneBelief(verdict=-1, known_ms=NOON + HOLD + 1), NOON + HOLD + 1),
        (ZoneBelief(verdict=-1, known_ms=NOON + 1), NOON + HOLD),
        (ZoneBelief(verdict=1, change_ms=NOON + HOLD + 1), NOON + HOLD),
        (ZoneBelief(verdict=1, change_ms=NOON + HOLD - 1), NOON + HOLD - 1),
    ],
)
def test_the_clock_looks_when_something_can_change(zone: ZoneBelief, due: int) -> None:
    assert next_due(lane(zone, used_ms=NOON), night_force()) == due


def away(beyond_m: int) -> tuple[Force, Judged]:
    """Seen outside, so far beyond a zone that lies three parts east and four north of him."""
    north_east = Force(plan(circle()), P).shapes[0].locate(HOME_LAT + 9_000, HOME_LON + 9_000)
    way_cm, radius_cm = beyond_m * 100 + 600_000, 600_000
    disc = Disc(north_east[0] + way_cm * 3 // 5, north_east[1] + way_cm * 4 // 5, radius_cm)
    zone = Zone("work", ZoneKind.INCLUSION, FRAME, disc, disc)
    judged = lane(ZoneBelief(verdict=-1), used_ms=NOON, used_lat=HOME_LAT + 9_000, used_lon=HOME_LON + 9_000)
    return Force(plan(zone), P), judged


@pytest.mark.parametrize(("beyond_m", "verdict"), [(24_000, 0), (24_001, -1), (400_000, -1), (10, 0)])
def test_nobody_comes_back_faster_than_fifty_metres_a_second(beyond_m: int, verdict: int) -> None:
    force, judged = away(beyond_m)
    expire(judged, force, NOON + HOLD - 1)
    assert judged.zones[0] == ZoneBelief(verdict=-1), "the last fix still speaks"
    expire(judged, force, NOON + HOLD)
    assert judged.zones[0] == ZoneBelief(verdict=verdict, known_ms=NOON + beyond_m * 20)
    expire(judged, force, NOON + max(HOLD, beyond_m * 20))
    assert judged.zones[0].verdict == 0


@pytest.mark.parametrize(
    ("zone", "lat"),
    [(ZoneBelief(verdict=1), 1), (ZoneBelief(verdict=-1, known_ms=5), 1), (ZoneBelief(verdict=-1), 0)],
)
def test_the_way_back_is_reckoned_once_and_only_for_who_was_seen_outside(zone: ZoneBelief, lat: int) -> None:
    force, judged = away(400_000)
    judged.zones, judged.used_lat, known_ms = [zone], judged.used_lat * lat, zone.known_ms
    expire(judged, force, NOON + HOLD)
    assert (zone.verdict, zone.known_ms) == (0, known_ms)


def test_a_doubt_is_told_once_and_ends_with_knowledge_or_with_the_finding() -> None:
    force, changes = Force(plan(circle()), P), list[Change]()
    judged = begin(force, NOON, None, changes)
    zone = judged.zones[0]
    zone.open_ms = NOON - 9
    for verdict in (0, 0, -1, -1, 0, 1):
        zone.verdict, zone.side_ms = verdict, NOON
        judge_conditions(judged, force, NOON, changes)
    assert [c.what for c in changes] == ["doubt", "known", "doubt", "close"]
    assert (zone.open_ms, zone.doubt) == (0, False)


def test_what_the_clock_decides_next_is_known_after_every_step() -> None:
    force, changes = night_force(), list[Change]()
    judged = begin(force, NOON, None, changes)
    assert judged.due_ms == at(22)
    home = Fix(at(21), 1, HOME_LAT, HOME_LON, 800, 0)
    apply(judged, force, home, changes)
    apply(judged, force, home._replace(at_ms=at(21) + MINUTE), changes)
    assert (judged.zones[0].verdict, judged.due_ms) == (1, at(21) + MINUTE + HOLD)
    advance(judged, force, at(21) + MINUTE + HOLD, changes)
    assert (judged.clock_ms, judged.due_ms) == (at(21) + MINUTE + HOLD, at(22))
    advance(judged, force, at(24), changes)
    assert (judged.clock_ms, judged.due_ms) == (at(22), at(30))


@pytest.mark.parametrize(("late_ms", "said"), [(HOLD - 1, "held:network.contradicts"), (HOLD, "held:jump")])
def test_a_network_contradicts_satellites_while_they_speak_for_now(late_ms: int, said: str) -> None:
    judged = seen_at_home()
    judged.satellite_ms = NOON - late_ms + 1_000
    far = Fix(NOON + 1_000, 1, HOME_LAT + 900_000, HOME_LON, 800, ring.NETWORKED)
    assert apply(judged, Force(plan(circle()), P), far, []) == said


def seen_at_home() -> Judged:
    return lane(
        ZoneBelief(), used_ms=NOON, used_lat=HOME_LAT, used_lon=HOME_LON, used_sigma=800, satellite_ms=NOON
    )


def test_a_second_fix_agrees_with_one_that_jumped_by_the_errors_of_both() -> None:
    """Beyond any reach from home; 190 m apart in a second, of which 60 m are error."""
    force, judged = Force(plan(circle()), P), seen_at_home()
    first = Fix(NOON + 1_000, 1, HOME_LAT + 900_000, HOME_LON, 1_000, 0)
    assert apply(judged, force, first, []) == "held:jump"
    assert (judged.held_ms, judged.held_lat, judged.held_lon, judged.held_sigma) == (
        *(NOON + 1_000, HOME_LAT + 900_000),
        *(HOME_LON, 1_000),
    )
    blurred = msgspec.structs.replace(judged, held_sigma=0, zones=[ZoneBelief()])
    second = Fix(NOON + 2_000, 1, HOME_LAT + 900_000 + 22_100, HOME_LON, 0, 0)
    assert apply(blurred, force, second, []) == "held:jump"
    again = first._replace(at_ms=NOON + 2_000, lat_e7=second.lat_e7)
    assert apply(judged, force, again, []) == "used"
    assert judged.held_ms == 0


@pytest.mark.parametrize(("north", "east"), [(1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (0, -1)])
def test_a_jump_is_one_in_every_direction(north: int, east: int) -> None:
    force = Force(plan(circle()), P)
    here = Fix(NOON + 1_000, 1, HOME_LAT + north * 900_000, HOME_LON + east * 900_000, 800, 0)
    assert not _reachable((NOON, HOME_LAT, HOME_LON, 800), here, force)
    near = here._replace(lat_e7=HOME_LAT + north * 10_000, lon_e7=HOME_LON + east * 10_000)
    assert _reachable((NOON, HOME_LAT, HOME_LON, 800), near, force)


OFFSETS = ((0, 0),)
FIRST = (date(2026, 1, 1) - date(1970, 1, 1)).days


def day(number: int) -> int:
    """Midnight of that day after 1 January 2026, ms."""
    return (FIRST + number) * DAY_MS


def test_after_long_holidays_the_window_opens_again() -> None:
    school = Window(127, 8 * 3600, 14 * 3600, except_dates=tuple(range(FIRST, FIRST + 90)))
    assert next_change((school,), OFFSETS, day(0)) == day(90) + 8 * 3_600_000
    once = Window(0, 8 * 3600, 14 * 3600, dates=(FIRST + 900, FIRST + 1_000))
    assert next_change((once,), OFFSETS, day(0)) == day(900) + 8 * 3_600_000
    assert next_change((once,), OFFSETS, day(1_001)) is None


def test_a_single_day_is_found_at_the_edge_of_the_search_too() -> None:
    for number in (399, 400, 401):
        once = Window(0, 8 * 3600, 14 * 3600, dates=(FIRST + number,))
        assert next_change((once,), OFFSETS, day(0)) == day(number) + 8 * 3_600_000


def test_an_hour_that_autumn_repeats_closes_at_the_moment_of_the_change_if_that_shows_it_last() -> None:
    change = day(100) + 3_600_000
    night = (Window(127, 22 * 3600, 2 * 3600),)
    offsets = ((0, 7_200), (change, 3_600))
    assert next_change(night, offsets, change - 3 * 3_600_000) == change


def test_days_that_touch_over_a_day_that_the_clocks_skipped_are_one_stretch() -> None:
    """Samoa went from 29 to 31 December 2011: at midnight the clocks changed from UTC-10 to UTC+14."""
    last = (date(2011, 12, 29) - date(1970, 1, 1)).days
    change = (last + 1) * DAY_MS + 10 * 3_600_000
    offsets = ((0, -36_000), (change, 50_400))
    whole = (Window(0, 0, 0, dates=tuple(range(last - 1, last + 4))),)
    assert window_start(whole, offsets, change + 3_600_000) == change - 2 * DAY_MS


def test_what_binds_for_four_hundred_days_has_an_end_and_longer_has_none() -> None:
    days = tuple(range(FIRST, FIRST + 400))
    whole = (Window(0, 0, 0, dates=days),)
    assert window_start(whole, OFFSETS, day(400) - 1) == day(0)
    assert next_change(whole, OFFSETS, day(0)) == day(400)
    longer = (Window(0, 0, 0, dates=(*days, FIRST + 400, FIRST + 401)),)
    assert window_start(longer, OFFSETS, day(400)) == day(0)
    assert window_start(longer, OFFSETS, day(401)) is None
    assert next_change(longer, OFFSETS, day(1)) is None


def test_a_duty_of_another_kind_ends_what_stood_open() -> None:
    before, changes = Force(plan(circle()), P), list[Change]()
    judged = begin(before, NOON, None, [])
    judged.zones[0].open_ms = NOON - 9
    begin(night_force(), NOON, (judged, before), changes)
    assert [(c.what, c.kind, c.code, c.since_ms) for c in changes] == [
        ("close", "zone.exit", Reason.ORDER_CHANGED, NOON)
    ]


def test_where_nothing_is_believed_the_clock_goes_on_all_the_same() -> None:
    force = night_force()
    judged = begin(force, NOON, None, [])
    advance(judged, force, at(22), [])
    assert (judged.clock_ms, judged.due_ms, judged.zones[0].binds) == (at(22), at(30), True)


def test_only_what_is_compared_with_the_message_before_may_be_skipped() -> None:
    """Charge, sensors, the button, a phone's own words: a message with nothing new is not shown to these."""
    assert [rule.observe for rule in RULES if not rule.always] == [
        sos.observe,
        tamper.observe,
        battery.observe,
        phone.observe,
    ]


def test_reason_of_absence_depends_on_where_the_window_found_him() -> None:
    for since, code in ((at(21), Reason.ABSENT_AT_START), (at(23), Reason.LEFT_DURING)):
        force, changes = night_force(), list[Change]()
        judged = begin(force, at(22), None, changes)
        judged.zones[0].verdict, judged.zones[0].side_ms = -1, since
        judge_conditions(judged, force, at(23.5), changes)
        assert [(c.code, c.since_ms) for c in changes] == [(code, max(since, at(22)))]
