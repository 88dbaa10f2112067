"""The lane of one person at its borders: each kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from korgoo.engine import ring
from korgoo.engine.belief import ZoneBelief
from korgoo.engine.findings import Reason
from korgoo.engine.force import Force
from korgoo.engine.ground import offset
from korgoo.engine.judged import Change, Judged, Trace
from korgoo.engine.judgement import apply
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, Zone, ZoneKind
from korgoo.engine.ring import Fix
from tests.stories import HOME_LAT, HOME_LON, MINUTE, at, circle, find_longitude, plan

P = Parameters()
HOLD = 8 * MINUTE
NOON = at(12)
HOME = Fix(NOON + MINUTE, 1, HOME_LAT, HOME_LON, 800, 0)


def lane(*zones: ZoneBelief) -> Judged:
    """One who was at home at noon."""
    return Judged(
        clock_ms=NOON, used_ms=NOON, used_lat=HOME_LAT, used_lon=HOME_LON, used_sigma=800, zones=list(zones)
    )


def believed(verdict: int = 1) -> ZoneBelief:
    return ZoneBelief(belief=verdict * 6_000, verdict=verdict, scatter2=640_000)


HOMES = Force(plan(circle(), circle("work", east_m=2_000), circle("town", radius_m=600)), P)


@pytest.mark.parametrize("wait_ms", [0, 9])
def test_what_is_due_is_decided_before_the_fix_that_comes_then(wait_ms: int) -> None:
    judged, changes = lane(believed()), list[Change]()
    judged.zones[0].binds, judged.zones[0].open_ms, judged.zones[0].verdict = True, 5, 0
    judged.zones[0].grace_due_ms = judged.due_ms = NOON + MINUTE
    apply(judged, Force(plan(circle()), P), HOME._replace(at_ms=NOON + MINUTE + wait_ms), changes)
    assert next((c.what, c.code, c.when_ms) for c in changes) == ("doubt", Reason.CANNOT_TELL, NOON + MINUTE)


@pytest.mark.parametrize(
    ("code", "satellite_ms"), [(0, NOON + MINUTE), (ring.NETWORKED, 0), (ring.STILL, NOON + MINUTE)]
)
def test_only_satellites_are_remembered_as_satellites(code: int, satellite_ms: int) -> None:
    judged = lane(believed())
    assert apply(judged, Force(plan(circle()), P), HOME._replace(code=code), []) == "used"
    assert judged.satellite_ms == satellite_ms


@pytest.mark.parametrize(
    ("verdicts", "learned"), [((1, -1, 1), (True, False, False)), ((0, 1, 1), (False, True, False))]
)
def test_a_settled_zone_learns_its_scatter_where_he_is_inside_and_it_is_no_district(
    verdicts: tuple[int, int, int], learned: tuple[bool, bool, bool]
) -> None:
    judged = lane(*(believed(verdict) for verdict in verdicts))
    apply(judged, HOMES, HOME._replace(lon_e7=HOME_LON + 500), [], settled=[True] * 3)
    assert tuple(zone.anchor_x != 0 for zone in judged.zones) == learned
    assert [zone.belief for zone in judged.zones] == [6_000 * verdict for verdict in verdicts]


@pytest.mark.parametrize(("silent_ms", "faded"), [(HOLD, False), (HOLD + 1, True)])
def test_nothing_is_settled_after_a_silence(silent_ms: int, *, faded: bool) -> None:
    judged = lane(believed(), believed(), believed())
    apply(judged, HOMES, HOME._replace(at_ms=NOON + silent_ms), [], settled=[False, True, False])
    assert (judged.zones[1].belief != 6_000) is faded


def hear(code: int) -> tuple[str, Judged]:
    """A home unit is heard, without a position."""
    judged = lane(ZoneBelief(), ZoneBelief(), ZoneBelief())
    return apply(judged, HOMES, HOME._replace(sigma_cm=1, code=code | ring.PLACELESS), []), judged


def test_a_home_units_radio_is_used_where_the_plan_knows_it() -> None:
    assert hear(0)[0] == "ignored:beacon.unknown"
    assert hear(ring.beacon_code(0))[0] == "used"
    said, judged = hear(ring.beacon_code(1))
    assert said == "used"
    assert [zone.belief for zone in judged.zones] == [0, P.lone_mn, 0]
    assert judged.zones[1].scatter2 == 0, "a radio is no place"
    assert (judged.used_lat, judged.satellite_ms) == (HOME_LAT, 0)


def after(*fixes: Fix, force: Force | None = None, zone: ZoneBelief | None = None) -> tuple[Judged, Trace]:
    """One who was believed at home at noon, and the fixes that followed, with what each did to the belief."""
    force = force or Force(plan(circle()), P)
    judged, trace = lane(zone or believed()), Trace(1)
    for fix in fixes:
        apply(judged, force, fix, [], trace=trace)
    return judged, trace


def how(*fixes: Fix, **others: Any) -> str:
    """Return how the last of these fixes was taken for the first zone, with the sensor that spoke."""
    shown = after(*fixes, **others)[1].show(0)[-1]
    return f"{shown.use}:{shown.reason}" if shown.reason else shown.use


def north(distance_cm: int, *, of: int = HOME_LAT) -> int:
    """Return the latitude so far north of one, by the zone's own frame; 0 = none is, to the centimetre."""
    locate = HOMES.shapes[0].locate
    begin = locate(of, HOME_LON)[1]
    near = of + distance_cm * 9 // 10
    return next((lat for lat in range(near - 50, near + 50) if locate(lat, 0)[1] - begin == distance_cm), 0)


