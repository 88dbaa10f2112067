"""The lane of one person at its borders: each kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

import pytest

from korgoo.engine import ring
from korgoo.engine.belief import ZoneBelief
from korgoo.engine.findings import Reason
from korgoo.engine.force import Force
from korgoo.engine.judged import Change, Judged
from korgoo.engine.judgement import apply
from korgoo.engine.parameters import Parameters
from korgoo.engine.ring import Fix
from tests.stories import HOME_LAT, HOME_LON, MINUTE, at, circle, plan

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
