"""Until when a device denies that it has left, and what counts as a leap or a step, to the border."""

from __future__ import annotations

from itertools import count
from typing import Any

import msgspec
import pytest

from korgoo.engine import motion, ring
from korgoo.engine.belief import ZoneBelief
from korgoo.engine.force import Force
from korgoo.engine.judged import Judged
from korgoo.engine.judgement import apply
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, ZoneKind
from korgoo.engine.rejudge import Recalled
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Motion
from korgoo.engine.shard import Shard
from tests.stories import HOME_LAT, HOME_LON, MINUTE, P1, at, circle, find_longitude, fix, plan, rows_of

P = Parameters()
NOW = at(12)
BEGAN = NOW - 60_000
LEAD = BEGAN - P.still_lead_ms
BOTH = ring.STILL | ring.RESTING


def denies(
    code: int = BOTH,
    *,
    began_ms: int = BEGAN,
    leapt_ms: int = 0,
    verdict: int = 1,
    kind: ZoneKind = ZoneKind.INCLUSION,
    **spoke: Any,
) -> bool:
    """Say whether one believed at home denies at noon what a fix of `began_ms` was the first to tell."""
    zone = ZoneBelief(belief=6_000 * verdict, verdict=verdict, turn_ms=began_ms, leapt_ms=leapt_ms)
    seen = Fix(NOW, 1, HOME_LAT, HOME_LON, 800, code)
    return bool(motion.stayed(Judged(zones=[zone], **spoke), Force(plan(circle(kind=kind)), P), 0, seen))


def test_only_where_he_is_believed_in_a_home_there_is_something_to_deny() -> None:
    assert denies()
    assert not denies(verdict=0)
    assert not denies(verdict=-1)
    assert not denies(kind=ZoneKind.EXCLUSION)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (ring.NETWORKED | ring.STILL, True),
        (ring.NETWORKED | ring.ON_FOOT, True),
        (ring.NETWORKED, False),  # it does not say how he goes
        (ring.STILL, False),  # satellites are believed
    ],
)
def test_where_nobody_knows_the_side_a_networks_place_waits_for_who_goes_no_farther_than_people_walk(
    code: int, *, said: bool
) -> None:
    assert denies(code, verdict=0) is said


@pytest.mark.parametrize(("less_ms", "said"), [(1, True), (0, False)])
def test_it_is_denied_for_so_long_and_no_longer(less_ms: int, *, said: bool) -> None:
    assert denies(began_ms=NOW - P.still_hold_ms + less_ms) is said
    leapt_ms = NOW - P.leap_hold_ms + less_ms
    assert denies(leapt_ms=leapt_ms) is said, "one great step may be a ride"
    assert denies(BOTH | ring.NETWORKED, leapt_ms=leapt_ms), "of satellites only: networks leap by themselves"


@pytest.mark.parametrize(("later_ms", "said"), [(0, True), (1, False)])
def test_what_moved_shortly_before_the_first_fix_outside_may_have_left(later_ms: int, *, said: bool) -> None:
    assert denies(moved_ms=LEAD + later_ms) is said
    assert denies(began_ms=0, moved_ms=NOW - P.still_lead_ms + later_ms) is said, "this one is the first"


@pytest.mark.parametrize(("less_ms", "said"), [(1, True), (0, False)])
def test_a_sense_that_denies_it_alone_has_spoken_of_movement_lately(less_ms: int, *, said: bool) -> None:
    spoke_ms = NOW - P.witness_ms + less_ms
    assert denies(ring.STILL, sensed_ms=spoke_ms) is said
    assert denies(ring.RESTING, sped_ms=spoke_ms) is said
    assert not denies(ring.STILL, sped_ms=NOW), "each for itself"
    assert not denies(ring.RESTING, sensed_ms=NOW)
    assert not denies(0, sensed_ms=NOW, sped_ms=NOW), "and none that says nothing now"


YARD = msgspec.structs.replace(circle(), outer=Disc(3_000, 4_000, 5_000), inner=Disc(0, 0, 100))
"""An area whose circle has its middle 30 m east and 40 m north of the frame's origin."""
FORCE = Force(plan(YARD), P)


def seen_at(north_cm: int) -> Judged:
    """One who was seen last so far north of the circle's middle."""
    locate = FORCE.shapes[0].locate
    lon = find_longitude(3_000, lambda lon: locate(HOME_LAT, lon)[0])
    begin = HOME_LAT + north_cm * 9 // 10
    lat = next(lat for lat in count(begin) if locate(lat, lon)[1] >= 4_000 + north_cm)
    judged = Judged(used_lat=lat, used_lon=lon, zones=[ZoneBelief()])
    assert locate(lat, lon) == (3_000, 4_000 + north_cm)
    return judged


@pytest.mark.parametrize(("east_cm", "north_cm"), [(1, 0), (-1, 0), (0, 1), (0, -1)])
def test_a_step_outward_leads_away_from_the_middle_of_the_area(east_cm: int, north_cm: int) -> None:
    judged = seen_at(1_000)
    for away_cm, leaves in ((1_000 + P.moving_step_cm, True), (1_000 + P.moving_step_cm - 1, False)):
        there = (3_000 + east_cm * away_cm, 4_000 + north_cm * away_cm)
        assert motion.leaves(judged, FORCE, 0, *there) is leaves
    assert not motion.leaves(Judged(zones=[ZoneBelief()]), FORCE, 0, 10**6, 10**6), "nothing was before it"


