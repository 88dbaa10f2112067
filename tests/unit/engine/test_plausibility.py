"""Which fixes decisions may use, and when a jump is believed."""

from __future__ import annotations

from typing import Any

import pytest

from korgoo.engine import ring
from korgoo.engine.force import Force
from korgoo.engine.judgement import apply, begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.plausibility import classify, classify_place, judging_time, scale_error, tells_place
from korgoo.engine.rejudge import make_fix
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Motion, Observation, Source
from korgoo.engine.state import PersonState
from korgoo.engine.subject import Subject
from tests.stories import MINUTE, P1, at, circle, fix, judge, plan, rows_of

P = Parameters()
FORCE = Force(plan(circle(), circle("school", east_m=900)), P)


def test_a_clock_of_the_future_is_judged_by_the_time_of_arrival() -> None:
    assert judging_time(Observation(1000, 999)) == 999
    assert judging_time(Observation(1000, 1000)) == 1000
    assert judging_time(Observation(1000, 5000)) == 1000
    assert judging_time(Observation(1000, 5000, clock_faulty=True)) == 5000


@pytest.mark.parametrize(
    ("source", "accuracy_cm", "sigma_cm"),
    [
        (Source.GPS, 1180, 1003),
        (None, 1180, 1003),
        (Source.GPS, None, 1200),
        (Source.GPS, 0, 1200),
        (Source.GPS, 100, 400),
        (Source.WIFI, 4000, 2000),
        (Source.FUSED, 400, 800),
        (Source.WIFI, None, 2000),
        (Source.NETWORK, 3000, 3000),
        (Source.NETWORK, 100, 2000),
        (Source.NETWORK, None, 50_000),
    ],
)
def test_the_error_scale_follows_source_and_radius(
    source: Source | None, accuracy_cm: int | None, sigma_cm: int
) -> None:
    assert scale_error(source, accuracy_cm, P) == sigma_cm


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"source": Source.CELL, "accuracy_cm": 5_000}, "source.cell"),
        ({"accuracy_cm": P.coarse_cm + 1}, "accuracy.coarse"),
        ({"mock": True}, "mock"),
        ({"mock": True, "beacon": "home"}, "mock"),
    ],
)
def test_what_decisions_ignore_keeps_its_reason(fields: dict[str, Any], reason: str) -> None:
    _, code = classify(fix(0, **fields), FORCE)
    assert code & ring.IGNORED
    assert ring.reason(code) == reason
    assert ring.heard(code) == (0 if "beacon" in fields else -1)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"source": Source.CELL}, "source.cell"),
        ({"mock": True}, "mock"),
        ({"accuracy_cm": 200_000}, "accuracy.coarse"),
    ],
)
def test_a_place_that_decisions_ignore_is_so_without_any_zone_too(
    fields: dict[str, Any], reason: str
) -> None:
    still = fix(0, motion=Motion.STILL, **fields)
    for _, code in (classify(still, FORCE), classify_place(still, P)):
        assert code & (ring.STILL | ring.IGNORED | ring.PLACELESS) == ring.STILL | ring.IGNORED
        assert ring.reason(code) == reason


def test_beside_a_home_unit_a_mast_tells_no_place() -> None:
    heard = classify(fix(0, source=Source.CELL, beacon="home"), FORCE)
    assert (
        heard
        == classify(Observation(0, 0, beacon="home"), FORCE)
        == (1, ring.beacon_code(0) | ring.PLACELESS)
    )


def test_a_receiver_that_rides_outdoes_a_sensor_that_says_still() -> None:
    _, code = classify(fix(0, motion=Motion.STILL, speed_cms=900), FORCE)
    assert (code & ring.STILL, code & ring.SPED) == (0, ring.SPED)


def test_a_radius_of_one_kilometre_is_still_used() -> None:
    assert classify(fix(0, accuracy_cm=P.coarse_cm), FORCE)[1] == 0


def test_motion_and_home_unit_stand_in_the_code() -> None:
    _, code = classify(fix(0, beacon="school", motion=Motion.STILL), FORCE)
    assert code == ring.STILL | 2 << ring.BEACON_SHIFT


