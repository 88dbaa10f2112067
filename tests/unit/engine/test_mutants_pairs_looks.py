"""What a look at a pair weighs, at its borders: each kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine import ring as bits
from korgoo.engine.judged import Change, Trace
from korgoo.engine.pairs import lane
from korgoo.engine.pairs.force import PairForce
from korgoo.engine.pairs.judged import Near, PairJudged
from korgoo.engine.pairs.nearness import Sight
from korgoo.engine.pairs.track import Track
from korgoo.engine.ring import Fix
from tests.pairs import order, place
from tests.stories import HOME_LAT, HOME_LON, MINUTE
from tests.unit.engine.pair_states import HOLD, IN, NOW, OUT, UNKNOWN, P, force, judged, sides


def look(distance_cm: int, sigma_cm: int) -> Sight:
    return Sight(NOW, distance_cm, sigma_cm, 0, 0)


def test_of_two_looks_the_one_that_says_more_of_being_within_counts() -> None:
    now, near, same = look(500, 10), look(400, 10), look(500, 10)
    assert lane._nearer(now, None, 450) is now
    assert lane._nearer(now, near, 450) is near
    assert lane._nearer(now, look(600, 10), 450) is now
    assert lane._nearer(now, same, 450) is now
    assert lane._nearer(now, look(400, 100), 1_000) is now, "500 of 10 is more than 600 of 100"


def gone(lat: int = 0, lon: int = 0, before_ms: int = NOW - 1) -> Track:
    """One who came that many 1e-7 degrees in the last step."""
    before = {"before_ms": before_ms, "before_lat": HOME_LAT - lat, "before_lon": HOME_LON - lon}
    return msgspec.structs.replace(Track(NOW, HOME_LAT, HOME_LON, 8), **before)


def test_a_step_is_never_taken_for_shorter_than_it_was() -> None:
    assert lane._step(gone(1_000, 500)) == 1_500 * 6 // 5 + 1_000
    assert lane._step(gone(-1_000, -500)) == 1_500 * 6 // 5 + 1_000
    assert lane._step(gone(1_000, 500, before_ms=0)) == 0
    over = Track(NOW, 0, 1_799_999_900, 8, before_ms=NOW - 1, before_lon=-1_799_999_900)
    assert lane._step(over) == 200 * 6 // 5 + 1_000, "over the antimeridian"


@pytest.mark.parametrize(
    ("near", "east_m", "parted"),
    [
        (OUT, 700, True),
        (OUT, 600, False),
        (Near(-6_000, -1, 5), 700, False),
        (Near(-5_999, -1), 700, False),
        (Near(-6_000, 0), 700, False),
        (IN, 700, False),
    ],
)
def test_who_was_far_all_along_need_not_be_looked_back_for(near: Near, east_m: int, *, parted: bool) -> None:
    """The warning ring is 600 m; each step may be 10 m longer than it seems."""
    her = gone()
    her.lon_e7 = her.before_lon = HOME_LON + east_m * 122
    state = judged((OUT, OUT, near), sides=[gone(), her])
    assert lane._parted_all_along(state, force()) is parted
    her.lat_e7 = her.before_lat = HOME_LAT + 100 * 90
    assert lane._parted_all_along(state, force()) is parted, "the longer of both directions counts"
    his = gone(lat=10_000)
    assert not lane._parted_all_along(judged((OUT,) * 3, sides=[his, her]), force())
    assert not lane._parted_all_along(judged((OUT,) * 3, sides=[her, his]), force())


@pytest.mark.parametrize(("late", "seen"), [(HOLD - 1, True), (HOLD, False)])
def test_beside_a_silent_side_a_fix_tells_nothing(late: int, *, seen: bool) -> None:
    for side in (0, 1):
        tracks = sides(NOW, NOW - late) if side == 0 else sides(NOW - late, NOW)
        state = judged((UNKNOWN,) * 3, sides=tracks)
        told_of = [t for t, _ in lane._see(state, force(), side, silent_ms=0, elapsed_ms=0, resting=False)]
        assert told_of == ([0] if seen else [])
        assert (state.person_cm >= 0) is seen


def test_hers_and_his_hold_are_their_own() -> None:
    slow = force(intervals_ms=(MINUTE, 5 * MINUTE))
    state = judged((UNKNOWN,) * 3, sides=sides(NOW, NOW - 19 * MINUTE))
    assert [t for t, _ in lane._see(state, slow, 0, silent_ms=0, elapsed_ms=0, resting=False)] == [0]
    state = judged((UNKNOWN,) * 3, sides=sides(NOW - 19 * MINUTE, NOW))
    assert [t for t, _ in lane._see(state, slow, 1, silent_ms=0, elapsed_ms=0, resting=False)] == []


def test_old_belief_fades_before_a_new_look() -> None:
    state = judged((OUT,) * 3, (OUT,) * 3, sides=sides(NOW, NOW))
    long_ms = HOLD + P.fade_ms // 2
    list(
        lane._see(
            state,
            force(places=(place(),)),
            0,
            silent_ms=long_ms,
            elapsed_ms=HOLD + P.fade_ms // 3,
            resting=False,
        )
    )
    assert [near.belief for near in state.nears[0]] == [-3_000] * 3
    assert [near.belief for near in state.nears[1]] == [-4_000] * 3


def test_two_on_other_sides_of_the_earth_are_simply_far() -> None:
    away = [Track(NOW, HOME_LAT, HOME_LON, 800), Track(NOW - 7, -HOME_LAT, HOME_LON, 800)]
    state = judged((UNKNOWN,) * 3, sides=away)
    ((_, sight),) = lane._see(state, force(), 0, silent_ms=0, elapsed_ms=0, resting=False)
    assert sight == Sight(NOW, 1_000_000_000, 100_000, 0, 7)


def test_a_fix_that_nobody_uses_moves_nothing_and_is_noted() -> None:
    state, trace, changes = judged((IN, OUT, OUT), sides=sides(0, NOW)), Trace(3), list[Change]()
    code = bits.IGNORED | bits.REASONS.index("mock") << bits.REASON_SHIFT
    lane.apply(state, force(), Fix(NOW, 1, HOME_LAT, HOME_LON, 800, code), changes, trace=trace)
    assert changes == []
    assert [next(iter(noted))[1:] for noted in trace.zones] == [
        (None, 800, 6_000, "ignored:mock"),
        (None, 800, -6_000, "ignored:mock"),
        (None, 800, -6_000, "ignored:mock"),
    ]


def take(monkeypatch: pytest.MonkeyPatch, state: PairJudged, east_m: int = 0) -> tuple[list[int], int]:
    """Let a fix of his speak; return after what silence belief faded, and how often the way was looked at."""
    faded, looked = list[int](), list[Track]()
    monkeypatch.setattr(
        lane, "fade_near", lambda _near, silent_ms, _hold, _parameters: faded.append(silent_ms)
    )
    monkeypatch.setattr(lane, "look_back", lambda moved, _other, _parameters, **_: looked.append(moved))
    code = bits.MOVING if state.sides[0].still else 0
    here = Fix(state.clock_ms + MINUTE, 1, HOME_LAT, HOME_LON + east_m * 122, 800, code)
    lane.apply(state, force(), here, [])
    return faded, len(looked)


def test_belief_fades_by_the_older_of_both_fixes_or_since_they_were_in_contact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for his, hers, contact, silent in (
        (NOW - 9, NOW, 0, MINUTE + 9),
        (NOW, NOW - 9, 0, MINUTE + 9),
        (NOW - 9, NOW - 9, NOW - 2, MINUTE + 2),
    ):
        state = judged((IN,) * 3, sides=sides(his, hers), contact_ms=contact)
        assert take(monkeypatch, state)[0] == [silent] * 3


@pytest.mark.parametrize(
    ("near", "doubtful", "looks"), [(IN, None, 1), (UNKNOWN, None, 1), (IN, 1, 0), (IN, 0, 0), (OUT, None, 0)]
)
def test_the_way_between_is_looked_at_where_nobody_rode_and_they_may_have_met(
    monkeypatch: pytest.MonkeyPatch, near: Near, doubtful: int | None, looks: int
) -> None:
    state = judged((near,) * 3, sides=sides(NOW, NOW))
    east_m = 0
    if near is OUT:
        state.sides[1].lon_e7 = HOME_LON + 5_000 * 122
    if doubtful == 1:
        state.sides[1].doubtful = True
    if doubtful == 0:
        east_m = 2_000
    assert take(monkeypatch, state, east_m)[1] == looks


Weighed = tuple[int, int, tuple[bool, bool]]


def weigh(
    monkeypatch: pytest.MonkeyPatch, state: PairJudged, under: PairForce, *, trace: Trace | None = None
) -> tuple[list[Weighed], list[int]]:
    """Let a fix at home speak a minute later; return (radius, distance, weak) of each look, and the holds."""
    seen, holds = list[Weighed](), list[int]()

    def weighed(_near: Near, sight: Sight, radius_cm: int, *, weak: tuple[bool, bool], **_: object) -> None:
        seen.append((radius_cm, sight.distance_cm, weak))

    monkeypatch.setattr(lane, "weigh_sight", weighed)
    monkeypatch.setattr(lane, "fade_near", lambda _near, _silent, hold_ms, _parameters: holds.append(hold_ms))
    lane.apply(state, under, Fix(NOW + MINUTE, 7, HOME_LAT, HOME_LON, 800, 0), [], trace=trace)
    return seen, holds


def beside(east_m: int, sigma_cm: int) -> list[Track]:
    """He at home, she so far east of him, seen at the moment of his next fix."""
    return [sides(NOW, 0)[0], Track(NOW + MINUTE, HOME_LAT, HOME_LON + east_m * 122, sigma_cm, still=True)]


def test_a_side_is_weak_where_twice_its_error_reaches_over_the_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    state = judged((UNKNOWN,) * 3, sides=beside(312, 400))
    seen, _ = weigh(monkeypatch, state, force())
    assert [(radius, weak) for radius, _, weak in seen] == [
        (60_000, (False, False)),
        (30_000, (True, False)),
        (15_000, (False, False)),
    ]
    reach_cm = abs(30_000 - seen[1][1])
    one = msgspec.structs.replace(P, pair_weak_sigmas=1)
    for sigma_cm, weak in ((reach_cm, False), (reach_cm + 1, True)):
        under = PairForce(order(), one, {}, {})
        seen, _ = weigh(monkeypatch, judged((UNKNOWN,) * 3, sides=beside(312, sigma_cm)), under)
        assert seen[1][2] == (False, weak)


def test_before_a_place_only_his_own_error_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    there = force(places=(place(east_m=360, radius_m=50),))
    state = judged((UNKNOWN,) * 3, (UNKNOWN,) * 3, sides=[sides(NOW, 0)[0], Track()])
    seen, holds = weigh(monkeypatch, state, there)
    assert [weak for _, _, weak in seen] == [(False, False), (True, False), (False, False)]
    assert holds == [HOLD] * 3


def test_what_fades_is_held_as_long_as_the_sooner_of_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = force(intervals_ms=(MINUTE, 5 * MINUTE), places=(place(),))
    state = judged((UNKNOWN,) * 3, (UNKNOWN,) * 3, sides=beside(100, 800))
    assert weigh(monkeypatch, state, slow)[1] == [HOLD] * 6


def test_the_way_between_two_fixes_counts_until_a_ring_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    back = look(1_000, 10)
    monkeypatch.setattr(lane, "look_back", lambda *_, **__: back)
    state = judged((Near(5_000, 1), UNKNOWN, OUT), sides=beside(100, 800))
    seen, _ = weigh(monkeypatch, state, force())
    assert [distance == back.distance_cm for _, distance, _ in seen] == [False, True, True]


def test_of_two_targets_as_near_as_each_other_the_person_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    state = judged((IN,) * 3, (IN,) * 3, sides=beside(0, 800))
    weigh(monkeypatch, state, force(places=(place(),)))
    assert (state.last.target, state.last.distance_cm) == (0, 0)


def test_what_a_fix_did_is_noted_for_each_ring_by_the_nearest_target(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = Trace(3)
    state = judged((OUT, OUT, OUT), (IN, UNKNOWN, OUT), sides=beside(0, 800))
    weigh(monkeypatch, state, force(places=(place(),)), trace=trace)
    assert [next(iter(noted))[3:] for noted in trace.zones] == [
        (6_000, "used"),
        (0, "used"),
        (-6_000, "used"),
    ]
    trace = Trace(3)
    code = bits.IGNORED | bits.REASONS.index("mock") << bits.REASON_SHIFT
    lane.apply(state, force(), Fix(NOW + MINUTE, 8, HOME_LAT, HOME_LON, 800, code), [], trace=trace)
    assert [next(iter(noted))[3] for noted in trace.zones] == [6_000, 0, -6_000]