def test_a_leap_away_is_kept_and_a_leap_back_takes_it_back() -> None:
    far = 1_000 + P.leap_cm
    for began_ms, away_cm, kept_ms in ((0, far, 0), (5, far + 1, 5), (0, far + 1, NOW)):
        judged = seen_at(1_000)
        judged.zones[0].leapt_ms = began_ms
        leapt = motion.follow_leap(judged, FORCE, 0, 3_000, 4_000 - away_cm, at_ms=NOW)
        assert (judged.zones[0].leapt_ms, leapt) == (kept_ms, away_cm > far)
    for back_cm, kept_ms in ((1_000, 5), (999, 0)):
        judged = seen_at(far)
        judged.zones[0].leapt_ms = 5
        motion.follow_leap(judged, FORCE, 0, 3_000, 4_000 + back_cm, at_ms=NOW)
        assert judged.zones[0].leapt_ms == kept_ms


def test_a_leap_half_way_back_takes_nothing_back() -> None:
    shape = FORCE.shapes[0]
    rim_cm = shape.outer.radius_cm
    for outside_cm, kept_ms in ((P.leap_cm // 2, 0), (P.leap_cm // 2 + 1, 5)):
        judged = seen_at(rim_cm + 3 * P.leap_cm)
        judged.zones[0].leapt_ms = 5
        north_cm = 4_000 + rim_cm + outside_cm
        assert shape.measure(3_000, north_cm) == -outside_cm
        motion.follow_leap(judged, FORCE, 0, 3_000, north_cm, at_ms=NOW)
        assert judged.zones[0].leapt_ms == kept_ms


@pytest.mark.parametrize(
    ("said", "name"), [({"motion": Motion.WALKING}, "sensed_ms"), ({"speed_cms": 900}, "sped_ms")]
)
def test_movement_is_heard_though_nothing_else_needs_a_look(said: dict[str, Any], name: str) -> None:
    """Twenty minutes at home, and then one fix at home that says no more than that the device moves."""
    last = at(12) + 20 * MINUTE
    fixes = [(t, fix(t)) for t in range(at(12), last, MINUTE)]
    shard = Shard(P, recall=lambda _key, _seq: Recalled([], []))
    shard.feed(rows_of(P1, (at(12) - 1, plan(circle(radius_m=500))), *fixes, (last, fix(last, **said))))
    assert getattr(shard.subjects[P1].state.judged, name) == last


@pytest.mark.parametrize(("verdict", "weaker"), [(1, True), (0, True), (-1, False)])
def test_a_sensor_that_says_still_weakens_a_fix_outside_unless_he_is_believed_outside(
    verdict: int, *, weaker: bool
) -> None:
    """Where nobody can tell, too."""

    def believed(code: int) -> int:
        zone = ZoneBelief(belief=2_000 * verdict or 2_500, verdict=verdict, crossed_ms=1)
        judged = Judged(clock_ms=NOW, used_ms=NOW, used_lat=HOME_LAT, used_lon=HOME_LON + 7_000, zones=[zone])
        apply(
            judged, Force(plan(circle()), P), Fix(NOW + MINUTE, 1, HOME_LAT, HOME_LON + 7_000, 800, code), []
        )
        return judged.zones[0].belief

    assert (believed(ring.STILL) > believed(0)) is weaker


@pytest.mark.parametrize(("verdict", "back"), [(0, True), (1, True), (-1, False)])
def test_only_a_zone_of_which_something_is_believed_contradicts_that_he_is_back(
    verdict: int, *, back: bool
) -> None:
    under = Force(plan(circle(), circle("yard")), P)
    judged = Judged(zones=[ZoneBelief(verdict=1), ZoneBelief(verdict=verdict)])
    assert motion.is_back(judged, under, Fix(NOW, 1, HOME_LAT, HOME_LON, 800, ring.NETWORKED)) is back
    assert judged.back_ms == (NOW if back else 0)


PUT_OUT = NOW - P.put_out_ms + 1


@pytest.mark.parametrize(
    ("known", "side_ms", "kind", "back"),
    [
        ({}, PUT_OUT, ZoneKind.INCLUSION, True),
        ({}, PUT_OUT - 1, ZoneKind.INCLUSION, False),  # too long ago
        ({"satellite_ms": PUT_OUT - 1}, PUT_OUT, ZoneKind.INCLUSION, True),
        ({"satellite_ms": PUT_OUT}, PUT_OUT, ZoneKind.INCLUSION, False),
        ({"moved_ms": PUT_OUT - P.still_lead_ms - 1}, PUT_OUT, ZoneKind.INCLUSION, True),
        ({"moved_ms": PUT_OUT - P.still_lead_ms}, PUT_OUT, ZoneKind.INCLUSION, False),
        ({"back_ms": NOW - P.still_hold_ms + 1}, PUT_OUT, ZoneKind.INCLUSION, False),  # once in so long
        ({}, PUT_OUT, ZoneKind.EXCLUSION, False),
    ],
)
def test_what_a_network_alone_has_told_a_network_takes_back(
    known: dict[str, Any], side_ms: int, kind: ZoneKind, *, back: bool
) -> None:
    """Out of his home, and for an hour; nothing else has spoken of a way."""
    under = Force(plan(circle(kind=kind)), P)
    judged = Judged(zones=[ZoneBelief(verdict=-1, side_ms=side_ms)], **known)
    fix = Fix(NOW, 1, HOME_LAT, HOME_LON, 800, ring.NETWORKED)
    assert motion.is_back(judged, under, fix) is back
    outside = Fix(NOW, 1, HOME_LAT, HOME_LON + 7_000, 800, ring.NETWORKED)
    assert not motion.is_back(Judged(zones=[ZoneBelief(verdict=-1, side_ms=side_ms)]), under, outside)
