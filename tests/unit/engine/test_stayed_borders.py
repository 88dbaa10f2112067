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
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, ZoneKind
from korgoo.engine.ring import Fix
from tests.stories import HOME_LAT, HOME_LON, at, circle, plan

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
    fix = Fix(NOW, 1, HOME_LAT, HOME_LON, 800, code)
    return motion.stayed(Judged(zones=[zone], **spoke), Force(plan(circle(kind=kind)), P), 0, fix)


def test_only_where_he_is_believed_in_a_home_there_is_something_to_deny() -> None:
    assert denies()
    assert not denies(verdict=0)
    assert not denies(verdict=-1)
    assert not denies(kind=ZoneKind.EXCLUSION)


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
    lon = next(lon for lon in count(HOME_LON) if locate(HOME_LAT, lon)[0] == 3_000)
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
    for began_ms, away_cm, kept_ms in ((5, far, 5), (5, far + 1, NOW), (0, far + 1, NOW)):
        judged = seen_at(1_000)
        judged.zones[0].leapt_ms = began_ms
        motion.follow_leap(judged, FORCE, 0, 3_000, 4_000 - away_cm, at_ms=NOW)
        assert judged.zones[0].leapt_ms == kept_ms
    for back_cm, kept_ms in ((1_000, 5), (999, 0)):
        judged = seen_at(far)
        judged.zones[0].leapt_ms = 5
        motion.follow_leap(judged, FORCE, 0, 3_000, 4_000 + back_cm, at_ms=NOW)
        assert judged.zones[0].leapt_ms == kept_ms
