"""How long what was seen of a pair speaks: each test kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

from typing import Any

import pytest

from korgoo.engine import ring as bits
from korgoo.engine.judged import Change, Trace
from korgoo.engine.pairs import lane, meeting
from korgoo.engine.pairs.force import PairForce
from korgoo.engine.pairs.judged import LastSight, Near, RingStanding
from korgoo.engine.pairs.rest import known_until
from korgoo.engine.parameters import Parameters
from korgoo.engine.ring import Fix
from tests.pairs import order, place
from tests.stories import MINUTE
from tests.unit.engine.pair_states import HOLD, IN, NOW, OUT, UNKNOWN, force, judged, sides


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
    assert known_until(state, force(places=(place(),))) == known


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


def test_contact_by_radio_is_as_sure_as_anything_may_be() -> None:
    bolder = PairForce(order(), Parameters(saturation_mn=9_000), {}, {})
    state = judged((UNKNOWN,) * 3, sides=sides(NOW - 9, 0))
    lane.apply(state, bolder, Fix(NOW, 1, 0, 0, 1, bits.CONTACT), [])
    assert [near.belief for near in state.nears[0]] == [9_000] * 3


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
    assert known_until(state, force(intervals_ms=SLOW)) == [known]


def test_a_new_version_of_the_order_knows_when_the_clock_decides() -> None:
    before, state = force(), judged((IN, IN, IN), sides=sides(NOW, NOW), due_ms=7)
    begun = lane.begin(force(version="2"), NOW, state, before)
    assert (begun.due_ms, [near.verdict for near in begun.nears[0]]) == (NOW + HOLD, [1, 1, 1])
    wider = lane.begin(force(version="2", warning_cm=70_000), NOW, state, before)
    assert [near.verdict for near in wider.nears[0]] == [0, 1, 1], "another radius is another question"
