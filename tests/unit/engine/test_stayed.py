"""Nobody leaves without moving: what a device says of itself against wandering positions (ADR 0200)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from korgoo.engine.force import Force
from korgoo.engine.judged import Trace
from korgoo.engine.judgement import apply, begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import ZoneKind
from korgoo.engine.plausibility import classify
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Motion, Source
from tests.stories import MINUTE, at, circle, fix, plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.judged import Judged

PLAIN: Final = Parameters()
STEP_MS: Final = 15_000
STILL: Final = {"motion": Motion.STILL}
REST: Final = {"speed_cms": 0}
WALK: Final = {"motion": Motion.WALKING}
RIDE: Final = {"speed_cms": 900}
DAY_MS: Final = 86_400_000


class Stay(NamedTuple):
    """Fixes one after the other, `minutes` long, so many metres north, and what the device says with each."""

    minutes: float
    north_m: float
    said: dict[str, Any]
    source: Source = Source.GPS


class Seen(NamedTuple):
    """What was believed after all, and when the side last changed, ms after the beginning."""

    judged: Judged
    turned_ms: int | None


def follow(
    *stays: Stay, kind: ZoneKind = ZoneKind.INCLUSION, radius_m: int = 50, trace: Trace | None = None
) -> Seen:
    """Judge one stay after the other in a round zone, a fix each 15 s."""
    force = Force(plan(circle(kind=kind, radius_m=radius_m), expected_interval_ms=STEP_MS), PLAIN)
    begins_ms = at(0)
    judged = begin(force, begins_ms, None, [])
    n, turned_ms, before = 0, None, 0
    for stay in stays:
        for _ in range(round(stay.minutes * MINUTE / STEP_MS)):
            n += 1
            seen = fix(begins_ms + n * STEP_MS, 0, stay.north_m, source=stay.source, **stay.said)
            sigma_cm, code = classify(seen, force)
            where = (seen.lat_e7 or 0, seen.lon_e7 or 0)
            apply(judged, force, Fix(seen.fixed_at_ms, n, *where, sigma_cm, code), [], trace=trace)
            verdict = judged.zones[0].verdict
            if verdict and before and verdict != before:
                turned_ms = n * STEP_MS
            before = verdict or before
    return Seen(judged, turned_ms)


def until_outside(*stays: Stay, lead: Sequence[Stay] = ()) -> float | None:
    """Return the minutes from the first fix of `stays` until he is believed outside; None = never."""
    turned_ms = follow(*lead, *stays).turned_ms
    lead_ms = round(sum(stay.minutes for stay in lead) * MINUTE)
    return None if turned_ms is None else (turned_ms - lead_ms) / MINUTE


def wander(minutes: float, said: dict[str, Any]) -> tuple[Stay, Stay]:
    """Return positions that wander 90 m away in two steps, neither of them a leap, and stay there."""
    return Stay(0.25, 45, said), Stay(minutes - 0.25, 90, said)


PROVEN = (Stay(2, 0, WALK), Stay(10, 0, STILL))
SPED = (Stay(2, 0, RIDE), Stay(10, 0, REST))
NEVER_SPOKE = (Stay(12, 0, STILL),)
NEVER_SPED = (Stay(12, 0, REST),)
HOLD_MINUTES: Final = PLAIN.still_hold_ms / MINUTE


@pytest.mark.parametrize(("lead", "said"), [(PROVEN, STILL), (SPED, REST)], ids=["sensor", "speed"])
def test_a_sense_that_has_spoken_of_movement_denies_what_positions_wander(
    lead: tuple[Stay, ...], said: dict[str, Any]
) -> None:
    assert until_outside(*wander(HOLD_MINUTES, said), lead=lead) is None


@pytest.mark.parametrize(("lead", "said"), [(PROVEN, STILL), (SPED, REST)], ids=["sensor", "speed"])
def test_it_is_not_believed_for_ever(lead: tuple[Stay, ...], said: dict[str, Any]) -> None:
    outside = until_outside(*wander(HOLD_MINUTES + 3, said), lead=lead)
    assert outside is not None
    assert HOLD_MINUTES < outside <= HOLD_MINUTES + 2


@pytest.mark.parametrize(
    ("lead", "said"), [(NEVER_SPOKE, STILL), (NEVER_SPED, REST)], ids=["stuck sensor", "no speed"]
)
def test_a_sense_that_never_spoke_of_movement_proves_nothing(
    lead: tuple[Stay, ...], said: dict[str, Any]
) -> None:
    outside = until_outside(*wander(10, said), lead=lead)
    assert outside is not None
    assert outside <= 5


def test_two_senses_that_say_the_same_are_believed_from_the_first_day() -> None:
    both = {**STILL, **REST}
    assert until_outside(*wander(HOLD_MINUTES, both), lead=(Stay(12, 0, both),)) is None


@pytest.mark.parametrize(
    "said",
    [WALK, RIDE, {**STILL, **RIDE}, {"motion": Motion.VEHICLE}],
    ids=["walks", "rides", "smoothly", "car"],
)
def test_who_moved_before_is_believed_outside_although_still_there(said: dict[str, Any]) -> None:
    """He went between two moments of rest: that he lies still now says nothing of where."""
    outside = until_outside(Stay(0.5, 40, said), Stay(6, 150, STILL), lead=(*PROVEN, *SPED))
    assert outside is not None
    assert outside <= 4


def test_movement_long_ago_explains_nothing() -> None:
    """Three minutes: whoever is outside now was on his way within them."""
    assert until_outside(Stay(5, 0, STILL), *wander(20, STILL), lead=(*PROVEN, Stay(1, 0, WALK))) is None
    soon = until_outside(Stay(1, 0, STILL), *wander(20, STILL), lead=(*PROVEN, Stay(1, 0, WALK)))
    assert soon is not None


def test_a_sensor_that_walks_at_a_speed_of_nought_moves_nobody() -> None:
    """Whoever plays with his phone walks on the spot; the receiver's own speed knows better."""
    plays = {**WALK, **REST}
    assert until_outside(Stay(2, 0, plays), *wander(20, STILL), lead=PROVEN) is None
    assert until_outside(Stay(2, 0, WALK), *wander(20, STILL), lead=PROVEN) is not None


