"""No radar: whatever the participant's side perceives helps nobody to find her (design, rule 8).

A stalker rides through a town for an undisclosed place and reads every signal of his side: how often his
device is asked to report, and in which ring he is told to be. He must find it no sooner than one who reads
nothing. Each test also runs with a place that the order discloses: there the signals do help, which shows
that the stalker knows how to use them and the test can fail.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from math import hypot
from typing import TYPE_CHECKING

import msgspec
import pytest

from korgoo.engine.findings import KINDS
from korgoo.engine.pairs import audience
from korgoo.engine.pairs.rate import wish_interval
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, Place
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Kind, Row
from korgoo.engine.shard import Shard
from tests.pairs import APART, order
from tests.stories import FRAME, HOME_LON, MINUTE, P1, P2, at, fix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.engine.plan import PairPlan

TOWN_M = 4_000
DISTANCE_M = 300
LANE_M = 2 * DISTANCE_M
STEP_M = 300  # 5 m/s, a fix a minute
ORDER_S = 300

Spot = tuple[float, float]
"""Metres east and north of the town's south-western corner."""

Signal = tuple[int, int | None]
"""What his side perceives at one moment: the interval asked of his device, and the ring he is told of."""


def plan_of(place: Spot, *, disclosed: bool) -> PairPlan:
    """Return the order: her home, disclosed or not; that she herself is near is never told."""
    frame = msgspec.structs.replace(
        FRAME,
        lat_e7=FRAME.lat_e7 + round(place[1] * 100 * 2**20 / FRAME.y_scale),
        lon_e7=HOME_LON + round(place[0] * 100 * 2**20 / FRAME.x_scale),
    )
    home = Place("home", frame, Disc(0, 0, 1000), Disc(0, 0, 1000), disclosed=disclosed)
    return order(DISTANCE_M, intervals_ms=(ORDER_S * 1000, ORDER_S * 1000), places=(home,))


@dataclass
class HisSide:
    """The participant's side of the running engine: his fixes go in, what he perceives comes out."""

    shard: Shard
    asked_s: int = ORDER_S
    seq: int = 1
    now_ms: int = field(default_factory=lambda: at(8))

    @classmethod
    def under(cls, plan: PairPlan) -> HisSide:
        shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
        shard.feed([Row(1, at(8), Kind.PAIR, APART, plan)])
        return cls(shard)

    def report(self, key: str, spot: Spot, noise: random.Random) -> None:
        """A device of either side reports."""
        self.seq += 1
        seen = fix(self.now_ms, spot[0] + noise.gauss(0, 8), spot[1] + noise.gauss(0, 8))
        self.shard.feed([Row(self.seq, self.now_ms, Kind.OBSERVATION, key, seen)])

    def perceive(self) -> Signal:
        """Return all that reaches his side now. Findings of the pair would, where `may_show` lets them."""
        for wish in self.shard.take_wishes():
            if wish.person == P1:
                self.asked_s = wish.interval_s
        pair = self.shard.pairs.pairs[APART]
        assert pair.force is not None
        return self.asked_s, audience.shown_ring(pair.state.judged, pair.force)


def lanes(start: Spot, *, mirrored: bool) -> Iterator[Spot]:
    """Yield waypoints of a blind search: to the nearest corner, then lane by lane."""
    east = start[0] > TOWN_M / 2
    north = start[1] > TOWN_M / 2
    for lane in range(int(TOWN_M / LANE_M) + 1):
        across = min(TOWN_M, DISTANCE_M + lane * LANE_M)
        across = TOWN_M - across if north else across
        ends = (0.0, float(TOWN_M)) if (lane % 2 == 0) != east else (float(TOWN_M), 0.0)
        for along in ends:
            yield (across, along) if mirrored else (along, across)


def towards(here: Spot, goal: Spot) -> Spot:
    """Return the place one step on."""
    away = hypot(goal[0] - here[0], goal[1] - here[1])
    if away <= STEP_M:
        return goal
    return (
        here[0] + (goal[0] - here[0]) * STEP_M / away,
        here[1] + (goal[1] - here[1]) * STEP_M / away,
    )


def expected_signal(here: Spot, place: Spot) -> Signal:
    """Return what he would perceive at `here` if signals followed that place."""
    away = max(0.0, hypot(here[0] - place[0], here[1] - place[1]) - 10)
    wished_s = wish_interval(round(away * 100), 30_000, Parameters())
    asked = max(rung for rung in (15, 30, 60, 120, 300) if rung <= wished_s)
    return asked, next((ring for ring, radius in ((2, 150), (1, 300), (0, 600)) if away < radius), None)


