"""How rows of pairs are counted: approaches, metres left, near misses, who is blurred; worked out by hand."""

import numpy as np
import pytest

from korgoo.sim.providers import CELL, GPS, WIFI
from korgoo.sim.samples import Column
from korgoo.sim.score import meetings
from korgoo.sim.score.tally import Tally
from korgoo.sim.signals import Signals
from tests.unit.sim.score.approaches import TRACKS, meeting, near


def test_metres_left_is_the_least_true_distance_up_to_the_alarm() -> None:
    seen = meetings.see([meeting()], TRACKS, [near(200_000)])
    assert meetings.approaches_found(seen) == Tally(1, 1)
    assert seen[0].left_m == pytest.approx(600 - 2 * 200, abs=0.1)
    late = meetings.see([meeting()], TRACKS, [near(400_000)])  # on his way back: he had been at 50 m
    assert late[0].left_m == 50.0
    never = meetings.see([meeting()], TRACKS, [])
    assert meetings.approaches_found(never) == Tally(0, 1)
    assert meetings.metres_left(never).samples == (50.0,)


def test_an_alarm_after_the_warning_ring_was_left_or_not_live_finds_no_approach() -> None:
    after = meetings.see([meeting()], TRACKS, [near(600_001)])
    assert meetings.approaches_found(after) == Tally(0, 1)
    past = meetings.see([meeting()], TRACKS, [near(300_000, live=False)])
    assert meetings.approaches_found(past) == Tally(0, 1)


def test_a_warning_is_no_false_alarm_on_a_near_miss_and_a_breach_is() -> None:
    missed = [meeting(nearest_m=340, breach=False, pair="a"), meeting(nearest_m=310, breach=False, pair="b")]
    alarms = [near(100_000, "proximity.warning", pair="a"), near(100_000, pair="b")]
    seen = meetings.see(missed, TRACKS, alarms)
    assert meetings.false_near_misses(seen) == Tally(1, 2)
    assert [meetings.is_near_miss(m, beyond_margin=True) for m in missed] == [True, False]  # 36 m at 300 m


def test_an_approach_is_deep_that_goes_beyond_the_margin_and_lasts_two_intervals() -> None:
    assert meetings.is_deep_approach(meeting(), 60_000)
    assert not meetings.is_deep_approach(meeting(), 150_000)  # 250 s inside
    assert not meetings.is_deep_approach(meeting(nearest_m=270), 60_000)


def telling(person: str, *sources: int) -> Signals:
    """Return a device that tells a place each 100 s, from 50 s on, by these sources; -1 = it tells none."""
    table = np.full((len(Column), len(sources)), -1, dtype=np.int32)
    table[Column.RECEIVED] = 50_000 + 100_000 * np.arange(len(sources))
    table[Column.SOURCE] = sources
    table[Column.LAT_E7] = np.where(table[Column.SOURCE] < 0, -1, 1)
    return Signals(person, 0, table)


@pytest.mark.parametrize(
    ("sources", "blurred"),
    [
        (
            (GPS, CELL, CELL, CELL, CELL, GPS),
            True,
        ),  # satellites only before and after: nearer from 150 s to 400 s
        ((CELL, GPS, CELL, CELL, CELL, CELL), False),
        ((CELL, CELL, CELL, WIFI, CELL, CELL), False),
        ((CELL, -1, -1, -1, -1, CELL), False),  # told nothing: silence is no excuse
        ((CELL, -1, CELL, -1, -1, GPS), True),
    ],
)
def test_an_approach_is_blurred_while_one_side_tells_masts_alone(
    sources: tuple[int, ...], *, blurred: bool
) -> None:
    clear = telling("bella", *[GPS] * 6)
    (seen,) = meetings.see([meeting()], TRACKS, [], [telling("anna", *sources), clear])
    assert seen.blurred is blurred
    (other,) = meetings.see(
        [meeting()], TRACKS, [], [telling("bella", *sources), telling("anna", *[GPS] * 6)]
    )
    assert other.blurred is blurred
    assert not meetings.see([meeting()], TRACKS, [])[0].blurred, "without the devices nobody knows"
    (apart,) = meetings.see([meeting(breach=False)], TRACKS, [], [telling("anna", *[CELL] * 6), clear])
    assert not apart.blurred


def test_alerts_of_a_meeting_are_its_breaches() -> None:
    alarms = [near(200_000), near(250_000, "proximity.emergency"), near(500_000), near(900_001)]
    seen = meetings.see([meeting(), meeting(pair="quiet")], TRACKS, alarms)
    assert meetings.alerts_a_meeting(seen) == Tally(2, 1)  # 5 min after 600 s it is over