def test_a_ride_may_begin_and_end_between_two_fixes() -> None:
    """150 m in 15 s and still before and after: three minutes at that place, and it is believed."""
    held = PLAIN.leap_hold_ms / MINUTE
    outside = until_outside(Stay(10, 200, STILL), lead=PROVEN)
    assert outside is not None
    assert held < outside <= held + 2
    assert until_outside(Stay(held - 0.5, 200, STILL), *wander(20, STILL), lead=PROVEN) is None, "came back"


def test_a_ride_of_which_drift_hides_a_part_is_one_too() -> None:
    """83 m were seen of a ride of 100 m, and the places of that home scatter: belief has little to go by."""
    scattered = [Stay(0.25, north_m, STILL) for north_m in (0, 20, -20, 10, -15) * 16]
    held = PLAIN.leap_hold_ms / MINUTE
    lead = (Stay(2, 0, WALK), *scattered, Stay(1, 0, STILL))
    outside = until_outside(Stay(10, 75, STILL), lead=lead)
    assert outside is not None
    assert held < outside <= held + 3
    nearer = until_outside(Stay(10, 65, STILL), lead=lead)
    assert nearer is None, "less than a leap"


def test_what_creeps_outward_is_weakened_more_than_a_leap() -> None:
    """When the hold is over belief starts from higher up."""
    stood = [
        follow(*PROVEN, *way).judged.zones[0].belief for way in (wander(1, STILL), (Stay(1, 90, STILL),))
    ]
    crept, leapt = stood
    assert leapt < PLAIN.threshold_mn < crept


def test_a_leap_that_crept_back_inside_is_forgotten() -> None:
    crept = [Stay(0.25, north_m, STILL) for north_m in (150, 110, 70, 30)]
    assert until_outside(*crept, Stay(5, 0, STILL), *wander(20, STILL), lead=PROVEN) is None


def test_one_look_inside_forgets_the_leap_before_belief_is_whole_again() -> None:
    crept = [Stay(0.25, north_m, STILL) for north_m in (150, 110, 70, 45)]
    assert until_outside(*crept, *wander(20, STILL), lead=PROVEN) is None


def test_a_leap_to_the_very_border_that_carries_no_belief_is_none() -> None:
    """Whether screening or a full look takes the next fix inside must not matter."""
    zone = follow(Stay(5, 0, {}), Stay(0.25, 200.1, {}), radius_m=200).judged.zones[0]
    assert zone.belief == PLAIN.saturation_mn
    assert zone.leapt_ms == 0


def test_a_leap_that_a_network_tells_is_denied_as_long_as_any() -> None:
    """Wrong Wi-Fi places last for minutes and do not move."""
    near = Stay(20, 112, STILL, Source.WIFI)
    assert until_outside(near, lead=(*PROVEN, Stay(5, 0, STILL, Source.WIFI))) is None


def test_that_a_forbidden_place_was_entered_is_never_denied() -> None:
    away = (Stay(2, 300, WALK), Stay(10, 95, STILL))
    assert follow(*away, Stay(5, 0, STILL), kind=ZoneKind.EXCLUSION).judged.zones[0].verdict > 0
    over = follow(*away, Stay(5, 0, STILL), Stay(5, 95, STILL), kind=ZoneKind.EXCLUSION)
    assert over.judged.zones[0].verdict < 0, "and that it was left is not denied either"


def test_the_way_back_is_not_denied_by_a_device_that_lies_still() -> None:
    """A false exit must not hide a true one: it ends as soon as positions say so."""
    out = (*PROVEN, Stay(1, 40, WALK), Stay(4, 120, WALK))
    ways = {}
    for name, said in (("still", STILL), ("silent", {})):
        seen = follow(*out, Stay(10, 0, said))
        assert seen.judged.zones[0].verdict > 0
        ways[name] = seen.turned_ms
    assert ways["still"] == ways["silent"]


def test_who_says_that_he_moves_is_measured_by_the_plain_scatter() -> None:
    """A walk of 20 m a fix from a home whose positions scatter: believed sooner than without the sensor."""
    home = [Stay(0.25, north_m, {}) for north_m in (0, 25, -25, 10, -20) * 16]
    walks = {
        name: until_outside(*(Stay(0.25, 20 * n, said) for n in range(1, 20)), lead=home)
        for name, said in (("told", WALK), ("untold", {}))
    }
    assert walks["told"] is not None
    assert walks["untold"] is not None
    assert walks["told"] + 0.5 <= walks["untold"]


def test_evidence_says_that_the_device_did_not_move() -> None:
    trace = Trace(1)
    follow(*SPED, *wander(4, REST), trace=trace)
    assert [one.reason for one in trace.show(0)] == ["speed.nought"] * 8
    follow(*PROVEN, *wander(4, STILL), trace=trace)
    assert [one.reason for one in trace.show(0)] == ["motion.still"] * 8
