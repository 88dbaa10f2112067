"""A finding told at the edge: who is watched, what ends the watch, when it rises, at every border."""

from __future__ import annotations

from typing import Any

import pytest

from korgoo.engine import edges
from korgoo.engine.belief import ZoneBelief
from korgoo.engine.conditions import judge_conditions
from korgoo.engine.findings import Reason
from korgoo.engine.force import Force
from korgoo.engine.geometry import FAR_CM, INSIDE, OUTSIDE
from korgoo.engine.judged import Change, Judged
from korgoo.engine.judgement import begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import ZoneKind
from korgoo.engine.state import PersonState
from korgoo.engine.subject import NEVER_QUIET, Subject
from tests.stories import HOME_LAT, NIGHT, at, circle, find_longitude, plan

P = Parameters()
TOLD = at(12)
EDGE, AFAR, MINUTE, LEAD = P.edge_cm, P.afar_cm, P.edge_ms, P.still_lead_ms
HOME = Force(plan(circle()), P)
SCHOOL = Force(plan(circle("school", kind=ZoneKind.EXCLUSION)), P)


def told(
    force: Force = HOME,
    *,
    outside_cm: int | None = None,
    left_ms: int = TOLD,
    strode: bool = False,
    **known: Any,
) -> ZoneBelief:
    """Return a zone whose finding is told with the last place so far out; None = only a beacon spoke."""
    zone = ZoneBelief(edge_ms=7, afar_ms=7, near_cm=7, risen=True, unseen=True, sprang_ms=7, side_ms=left_ms)
    zone.strode = strode
    judged = Judged(zones=[zone], **known)
    if outside_cm is not None:
        shape = force.shapes[0]
        judged.used_lat = HOME_LAT
        judged.used_lon = find_longitude(outside_cm, lambda lon: -shape.measure(*shape.locate(HOME_LAT, lon)))
    edges.watch(judged, force, 0, TOLD)
    assert (zone.afar_ms, zone.risen) == (0, False)
    return zone


def watched(force: Force = HOME, *, outside_cm: int | None = None) -> int:
    """Return since when a finding of a mute device is watched."""
    return told(force, outside_cm=outside_cm).edge_ms


def after(
    *fixes: tuple[int, int] | tuple[int, int, bool],
    zone: ZoneBelief | None = None,
    force: Force = HOME,
    **known: Any,
) -> ZoneBelief:
    """Return a zone told at `TOLD` after fixes (cm outside, ms after the telling, whether it leaps)."""
    zone = zone or ZoneBelief(open_ms=TOLD, edge_ms=TOLD)
    judged = Judged(zones=[zone], **known)
    for outside_cm, after_ms, *leaps in fixes:
        edges.follow(judged, force, 0, -outside_cm, TOLD + after_ms, leaps=any(leaps))
    return zone


def test_who_is_found_at_the_edge_is_watched() -> None:
    assert watched(outside_cm=EDGE) == TOLD
    assert watched(outside_cm=EDGE + 100) == 0
    assert watched() == TOLD
    assert watched(SCHOOL, outside_cm=-100) == 0


def test_the_second_fix_in_a_row_far_out_rises() -> None:
    assert after((AFAR + 1, MINUTE + 1)).edge_ms == TOLD
    risen = after((AFAR + 1, MINUTE + 1), (AFAR + 1, MINUTE + 2))
    assert (risen.edge_ms, risen.afar_ms) == (edges.RISES, 0)
    assert after((AFAR + 1, MINUTE + 1), (AFAR, MINUTE + 2), (AFAR + 1, MINUTE + 3)).edge_ms == TOLD


def test_who_walks_on_is_the_one_who_was_told() -> None:
    assert after((EDGE + 1, MINUTE)).edge_ms == 0
    assert after((EDGE, MINUTE)).edge_ms == TOLD
    assert after((EDGE + 1, MINUTE + 1)).edge_ms == TOLD


@pytest.mark.parametrize(
    ("outside_cm", "turned_ms", "open_ms", "force", "watched_since"),
    [
        (0, TOLD, TOLD, HOME, TOLD),
        (1, TOLD, TOLD, HOME, 0),  # still outside
        (0, TOLD + 1, TOLD, HOME, 0),  # for less than a minute
        (0, 0, TOLD, HOME, 0),  # nothing turns
        (0, TOLD, 0, HOME, 0),  # nothing is open
        (0, TOLD, TOLD, SCHOOL, 0),  # inside is where he must not be
    ],
)
def test_fixes_that_call_home_begin_the_watch_again(
    outside_cm: int, turned_ms: int, open_ms: int, force: Force, watched_since: int
) -> None:
    zone = ZoneBelief(open_ms=open_ms, turn_ms=turned_ms)
    assert after((outside_cm, MINUTE), zone=zone, force=force).edge_ms == watched_since


