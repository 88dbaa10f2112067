"""How often each side reports: faster before the ring is reached, and for him only by what he may know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.engine.pairs.rate import RateRequest, round_down, wish_interval
from korgoo.engine.parameters import Parameters
from tests.pairs import order, pair_of, place
from tests.stories import MINUTE, P1, P2, at, fix, rows_of

if TYPE_CHECKING:
    from korgoo.engine.plan import PairPlan


@pytest.mark.parametrize(
    ("away_m", "seconds"), [(0, 15), (1_050, 15), (1_100, 16), (3_300, 60), (15_300, 300), (90_000, 300)]
)
def test_the_interval_is_the_time_of_two_cars_to_the_ring(away_m: int, seconds: int) -> None:
    assert wish_interval(away_m * 100, 30_000, Parameters()) == seconds
    assert SLOW.intervals_ms == (300_000, 300_000)


@pytest.mark.parametrize(
    ("wished_s", "rung_s"),
    [(15, 15), (29, 15), (30, 30), (59, 30), (60, 60), (119, 60), (120, 120), (299, 120), (300, 300)],
)
def test_a_device_is_asked_for_one_of_few_intervals(wished_s: int, rung_s: int) -> None:
    assert round_down(wished_s, Parameters()) == rung_s


def test_the_rungs_follow_the_shortest_and_the_longest_interval() -> None:
    other = Parameters(rate_shortest_s=10, rate_longest_s=80)
    assert [round_down(wished_s, other) for wished_s in (10, 39, 40, 79, 80)] == [10, 20, 40, 40, 80]


def test_an_interval_of_nothing_ends_the_ladder_too() -> None:
    assert round_down(5, Parameters(rate_shortest_s=0)) == 4
    assert round_down(0, Parameters(rate_shortest_s=-15)) == 1


SLOW = order(intervals_ms=(5 * MINUTE, 5 * MINUTE))


def wishes(plan: PairPlan, *away_m: float) -> list[RateRequest]:
    """Return what is asked while he goes through these distances east of her, who reports from home."""
    shard, _, _ = pair_of(plan)
    for n, east in enumerate(away_m):
        for side, (key, metres) in enumerate(((P2, 0.0), (P1, east))):
            moment = at(14) + n * 5 * MINUTE + side * 1000
            shard.feed(rows_of(key, (moment, fix(moment, metres)), start=10 + 2 * n + side))
    return shard.take_wishes()


def test_her_device_follows_him_down_the_ladder_and_up_again() -> None:
    asked = [w.interval_s for w in wishes(SLOW, 20_000, 9_000, 2_500, 800, 800, 2_500) if w.person == P2]
    assert asked == [120, 30, 15, 15, 30], "15 is asked again as it still holds ten minutes later"


def test_what_still_holds_is_asked_again_after_ten_minutes() -> None:
    """A command that nobody fetched expires; the wish behind it does not."""
    asked = [w.interval_s for w in wishes(SLOW, 2_500, 800, 800, 800, 800, 20_000, 20_000) if w.person == P2]
    assert asked == [30, 15, 15, 300]


def test_his_device_stays_as_it_is_for_what_he_may_not_know() -> None:
    hidden = order(intervals_ms=SLOW.intervals_ms, places=(place(),))
    assert not [w for w in wishes(hidden, 20_000, 2_500, 800, 0) if w.person == P1]


@pytest.mark.parametrize(
    "plan",
    [
        order(intervals_ms=SLOW.intervals_ms, disclosed=True),
        order(intervals_ms=SLOW.intervals_ms, places=(place(disclosed=True),)),
    ],
    ids=["person", "place"],
)
def test_his_device_follows_what_is_disclosed_to_him(plan: PairPlan) -> None:
    assert [w.interval_s for w in wishes(plan, 20_000, 2_500, 800) if w.person == P1] == [30, 15]


def test_nobody_is_asked_to_report_more_seldom_than_the_order_says() -> None:
    assert not wishes(order(), 50_000, 40_000)


def test_while_they_may_be_together_nothing_is_asked() -> None:
    assert not wishes(order(effective_until_ms=at(13.95), intervals_ms=SLOW.intervals_ms), 800, 800)


def test_what_is_no_longer_disclosed_no_longer_steers_his_device() -> None:
    shown = order(intervals_ms=SLOW.intervals_ms, places=(place(disclosed=True),))
    shard, pair, _ = pair_of(shown)
    for n in range(2):
        moment = at(14) + n * 5 * MINUTE
        shard.feed(rows_of(P1, (moment, fix(moment, 800)), start=10 + n))
    assert [w.interval_s for w in shard.take_wishes()] == [15]
    hidden = order(version="2", effective_from_ms=at(14.2), intervals_ms=SLOW.intervals_ms, places=(place(),))
    shard.feed(rows_of(pair.state.key, (at(14.2), hidden), start=20))
    for n in range(3):
        moment = at(14.3) + n * 5 * MINUTE
        shard.feed(rows_of(P1, (moment, fix(moment, 700 - 300 * n)), start=30 + n))
    assert [w.interval_s for w in shard.take_wishes()] == [300]


def test_his_device_is_asked_at_once_though_her_message_came_before_his() -> None:
    """He comes to her work, which he knows; she is elsewhere, and reports before his message arrives."""
    plan = order(intervals_ms=SLOW.intervals_ms, places=(place(disclosed=True, east_m=3_000),))
    asked = []
    for hers in (at(14) - 60_000, at(14) + 5_000):
        shard, _, _ = pair_of(plan)
        rows = [(hers, P2, fix(hers)), (at(14) + 10_000, P1, fix(at(14), 3_100, late_ms=10_000))]
        for seq, (log_ms, key, body) in enumerate(rows, 10):
            shard.feed(rows_of(key, (log_ms, body), start=seq))
        asked.append([w for w in shard.take_wishes() if w.person == P1])
    assert [w.interval_s for w in asked[0]] == [15]
    assert asked[0] == asked[1]
