"""Rings and meetings at their borders: each kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from korgoo.engine import ring as bits
from korgoo.engine.findings import Reason
from korgoo.engine.judged import Change, Trace
from korgoo.engine.pairs import lane, meeting
from korgoo.engine.pairs.force import PairForce
from korgoo.engine.pairs.judged import LastSight, Near, PairJudged, RingStanding
from korgoo.engine.pairs.nearness import Sight
from korgoo.engine.pairs.track import Track
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Together
from korgoo.engine.ring import Fix
from tests.pairs import order, place
from tests.stories import HOME_LAT, HOME_LON, MINUTE, at

P = Parameters()
NOW = at(14)
HOLD = 8 * MINUTE  # three intervals of a minute and five more
IN, OUT = Near(6_000, 1, 0, NOW - 60_000), Near(-6_000, -1, 0, NOW - 60_000)
UNKNOWN = Near()


def force(**fields: Any) -> PairForce:
    return PairForce(order(**fields), P, {}, {})


def judged(*targets: tuple[Near, ...], **fields: Any) -> PairJudged:
    """What is believed of each target's rings, under an order that binds."""
    nears = [[Near(*_values(near)) for near in nears] for nears in targets]
    return PairJudged(clock_ms=NOW, nears=nears, binds=True, **fields)


def _values(near: Near) -> tuple[int, int, int, int, tuple[int, int]]:
    return near.belief, near.verdict, near.turn_ms, near.side_ms, near.fixes


def told(lane_state: PairJudged, under: PairForce, at_ms: int = NOW) -> list[tuple[str, int, Reason, int]]:
    changes: list[Change] = []
    meeting.judge_rings(lane_state, under, at_ms, changes)
    return [(c.what, c.index, c.code, c.since_ms) for c in changes]


@pytest.mark.parametrize(("due", "then"), [(0, at(20)), (at(19), at(19)), (at(21), at(20))])
def test_the_clock_looks_at_the_next_change_or_at_what_was_due_before(due: int, then: int) -> None:
    state = PairJudged(due_ms=due)
    meeting.rebind(state, force(effective_until_ms=at(20)), NOW)
    assert (state.due_ms, state.change_ms, state.binds) == (then, at(20), True)


@pytest.mark.parametrize("due", [0, at(19)])
def test_without_a_change_only_what_was_due_is_due(due: int) -> None:
    state = PairJudged(due_ms=due)
    meeting.rebind(state, force(), NOW)
    assert (state.due_ms, state.change_ms) == (due, 0)


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


def sides(his_ms: int, her_ms: int) -> list[Track]:
    return [Track(his_ms, HOME_LAT, HOME_LON, 800), Track(her_ms, HOME_LAT, HOME_LON, 800)]


@pytest.mark.parametrize(
    ("his", "hers", "contact", "known"),
    [
        (NOW, NOW - 5, 0, [NOW - 5 + HOLD, NOW + HOLD]),
        (NOW - 5, NOW, 0, [NOW - 5 + HOLD, NOW - 5 + HOLD]),
        (0, NOW, 0, [0, 0]),
        (NOW, 0, 0, [0, NOW + HOLD]),
        (NOW - 5, NOW - 5, NOW, [NOW + HOLD, NOW - 5 + HOLD]),
        (NOW, NOW, NOW - 5, [NOW + HOLD, NOW + HOLD]),
    ],
)
def test_what_was_seen_speaks_for_the_present_that_long(
    his: int, hers: int, contact: int, known: list[int]
) -> None:
    state = judged((UNKNOWN,) * 3, sides=sides(his, hers), contact_ms=contact)
    assert lane.known_until(state, force(places=(place(),))) == known


@pytest.mark.parametrize(
    ("near", "fields", "due"),
    [
        (UNKNOWN, {}, 0),
        (OUT, {}, NOW - 5 + HOLD),
        (UNKNOWN, {"closing_times": 1}, NOW + HOLD),
        (OUT, {"change_ms": NOW + 1}, NOW + 1),
        (OUT, {"change_ms": NOW}, NOW - 5 + HOLD),
    ],
)
def test_the_clock_looks_when_evidence_runs_out(near: Near, fields: dict[str, Any], due: int) -> None:
    state = judged((UNKNOWN, UNKNOWN, near), (UNKNOWN,) * 3, sides=sides(NOW, NOW - 5), **fields)
    assert lane.next_due(state, force(places=(place(),)), NOW) == due


def test_verdicts_end_when_their_fixes_no_longer_speak() -> None:
    state = judged((Near(6_000, 1, 7, 8, (1, 2)),) * 3, (IN,) * 3, sides=sides(NOW, NOW - 5), closing_times=1)
    under = force(places=(place(),))
    lane._expire(state, under, NOW - 5 + HOLD - 1)
    assert state.nears[0][0].verdict == 1
    lane._expire(state, under, NOW - 5 + HOLD)
    assert state.nears[0] == [Near(6_000, 0, 0, 8, (0, 0))] * 3
    assert state.nears[1][2].verdict == 1
    assert state.closing_times == 1
    lane._expire(state, under, NOW + HOLD)
    assert (state.nears[1][2].verdict, state.closing_times) == (0, 0)