def east(distance_cm: int, *, of: int = HOME_LON) -> int:
    """Return the longitude so far east of one, by the zone's own frame."""
    locate = HOMES.shapes[0].locate
    begin = locate(HOME_LAT, of)[0]
    return find_longitude(distance_cm, lambda lon: locate(HOME_LAT, lon)[0] - begin)


AWAY = HOME._replace(at_ms=NOON + MINUTE, lat_e7=HOME_LAT - 90_000, lon_e7=east(100_000))


@pytest.mark.parametrize(("beyond_cm", "taken"), [(0, "used"), (1, "held:jump")])
def test_a_jump_is_farther_than_the_fastest_way_and_three_times_both_errors(
    beyond_cm: int, taken: str
) -> None:
    """A second after one that is north and east of home by a kilometre each, with 8 m and 20 m of error."""
    reach_cm = P.jump_speed_cms + P.jump_slack_cm + 3 * (800 + 2_000)
    soon = AWAY._replace(at_ms=AWAY.at_ms + 1_000, sigma_cm=2_000)
    zone = ZoneBelief(belief=-6_000, verdict=-1)
    there = soon._replace(lon_e7=east(reach_cm + beyond_cm, of=AWAY.lon_e7))
    assert how(AWAY, there, zone=zone) == taken
    there = soon._replace(lat_e7=north(reach_cm + beyond_cm, of=AWAY.lat_e7))
    assert how(AWAY, there, zone=zone) == taken


