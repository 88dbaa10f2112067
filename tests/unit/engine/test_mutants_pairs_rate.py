"""What devices of a pair are asked, and what his side is shown: each test kills an error planted there."""

from __future__ import annotations

from typing import Any

import pytest

from korgoo.engine import ring as bits
from korgoo.engine.desk import Notes
from korgoo.engine.pairs import audience, rate, silence
from korgoo.engine.pairs.judged import Near
from korgoo.engine.pairs.pair import Pair
from korgoo.engine.pairs.state import PairState
from korgoo.engine.pairs.track import Track
from korgoo.engine.ring import Fix
from tests.pairs import APART, order, place
from tests.stories import HOME_LAT, HOME_LON, P1, P2
from tests.unit.engine.pair_states import NOW, P, pair_at

HIS = Fix(NOW, 9, HOME_LAT, HOME_LON, 800, 0)
HIDDEN = (place("work"), place("home"))


@pytest.mark.parametrize(("distance_cm", "interval_s"), [(30_000, 15), (110_000, 16), (10**9, 300), (0, 15)])
def test_the_interval_has_a_shortest_and_a_longest(distance_cm: int, interval_s: int) -> None:
    assert rate.wish_interval(distance_cm, 30_000, P) == interval_s


def wish(person_cm: int, wanted: int = 0, **fields: Any) -> list[tuple[str, int, int]]:
    """What is asked at that distance of the two; she reports each five minutes."""
    pair, _ = pair_at(order(intervals_ms=(300_000, 300_000), **fields))
    pair.state.judged.person_cm = person_cm
    pair.state.judged.sides[0] = Track(NOW, HOME_LAT, HOME_LON)
    for side in pair.state.sides:
        side.wanted_s = wanted
    return [(w.person, w.interval_s, w.at_ms) for w in rate.request_rates(pair, NOW, HIS)]


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


@pytest.mark.parametrize(
    ("code", "asked"), [(0, True), (bits.PROTECTED, False), (bits.IGNORED, False), (bits.CONTACT, False)]
)
def test_where_she_is_hidden_only_a_usable_fix_of_his_own_asks_his_device(code: int, *, asked: bool) -> None:
    """He knows her work, and not where she is: when she reports must not decide when he is asked."""
    known = order(intervals_ms=(300_000, 300_000), places=(place("work", disclosed=True, east_m=900),))
    pair, _ = pair_at(known)
    told = rate.request_rates(pair, NOW, HIS._replace(code=code))
    assert [(w.person, w.interval_s) for w in told] == ([(P1, 15)] if asked else [])


def test_what_is_hidden_again_waits_for_his_own_fix() -> None:
    pair, _ = pair_at(order(intervals_ms=(300_000, 300_000)))
    pair.state.sides[0].wanted_s = 15
    assert not rate.request_rates(pair, NOW, HIS._replace(code=bits.PROTECTED))
    assert [w.interval_s for w in rate.request_rates(pair, NOW, HIS)] == [300]


def test_where_she_is_disclosed_her_fix_asks_his_device_as_well() -> None:
    pair, _ = pair_at(order(intervals_ms=(300_000, 300_000), disclosed=True))
    pair.state.judged.person_cm, pair.state.judged.sides[0] = 0, Track(NOW, HOME_LAT, HOME_LON)
    told = rate.request_rates(pair, NOW, HIS._replace(code=bits.PROTECTED))
    assert [w.person for w in told] == [P1, P2]


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
    assert audience.shown_distance(judged, force, judged.sides[0]) == pytest.approx(35_000, abs=20)
    for person_cm in (0, 7):
        judged.person_cm = person_cm
        assert audience.shown_distance(judged, force, judged.sides[0]) == person_cm
    judged.sides[0].at_ms = 0
    assert audience.shown_distance(judged, force, judged.sides[0]) is None


def test_without_an_order_no_side_is_due() -> None:
    pair, notes = Pair(PairState(APART), P), Notes(APART, {}, at_ms=NOW, seq=9, findings=[])
    silence.fire(notes, pair)
    assert (silence.due(pair), notes.findings) == (0, [])


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
