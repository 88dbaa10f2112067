"""Who came nearer: two devices that have not moved deny what their places tell, for the warning ring."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import pytest

from korgoo.engine import ring as bits
from korgoo.engine.pairs import lane
from korgoo.engine.pairs.belief import weigh_sight
from korgoo.engine.pairs.force import WARNING
from korgoo.engine.pairs.judged import Near
from korgoo.engine.pairs.nearness import Sight
from korgoo.engine.pairs.rest import follow_moves, nobody_moved
from korgoo.engine.pairs.track import Track, admit
from korgoo.engine.parameters import Parameters
from tests.stories import HOME_LAT, HOME_LON, MINUTE
from tests.unit.engine.pair_states import HOLD, OUT, force, judged
from tests.unit.engine.test_pairs_track import NOON, seen

P: Final = Parameters()
AFOOT: Final = bits.STIRRED | bits.ON_FOOT
MAST: Final = bits.IGNORED | 1 << bits.REASON_SHIFT
TURN: Final = NOON + 30 * MINUTE
LEAD: Final = P.still_lead_ms


def lying(**known: Any) -> Track:
    """A side that lies still, with a sensor that spoke of movement a day ago."""
    return msgspec.structs.replace(Track(NOON, still=True, sensed_ms=NOON - 86_400_000), **known)


def after(*fixes: tuple[float, float, int]) -> Track:
    """A side after places (minute, metres east, code)."""
    side = Track()
    for minute, east_m, code in fixes:
        fix = seen(minute, east_m, code=code)
        follow_moves(side, fix, P)
        admit(side, fix, P)
    return side


@pytest.mark.parametrize(
    ("codes", "moved"),
    [
        ((bits.STILL, bits.STILL), False),
        ((bits.STILL, AFOOT), False),  # said once: a slip
        ((AFOOT, bits.STILL), False),  # and is over
        ((AFOOT, AFOOT), True),
        ((AFOOT | bits.RESTING, AFOOT | bits.RESTING), False),  # by the receiver he does not
        ((bits.STILL, bits.STILL | bits.SPED), True),  # and here he does
        ((bits.STILL, bits.STIRRED | bits.MOVING), True),  # a ride may be told once
        ((AFOOT, AFOOT | MAST), True),
        ((AFOOT | bits.RESTING, AFOOT | bits.NETWORKED), True),  # of no rest anything is known
    ],
)
def test_what_a_side_says_of_having_moved(*, codes: tuple[int, int], moved: bool) -> None:
    side = after((0, 0, codes[0]), (1, 0, codes[1]))
    assert side.moved_ms == (NOON + MINUTE if moved else 0)


@pytest.mark.parametrize(("east_m", "moved"), [(29.9, False), (30.1, True)])
def test_who_is_said_to_walk_and_is_told_where_he_rested_does_not(*, east_m: float, moved: bool) -> None:
    wifi = bits.NETWORKED
    side = after((0, 0, bits.STILL | wifi), (1, 0, AFOOT | wifi), (2, east_m, AFOOT | wifi))
    assert side.moved_ms == (NOON + 2 * MINUTE if moved else 0)


@pytest.mark.parametrize("code", [AFOOT, bits.STIRRED | bits.NETWORKED])
def test_satellites_and_other_movement_where_he_rested_are_movement(code: int) -> None:
    side = after((0, 0, bits.STILL | bits.NETWORKED), (1, 0, code), (2, 0, code))
    assert side.moved_ms == NOON + 2 * MINUTE


@pytest.mark.parametrize(
    ("east_m", "code", "leapt"),
    [(101, bits.STILL, True), (99, bits.STILL, False), (200, bits.NETWORKED, False), (200, MAST, False)],
)
def test_one_great_step_of_satellites_is_a_ride_between_two_fixes(
    *, east_m: float, code: int, leapt: bool
) -> None:
    assert after((0, 0, bits.STILL), (1, east_m, code)).leapt_ms == (NOON + MINUTE if leapt else 0)
    assert after((0, east_m, code)).leapt_ms == 0, "the first place is no step"


@pytest.mark.parametrize(
    ("known", "denied"),
    [
        ({}, True),
        ({"moved_ms": TURN - LEAD}, True),
        ({"moved_ms": TURN - LEAD + 1}, False),
        ({"still": False}, False),  # it tells nothing of motion
        ({"still": False, "stirs": True}, True),  # a slip
        ({"sensed_ms": TURN - P.witness_ms + 1}, True),
        ({"sensed_ms": TURN - P.witness_ms}, False),  # a stuck sensor proves nothing
    ],
)
def test_both_have_to_deny_it(*, known: dict[str, Any], denied: bool) -> None:
    assert nobody_moved([lying(), lying(**known)], TURN, TURN, P) is denied
    assert nobody_moved([lying(**known), lying()], TURN, TURN, P) is denied


@pytest.mark.parametrize(
    ("leapt_ms", "hold_ms"), [(TURN - LEAD, P.still_hold_ms), (TURN - LEAD + 1, P.leap_hold_ms)]
)
def test_they_are_heeded_for_so_long_and_less_where_a_place_leapt(leapt_ms: int, hold_ms: int) -> None:
    sides = [lying(leapt_ms=leapt_ms), lying()]
    assert nobody_moved(sides, TURN, TURN + hold_ms - 1, P)
    assert not nobody_moved(sides, TURN, TURN + hold_ms, P)


@pytest.mark.parametrize(("sides", "verdict"), [((lying(), lying()), -1), ((), 1)])
def test_a_ring_that_both_deny_is_not_entered(sides: tuple[Track, ...], verdict: int) -> None:
    near = Near(belief=-6_000, verdict=-1)
    for minute in range(31, 36):
        sight = Sight(NOON + minute * MINUTE, 20_000, 1_200, 0, 0)
        weigh_sight(
            near, sight, 30_000, elapsed_ms=MINUTE, side=0, weak=(False, False), sides=sides, parameters=P
        )
    assert near.verdict == verdict
    assert near.belief == (P.lone_mn if sides else P.saturation_mn)


def test_who_is_not_known_to_be_apart_denies_nothing() -> None:
    near = Near()
    sight = Sight(TURN, 10_000, 1_200, 0, 0)
    weigh_sight(
        near,
        sight,
        30_000,
        elapsed_ms=MINUTE,
        side=0,
        weak=(False, False),
        sides=(lying(), lying()),
        parameters=P,
    )
    assert near.verdict == 1


def test_only_the_warning_ring_around_the_person_is_denied() -> None:
    state = judged((OUT, OUT, OUT))
    ground = force()
    here = (HOME_LAT, HOME_LON)
    begun = NOON - 4 * MINUTE
    state.sides = [lying(at_ms=begun, lat_e7=lat, lon_e7=lon, sigma_cm=800) for lat, lon in (here, here)]
    assert ground.hold_ms[0] == HOLD
    for minute in (0, 1, 2):
        lane.apply(state, ground, seen(minute, 5, code=bits.STILL), [])
    verdicts = [near.verdict for near in state.nears[0]]
    assert verdicts[WARNING] == -1
    assert 1 in verdicts[WARNING + 1 :]
