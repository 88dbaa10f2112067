"""Bursts of wrong fixes are one observation, however many they are; a walk at any rate is seen."""

from __future__ import annotations

from itertools import count

import pytest

from korgoo.engine.force import Force
from korgoo.engine.judged import Change
from korgoo.engine.judgement import apply, begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.plausibility import classify
from korgoo.engine.ring import MOVING, STIRRED, Fix
from korgoo.engine.tables import independence
from tests.stories import MINUTE, at, circle, fix, noise, plan

P = Parameters()
START = at(12)


class Home:
    """One home of 50 m and whoever is in it: fixes go straight to the sorted lane."""

    def __init__(self, *, seed: int = 1, tells: int = 0) -> None:
        self.tells = tells
        self.force, self.changes = Force(plan(circle()), P), list[Change]()
        self.judged = begin(self.force, START - 1, None, self.changes)
        self.seqs, self.error, self.now_ms = count(1), noise(seed), START

    def see(self, east_m: float) -> bool:
        """Take a fix there, now; say whether an exit stands open."""
        seen = fix(self.now_ms, east_m, self.error() / 4)
        sigma_cm, code = classify(seen, self.force)
        assert seen.lat_e7 is not None
        assert seen.lon_e7 is not None
        taken = Fix(self.now_ms, next(self.seqs), seen.lat_e7, seen.lon_e7, sigma_cm, code | self.tells)
        apply(self.judged, self.force, taken, self.changes)
        return self.judged.zones[0].open_ms > 0

    def stay(self, seconds: float, every_s: float, east_m: float = 0) -> bool:
        """Be there so long and be seen so often; say whether an exit was believed in that time."""
        believed, end_ms = False, self.now_ms + round(seconds * 1000)
        while self.now_ms < end_ms:
            believed |= self.see(east_m)
            self.now_ms += round(every_s * 1000)
        return believed


@pytest.mark.parametrize("away_m", [150, 400, 800, 13_000])
@pytest.mark.parametrize("every_s", [15, 60, 600])
@pytest.mark.parametrize("spread_s", [0.5, 1, 2, 3, 5])
def test_a_burst_of_ten_seconds_opens_nothing(away_m: int, every_s: int, spread_s: float) -> None:
    home = Home()
    assert not home.stay(20 * every_s, every_s)
    assert not home.stay(10.1, spread_s, away_m), "the burst"
    assert not home.stay(10 * every_s, every_s), "and what comes after it"
    assert [change.what for change in home.changes] == []


@pytest.mark.parametrize("every_s", [0.5, 1, 5, 10, 15, 60])
def test_who_walks_out_is_seen_at_every_rate(every_s: float) -> None:
    """1.5 m/s from the centre of a 50 m zone to 400 m; the delay is counted from the crossing."""
    home = Home(seed=3)
    home.stay(40 * 60, every_s)
    left_ms = home.now_ms
    while not home.see(min(400.0, (home.now_ms - left_ms) * 1.5 / 1000)):
        home.now_ms += round(every_s * 1000)
        assert home.now_ms < left_ms + 10 * MINUTE, "never believed"
    crossed_ms = left_ms + 50_000 / 1.5
    assert (home.now_ms - crossed_ms) / 1000 < 45 + 2 * every_s
    since_ms = home.changes[-1].since_ms
    assert abs(since_ms - crossed_ms) < 1000 * (12 + every_s)


def test_a_second_fix_after_fourteen_seconds_decides_as_it_did() -> None:
    assert 500 <= independence(P.agree_ms, P.tau_ms) < 510, "half of an observation is new"
    home = Home(tells=STIRRED | MOVING)
    home.stay(20 * MINUTE / 1000, 60)
    assert not home.see(800)
    home.now_ms += P.agree_ms - 1
    assert not home.see(800)
    other = Home(tells=STIRRED | MOVING)
    other.stay(20 * MINUTE / 1000, 60)
    assert not other.see(800)
    other.now_ms += P.agree_ms
    assert other.see(800)