def test_a_rise_that_waits_to_be_told_is_not_overwritten() -> None:
    waiting = ZoneBelief(open_ms=TOLD, edge_ms=edges.RISES, turn_ms=TOLD)
    left = after((-1, MINUTE), (AFAR + 1, MINUTE), zone=waiting)
    assert (left.edge_ms, left.afar_ms) == (edges.RISES, 0)


def far(minutes: float, *, near_cm: int = 0) -> tuple[int, int]:
    """A fix so long after the telling, just far enough from where he set out."""
    return near_cm + EDGE + 1, round(minutes * MINUTE)


@pytest.mark.parametrize(("moved_ms", "edge_ms"), [(TOLD, edges.RISES), (TOLD - 1, TOLD)])
def test_a_finding_rises_again_only_with_a_device_that_moves(moved_ms: int, edge_ms: int) -> None:
    risen = after((AFAR + 1, MINUTE + 1), (AFAR + 1, MINUTE + 2))
    assert risen.edge_ms == edges.RISES, "the first time positions are enough"
    again = ZoneBelief(open_ms=TOLD, edge_ms=TOLD, risen=True)
    assert after(far(1.5), far(1.6), zone=again, moved_ms=moved_ms).edge_ms == edge_ms


def test_who_is_told_within_the_zone_or_by_a_beacon_sets_out_from_its_border() -> None:
    for outside_cm in (-500, None):
        assert told(outside_cm=outside_cm).near_cm == 0


def test_who_was_told_far_out_and_never_seen_to_go_is_watched() -> None:
    unseen = told(outside_cm=AFAR, told_ms=TOLD, going_ms=TOLD - LEAD - 1)
    assert (unseen.edge_ms, unseen.unseen) == (TOLD, True)
    assert abs(unseen.near_cm - AFAR) < 200
    sky: dict[str, Any] = {"satellite_ms": TOLD}  # satellites told of him
    for seen in (
        told(outside_cm=AFAR, told_ms=TOLD, going_ms=TOLD - LEAD, **sky),  # he was seen to set out
        told(outside_cm=AFAR, told_ms=TOLD - P.witness_ms),  # a mute device
        told(outside_cm=AFAR, told_ms=TOLD, left_ms=TOLD - MINUTE, going_ms=TOLD - LEAD - MINUTE, **sky),
    ):
        assert (seen.edge_ms, seen.unseen) == (0, False)
    at_edge = told(outside_cm=EDGE, told_ms=TOLD)
    assert (at_edge.edge_ms, at_edge.unseen) == (TOLD, False), "there positions are enough"


@pytest.mark.parametrize(
    ("known", "strode", "is_watched"),
    [
        ({}, False, True),  # a network alone, at one place: that a sensor says walking is no way out
        ({}, True, False),  # at one place after the other: he walked
        ({"satellite_ms": TOLD - MINUTE}, False, False),
        ({"satellite_ms": TOLD - MINUTE - 1}, False, True),
        ({"moved_ms": TOLD - MINUTE - LEAD}, False, False),  # a ride, or a walk that satellites place
        ({"moved_ms": TOLD - MINUTE - LEAD - 1}, False, True),
        ({"told_ms": TOLD - P.witness_ms}, False, False),  # a mute device
    ],
)
def test_a_walk_in_place_is_no_way_out(known: dict[str, Any], *, strode: bool, is_watched: bool) -> None:
    known = {"told_ms": TOLD, "going_ms": TOLD} | known
    seen = told(outside_cm=AFAR, left_ms=TOLD - MINUTE, strode=strode, **known)
    assert (seen.edge_ms, seen.unseen) == ((TOLD, True) if is_watched else (0, False))


def test_who_walks_in_place_at_the_edge_is_told_by_positions() -> None:
    at_edge = told(outside_cm=EDGE, left_ms=TOLD - MINUTE, told_ms=TOLD, going_ms=TOLD)
    assert (at_edge.edge_ms, at_edge.unseen) == (TOLD, False)


def unseen(near_cm: int = AFAR) -> ZoneBelief:
    """One who was told so far out by drift."""
    return ZoneBelief(open_ms=TOLD, edge_ms=TOLD, unseen=True, near_cm=near_cm)


