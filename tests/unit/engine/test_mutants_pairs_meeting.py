"""Rings and meetings at their borders: each kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine.findings import Reason
from korgoo.engine.pairs import meeting
from korgoo.engine.pairs.judged import LastSight, Near, PairJudged, RingStanding
from korgoo.engine.pairs.nearness import Sight
from korgoo.engine.pairs.track import Track
from korgoo.engine.plan import Together
from tests.pairs import place
from tests.stories import MINUTE, at
from tests.unit.engine.pair_states import HOLD, IN, NOW, OUT, UNKNOWN, P, force, judged

if TYPE_CHECKING:
    from korgoo.engine.judged import Change
    from korgoo.engine.pairs.force import PairForce


def told(lane_state: PairJudged, under: PairForce, at_ms: int = NOW) -> list[tuple[str, int, Reason, int]]:
    changes: list[Change] = []
    meeting.judge_rings(lane_state, under, at_ms, changes)
    return [(c.what, c.index, c.code, c.since_ms) for c in changes]


@pytest.mark.parametrize(("until", "change"), [(at(20), at(20)), (None, 0)])
def test_the_clock_knows_the_next_change_if_there_is_one(until: int | None, change: int) -> None:
    state = PairJudged(change_ms=7)
    meeting.rebind(state, force(effective_until_ms=until), NOW)
    assert (state.change_ms, state.binds) == (change, True)


@pytest.mark.parametrize(("binds", "bound"), [(True, 7), (False, at(10))])
def test_it_binds_since_it_began_to(bound: int, *, binds: bool) -> None:
    state = PairJudged(binds=binds, bound_ms=7)
    meeting.rebind(state, force(effective_from_ms=at(10)), NOW)
    assert state.bound_ms == bound


def test_what_is_believed_within_weighs_more_than_what_may_be() -> None:
    sure, maybe = Near(4_000, 1), Near(6_000, 0)
    state = judged((maybe, UNKNOWN, UNKNOWN), (sure, UNKNOWN, UNKNOWN))
    assert meeting._strongest(state, 0) == sure
    assert meeting._strongest(judged((Near(-5), UNKNOWN, UNKNOWN), (Near(-9), *[UNKNOWN] * 2)), 0) == Near(-5)


def test_an_inner_ring_opens_all_around_it_since_the_side_was_believed() -> None:
    state = judged((UNKNOWN, IN, UNKNOWN), bound_ms=NOW - 50_000)
    assert told(state, force()) == [
        ("open", 0, Reason.APPROACHED, NOW),
        ("open", 1, Reason.APPROACHED, NOW - 50_000),
    ]
    assert state.rings[0] == RingStanding(NOW, 0, held=("",))
    assert not state.rings[2].open_ms
    assert told(judged((IN, UNKNOWN, UNKNOWN)), force()) == [("open", 0, Reason.APPROACHED, NOW - 60_000)]


def test_who_could_be_there_before_the_police_is_warned_of_and_stays_in_doubt() -> None:
    state = judged((UNKNOWN, UNKNOWN, UNKNOWN), closing_times=2)
    assert told(state, force()) == [("open", 0, Reason.CLOSING, NOW)]
    assert not state.rings[0].doubt
    assert told(judged((UNKNOWN, UNKNOWN, UNKNOWN), closing_times=1), force()) == []
    assert not state.entered, "it is no entry"


def test_the_targets_that_were_entered_have_to_be_left() -> None:
    places = force(places=(place("work"), place("home")))
    state = judged((OUT, OUT, OUT), (IN, OUT, OUT), (OUT, OUT, OUT))
    told(state, places)
    assert [*state.rings[0].held] == ["work"]
    state.nears[1], state.nears[2] = [Near(-6_000, -1, 0, 3)] * 3, [Near(6_000, 1, 0, 4)] * 3
    told(state, places)
    assert [*state.rings[0].held] == ["home", "work"]
    assert [*state.rings[2].held] == ["home"]
    state.nears[2] = [Near(-6_000, -1, 0, NOW - 1)] * 3
    assert told(state, places)[0] == ("receded", 0, Reason.RECEDED, NOW)
    assert state.rings[0].away_ms == NOW - 1
    told(state, places, NOW + 1)
    state.nears[0] = [IN] * 3
    assert [what for what, *_ in told(state, places, NOW + 2)] == ["rise"] * 3
    assert [*state.rings[0].held] == ["", "home", "work"]


@pytest.mark.parametrize(("target", "name"), [(0, ""), (1, "work"), (2, "home"), (9, "home")])
def test_a_warning_by_speed_holds_the_target_that_was_seen_last(target: int, name: str) -> None:
    nobody = (UNKNOWN, UNKNOWN, UNKNOWN)
    state = judged(nobody, nobody, nobody, closing_times=2, last=LastSight(NOW, target))
    told(state, force(places=(place("work"), place("home"))))
    assert state.rings[0].held == (name,)


def test_only_what_was_entered_decides_whether_it_is_left() -> None:
    places = force(places=(place("work"),))
    state = judged((UNKNOWN, *[UNKNOWN] * 2), (OUT, OUT, OUT))
    state.rings[0] = RingStanding(5, 0, held=("work",))
    assert told(state, places) == [("receded", 0, Reason.RECEDED, NOW)]
    state.rings[0] = RingStanding(5, 0, held=("",))
    assert told(state, places) == [("doubt", 0, Reason.CANNOT_TELL, NOW)]
    state.rings[0] = RingStanding(5, 0, held=())
    assert told(state, places) == [("doubt", 0, Reason.CANNOT_TELL, NOW)]


def standing(near: Near, ring: RingStanding, **fields: Any) -> tuple[list[str], RingStanding]:
    """Judge the warning ring as it stands; return what was told and how it stands then."""
    state = judged(
        (near, UNKNOWN if near.verdict > 0 else near, UNKNOWN if near.verdict > 0 else near), **fields
    )
    state.rings[0] = ring
    return [what for what, *_ in told(state, force())], state.rings[0]


@pytest.mark.parametrize(
    ("near", "before", "said", "after"),
    [
        (IN, RingStanding(5), [], RingStanding(5, 0, held=("",))),
        (IN, RingStanding(5, 0, doubt=True), ["known"], RingStanding(5, 0, held=("",))),
        (IN, RingStanding(5, 6), ["rise"], RingStanding(5, 0, held=("",))),
        (UNKNOWN, RingStanding(5), ["doubt"], RingStanding(5, 0, doubt=True)),
        (UNKNOWN, RingStanding(5, 0, doubt=True), [], RingStanding(5, 0, doubt=True)),
        (OUT, RingStanding(5, 0, doubt=True), ["receded"], RingStanding(5, NOW - 60_000)),
        (OUT, RingStanding(NOW - 9), ["receded"], RingStanding(NOW - 9, NOW - 9)),
        (OUT, RingStanding(5, NOW - 6), [], RingStanding(5, NOW - 6)),
    ],
)
def test_a_ring_is_left_doubted_known_and_entered_again(
    near: Near, before: RingStanding, said: list[str], after: RingStanding
) -> None:
    assert standing(near, before) == (said, after)


def test_who_closed_in_until_now_is_away_only_since_then() -> None:
    assert standing(OUT, RingStanding(5), closing_ms=NOW - 8)[1].away_ms == NOW - 8


def test_entries_count_for_two_hours_and_only_since_the_order_binds() -> None:
    old = [NOW - P.probing_ms, NOW - P.probing_ms + 1]
    state = judged((IN, UNKNOWN, UNKNOWN), entered=list(old), bound_ms=IN.side_ms)
    told(state, force())
    assert state.entered == [old[1], NOW]
    state = judged((IN, UNKNOWN, UNKNOWN), entered=list(old), bound_ms=IN.side_ms + 1)
    told(state, force())
    assert state.entered == old
    again = judged((IN, UNKNOWN, UNKNOWN))
    again.rings[0] = RingStanding(5, 6)
    told(again, force())
    assert again.entered == [NOW]
    inner = judged((IN, IN, IN))
    told(inner, force())
    assert inner.entered == [NOW], "one entry, whatever ring"


def parted(
    away_ms: int, heard_ms: int, near: Near = OUT, **fields: Any
) -> tuple[list[tuple[str, int]], PairJudged]:
    """A breach that both have left; return what closes."""
    state = judged((near, near, near), sides=[Track(heard_ms), Track(heard_ms - 3)], closing_times=1)
    state.rings = [RingStanding(5, away_ms, held=("",)), RingStanding(6, away_ms - 7), RingStanding()]
    return [(what, since) for what, _, _, since in told(state, force(**fields)) if what == "close"], state


def test_a_meeting_ends_after_five_minutes_each_ring_when_it_was_left() -> None:
    just = NOW - P.meeting_end_ms
    closed, state = parted(just, NOW - HOLD + 1)
    assert closed == [("close", just), ("close", just - 7)]
    assert state.rings == [RingStanding()] * 3
    assert state.closing_times == 0
    assert parted(just + 1, NOW)[0] == []
    assert parted(just, NOW - HOLD)[0] == [], "his last fix no longer speaks for now"
    assert parted(just, NOW - HOLD, intervals_ms=(MINUTE, 5 * MINUTE))[0] == [], "hers may speak longer"
    assert parted(just, NOW, UNKNOWN)[0] == []


def test_the_end_of_the_duty_ends_what_stands_open_now_and_says_why() -> None:
    for under, code in (
        (force(effective_until_ms=NOW), Reason.ORDER_CHANGED),
        (force(together=(Together("t", NOW - 1, NOW + 1),)), Reason.TOGETHER),
    ):
        state = judged((IN, IN, IN))
        state.binds = False
        state.rings[1] = RingStanding(5)
        assert told(state, under) == [("close", 1, code, NOW)]


CODES = {
    "rise": Reason.REENTERED,
    "receded": Reason.RECEDED,
    "doubt": Reason.CANNOT_TELL,
    "known": Reason.KNOWN_AGAIN,
}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (RingStanding(5, 6), RingStanding(5), ["rise"]),
        (RingStanding(5), RingStanding(5, 6), ["receded"]),
        (RingStanding(), RingStanding(5, 6), ["receded"]),
        (RingStanding(5, 6), RingStanding(5, 7), []),
        (RingStanding(5), RingStanding(5, 0, doubt=True), ["doubt"]),
        (RingStanding(0, 0, doubt=True), RingStanding(5, 0, doubt=True), ["doubt"]),
        (RingStanding(0, 9, doubt=True), RingStanding(5), []),
        (RingStanding(5, 0, doubt=True), RingStanding(5, 0, doubt=True), []),
        (RingStanding(5, 0, doubt=True), RingStanding(5), ["known"]),
        (RingStanding(5), RingStanding(5), []),
        (RingStanding(5, 6), RingStanding(0), []),
    ],
)
def test_what_stands_otherwise_when_judged_again_is_told(
    old: RingStanding, new: RingStanding, said: list[str]
) -> None:
    state = judged((IN, IN, IN))
    state.rings[1] = new
    found = meeting.compare_rings([RingStanding(), old, RingStanding()], state, force())
    assert [c.what for c in found] == said
    assert [c.code for c in found] == [CODES[what] for what in said]
    assert all((c.index, c.when_ms, c.since_ms, c.belief) == (1, NOW, NOW, 6_000) for c in found)
    assert meeting.compare_rings([RingStanding(), old, RingStanding()], state, None) == []


@pytest.mark.parametrize(
    ("left_cm", "closing_cms", "times"),
    [
        (60_000, 1_000, 2),
        (60_001, 1_000, 0),
        (0, 1_000, 0),
        (1, 1_000, 2),
        (12_000, 200, 2),
        (1, 199, 0),
        (1_000_000, 50_000, 2),
        (1_000_001, 50_000, 0),
    ],
)
def test_she_can_be_reached_before_the_police_within_the_reaction_time(
    left_cm: int, closing_cms: int, times: int
) -> None:
    state = judged((UNKNOWN, UNKNOWN, UNKNOWN), closing_times=1)
    sight = Sight(NOW, 30_000 + left_cm, 1, closing_cms, 0)
    meeting.follow_closing(state, force(reaction_ms=MINUTE), sight)
    assert (state.closing_times, state.closing_ms) == (times, NOW if times else 0)


def test_where_the_order_knows_no_reaction_time_nobody_is_counted() -> None:
    state = judged((UNKNOWN, UNKNOWN, UNKNOWN))
    meeting.follow_closing(state, force(), Sight(NOW, 30_001, 1, 1_000, 0))
    assert state.closing_times == 0
    meeting.follow_closing(state, force(reaction_ms=MINUTE), Sight(NOW, 30_001, 1, 1_000, 0))
    assert (state.closing_times, state.closing_ms) == (1, 0), "one look is none"