@dataclass
class Stalker:
    """Searches lane by lane; one who `listens` goes where the signals say, as soon as they say anything."""

    here: Spot
    listens: bool
    misses: dict[Spot, int] = field(
        default_factory=lambda: {(x, y): 0 for x in range(100, TOWN_M, 200) for y in range(100, TOWN_M, 200)}
    )

    def search(self, place: Spot, his: HisSide, *, seed: int) -> int:
        """Return after how many minutes he comes within the distance."""
        noise = random.Random(seed)
        way = lanes(self.here, mirrored=bool(seed % 2))
        goal = next(way)
        silent = his.perceive()
        for minute in range(400):
            if hypot(self.here[0] - place[0], self.here[1] - place[1]) <= DISTANCE_M:
                return minute
            if self.here == goal:
                goal = next(way, place)
            if self.listens:
                his.now_ms += MINUTE
                if minute % 5 == 0:
                    his.report(P2, place, noise)  # she is at home, and her phone says so
                his.report(P1, self.here, noise)
                heard = his.perceive()
                if heard != silent or silent[0] != ORDER_S:
                    goal = self._follow(heard)
                    silent = (0, None)
            self.here = towards(self.here, goal)
        return 400

    def _follow(self, heard: Signal) -> Spot:
        """Go to the nearest of the places that have agreed best with all that was heard."""
        for place in self.misses:
            asked, ring = expected_signal(self.here, place)
            self.misses[place] += (asked != heard[0]) + (ring != heard[1])
            if hypot(place[0] - self.here[0], place[1] - self.here[1]) < DISTANCE_M / 2:
                self.misses[place] += 3  # he has been there
        fewest = min(self.misses.values())
        best = [place for place, missed in self.misses.items() if missed <= fewest + 1]
        return min(best, key=lambda c: (hypot(c[0] - self.here[0], c[1] - self.here[1]), c))


def ratio(runs: int, *, disclosed: bool) -> float:
    """Return the mean time of the listening stalker over that of the deaf one, in the same towns."""
    listening = deaf = 0
    for seed in range(runs):
        choose = random.Random(f"town {seed}")
        place, start = ((choose.uniform(0, TOWN_M), choose.uniform(0, TOWN_M)) for _ in range(2))
        his = HisSide.under(plan_of(place, disclosed=disclosed))
        listening += Stalker(start, listens=True).search(place, his, seed=seed)
        deaf += Stalker(start, listens=False).search(place, his, seed=seed)
    return listening / deaf


def test_who_reads_every_signal_of_his_side_finds_an_undisclosed_place_no_sooner() -> None:
    assert 1 / 1.05 <= ratio(1_000, disclosed=False) <= 1.05


def test_where_the_order_discloses_the_place_the_signals_lead_there() -> None:
    assert ratio(60, disclosed=True) < 0.7, "else this stalker does not listen, and the test above is void"


HOMES: Sequence[Spot] = tuple((400.0 + 1_050 * x, 400.0 + 1_050 * y) for x in range(3) for y in range(3))


def month_at(home: Spot, *, disclosed: bool) -> list[Signal]:
    """Return what his side perceives in 30 days of rides through the town, if that is her home."""
    his, noise, choose = HisSide.under(plan_of(home, disclosed=disclosed)), random.Random(1), random.Random(2)
    heard = []
    for _day in range(30):
        here = goal = (2_000.0, 2_000.0)
        for quarter in range(40):
            if here == goal:
                goal = (choose.uniform(0, TOWN_M), choose.uniform(0, TOWN_M))
            here = towards(here, goal)
            his.now_ms += 5 * MINUTE
            if not quarter:
                his.now_ms += 20 * 60 * MINUTE
            her = home if quarter % 3 else (choose.uniform(0, TOWN_M), choose.uniform(0, TOWN_M))
            his.report(P2, her, noise)
            his.report(P1, here, noise)
            heard.append(his.perceive())
    return heard


def chance_to_place_her(*, disclosed: bool) -> float:
    """Return how surely a solver names her home who knows the engine and reads 30 days of his side.

    He plays every candidate through the same engine with the same rides and keeps those that explain it all.
    """
    told = [month_at(home, disclosed=disclosed) for home in HOMES]
    return sum(1 / told.count(heard) for heard in told) / len(HOMES)


def test_a_month_of_signals_places_her_no_better_than_a_guess() -> None:
    assert chance_to_place_her(disclosed=False) == pytest.approx(1 / len(HOMES))


def test_a_month_of_signals_about_a_disclosed_home_does_name_it() -> None:
    assert chance_to_place_her(disclosed=True) == pytest.approx(1)


def test_every_kind_of_finding_says_whether_his_side_may_see_it() -> None:
    pairs = {name for name in KINDS if name.startswith(("proximity.", "pair.", "system."))}
    assert audience.SHOWN.keys() == pairs, "a kind about two people must be decided here"
    hidden, told = plan_of((0, 0), disclosed=False), plan_of((0, 0), disclosed=True)
    everything = msgspec.structs.replace(told, disclosed=True)
    assert not any(audience.may_show(plan, kind) for plan in (hidden, told) for kind in pairs)
    assert {kind for kind in pairs if audience.may_show(everything, kind)} == {
        "proximity.warning",
        "proximity.breach",
        "proximity.emergency",
    }