def test_who_left_unseen_rises_where_his_device_carries_him_outward() -> None:
    went = after(far(5, near_cm=AFAR), far(6, near_cm=AFAR), zone=unseen(), moved_ms=TOLD + 5 * MINUTE)
    assert (went.edge_ms, went.afar_ms) == (edges.RISES, 0)
    once = after(far(5, near_cm=AFAR), zone=unseen(), moved_ms=TOLD + 5 * MINUTE)
    assert (once.edge_ms, once.afar_ms) == (TOLD, TOLD + 5 * MINUTE), "one place may be a spike"
    near = (AFAR + EDGE, 5 * MINUTE)
    assert after(near, near, zone=unseen(), moved_ms=TOLD + 5 * MINUTE).edge_ms == TOLD, "not far enough"


def test_drift_that_carries_him_farther_out_rises_with_nothing() -> None:
    drifted = after(far(5, near_cm=AFAR), far(6, near_cm=AFAR), zone=unseen(), moved_ms=TOLD - 1)
    assert (drifted.edge_ms, drifted.afar_ms) == (TOLD, 0)
    assert drifted.near_cm == AFAR + EDGE + 1, "he sets out from where drift has put him"
    rested = [(AFAR, 5 * MINUTE + LEAD + 1), far(9, near_cm=AFAR), far(9.3, near_cm=AFAR)]
    assert after(*rested, zone=unseen(), moved_ms=TOLD + 5 * MINUTE).edge_ms == TOLD, "a walk ends with rest"


def test_who_sets_out_towards_home_and_beyond_it_sets_out_from_there() -> None:
    way = [(AFAR, MINUTE * 5), (-1_000, MINUTE * 6), far(7), far(7.3)]
    assert after(*way, zone=unseen(), moved_ms=TOLD + 5 * MINUTE).edge_ms == edges.RISES


def test_drift_beyond_the_edge_within_a_minute_is_no_walk_that_was_told() -> None:
    drifted = after((EDGE + 1, MINUTE), told_ms=TOLD, going_ms=TOLD - LEAD - 1)
    assert (drifted.edge_ms, drifted.unseen) == (TOLD, True)
    walked = after((EDGE + 1, MINUTE), told_ms=TOLD, going_ms=TOLD - LEAD)
    assert (walked.edge_ms, walked.unseen) == (0, False)


def test_what_is_called_home_may_rise_by_positions_again() -> None:
    home = ZoneBelief(open_ms=TOLD, turn_ms=TOLD, unseen=True, near_cm=AFAR)
    after((0, MINUTE), zone=home)
    assert (home.edge_ms, home.unseen, home.near_cm) == (TOLD, False, 0)


@pytest.mark.parametrize(("going_ms", "since_ms"), [(TOLD - LEAD - 1, TOLD), (TOLD - LEAD, 0)])
def test_a_rise_that_positions_alone_have_told_is_watched_on(going_ms: int, since_ms: int) -> None:
    judged = Judged(zones=[ZoneBelief(edge_ms=edges.RISES)], told_ms=TOLD, going_ms=going_ms)
    edges.go_on(judged, HOME, 0, TOLD)
    assert (judged.zones[0].edge_ms, judged.zones[0].risen) == (since_ms, True)


LEAP, HELD = P.leap_cm, P.leap_hold_ms


def ride(way_cm: int = LEAP + 1, *, leaps: bool = True, **more: Any) -> ZoneBelief:
    """Return one who left unseen at the first place so much farther out, five minutes after."""
    return after((AFAR + way_cm, 5 * MINUTE, leaps), zone=unseen(), **more)


def test_a_ride_of_which_the_device_says_nothing_rises_once_it_lasts() -> None:
    there, begun = AFAR + LEAP + 1, 5 * MINUTE
    for held_ms, since_ms in ((HELD - 1, TOLD), (HELD, edges.RISES)):
        rode = after((there, begun, True), (AFAR + EDGE + 1, begun + held_ms), zone=unseen())
        assert (rode.edge_ms, rode.afar_ms) == (since_ms, 0)
    assert (ride().sprang_ms, ride().near_cm) == (TOLD + begun, AFAR)
    again = after((there, begun + 1, True), (there, begun + HELD, True), zone=ride())
    assert again.edge_ms == edges.RISES, "a leap farther out does not begin it anew"


def test_a_leap_is_a_great_step_outward_of_satellites_at_rest() -> None:
    for other in (ride(leaps=False), ride(moved_ms=TOLD + 5 * MINUTE)):
        assert (other.edge_ms, other.sprang_ms) == (TOLD, 0)


