"""A pair's last fixes judged again, and a new order taken: each test kills an error that is planted there."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine.judged import Change, Trace
from korgoo.engine.live_lane import SPACING
from korgoo.engine.pairs import lane
from korgoo.engine.pairs.pair import Pair
from korgoo.engine.pairs.state import PairState
from korgoo.engine.plan import Together
from korgoo.engine.ring import PROTECTED, Fix
from korgoo.engine.state import Checkpoint
from tests.pairs import order
from tests.stories import HOME_LAT, HOME_LON, MINUTE, P1, P2, at
from tests.unit.engine.pair_days import minutes, now, of
from tests.unit.engine.pair_states import P

NOON = at(12)
FIXES = 2 * SPACING + 3


def followed(*, near_from: int = 20) -> tuple[Pair, list[Change]]:
    """A pair whose sides tell a place by turns; he is 3 km off and then with her. What that changed."""
    pair = Pair(PairState("pair:apart"), P)
    changes = pair.take_plan(order(effective_from_ms=NOON), NOON)
    pair.state.checkpoints.clear()  # the first fix makes one as well
    for number in range(FIXES):
        side = number % 2
        lon_e7 = HOME_LON + (0 if side or number >= near_from else 360_000)
        told = Fix(NOON + (number + 1) * MINUTE, number + 2, HOME_LAT, lon_e7, 800, PROTECTED * side)
        changes += pair.take_in_order(told)
    return pair, changes


def kept(pair: Pair) -> list[tuple[int, int, bytes]]:
    return [(c.position, c.clock_ms, c.judged) for c in pair.state.checkpoints]


@pytest.mark.parametrize(
    ("minute", "started"), [(0, 0), (SPACING - 0.01, 0), (SPACING, 1), (SPACING + 1, 1), (FIXES, 2)]
)
def test_judged_again_with_nothing_new_all_is_as_it_was(minute: float, started: int) -> None:
    pair, changes = followed()
    checkpoints, state = kept(pair), pair.state
    assert [position for position, _, _ in checkpoints] == [0, SPACING, 2 * SPACING]
    state.dirty_ms, last_ms = NOON + round(minute * MINUTE), state.judged.clock_ms
    judged, again, trace, before = pair.replay_ring(last_ms)
    assert judged == state.judged
    assert msgspec.msgpack.encode(before) == checkpoints[started][2]
    assert kept(pair) == checkpoints
    since_ms = checkpoints[started][1]
    told = [(c.what, c.when_ms) for c in changes if c.when_ms > since_ms]
    assert [(c.what, c.when_ms) for c in again] == told
    assert len(changes) == 3, "the three rings were entered"
    shown = min(Trace.LENGTH, FIXES - checkpoints[started][0])
    assert [len(zone) for zone in trace.zones] == [shown] * 3


def test_the_clock_goes_on_after_the_last_fix() -> None:
    pair, _ = followed()
    state, horizon_ms = pair.state, NOON + 10**8
    state.dirty_ms = state.judged.clock_ms
    judged, *_ = pair.replay_ring(horizon_ms)
    assert pair.force is not None
    lane.advance(state.judged, pair.force, horizon_ms, [])
    assert judged == state.judged
    assert all(ring.doubt for ring in judged.rings)


def test_a_hearing_that_was_not_known_then_begins_before_the_first_fix_that_is_judged_again() -> None:
    """They had come together by the fifth fix after the checkpoint; now that was allowed before it."""
    pair, changes = followed()
    opened_ms = min(change.when_ms for change in changes)
    assert opened_ms > NOON + (SPACING + 1) * MINUTE
    begins_ms = NOON + SPACING * MINUTE + 1
    pair.state.together["1"] = Together("1", begins_ms, NOON + 10**9)
    pair.state.dirty_ms = begins_ms
    assert pair.replay_ring(NOON + FIXES * MINUTE)[1] == []


@pytest.mark.parametrize(("until", "shown"), [(FIXES, 12), (20, 4)])
def test_enough_fixes_are_shown_however_few_came_since_the_last_checkpoint(until: int, shown: int) -> None:
    pair, _ = followed()
    rings = pair.trace_ring(NOON + until * MINUTE).zones
    assert [[entry[0].seq for entry in ring] for ring in rings] == [
        list(range(until + 2 - shown, until + 2))
    ] * 3


def test_no_fix_is_shown_before_the_first() -> None:
    pair = Pair(PairState("pair:apart", plan=order()), P)
    assert [list(ring) for ring in pair.trace_ring(NOON).zones] == [[], [], []]
    pair.checkpoint()
    assert [list(ring) for ring in pair.trace_ring(NOON).zones] == [[], [], []]


def test_a_new_order_first_lets_the_clock_decide_what_was_due_under_the_old() -> None:
    """They may be together from 14:06 on; nobody looks, and at 14:09 the order is renewed."""
    freed = at(14.1)
    day = of(now(together=(Together("hearing", freed, at(15)),)))
    day.meet(*minutes(14, 5))
    closed = day.tell(at(14.15), now(version="2", effective_from_ms=at(14.15)))
    assert [(f.kind, f.event.value, f.until_ms) for f in closed[:3]] == [
        (f"proximity.{ring}", "closed", freed) for ring in ("warning", "breach", "emergency")
    ]


def test_a_new_order_forgets_the_ring_and_begins_with_a_checkpoint_of_its_own() -> None:
    pair, _ = followed()
    at_ms = NOON + (FIXES + 1) * MINUTE
    pair.take_plan(order(version="2"), at_ms)
    packed = msgspec.msgpack.encode(pair.state.judged)
    assert pair.state.checkpoints == [Checkpoint(0, at_ms, packed)]
    assert len(pair.state.ring) == 0


def test_a_pair_has_two_sides_and_without_an_order_none() -> None:
    pair = Pair(PairState("pair:apart"), P)
    assert [pair.side_of(person) for person in (P1, P2, "")] == [None, None, None]
    pair.take_plan(order(), NOON)
    assert [pair.side_of(person) for person in (P1, P2, "person:p9")] == [0, 1, None]
    assert pair.wake_ms == 0
