"""Probing at its borders: each test kills an error that is planted there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from korgoo.engine import ring as bits
from korgoo.engine.findings import Finding, Reason
from korgoo.engine.ground import offset
from korgoo.engine.pairs import probing
from korgoo.engine.pairs.judged import LastSight
from korgoo.engine.ring import Fix
from tests.pairs import APART
from tests.stories import HOME_LAT, HOME_LON
from tests.unit.engine.pair_states import NOW, P, pair_at

if TYPE_CHECKING:
    from korgoo.engine.desk import Notes
    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.parameters import Parameters


def entries(*ago: int, until: int = 0, probed: int = 0) -> tuple[list[Finding], Pair]:
    pair, notes = pair_at()
    pair.state.judged.entered = [NOW - moment for moment in ago]
    pair.state.probed_until_ms, pair.state.probed_ms = until, probed
    probing.count_entries(notes, pair)
    return notes.findings, pair


def test_three_entries_are_probing_and_are_used_up_by_being_told() -> None:
    assert entries(30, 20)[0] == []
    (told,), pair = entries(30, 20, 10)
    assert (told.code, told.since_ms, told.until_ms, told.params["times"]) == (
        *(Reason.PROBING_ENTRIES, NOW - 30),
        *(NOW, 3),
    )
    assert (told.params["ring"], told.number, told.id) == ("warning", 0, f"{APART}/apart/pair.probing/9")
    assert (pair.state.probed_until_ms, pair.state.probed_ms) == (NOW - 10, NOW)
    assert entries(30, 20, 10, until=NOW - 30)[0] == []
    assert len(entries(40, 30, 20, 10, until=NOW - 40)[0]) == 1


@pytest.mark.parametrize(("ago", "told"), [(P.probing_ms - 1, 0), (P.probing_ms, 1)])
def test_it_is_told_once_in_the_time_of_probing(ago: int, told: int) -> None:
    assert len(entries(30, 20, 10, probed=NOW - ago)[0]) == told


def walk(*steps: tuple[int, float, float], path: int = 0, **how: Any) -> tuple[Pair, Notes]:
    """He goes (ms ago, metres north, metres east); `path` steps of 40 m on one spot came before."""
    pair, notes = pair_at()
    state = pair.state
    state.judged.binds = how.get("binds", True)
    state.judged.last = LastSight(how.get("seen", NOW), 0, how.get("distance_cm", 100_000))
    state.path = [(NOW - 600_000 + n, HOME_LAT, HOME_LON + n % 2 * 4_000) for n in range(path)]
    for ago, north, east in steps:
        lat, lon = HOME_LAT + round(north * 90), HOME_LON + round(east * 122.55)
        fix = Fix(NOW - ago, 1, lat, lon, how.get("sigma_cm", 800), how.get("code", 0))
        probing.follow_path(notes, pair, fix)
    return pair, notes


@pytest.mark.parametrize(
    ("how", "steps"),
    [
        ({}, 3),
        ({"code": bits.CONTACT}, 2),
        ({"code": bits.IGNORED}, 2),
        ({"seen": 0}, 2),
        ({"binds": False}, 0),
        ({"distance_cm": 240_000}, 3),
        ({"distance_cm": 240_001}, 0),
    ],
)
def test_only_steps_near_her_make_the_path(how: dict[str, Any], steps: int) -> None:
    assert len(walk((0, 100, 0), path=2, **how)[0].state.path) == steps


@pytest.mark.parametrize(
    ("north", "east", "sigma_cm", "taken"),
    [
        (31, 0, 800, True),
        (0, 31, 800, True),
        (29, 0, 800, False),
        (0, 29, 1, False),
        (31, 0, 1_050, False),
        (44, 0, 1_100, True),
        (25, 25, 800, True),
    ],
)
def test_a_step_is_more_than_thirty_metres_and_than_three_error_scales(
    north: float, east: float, sigma_cm: int, *, taken: bool
) -> None:
    pair, _ = walk((9, 0, 0), (0, north, east), sigma_cm=sigma_cm)
    assert len(pair.state.path) == 1 + taken


def test_an_older_fix_is_no_step() -> None:
    assert len(walk((9, 0, 0), (9, 100, 0))[0].state.path) == 1
    assert len(walk((9, 0, 0), (10, 100, 0))[0].state.path) == 1


def test_the_path_is_an_hour_and_at_most_sixty_four_steps_long() -> None:
    hour = P.search_ms
    assert len(walk((hour, 0, 0), (0, 100, 0))[0].state.path) == 2
    assert len(walk((hour + 1, 0, 0), (0, 100, 0))[0].state.path) == 1
    assert len(walk((0, 100, 0), path=63)[0].state.path) == 64
    full, _ = walk((0, 100, 0), path=64)
    assert len(full.state.path) == 64
    assert full.state.path[0][0] == NOW - 600_000 + 1


def circling(
    count: int, *, wide_m: float = 0, probed: int = 0, parameters: Parameters = P
) -> tuple[list[Finding], int]:
    """So many steps of 100 m to and fro, then a look at how long the way was."""
    pair, notes = walk()
    pair.parameters = parameters
    pair.state.probed_ms = probed
    for n in range(count):
        lat = HOME_LAT + (n % 2) * 9_000
        fix = Fix(NOW - 1_000 + n, 1, lat, HOME_LON + round(wide_m * 122.55 * n / count), 800, 0)
        probing.follow_path(notes, pair, fix)
    return notes.findings, len(pair.state.path)


def test_three_kilometres_on_the_spot_are_a_search() -> None:
    assert circling(28)[0] == [], "2.7 km"
    (told,), steps = circling(32)
    assert (told.code, told.since_ms, steps) == (Reason.PROBING_SEARCH, NOW - 1_000, 32)
    assert told.params["way_m"] == pytest.approx(3_100, abs=5)
    assert "times" not in told.params
    assert circling(31)[0] == [], "it is looked at with every fourth step"
    assert circling(32, wide_m=900)[0] == [], "on ground as wide as a third of the way"
    assert len(circling(32, wide_m=500)[0]) == 1
    assert circling(32, probed=NOW - 1)[0] == []


@pytest.mark.parametrize(("ratio", "more_cm", "found"), [(31, 0, 1), (32, 0, 0), (31, 1, 0)])
def test_a_way_of_just_the_length_is_a_search(ratio: int, more_cm: int, found: int) -> None:
    """Of 31 steps to and fro the way is 31 times the ground."""
    step_cm = offset(HOME_LAT, HOME_LON, HOME_LAT + 9_000, HOME_LON)[1]
    edge = msgspec.structs.replace(P, search_way_cm=31 * step_cm + more_cm, search_ratio=ratio)
    assert len(circling(32, parameters=edge)[0]) == found


def test_the_ground_is_as_long_as_its_diagonal() -> None:
    corners = [(1, 0, 0), (2, 36_175, 0), (3, 36_175, 26_950), (4, 0, 26_950)]
    way_cm, ground_cm = probing.measure_path(corners)
    assert way_cm == pytest.approx(40_000 + 30_000 + 40_000, abs=3)
    assert ground_cm == pytest.approx(50_000, abs=3)
    beyond = [(1, 0, 0), (2, 36_175, 26_950), (3, -36_175, -26_950)]
    assert probing.measure_path(beyond)[1] == pytest.approx(100_000, abs=5)
    shifted = [(t, lat + 400_000_000, lon + 740_000_000) for t, lat, lon in corners]
    assert probing.measure_path(shifted)[1] == pytest.approx(46_300, rel=0.01)


def test_a_step_of_just_three_error_scales_is_none() -> None:
    north, step_cm = 4_000, 1
    while step_cm % 3:
        north += 1
        step_cm = offset(HOME_LAT, HOME_LON, HOME_LAT + north, HOME_LON)[1]
    for sigma_cm, taken in ((step_cm // 3, 1), (step_cm // 3 - 1, 2)):
        pair, _ = walk((9, 0, 0), (0, north / 90, 0), sigma_cm=sigma_cm)
        assert len(pair.state.path) == taken
