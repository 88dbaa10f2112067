"""Silence of a side, probing and rates at their borders: each kills an error that is planted there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from korgoo.engine import ring as bits
from korgoo.engine.desk import Notes
from korgoo.engine.findings import Finding, Reason
from korgoo.engine.ground import offset
from korgoo.engine.pairs import audience, probing, rate, silence
from korgoo.engine.pairs.judged import LastSight, Near, RingStanding
from korgoo.engine.pairs.pair import Pair
from korgoo.engine.pairs.state import PairState
from korgoo.engine.pairs.track import Track
from korgoo.engine.parameters import Parameters
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Suspension
from korgoo.engine.state import Standing
from tests.pairs import APART, order, pair_of, place
from tests.stories import HOME_LAT, HOME_LON, MINUTE, P1, P2, at

if TYPE_CHECKING:
    from korgoo.engine.plan import PairPlan

P = Parameters()
NOW = at(14)
LIMIT = 3 * MINUTE - P.pair_silence_margin_ms
HIS, HERS = "pair.silent:participant", "pair.silent:protected"


def pair_at(plan: PairPlan | None = None, *, heard: tuple[int, int] = (NOW, NOW)) -> tuple[Pair, Notes]:
    """A pair whose sides were heard then, and notes on it at 14:00."""
    _, pair, _ = pair_of(plan or order())
    for known, heard_ms in zip(pair.state.sides, heard, strict=True):
        known.heard_ms = heard_ms
    return pair, Notes(APART, pair.state.standing, at_ms=NOW, seq=9, findings=[], subject=P1, other=P2)


def stand(pair: Pair, *names: str) -> None:
    pair.state.standing.update({name: Standing(name, 5) for name in names})


def brief(notes: Notes) -> list[tuple[str, Reason, int | None]]:
    return [(f.event.value, f.code, f.until_ms) for f in notes.findings]


def test_who_is_heard_again_ends_his_own_silence() -> None:
    pair, notes = pair_at(heard=(NOW - 604_000, NOW - 9))
    stand(pair, HIS, HERS)
    silence.hear(notes, pair, 0)
    (closed,) = notes.findings
    assert (closed.code, closed.until_ms, closed.condition) == (Reason.HEARD_AGAIN, NOW, "apart")
    assert closed.params == {"side": "participant", "silent_s": 604}
    assert set(pair.state.standing) == {HERS}
    one, other = pair.state.sides
    assert (one.heard_ms, one.regained_ms, other.heard_ms, other.regained_ms) == (NOW, NOW, NOW - 9, 0)


def test_after_our_outage_the_deadlines_of_both_begin_anew() -> None:
    pair, notes = pair_at(heard=(5, 6))
    pair.state.slack_ms = 9
    silence.hear(notes, pair, 1)
    assert [(side.heard_ms, side.regained_ms) for side in pair.state.sides] == [(5, NOW), (NOW, NOW)]
    assert pair.state.slack_ms == 0


@pytest.mark.parametrize(
    ("heard", "standing", "ends", "slack", "due"),
    [
        ((NOW, NOW - 5), (), None, 0, NOW - 5 + LIMIT),
        ((NOW - 5, NOW), (), None, 7, NOW + 2 + LIMIT),
        ((NOW, NOW - 5), (HERS,), None, 0, NOW + LIMIT),
        ((NOW, NOW), (HIS, HERS), None, 0, 0),
        ((NOW, NOW), (), NOW + LIMIT, 0, 0),
        ((NOW, NOW), (), NOW + LIMIT + 1, 0, NOW + LIMIT),
        ((NOW, NOW), (HIS,), NOW + 9, 0, NOW + 9),
        ((NOW, NOW), (HERS,), NOW + LIMIT + 9, 0, NOW + LIMIT),
    ],
)
def test_the_clock_looks_when_the_first_side_is_due(
    heard: tuple[int, int], standing: tuple[str, ...], ends: int | None, slack: int, due: int
) -> None:
    pair, _ = pair_at(order(effective_until_ms=ends), heard=heard)
    stand(pair, *standing)
    pair.state.slack_ms = slack
    assert silence.due(pair) == due


def test_each_side_has_its_own_limit_from_the_start_of_the_order_on() -> None:
    slow = order(intervals_ms=(MINUTE, 5 * MINUTE), effective_from_ms=at(13.8))
    pair, _ = pair_at(slow, heard=(0, 0))
    pair.state.sides[0].regained_ms = at(13.8) + 10 * MINUTE
    assert silence.due(pair) == at(13.8) + 11 * MINUTE - P.pair_silence_margin_ms


@pytest.mark.parametrize(("late", "found"), [(LIMIT - 1, 0), (LIMIT, 1)])
def test_a_silence_opens_when_it_is_due_with_what_was_known(late: int, found: int) -> None:
    pair, notes = pair_at(heard=(NOW, NOW - late))
    pair.state.judged.rings[0] = RingStanding(5)
    silence.fire(notes, pair)
    assert len(notes.findings) == found
    for opened in notes.findings:
        told: dict[str, Any] = dict(opened.params)
        assert (opened.code, opened.since_ms, opened.id) == (
            *(Reason.SILENT, NOW - LIMIT),
            f"{APART}/apart/{HERS}/9.{NOW}",
        )
        assert (told["side"], told["silent_s"], told["limit_s"], told["priority"]) == (
            "protected",
            175,
            175,
            1,
        )
        assert (told["ring"], told["last_seen"]) == ("warning", "2026-05-28T07:57:05.000Z")


def test_beyond_the_warning_ring_a_silence_is_no_matter_of_life_and_our_outage_is_allowed_for() -> None:
    pair, notes = pair_at(heard=(NOW - LIMIT - 9_000, NOW))
    pair.state.slack_ms = 9_000
    pair.state.judged.rings[0] = RingStanding(5, 6)
    silence.fire(notes, pair)
    (opened,) = notes.findings
    assert (opened.params["limit_s"], opened.params["silent_s"]) == (184, 184)
    assert "priority" not in opened.params
    silence.fire(notes, pair)
    assert len(notes.findings) == 1


def test_with_the_order_both_silences_end_and_while_suspended_nothing_opens() -> None:
    pair, notes = pair_at(order(effective_until_ms=NOW), heard=(5, 5))
    stand(pair, HIS, HERS)
    silence.fire(notes, pair)
    assert brief(notes) == [("closed", Reason.ORDER_CHANGED, NOW)] * 2
    assert [side.regained_ms for side in pair.state.sides] == [NOW, NOW]
    silence.fire(notes, pair)
    assert len(notes.findings) == 2
    pair, notes = pair_at(heard=(5, 5))
    assert pair.force is not None
    pair.force.suspensions[1] = Suspension(1, NOW - 1, NOW + 1)
    silence.fire(notes, pair)
    assert (notes.findings, [side.regained_ms for side in pair.state.sides]) == ([], [NOW + 1] * 2)


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


HIDDEN = (place("work"), place("home"))


@pytest.mark.parametrize(("distance_cm", "interval_s"), [(30_000, 15), (110_000, 16), (10**9, 300), (0, 15)])
def test_the_interval_has_a_shortest_and_a_longest(distance_cm: int, interval_s: int) -> None:
    assert rate.wish_interval(distance_cm, 30_000) == interval_s


def wish(person_cm: int, wanted: int = 0, **fields: Any) -> list[tuple[str, int, int]]:
    """What is asked at that distance of the two; she reports each five minutes."""
    pair, _ = pair_at(order(intervals_ms=(300_000, 300_000), **fields))
    pair.state.judged.person_cm = person_cm
    pair.state.judged.sides[0] = Track(NOW, HOME_LAT, HOME_LON)
    for side in pair.state.sides:
        side.wanted_s = wanted
    return [(w.person, w.interval_s, w.at_ms) for w in rate.request_rates(pair, NOW)]


def test_her_device_is_asked_by_the_true_distance() -> None:
    assert wish(0) == [(P2, 15, NOW)]
    assert wish(-1) == []
    assert wish(30_000 + 60 * 5_000) == [(P2, 60, NOW)]
    assert wish(30_000 + 60 * 5_000 - 1) == [(P2, 30, NOW)]
    assert wish(30_000 + 60 * 5_000, wanted=60) == [(P1, 300, NOW), (P2, 60, NOW)], (
        "he knows of nothing, and is as the order asks"
    )
    assert wish(10**9) == []


def test_where_he_knows_her_place_he_is_asked_by_his_way_to_it() -> None:
    assert wish(0, disclosed=True) == [(P1, 15, NOW), (P2, 15, NOW)]
    assert wish(-1, disclosed=True, wanted=60) == [], "nothing is known: all stays as it is"


def rings(*verdicts: tuple[int, int, int], **fields: Any) -> tuple[Any, Any]:
    pair, _ = pair_at(order(**fields))
    judged = pair.state.judged
    judged.nears = [[Near(verdict=verdict) for verdict in ring] for ring in verdicts]
    judged.sides[0] = Track(NOW, HOME_LAT, HOME_LON)
    return judged, pair.force


def test_his_side_sees_the_innermost_ring_around_what_he_knows() -> None:
    judged, force = rings((1, 1, 0), disclosed=True)
    assert audience.shown_ring(judged, force) == 1
    judged.binds = False
    assert audience.shown_ring(judged, force) is None
    assert audience.shown_ring(*rings((1, 1, 0))) is None
    assert audience.shown_ring(*rings((0, -1, 0), disclosed=True)) is None


def test_his_side_sees_the_distance_to_the_nearest_of_what_he_knows() -> None:
    known = (place("work", disclosed=True, east_m=900), place("home", disclosed=True, east_m=400), place("x"))
    judged, force = rings((0,) * 3, (0,) * 3, (0,) * 3, (0,) * 3, places=known, disclosed=True)
    assert audience.shown_distance(judged, force) == pytest.approx(35_000, abs=20)
    for person_cm in (0, 7):
        judged.person_cm = person_cm
        assert audience.shown_distance(judged, force) == person_cm
    judged.sides[0].at_ms = 0
    assert audience.shown_distance(judged, force) is None


def test_without_an_order_no_side_is_due() -> None:
    pair, notes = Pair(PairState(APART), P), Notes(APART, {}, at_ms=NOW, seq=9, findings=[])
    silence.fire(notes, pair)
    assert (silence.due(pair), notes.findings) == (0, [])


def test_a_step_of_just_three_error_scales_is_none() -> None:
    north, step_cm = 4_000, 1
    while step_cm % 3:
        north += 1
        step_cm = offset(HOME_LAT, HOME_LON, HOME_LAT + north, HOME_LON)[1]
    for sigma_cm, taken in ((step_cm // 3, 1), (step_cm // 3 - 1, 2)):
        pair, _ = walk((9, 0, 0), (0, north / 90, 0), sigma_cm=sigma_cm)
        assert len(pair.state.path) == taken


@pytest.mark.parametrize(
    ("person", "place_known", "kind", "shown"),
    [
        (True, True, "proximity.warning", True),
        (True, False, "proximity.warning", False),
        (False, True, "proximity.warning", False),
        (True, True, "pair.silent", False),
        (True, True, "zone.exit", False),
    ],
)
def test_a_finding_of_the_pair_is_shown_where_the_order_hides_nothing(
    kind: str, *, person: bool, place_known: bool, shown: bool
) -> None:
    plan = order(disclosed=person, places=(place("a", disclosed=True), place("b", disclosed=place_known)))
    assert audience.may_show(plan, kind) is shown