@pytest.mark.parametrize("index", [0, 254, 255, 256, 10_000])
def test_a_plan_of_many_zones_tells_their_home_units_apart(index: int) -> None:
    """A district may forbid hundreds of schools, and every zone has a home unit of its own name."""
    code = ring.beacon_code(index)
    assert ring.heard(code) == index
    assert ring.reason(code) == ""
    assert ring.heard(code | ring.IGNORED | 3 << ring.REASON_SHIFT) == index
    assert ring.reason(code | ring.IGNORED | 3 << ring.REASON_SHIFT) == "mock"
    assert not code & (ring.STILL | ring.PLACELESS | ring.IGNORED | ring.NETWORKED)


def place_of(observation: Observation) -> bool:
    made = make_fix(observation, 1, Subject(PersonState(P1), P, FORCE.plan), observation.fixed_at_ms)
    return made is not None and tells_place(made)


def test_only_a_home_unit_of_the_plan_is_a_place() -> None:
    assert place_of(Observation(1, 1, beacon="home"))
    assert not place_of(Observation(1, 1, beacon="neighbour"))
    assert place_of(fix(0))
    assert not place_of(fix(0, source=Source.CELL))
    assert place_of(fix(0, source=Source.CELL, beacon="home"))


def evening(*places_km: float) -> list[tuple[str, str]]:
    """Twenty minutes at home, then a fix a minute so many kilometres north."""
    start = at(20)
    home = [(start + n * MINUTE, fix(start + n * MINUTE)) for n in range(20)]
    far = [
        (t, fix(t, 0, km * 1000))
        for t, km in ((start + (20 + n) * MINUTE, km) for n, km in enumerate(places_km))
    ]
    return judge(rows_of(P1, (start - 1, plan(circle())), *home, *far)).told("zone.exit")


def test_a_jump_is_held_until_a_second_fix_agrees() -> None:
    assert evening(90, 90) == [], "one that agrees is one observation there"
    assert evening(90, 90, 90) == [], "a device that tells no motion: it has to go on, or to stay"
    assert evening(90, 90, 90, 90) == [("opened", "zone.exit")]


def test_jumps_to_ever_other_places_agree_with_nothing() -> None:
    assert evening(90, -200, 300, -400, 500) == []


def test_a_jump_back_home_forgets_the_held_fix() -> None:
    assert evening(90, 0, 90, 0, 90, 0) == []


def test_a_fast_but_possible_step_is_used() -> None:
    assert evening(5, 10) == [("opened", "zone.exit")]


def test_a_coarse_fix_may_jump_as_far_as_its_own_error_and_no_further() -> None:
    force, start = Force(plan(circle()), P), at(20)
    for km, accuracy_m, used in [(8, 8, False), (8, 1000, True), (90, 1000, False)]:
        judged = begin(force, start, None, [])
        apply(judged, force, Fix(start + 1, 1, 428_700_000, 746_000_000, 800, 0), [])
        sigma, code = classify(fix(0, accuracy_cm=accuracy_m * 100), force)
        seen = fix(0, 0, km * 1000)
        apply(judged, force, Fix(start + MINUTE, 2, seen.lat_e7 or 0, seen.lon_e7 or 0, sigma, code), [])
        assert (judged.held_ms == 0) is used


def test_a_held_or_ignored_fix_is_shown_as_evidence_and_never_counted() -> None:
    start = at(20)
    rows = [(start + n * MINUTE, fix(start + n * MINUTE)) for n in range(20)]
    for n, source in enumerate([Source.CELL, *[Source.GPS] * 4], 20):
        rows.append((start + n * MINUTE, fix(start + n * MINUTE, 0, 90_000, source=source)))
    opened = next(e for e in judge(rows_of(P1, (start - 1, plan(circle())), *rows)).events)
    tail = [(e.use, e.reason, e.distance_m is None) for e in opened.evidence[-5:]]
    assert tail == [
        ("ignored", "source.cell", True),
        ("held", "jump", True),
        ("used", "motion.untold", False),
        ("used", "motion.untold", False),
        ("used", "", False),
    ]
    assert opened.params["fixes"] == sum(e.use == "used" for e in opened.evidence)
