"""Belief to the milli-nat, about zones and rings: each kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine.belief import ZoneBelief, error_scale, fade, learn_scatter, weigh
from korgoo.engine.judgement import _follow as follow_zone
from korgoo.engine.pairs.belief import _follow as follow_ring
from korgoo.engine.pairs.belief import fade_near, is_settled, weigh_sight
from korgoo.engine.pairs.judged import Near
from korgoo.engine.pairs.nearness import Sight
from korgoo.engine.pairs.track import Spot, Track
from korgoo.engine.parameters import Parameters

P = Parameters()
MINUTE = 60_000
SIGMA_CM = 1_600
SECOND = 1_000
"""After one second of tau = 20 s a fix is 49 thousandths of an observation; at 1/16 sigma it has 100 mn."""


def after(belief: int, distance_cm: int, elapsed_ms: int = SECOND, **how: bool) -> int:
    said = {"still": False, **how}
    return weigh(belief, distance_cm, SIGMA_CM, elapsed_ms, P, **said)


@pytest.mark.parametrize("held", [ZoneBelief, Track])
def test_at_first_nothing_is_known_and_the_stored_form_is_a_list(held: type[ZoneBelief | Track]) -> None:
    fields = msgspec.to_builtins(held())
    assert isinstance(fields, list)
    assert not any(fields)


def test_a_spot_stands_still_unless_it_is_told() -> None:
    assert Spot(1, 2, 3)[3:] == (0, 0)


@pytest.mark.parametrize(
    ("before", "distance_cm", "then"), [(5_000, 100, 5_004), (5_000, -100, 4_996), (-5_000, 100, -4_996)]
)
def test_parts_of_a_milli_nat_are_dropped_on_both_sides(before: int, distance_cm: int, then: int) -> None:
    assert after(before, distance_cm) == then


@pytest.mark.parametrize(("before", "distance_cm", "then"), [(5_000, -200, 4_998), (-5_000, 200, -4_998)])
def test_of_what_speaks_against_who_lies_still_a_quarter_counts(
    before: int, distance_cm: int, then: int
) -> None:
    assert after(before, distance_cm, still=True) == then


@pytest.mark.parametrize(("before", "distance_cm", "then"), [(5_000, -800, 4_998), (-5_000, 800, -4_998)])
def test_a_sixteenth_counts_where_it_is_denied(before: int, distance_cm: int, then: int) -> None:
    assert after(before, distance_cm, still=True, denied=True) == then
    assert after(before, distance_cm, denied=True) == after(before, distance_cm), "by who lies still"


def test_the_first_fix_counts_in_full_for_who_lies_still() -> None:
    assert after(0, 200, still=True) == 9


def test_the_least_word_for_what_is_believed_least_is_not_divided() -> None:
    assert after(0, 50, 500) == 1
    assert after(1, 50, 500, still=True) == 2


@pytest.mark.parametrize("belief", [-5_000, -1, 0, 1, 5_000])
def test_what_says_nothing_moves_nothing(belief: int) -> None:
    assert after(belief, 100, 0) == belief
    assert after(belief, 0, MINUTE) == belief
    assert after(belief, 0, MINUTE, alone=True) == belief


def test_one_fix_carries_no_farther_than_its_limit_and_not_less() -> None:
    assert after(1, -(10**6), 10**8) == -P.lone_mn
    assert after(-1, 10**6, 10**8) == P.lone_mn
    assert after(-1_000, 1_600, 10**8) == 668, "1,668 for one sigma"
    assert after(1_000, -1_600, 10**8) == -668


def test_belief_fades_by_the_millisecond_after_the_hold() -> None:
    assert fade(6_000, 100, 100, P) == 6_000
    assert fade(6_000, 101, 100, P) == 5_999
    assert fade(-6_000, 101, 100, P) == -5_999
    assert fade(6_000, 100 + P.fade_ms - 300, 100, P) == 1
    assert fade(6_000, 100 + P.fade_ms + 1, 100, P) == 0


def learned(*places: tuple[int, int, int], parameters: Parameters = P) -> tuple[int, int, int]:
    """Learn from (x, y, elapsed); return the anchor in 1/256 cm and the variance."""
    zone = ZoneBelief()
    for x_cm, y_cm, elapsed_ms in places:
        learn_scatter(zone, [(x_cm, y_cm, elapsed_ms)], parameters)
    return zone.anchor_x, zone.anchor_y, zone.scatter2


def test_the_first_place_is_the_anchor() -> None:
    assert learned((300, -500, MINUTE)) == (300 * 256, -500 * 256, 640_000)


def test_a_place_moves_anchor_and_variance_by_its_share_of_the_memory() -> None:
    """A minute is 1/30 of the memory: 600 cm move 20 cm; (600**2 + 300**2) / 2 takes 1/30 from 640,000."""
    assert learned((0, 0, 0), (600, -300, MINUTE)) == (20 * 256, -10 * 256, 640_000 - 13_834)
    assert learned((1_000, 1_000, 0), (1_600, 700, MINUTE)) == (1_020 * 256, 990 * 256, 640_000 - 13_834)


def test_what_is_beyond_three_scales_counts_as_three() -> None:
    """Of 100 m east, 34 m are let in: three scales of 8 m an axis, the root of two for both."""
    x, y, scatter2 = learned((0, 0, 0), (10_000, 0, MINUTE))
    assert (x, y) == (3_359 * 256 // 30, 0)
    assert scatter2 == 640_000 + (9 * 640_000 - 640_000) // 30
    assert learned((0, 0, 0), (0, -10_000, MINUTE)) == (0, -3_360 * 256 // 30, scatter2)


def test_a_long_gap_is_a_quarter_of_the_memory() -> None:
    for elapsed_ms in (P.scatter_memory_ms * 26 // 100, P.scatter_memory_ms):
        assert learned((0, 0, 0), (800, 0, elapsed_ms)) == (200 * 256, 0, 560_000)


def test_a_shorter_one_is_as_long_as_it_was() -> None:
    assert learned((0, 0, 0), (800, 0, P.scatter_memory_ms * 22 // 100))[0] == 176 * 256


def test_without_a_floor_a_place_still_has_an_anchor() -> None:
    bare = msgspec.structs.replace(P, scatter_floor_cm=0)
    frozen = [(0, 0, P.scatter_memory_ms // 4)] * 60
    assert learned(*frozen, parameters=bare)[2] == 1


def test_the_scale_is_the_devices_or_twice_what_the_place_has_shown() -> None:
    assert error_scale(ZoneBelief(), 700, P) == 700
    assert error_scale(ZoneBelief(scatter2=1), 700, P) == 700
    assert error_scale(ZoneBelief(scatter2=250_000), 700, P) == 1_000


def zone_after(zone: ZoneBelief, before: int) -> tuple[int, int]:
    """Return (turn, crossed) after a fix at 9 moved belief from `before`."""
    follow_zone(zone, before, 9, P.saturation_mn)
    return zone.turn_ms, zone.crossed_ms


@pytest.mark.parametrize(
    ("belief", "before", "verdict", "turn", "then"),
    [
        (6_000, 5_000, 1, 5, (0, 0)),  # saturated on the believed side: nothing turns
        (-6_000, -5_000, -1, 5, (0, 0)),
        (6_000, 5_000, 0, 5, (5, 0)),
        (4_500, 5_000, 1, 0, (9, 0)),  # turns from here
        (4_000, 4_500, 1, 5, (5, 0)),  # goes on turning
        (5_000, 4_500, 1, 5, (0, 0)),  # turns back
        (4_500, 4_500, 1, 5, (5, 0)),  # says nothing
        (-300, 500, 1, 5, (5, 5)),  # crosses: since the fix that turned it
        (500, 0, 0, 0, (9, 9)),  # the first fix of all
        (0, 0, 0, 0, (0, 0)),
        (0, 500, 0, 5, (9, 0)),
        (600, 500, 0, 5, (5, 0)),
        (400, 500, 0, 5, (9, 0)),  # where nothing is known the other side begins anew
        (1, -1, 0, 5, (9, 9)),
        (1, 0, 0, 5, (5, 5)),
    ],
)
def test_the_fix_that_turned_a_zones_belief_is_remembered(
    belief: int, before: int, verdict: int, turn: int, then: tuple[int, int]
) -> None:
    assert zone_after(ZoneBelief(belief=belief, verdict=verdict, turn_ms=turn), before) == then


@pytest.mark.parametrize(
    ("verdict", "belief", "move", "turn", "then"),
    [
        (1, 6_000, -1, 0, (9, (1, 0))),
        (-1, -6_000, 1, 0, (9, (1, 0))),
        (1, 5_000, -1, 5, (5, (2, 1))),
        (1, 5_000, 1, 5, (0, (0, 0))),
        (-1, -5_000, -1, 5, (0, (0, 0))),
        (1, 5_000, 0, 5, (5, (1, 1))),
        (0, 0, 3, 5, (5, (2, 1))),
        (0, 100, 3, 5, (5, (2, 1))),
        (0, -100, 3, 5, (9, (1, 0))),
        (0, -100, 0, 5, (5, (1, 1))),
    ],
)
def test_the_fixes_that_turn_a_rings_belief_are_counted_by_side(
    verdict: int, belief: int, move: int, turn: int, then: tuple[int, tuple[int, int]]
) -> None:
    near = Near(belief=belief, verdict=verdict, turn_ms=turn, fixes=(1, 1) if turn else (0, 0))
    follow_ring(near, move, 9, 0)
    assert (near.turn_ms, near.fixes) == then


def test_her_fixes_are_counted_as_hers() -> None:
    near = Near(belief=5_000, verdict=1, turn_ms=5, fixes=(1, 1))
    follow_ring(near, -1, 9, 1)
    assert near.fixes == (1, 2)


def ring_after(
    near: Near, margin_cm: int, *, elapsed_ms: int = SECOND, weak: bool = False, at_ms: int = 9
) -> Near:
    sight = Sight(at_ms, 30_000 - margin_cm, SIGMA_CM, 0, 0)
    weigh_sight(near, sight, 30_000, elapsed_ms=elapsed_ms, side=0, weak=(weak, False), parameters=P)
    return near


@pytest.mark.parametrize(
    ("before", "margin_cm", "then"), [(5_000, 100, 5_004), (5_000, -100, 4_996), (-5_000, 100, -4_996)]
)
def test_a_ring_is_weighed_as_a_zone_is(before: int, margin_cm: int, then: int) -> None:
    assert ring_after(Near(belief=before, verdict=1 if before > 0 else -1), margin_cm).belief == then


@pytest.mark.parametrize("side", [1, -1])
def test_a_ring_is_believed_from_the_threshold_on(side: int) -> None:
    short = Near(belief=side * 3_995, turn_ms=5, fixes=(1, 1))
    assert ring_after(short, side * 100).verdict == 0
    just = ring_after(Near(belief=side * 3_996, turn_ms=5, fixes=(1, 1)), side * 100)
    assert (just.verdict, just.side_ms, just.turn_ms, just.fixes) == (side, 5, 0, (0, 0))


@pytest.mark.parametrize("side", [1, -1])
def test_a_lone_fix_decides_from_three_sigmas_on(side: int) -> None:
    less = ring_after(Near(), side * (3 * SIGMA_CM - 1), elapsed_ms=10**8)
    assert (less.belief, less.verdict) == (side * P.lone_mn, 0)
    assert ring_after(Near(), side * 3 * SIGMA_CM, elapsed_ms=10**8).verdict == side


@pytest.mark.parametrize(("apart_ms", "verdict"), [(13_999, -1), (14_000, 1)])
def test_a_weak_side_has_spoken_twice_after_fourteen_seconds(apart_ms: int, verdict: int) -> None:
    near = Near(belief=1_000, verdict=-1, turn_ms=5, fixes=(2, 0))
    assert ring_after(near, 5_000, elapsed_ms=10**8, weak=True, at_ms=5 + apart_ms).verdict == verdict


@pytest.mark.parametrize(
    ("near", "margin_cm", "settled"),
    [
        (Near(belief=-6_000, verdict=-1), 0, True),
        (Near(belief=-6_000, verdict=-1), 1, False),
        (Near(belief=-5_999, verdict=-1), -1, False),
        (Near(belief=-6_000, verdict=-1, turn_ms=5), -1, False),
        (Near(belief=6_000, verdict=1), 0, True),
        (Near(belief=6_000, verdict=1), -1, False),
        (Near(belief=5_999, verdict=1), 1, False),
        (Near(belief=6_000, verdict=0), 1, False),
        (Near(belief=-6_000, verdict=0), -1, False),
    ],
)
def test_a_look_on_the_side_of_a_saturated_belief_settles_it(
    near: Near, margin_cm: int, *, settled: bool
) -> None:
    assert is_settled(near, margin_cm, P) is settled


def test_a_rings_belief_fades_as_a_zones_does() -> None:
    near = Near(belief=6_000, verdict=1)
    fade_near(near, 100 + P.fade_ms // 2, 100, P)
    assert near.belief == 3_000
