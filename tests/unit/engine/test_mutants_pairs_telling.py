"""What a finding of a pair says in numbers, and which fixes of which side it shows.

Each test kills an error that `korgoo mutate rules` plants.
"""

from __future__ import annotations

import pytest

from korgoo.engine.findings import Finding, Reason
from korgoo.engine.pairs.judged import LastSight
from korgoo.engine.pairs.telling import pair_params
from korgoo.engine.plan import Together
from tests.pairs import order, place
from tests.stories import MINUTE, at
from tests.unit.engine.pair_days import Day, minutes, now, of
from tests.unit.engine.pair_states import NOW, pair_at


def events(day: Day, kind: str) -> list[Finding]:
    return [f for f in day.found if f.kind == kind]


def test_what_was_seen_last_is_told_in_metres_and_seconds() -> None:
    pair, notes = pair_at(order(order="17", clause="3.2"))
    pair.state.judged.last = LastSight(NOW - 5_500, 0, 12_345, 678, 250, 1_700)
    assert pair_params(notes, pair, 0) == {
        "ring": "warning",
        "ring_m": 600.0,
        "order_m": 300.0,
        "order": "17",
        "clause": "3.2",
        "apart_m": 123.45,
        "sigma_m": 6.78,
        "age_s": 7,
        "last_seen": "2026-05-28T07:59:54.500Z",
        "closing_kmh": 9,
        "target": "person",
        "disclosed": False,
    }


def test_who_was_never_seen_is_not_said_to_be_anywhere() -> None:
    pair, notes = pair_at()
    assert pair_params(notes, pair, 1) == {"ring": "breach", "ring_m": 300.0, "order_m": 300.0}


@pytest.mark.parametrize(("ahead_ms", "age_s"), [(5_500, 0), (0, 0), (-999, 0), (-1_000, 1)])
def test_nothing_is_younger_than_now(ahead_ms: int, age_s: int) -> None:
    pair, notes = pair_at()
    pair.state.judged.last = LastSight(NOW + ahead_ms, 0, 12_345, 678, 0, 0)
    assert pair_params(notes, pair, 0)["age_s"] == age_s


@pytest.mark.parametrize(("closing_cms", "told"), [(-1_000, None), (0, None), (1, 0), (1_000, 36)])
def test_only_who_comes_nearer_is_said_to_come_nearer(closing_cms: int, told: int | None) -> None:
    pair, notes = pair_at()
    pair.state.judged.last = LastSight(NOW, 0, 12_345, 678, closing_cms, 0)
    assert pair_params(notes, pair, 0).get("closing_kmh") == told


@pytest.mark.parametrize(
    ("target", "name", "disclosed"), [(0, "person", False), (1, "home", True), (2, "work", False)]
)
def test_it_is_told_near_what_he_is_and_whether_he_may_know(
    target: int, name: str, *, disclosed: bool
) -> None:
    pair, notes = pair_at(order(places=(place("home", disclosed=True), place("work"))))
    pair.state.judged.last = LastSight(NOW, target, 12_345, 678, 0, 0)
    params = pair_params(notes, pair, 0)
    assert (params["target"], params["disclosed"]) == (name, disclosed)


def test_the_fixes_of_both_sides_are_shown_as_they_were_judged() -> None:
    """His come first: beside an old place of hers they say less."""
    day = of(now())
    day.meet(at(14) - MINUTE, metres=5_000)
    day.meet(*minutes(14, 2))
    (opened,) = events(day, "proximity.emergency")
    assert [(e.seq, e.fixed_at_ms, e.side, e.distance_m, e.sigma_m, e.belief) for e in opened.evidence] == [
        (3, at(14) - MINUTE, "protected", 5_006.81, 9.61, -6.0),
        (4, at(14), "participant", 100.14, 72.63, -4.986),
        (5, at(14), "protected", 100.13, 9.61, 2.0),
        (6, at(14) + MINUTE, "participant", 100.14, 72.63, 3.014),
        (7, at(14) + MINUTE, "protected", 100.13, 9.61, 6.0),
    ]


def test_what_closes_says_how_long_it_was_so_and_is_live() -> None:
    day = of(now())
    day.meet(*minutes(14, 3))
    begins = at(14) + 3 * MINUTE + 4_900
    day.tell(begins - 2_000, Together("hearing", begins, at(15)))
    day.look(begins)
    opened, closed = events(day, "proximity.breach")
    assert (opened.since_ms, closed.until_ms, closed.live) == (at(14), begins, True)
    assert closed.params["not_met_s"] == 184


def test_an_entry_again_shows_its_fixes_and_a_doubt_has_none_to_show() -> None:
    """He leaves her, comes back within five minutes, and is heard no more."""
    day = of(now())
    day.meet(*minutes(14, 3))
    day.meet(*minutes(14 + 3 / 60, 4), metres=900)
    day.meet(*minutes(14 + 7 / 60, 4))
    day.look(at(14.5))
    further = {f.code: len(f.evidence) for f in events(day, "proximity.breach")[1:]}
    assert further == {Reason.RECEDED: 0, Reason.REENTERED: 12, Reason.CANNOT_TELL: 0}
