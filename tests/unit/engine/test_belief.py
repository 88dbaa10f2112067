"""What one fix may move, how belief fades, and how a place teaches its own error scale."""

from __future__ import annotations

from korgoo.engine.belief import ZoneBelief, decide, error_scale, fade, learn_scatter, weigh
from korgoo.engine.parameters import Parameters

P = Parameters()
MINUTE = 60_000


def step(belief: int, distance_m: int, *, after_ms: int = MINUTE, still: bool = False) -> int:
    return weigh(belief, distance_m * 100, 1600, after_ms, P, still=still)


def test_the_first_fix_alone_decides_nothing() -> None:
    assert step(0, 5000, after_ms=10**8) == P.lone_mn < P.threshold_mn
    assert step(0, -5000, after_ms=10**8) == -P.lone_mn


def test_what_agrees_too_soon_is_the_same_observation() -> None:
    first = step(6000, -800)
    second = weigh(first, -80_000, 1600, 5000, P, still=False, alone=True)
    assert second == -P.lone_mn
    assert weigh(-3500, -80_000, 1600, 5000, P, still=False, alone=True) == -3500, "what was known stays"
    assert weigh(-P.lone_mn, 80_000, 1600, 60_000, P, still=False, alone=True) == P.lone_mn, "and is refuted"


def test_the_second_one_that_agrees_decides() -> None:
    assert step(step(0, -200), -200) == -P.saturation_mn


def test_fixes_of_the_same_instant_are_one_observation() -> None:
    assert step(6000, -900, after_ms=0) == 6000
    assert step(6000, -900, after_ms=5_000) > 4000
    assert step(6000, -900, after_ms=60_000) < 0


def test_a_border_wobble_moves_little() -> None:
    belief = 6000
    for _ in range(3):
        belief = step(belief, -5, after_ms=15_000)
    assert belief > 5000


def test_a_still_device_has_not_walked_out() -> None:
    moved, lying = step(6000, -60), step(6000, -60, still=True)
    assert moved < 1000
    assert lying > 4000
    assert step(6000, 60, still=True) == 6000
    assert step(-2000, -60, still=True) == step(-2000, -60), "what agrees is not weakened"


def test_belief_fades_to_cannot_tell_and_not_beyond() -> None:
    hold = 8 * MINUTE
    assert fade(-6000, hold, hold, P) == -6000
    assert fade(-6000, hold + P.fade_ms // 2, hold, P) == -3000
    assert fade(6000, hold + 2 * P.fade_ms, hold, P) == 0
    assert fade(5, hold + P.fade_ms // 2, hold, P) == -fade(-5, hold + P.fade_ms // 2, hold, P)


def test_a_side_once_believed_holds_until_the_other_one_is() -> None:
    assert decide(ZoneBelief(belief=P.threshold_mn, verdict=-1), P) == 1
    assert decide(ZoneBelief(belief=P.threshold_mn - 1, verdict=-1), P) == -1
    assert decide(ZoneBelief(belief=-P.threshold_mn, verdict=1), P) == -1
    assert decide(ZoneBelief(belief=1 - P.threshold_mn, verdict=1), P) == 1
    assert decide(ZoneBelief(belief=P.threshold_mn - 1), P) == 0


def learn(places: list[tuple[int, int]], *, every_ms: int = MINUTE) -> ZoneBelief:
    zone = ZoneBelief()
    for x, y in places:
        learn_scatter(zone, [(x, y, every_ms)], P)
    return zone


def test_a_noisy_place_teaches_its_scale() -> None:
    quiet, noisy = learn([(300, 0), (-300, 0)] * 60), learn([(3000, 0), (-3000, 0)] * 60)
    assert error_scale(quiet, 400, P) < error_scale(noisy, 400, P)
    assert 3000 <= error_scale(noisy, 400, P) <= 6000, "30 m along one axis is 21 m an axis, times two"
    assert error_scale(quiet, 9000, P) == 9000, "what the device claims is never made smaller"


def test_one_spike_teaches_no_more_than_three_scales() -> None:
    calm = [(500, 0), (-500, 0)] * 60
    spike, mild = learn([*calm, (10**7, 0)]), learn([*calm, (2500, 0)])
    before = learn(calm)
    assert before.scatter2 < spike.scatter2 <= before.scatter2 * (1 + 8 * MINUTE / P.scatter_memory_ms) + 1
    assert (
        spike.anchor_x - before.anchor_x < 3 * 2 * mild.anchor_x + 256 * 2000 * MINUTE // P.scatter_memory_ms
    )


def test_the_anchor_follows_a_move_within_the_place() -> None:
    zone = learn([(0, 0)] * 10 + [(1000, 0)] * 200)
    assert 900 < zone.anchor_x >> 8 <= 1000


def test_a_position_frozen_all_night_does_not_unlearn_that_a_place_has_scatter() -> None:
    zone = learn([(0, 0)] * 1000)
    assert zone.scatter2 == P.scatter_floor_cm**2
    for _ in range(40):
        learn_scatter(zone, [(2000, 0, MINUTE)], P)
        learn_scatter(zone, [(-2000, 0, MINUTE)], P)
    assert error_scale(zone, 400, P) > 1600


def test_a_gap_teaches_no_more_than_a_quarter_of_the_memory() -> None:
    one, other = learn([(500, 0)] * 5), learn([(500, 0)] * 5)
    learn_scatter(one, [(900, 0, P.scatter_memory_ms // 4)], P)
    learn_scatter(other, [(900, 0, 10**9)], P)
    assert one == other