@pytest.mark.parametrize(("beyond", "taken"), [(0, "used"), (1, "held:jump")])
def test_without_a_zone_a_jump_is_told_by_degrees(beyond: int, taken: str) -> None:
    """Nine eighths of a centimetre are more than 1e-7 degree anywhere."""
    reach_cm = P.jump_speed_cms + P.jump_slack_cm + 3 * (800 + 800)
    steps = max(n for n in range(reach_cm) if n * 9 // 8 <= reach_cm) + beyond
    judged = lane()
    first = HOME._replace(
        at_ms=NOON + 1_000, lat_e7=HOME_LAT + steps // 2, lon_e7=HOME_LON - (steps + 1) // 2
    )
    assert apply(judged, Force(plan(), P), first, []) == taken


def test_a_device_at_the_home_unit_counts_as_at_the_middle_of_the_home_to_the_centimetre() -> None:
    heard = HOME._replace(lon_e7=HOME_LON + 500, code=ring.beacon_code(0))
    shown = after(heard)[1].show(0)[-1]
    assert (shown.reason, shown.distance_m, shown.sigma_m) == ("beacon", 50, 0.01)


SQUARE = ((-3_000, -3_000), (3_000, -3_000), (3_000, 3_000), (-3_000, 3_000))
YARD = Zone("yard", ZoneKind.INCLUSION, circle().frame, Disc(0, 0, 4_243), Disc(0, 0, 3_000), ((SQUARE,),))
"""A square of 60 m, whose corners lie on the outer circle."""


def test_evidence_shows_the_distance_to_the_border_itself_and_not_to_a_circle_about_it() -> None:
    seen = HOME._replace(lon_e7=east(103_000))
    assert after(seen, force=Force(plan(YARD), P))[1].show(0)[-1].distance_m == -1_000


@pytest.mark.parametrize(("less_cm", "afar"), [(0, True), (1, False)])
def test_a_watch_at_the_edge_is_told_the_distance_to_the_border_too(less_cm: int, *, afar: bool) -> None:
    """Of the circle about the yard it would be less than 100 m; for the belief that alone is enough."""
    judged = lane(ZoneBelief(belief=-6_000, verdict=-1, binds=True, open_ms=5, edge_ms=5))
    far = HOME._replace(lon_e7=east(3_000 + P.afar_cm + 1 - less_cm))
    apply(judged, Force(plan(YARD), P), far, [])
    assert (judged.zones[0].afar_ms == far.at_ms) is afar


def test_on_the_border_itself_a_step_outward_is_none_yet() -> None:
    step = P.moving_step_cm
    inside = HOME._replace(lon_e7=east(5_000 - step))
    on_it, beyond = (
        HOME._replace(at_ms=NOON + 2 * MINUTE, lon_e7=east(5_000 + cm), code=ring.MOVING) for cm in (0, 1)
    )
    assert (how(inside, on_it), how(inside, beyond)) == ("used", "used:motion.outward")


@pytest.mark.parametrize(("less_cm", "taken"), [(0, "used:motion.outward"), (1, "used")])
def test_a_step_outward_has_a_length(less_cm: int, taken: str) -> None:
    outside = HOME._replace(lon_e7=east(5_001))
    further = east(5_001 + P.moving_step_cm - less_cm)
    assert how(outside, HOME._replace(at_ms=NOON + 2 * MINUTE, lon_e7=further, code=ring.MOVING)) == taken


@pytest.mark.parametrize(("beyond_cm", "taken"), [(0, "used"), (1, "used:speed.nought")])
def test_a_leap_with_a_speed_of_nought_has_a_length(beyond_cm: int, taken: str) -> None:
    borders = (P.resting_jump_cm, P.resting_jump_cm + 1)

    def agrees(lat: int) -> bool:
        """Say whether the frame and the scales of the latitude tell both sides of the border alike."""
        return all(offset(lat, 0, north(cm, of=lat), 0) == (0, cm) for cm in borders)

    lat = next(lat for lat in count(AWAY.lat_e7) if agrees(lat))
    there = AWAY._replace(
        at_ms=NOON + 2 * MINUTE, lat_e7=north(borders[beyond_cm], of=lat), code=ring.RESTING
    )
    assert how(AWAY._replace(lat_e7=lat), there) == taken


@pytest.mark.parametrize("code", [ring.RESTING, ring.MOVING])
def test_the_first_position_of_all_is_no_leap_and_no_step(code: int) -> None:
    judged, trace = Judged(clock_ms=NOON, zones=[ZoneBelief()]), Trace(1)
    apply(judged, Force(plan(circle()), P), AWAY._replace(code=code), [], trace=trace)
    assert (trace.show(0)[-1].use, trace.show(0)[-1].reason) == ("used", "")


def test_a_fix_ends_what_was_known_of_one_who_was_far_away() -> None:
    judged, _ = after(HOME, zone=ZoneBelief(belief=-6_000, verdict=-1, known_ms=NOON + 60 * MINUTE))
    assert judged.zones[0].known_ms == 0


def test_a_verdict_that_turns_begins_to_look_for_the_next_turn() -> None:
    judged, out = lane(believed()), AWAY
    force = Force(plan(circle()), P)
    while judged.zones[0].verdict > 0:
        apply(judged, force, out, [])
        out = out._replace(at_ms=out.at_ms + MINUTE)
    assert (judged.zones[0].side_ms, judged.zones[0].turn_ms) == (AWAY.at_ms, 0)
