"""A side at rest in the lane of its pair, at the borders: each kills an error that mutation plants."""

from __future__ import annotations

import pytest

from korgoo.engine import ring as bits
from korgoo.engine.pairs import lane, meeting
from korgoo.engine.pairs.judged import Near, PairJudged, RingStanding
from korgoo.engine.pairs.track import Track
from korgoo.engine.ring import Fix
from tests.stories import HOME_LAT, HOME_LON, MINUTE
from tests.unit.engine.pair_states import HOLD, IN, NOW, OUT, UNKNOWN, P, force, judged

LAT_OF_KM = 90_000
"""One kilometre north, 1e-7 degree."""


def resting(*, seen_ms: int, rested_ms: int, sigma_cm: int = 800, stirred_ms: int = 0) -> Track:
    """Somebody at home whose last place is so old and whose rest was confirmed then."""
    return Track(
        seen_ms, HOME_LAT, HOME_LON, sigma_cm, rest_ms=seen_ms - 20 * MINUTE, rest_lat=HOME_LAT,
        rest_lon=HOME_LON, rested_ms=rested_ms, sensed_ms=seen_ms, stirred_ms=stirred_ms,
    )  # fmt: skip


def passer(at_ms: int, *, km: int = 0) -> Track:
    return Track(at_ms, HOME_LAT + km * LAT_OF_KM, HOME_LON, 800)


def told(at_ms: int, *, km: int = 0, code: int = 0) -> Fix:
    return Fix(at_ms, 1, HOME_LAT + km * LAT_OF_KM, HOME_LON, 800, code)


@pytest.mark.parametrize("who", [0, 1])
def test_the_clock_looks_when_places_alone_run_out(who: int) -> None:
    both = [passer(NOW), passer(NOW)]
    both[who] = resting(seen_ms=NOW - MINUTE, rested_ms=NOW + MINUTE)
    state = judged((IN,) * 3, sides=both)
    assert lane.next_due(state, force(), NOW) == NOW - MINUTE + HOLD
    assert lane.next_due(state, force(), NOW - MINUTE + HOLD) == NOW + HOLD


def test_a_place_that_jumped_does_not_end_a_rest() -> None:
    state = judged((UNKNOWN,) * 3, sides=[passer(NOW), resting(seen_ms=NOW - MINUTE, rested_ms=NOW)])
    lane.apply(state, force(), told(NOW + 1_000, km=80, code=bits.PROTECTED), [])
    assert state.sides[1].held_ms == NOW + 1_000, "it waits for a second one"
    assert state.sides[1].rested_ms == NOW


def test_what_a_rest_alone_held_ends_with_it_at_once() -> None:
    state = judged((IN,) * 3, sides=[passer(NOW), resting(seen_ms=NOW - HOLD - MINUTE, rested_ms=NOW)])
    rides = bits.IGNORED | 1 << bits.REASON_SHIFT | bits.STIRRED | bits.PROTECTED
    lane.apply(state, force(), told(NOW + 1_000, code=rides), [])
    assert [near.verdict for near in state.nears[0]] == [0, 0, 0]


@pytest.mark.parametrize(
    ("intervals_ms", "side", "verdict"),
    [((MINUTE, MINUTE), 0, 0), ((MINUTE, 30 * MINUTE), 0, -1), ((30 * MINUTE, MINUTE), 1, -1)],
)
def test_a_place_that_still_speaks_is_no_rest(intervals_ms: tuple[int, int], side: int, verdict: int) -> None:
    """Beside a rest nobody is said to be apart; beside a place that its own interval still allows, he is."""
    seen_ms = NOW - HOLD - MINUTE
    both = [passer(NOW - 30_000, km=30)] * 2
    both[1 - side] = resting(seen_ms=seen_ms, rested_ms=NOW - 5_000)
    state, under = judged((UNKNOWN,) * 3, sides=both), force(intervals_ms=intervals_ms)
    for second in range(0, 120, 20):
        code = bits.PROTECTED if side else 0
        lane.apply(state, under, told(NOW + second * 1_000, km=30, code=code), [])
    assert state.nears[0][0].verdict == verdict


def test_a_rest_that_may_reach_over_the_ring_turns_no_verdict() -> None:
    """She stirred for long: her place cannot say on which side of the ring he is, however often he speaks."""
    loose_ms = P.pair_rest_stir_ms
    for stirred_ms, verdict in ((loose_ms, 0), (0, 1)):
        her = resting(seen_ms=NOW - HOLD - MINUTE, rested_ms=NOW, stirred_ms=stirred_ms)
        state = judged((UNKNOWN,) * 3, sides=[passer(NOW - 30_000), her])
        for second in range(0, 200, 20):
            lane.apply(state, force(), told(NOW + second * 1_000), [])
        assert state.nears[0][2].verdict == verdict


def test_it_is_the_resting_side_whose_error_has_to_lie_within_the_ring() -> None:
    for stirred_ms, verdict in ((290_000, 0), (100_000, 1)):  # 348 and 120 m; within 600 m twice that counts
        her = resting(seen_ms=NOW - HOLD - MINUTE, rested_ms=NOW, stirred_ms=stirred_ms)
        state = judged((UNKNOWN,) * 3, sides=[passer(NOW - 30_000), her])
        for second in range(0, 400, 20):
            lane.apply(state, force(), told(NOW + second * 1_000), [])
        assert state.nears[0][0].verdict == verdict


@pytest.mark.parametrize(("late_ms", "verdict"), [(-1, -1), (0, 0), (2 * MINUTE - 1, 0), (2 * MINUTE, -1)])
def test_who_is_placed_by_a_rest_alone_has_left_nothing(late_ms: int, verdict: int) -> None:
    her = resting(seen_ms=NOW - MINUTE, rested_ms=NOW + MINUTE)
    state: PairJudged = judged((OUT,) * 3, sides=[passer(NOW + 5 * MINUTE), her])
    state.rings = [RingStanding(), RingStanding(), RingStanding()]
    found: Near = meeting._nearest_left(state, force(), 0, NOW - MINUTE + HOLD + late_ms)
    assert found.verdict == verdict
