"""The last fixes in the order of their time: late ones find their place, repeats change nothing."""

from __future__ import annotations

from korgoo.engine.live_lane import CROWDED, KEPT
from korgoo.engine.parameters import Parameters
from korgoo.engine.ring import Fix, count, fixes, holds, pack_fix, place
from korgoo.engine.state import PersonState
from korgoo.engine.subject import Subject
from tests.stories import P1, circle, plan


def at(ms: int, seq: int = 1, lat: int = 5) -> Fix:
    return Fix(ms, seq, lat, 7, 800, 0)


def ring_of(*items: Fix) -> bytearray:
    ring = bytearray()
    for item in items:
        ring += pack_fix(*item)
    return ring


def test_a_late_fix_finds_its_place() -> None:
    ring = ring_of(at(10), at(20), at(30))
    assert place(ring, at(25, seq=9)) == 2
    assert [f.at_ms for f in fixes(ring)] == [10, 20, 25, 30]
    assert place(ring, at(5, seq=10)) == 0
    assert place(ring, at(40, seq=11)) == 5
    assert [f.at_ms for f in fixes(ring, 4)] == [30, 40]


def test_two_of_one_instant_stand_in_the_order_of_their_rows() -> None:
    ring = ring_of(at(10, 1), at(10, 3, lat=6))
    assert place(ring, at(10, 2, lat=8)) == 1
    assert place(ring, at(10, 9, lat=9)) == 3
    assert [f.seq for f in fixes(ring)] == [1, 2, 3, 9]


def test_a_repeat_changes_nothing_wherever_it_stands_in_its_instant() -> None:
    ring = ring_of(at(10, 1), at(20, 2), at(20, 3, lat=6), at(20, 4, lat=8), at(30, 5))
    before = bytes(ring)
    for lat in (5, 6, 8):
        assert place(ring, at(20, 77, lat=lat)) == -1
    assert bytes(ring) == before
    assert place(ring, at(21, 78, lat=5)) == 4, "the same place a moment later is a new fix"
    assert holds(ring_of(at(20, 3), at(20, 4, lat=6)), at(20, 9))
    assert not holds(ring_of(at(10, 3), at(20, 4, lat=6)), at(10, 9)), "only the last instant is looked at"


def subject() -> Subject:
    made = Subject(PersonState(P1), Parameters())
    made.take_plan(plan(circle()), 0)
    return made


def test_the_ring_keeps_at_least_32_fixes_and_checkpoints_that_fit() -> None:
    made = subject()
    for n in range(1, 200):
        made.take_in_order(Fix(n * 60_000, n, 428_700_000, 746_000_000, 800, 0))
        held = count(made.state.ring)
        assert held <= KEPT
        assert held >= min(n, 32)
        for checkpoint in made.state.checkpoints:
            if 0 < checkpoint.position < held:
                assert list(fixes(made.state.ring))[checkpoint.position].at_ms > checkpoint.clock_ms


def test_an_upload_of_thousands_is_not_sorted_into_the_ring() -> None:
    made = subject()
    made.take_in_order(Fix(10**9, 1, 428_700_000, 746_000_000, 800, 0))
    for n in range(2000):
        made.take_late(Fix(10**9 - n - 1, n, 428_700_000, 746_000_000, 800, 0))
    assert count(made.state.ring) <= CROWDED
    assert not made.within_ring(), "so the rows themselves are recalled"
    for n in range(1, KEPT):
        made.take_in_order(Fix(10**9 + n, n, 428_700_000, 746_000_000, 800, 0))
    assert count(made.state.ring) <= KEPT


def test_the_earliest_late_fact_is_remembered_also_at_time_zero() -> None:
    made = subject()
    made.mark_dirty(500)
    made.mark_dirty(900)
    assert made.state.dirty_ms == 500
    made.mark_dirty(0)
    assert made.state.dirty_ms == 1, "0 would say that nothing waits"