def test_a_leap_that_comes_back_is_forgotten() -> None:
    begun = 5 * MINUTE
    for back_cm, since_ms in ((EDGE, TOLD), (EDGE + 1, edges.RISES)):
        last = (AFAR + LEAP + 1, begun + HELD)
        came = after((AFAR + back_cm, begun + 1), last, zone=ride())
        assert came.edge_ms == since_ms
    nearer = after((AFAR - 1, begun + 1), (AFAR + LEAP, begun + 2, True), zone=ride())
    assert (nearer.near_cm, nearer.sprang_ms) == (AFAR - 1, TOLD + begun + 2), (
        "the next one sets out from there"
    )


def test_a_leap_from_the_edge_need_not_be_so_far_out_as_a_walk() -> None:
    at_edge = ZoneBelief(open_ms=TOLD, edge_ms=TOLD)
    begun = 5 * MINUTE
    assert after((LEAP + 1, begun, True), (LEAP + 1, begun + HELD), zone=at_edge).edge_ms == edges.RISES


def test_a_leap_of_the_last_watch_says_nothing_in_the_next_one() -> None:
    assert told(outside_cm=EDGE).sprang_ms == 0
    home = ZoneBelief(open_ms=TOLD, turn_ms=TOLD, sprang_ms=TOLD - HELD)
    after((0, MINUTE), (EDGE + 1, 2 * MINUTE), zone=home)
    assert (home.edge_ms, home.sprang_ms) == (TOLD, 0)
    judged = Judged(zones=[ZoneBelief(edge_ms=edges.RISES, sprang_ms=TOLD - HELD)], told_ms=TOLD)
    edges.go_on(judged, HOME, 0, TOLD)
    assert judged.zones[0].sprang_ms == 0


def test_the_distance_is_known_exactly_while_he_is_watched() -> None:
    asked = [edges.enough(ZoneBelief(edge_ms=since_ms)) for since_ms in (edges.RISES, 0, 1)]
    assert asked == [0, 0, 4 * FAR_CM]


def test_a_rise_is_told_once_while_it_is_not_met() -> None:
    changes: list[Change] = []
    judged = begin(HOME, TOLD, None, changes)
    zone = judged.zones[0]
    zone.verdict, zone.side_ms, zone.open_ms, zone.edge_ms, zone.belief = -1, TOLD, TOLD, edges.RISES, -5_000
    for minute in (1, 2):
        judge_conditions(judged, HOME, TOLD + minute * MINUTE, changes)
    assert [(c.what, c.when_ms, c.since_ms, c.code, c.belief) for c in changes] == [
        ("rise", TOLD + MINUTE, TOLD + MINUTE, Reason.DEPARTED, -5_000)
    ]
    assert zone.edge_ms == 0


def test_an_end_ends_the_watch() -> None:
    changes: list[Change] = []
    judged = begin(HOME, TOLD, None, changes)
    zone = judged.zones[0]
    zone.verdict, zone.side_ms, zone.open_ms, zone.edge_ms, zone.afar_ms = 1, TOLD, TOLD, TOLD, TOLD
    judge_conditions(judged, HOME, TOLD + MINUTE, changes)
    assert [change.what for change in changes] == ["close"]
    assert (zone.open_ms, zone.edge_ms, zone.afar_ms) == (0, 0, 0)


def test_the_watch_outlives_a_new_version_of_the_order_and_not_another_kind_of_it() -> None:
    before = begin(HOME, TOLD, None, [])
    before.zones[0].open_ms = before.zones[0].edge_ms = TOLD
    before.zones[0].near_cm, before.zones[0].risen, before.zones[0].unseen = 7, True, True
    wider = Force(plan(circle(radius_m=80), version="2"), P)
    kept = begin(wider, TOLD + MINUTE, (before, HOME), []).zones[0]
    assert (kept.edge_ms, kept.near_cm, kept.risen, kept.unseen) == (TOLD, 7, True, True)
    by_night = Force(plan(circle(windows=(NIGHT,)), version="2"), P)
    assert begin(by_night, TOLD + MINUTE, (before, HOME), []).zones[0].edge_ms == 0


def test_nobody_who_is_watched_passes_quietly() -> None:
    state = PersonState("person:p1")
    subject = Subject(state, P, plan(circle(), circle("work", east_m=5_000)))
    saturated = P.saturation_mn
    state.judged = Judged(
        zones=[
            ZoneBelief(belief=-saturated, verdict=-1, open_ms=TOLD, edge_ms=TOLD),
            ZoneBelief(belief=saturated, verdict=1),
        ]
    )
    subject.expect()
    assert list(subject.expected) == [NEVER_QUIET, INSIDE]
    state.judged.zones[0].edge_ms = 0
    subject.expect()
    assert list(subject.expected) == [OUTSIDE, INSIDE]