def test_the_clock_decides_all_that_is_due_and_nothing_after() -> None:
    under, changes = force(effective_until_ms=NOW + HOLD + 9), list[Change]()
    state = judged((IN,) * 3, sides=sides(NOW, NOW))
    state.rings = [RingStanding(5, 0, held=("",)) for _ in range(3)]
    meeting.rebind(state, under, NOW)
    state.due_ms = lane.next_due(state, under, NOW)
    lane.advance(state, under, NOW + HOLD - 1, changes)
    assert changes == []
    lane.advance(state, under, NOW + HOLD, changes)
    assert [c.what for c in changes] == ["doubt"] * 3
    assert (state.clock_ms, state.due_ms) == (NOW + HOLD, NOW + HOLD + 9)
    lane.advance(state, under, NOW + 2 * HOLD, changes)
    assert [c.what for c in changes[3:]] == ["close"] * 3
    assert (state.clock_ms, state.due_ms, state.binds) == (NOW + HOLD + 9, 0, False)


def test_contact_by_radio_is_being_there() -> None:
    state = judged((OUT, Near(6_000, 1, 5, 77, (1, 1)), UNKNOWN), sides=sides(NOW - 9, 0))
    trace, changes = Trace(3), list[Change]()
    lane.apply(state, force(), Fix(NOW, 1, 0, 0, 1, bits.CONTACT), changes, trace=trace)
    assert [(n.belief, n.verdict, n.turn_ms, n.side_ms, n.fixes) for n in state.nears[0]] == [
        (6_000, 1, 0, NOW, (0, 0)),
        (6_000, 1, 0, 77, (0, 0)),
        (6_000, 1, 0, NOW, (0, 0)),
    ]
    assert (state.contact_ms, state.last, state.clock_ms) == (NOW, LastSight(NOW, 0, 0, 1, 0, 0), NOW)
    assert [next(iter(noted))[1:] for noted in trace.zones] == [(0, 1, 6_000, "used:contact")] * 3
    assert [c.what for c in changes] == ["open"] * 3
    assert state.due_ms == NOW + HOLD


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
        told_of = [t for t, _ in lane._see(state, force(), side, silent_ms=0, elapsed_ms=0)]
        assert told_of == ([0] if seen else [])
        assert (state.person_cm >= 0) is seen


def test_hers_and_his_hold_are_their_own() -> None:
    slow = force(intervals_ms=(MINUTE, 5 * MINUTE))
    state = judged((UNKNOWN,) * 3, sides=sides(NOW, NOW - 19 * MINUTE))
    assert [t for t, _ in lane._see(state, slow, 0, silent_ms=0, elapsed_ms=0)] == [0]
    state = judged((UNKNOWN,) * 3, sides=sides(NOW - 19 * MINUTE, NOW))
    assert [t for t, _ in lane._see(state, slow, 1, silent_ms=0, elapsed_ms=0)] == []


def test_old_belief_fades_before_a_new_look() -> None:
    state = judged((OUT,) * 3, (OUT,) * 3, sides=sides(NOW, NOW))
    long_ms = HOLD + P.fade_ms // 2
    list(lane._see(state, force(places=(place(),)), 0, silent_ms=long_ms, elapsed_ms=HOLD + P.fade_ms // 3))
    assert [near.belief for near in state.nears[0]] == [-3_000] * 3
    assert [near.belief for near in state.nears[1]] == [-4_000] * 3


def test_two_on_other_sides_of_the_earth_are_simply_far() -> None:
    away = [Track(NOW, HOME_LAT, HOME_LON, 800), Track(NOW - 7, -HOME_LAT, HOME_LON, 800)]
    state = judged((UNKNOWN,) * 3, sides=away)
    ((_, sight),) = lane._see(state, force(), 0, silent_ms=0, elapsed_ms=0)
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


SLOW = (MINUTE, 5 * MINUTE)


@pytest.mark.parametrize(
    ("his", "hers", "contact", "known"),
    [
        (NOW, 0, 0, 0),
        (NOW, NOW - HOLD, 0, NOW + HOLD),
        (NOW, NOW - 15 * MINUTE, 0, NOW + 5 * MINUTE),
        (NOW - 20 * MINUTE, NOW - 20 * MINUTE, NOW, NOW + HOLD),
    ],
)
def test_each_side_speaks_for_as_long_as_its_own_interval_says(
    his: int, hers: int, contact: int, known: int
) -> None:
    state = judged((UNKNOWN,) * 3, sides=sides(his, hers), contact_ms=contact)
    assert lane.known_until(state, force(intervals_ms=SLOW)) == [known]


def test_a_new_version_of_the_order_knows_when_the_clock_decides() -> None:
    before, state = force(), judged((IN, IN, IN), sides=sides(NOW, NOW), due_ms=7)
    begun = lane.begin(force(version="2"), NOW, state, before)
    assert (begun.due_ms, [near.verdict for near in begun.nears[0]]) == (NOW + HOLD, [1, 1, 1])
    wider = lane.begin(force(version="2", warning_cm=70_000), NOW, state, before)
    assert [near.verdict for near in wider.nears[0]] == [0, 1, 1], "another radius is another question"


def take(monkeypatch: pytest.MonkeyPatch, state: PairJudged, east_m: int = 0) -> tuple[list[int], int]:
    """Let a fix of his speak; return after what silence belief faded, and how often the way was looked at."""
    faded, looked = list[int](), list[Track]()
    monkeypatch.setattr(
        lane, "fade_near", lambda _near, silent_ms, _hold, _parameters: faded.append(silent_ms)
    )
    monkeypatch.setattr(lane, "look_back", lambda moved, _other, _parameters: looked.append(moved))
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
