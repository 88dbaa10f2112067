"""A pair row by row: when plans and exceptions begin, when the clock looks, what is judged again and when.

Each test kills an error that `korgoo mutate rules` plants.
"""

from __future__ import annotations

import pytest

from korgoo.engine.findings import Event, Finding, Reason
from korgoo.engine.plan import Together
from korgoo.engine.rows import Suspension, person_key
from tests.pairs import APART, numbered, order
from tests.stories import MINUTE, P1, P2, at, fix
from tests.unit.engine.pair_days import Day, minutes, now, of
from tests.unit.engine.pair_states import P


def pending(day: Day) -> list[str]:
    return [plan.version for plan in day.pair.state.pending]


def of_rings(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(f.kind.partition(".")[2], f.event.value) for f in findings if f.kind.startswith("proximity.")}


ALL = {("warning", "opened"), ("breach", "opened"), ("emergency", "opened")}
FREED = {("warning", "closed"), ("breach", "closed"), ("emergency", "closed")}


def test_an_order_for_later_begins_at_its_very_moment_and_is_in_force_then() -> None:
    begins = at(15)
    day = of(order(effective_from_ms=begins))
    assert (pending(day), day.pair.wake_ms, day.pair.force) == (["1"], begins, None)
    assert not day.look(begins - 1)
    assert (pending(day), day.pair.wake_ms, day.pair.force) == (["1"], begins, None)
    assert not day.look(begins)
    assert pending(day) == []
    assert day.pair.force is not None
    assert [side.heard_ms for side in day.pair.state.sides] == [begins, begins], "from now on silence counts"


def test_of_orders_for_later_each_waits_for_its_own_time() -> None:
    day = of(*(order(version=str(hour), effective_from_ms=at(hour)) for hour in (15, 16, 17)))
    assert (pending(day), day.pair.wake_ms) == (["15", "16", "17"], at(15))
    day.look(at(15))
    assert (pending(day), day.pair.state.plan) == (
        ["16", "17"],
        order(version="15", effective_from_ms=at(15)),
    )
    day.look(at(17))
    assert (pending(day), day.pair.state.plan) == ([], order(version="17", effective_from_ms=at(17)))


def test_a_new_order_takes_away_those_that_were_to_begin_with_it_or_after_it() -> None:
    versions = [("a", 15), ("b", 16), ("c", 17), ("d", 16)]
    day = of(*(order(version=name, effective_from_ms=at(hour)) for name, hour in versions))
    assert pending(day) == ["a", "d"]


def test_an_order_that_waits_says_already_who_the_two_are() -> None:
    day = of(order(version="a", effective_from_ms=at(15)))
    (refused,) = day.shard.feed(numbered([(at(13.5), APART, order(version="b", protected=person_key("p9")))]))
    assert (refused.params["error"], pending(day)) == ("OtherPeopleError", ["a"])


def test_what_opens_under_an_order_at_its_beginning_is_named_by_the_clock() -> None:
    """Their old order has ended; the next one begins while both still stand there."""
    ended, next_one = now(effective_until_ms=at(14.1)), order(version="2", effective_from_ms=at(14.15))
    day = of(ended, next_one)
    day.meet(*minutes(14, 9))
    assert of_rings(day.look(at(14.15))) == ALL
    assert {f.id.rpartition("/")[2] for f in day.found if f.at_ms == at(14.15)} == {
        f"{day.pair.state.last_seq}.{at(14.15)}"
    }


def test_what_opens_at_the_row_of_an_order_is_named_by_that_row() -> None:
    day = of(now(effective_until_ms=at(14.1)))
    day.meet(*minutes(14, 9))
    opened = day.tell(at(14.15), order(version="2", effective_from_ms=at(14.15)))
    assert of_rings(opened) == ALL
    assert {f.id.rpartition("/")[2] for f in opened} == {str(len(day.rows))}


def test_what_opens_at_a_fix_is_named_by_its_row() -> None:
    day = of(now())
    day.meet(*minutes(14, 5))
    opened = [f for f in day.found if f.event is Event.OPENED]
    assert of_rings(opened) == ALL
    assert all(f.id.rpartition("/")[2] == str(f.seq) for f in opened)


def test_what_opens_when_a_suspension_ends_is_named_by_the_clock() -> None:
    day = of(now())
    day.tell(at(13.95), Suspension(1, at(14), at(14.2)), P1)
    day.meet(*minutes(14, 12))
    opened = day.look(at(14.2))
    assert of_rings(opened) == ALL
    assert {f.id.rpartition("/")[2] for f in opened} == {f"{day.pair.state.last_seq}.{at(14.2)}"}


def test_a_version_with_the_same_beginning_is_in_force_at_once() -> None:
    day = of(now(100))
    day.tell(at(13.5), now(500, version="2"))
    assert day.pair.force is not None
    assert day.pair.force.plan.version == "2"


def test_a_version_for_before_the_one_in_force_changes_only_what_was_before() -> None:
    """His order is of one o'clock; at 14:30 one is entered that had held for an hour before it."""
    day = of(now(100, version="2"))
    day.meet(*minutes(14.25, 15), metres=5_000)
    day.tell(at(14.5), order(500, version="1", effective_from_ms=at(12)))
    assert (day.pair.state.dirty_ms, day.pair.wake_ms) == (at(12), at(14.5))
    assert day.pair.force is not None
    assert day.pair.force.plan.version == "2"
    day.look(at(14.5))
    assert (day.recalled, day.pair.state.dirty_ms) == (1, 0)


@pytest.mark.parametrize(("begins", "dirty"), [(at(14), 0), (at(14) - 1, at(14) - 2)])
def test_a_first_order_is_judged_again_only_from_a_time_that_has_passed(begins: int, dirty: int) -> None:
    day = of(order(effective_from_ms=begins), told_at=14)
    assert day.pair.state.dirty_ms == dirty


@pytest.mark.parametrize(("early", "again"), [(0, False), (1, True)])
def test_a_new_version_is_judged_again_only_from_before_the_newest_fix(early: int, *, again: bool) -> None:
    newest = at(14) + 4 * MINUTE
    day = of(now())
    day.meet(*minutes(14, 5))
    day.tell(newest + 9_000, order(200, version="2", effective_from_ms=newest - early))
    assert bool(day.pair.state.dirty_ms) is again


def test_an_exception_that_is_told_before_there_is_an_order_holds_under_it() -> None:
    day = Day()
    assert not day.tell(at(13), Together("hearing", at(14), at(15)))
    assert not day.tell(at(13.9), order(effective_from_ms=at(13.9)))
    assert not day.meet(*minutes(14, 9))


def test_an_interval_together_frees_at_its_first_moment_though_nobody_speaks() -> None:
    day = of(now())
    day.meet(*minutes(14, 5))
    begins = at(14) + 5 * MINUTE
    day.tell(begins - 9_000, Together("hearing", begins, at(15)))
    assert day.pair.wake_ms == begins
    assert day.pair.state.judged.due_ms == begins
    freed = day.look(begins)
    assert of_rings(freed) == FREED
    assert {(f.code, f.until_ms) for f in freed} == {(Reason.TOGETHER, begins)}


@pytest.mark.parametrize(("early_ms", "dirty"), [(MINUTE, True), (0, True), (-1, False)])
def test_an_interval_together_up_to_the_newest_fix_is_judged_again(early_ms: int, *, dirty: bool) -> None:
    day = of(now())
    day.meet(*minutes(14, 5))
    begins = at(14) + 4 * MINUTE - early_ms
    day.tell(at(14.1), Together("hearing", begins, at(15)))
    assert day.pair.state.dirty_ms == (begins if dirty else 0)


def test_an_exception_for_later_leaves_what_holds_now_to_what_is_judged_again() -> None:
    day = of(now())
    day.meet(*minutes(14, 5))
    newest = at(14) + 4 * MINUTE
    day.tell(newest + 1000, Together("hearing", at(14), at(15)))
    day.tell(newest + 2000, Together("handover", at(16), at(17)))
    assert of_rings(day.meet(newest + MINUTE)) == set(), "nothing is closed by halves"
    assert {kind for kind, event in of_rings(day.look(newest + 2 * MINUTE)) if event == "annulled"} == {
        *("warning", "breach", "emergency")
    }


def test_an_interval_of_the_order_itself_that_is_moved_is_judged_again_from_where_it_stood() -> None:
    day = of(now(together=(Together("handover", at(13.5), at(15)),)))
    assert not day.meet(*minutes(14, 5))
    day.tell(at(14.1), Together("handover", at(16), at(17)))
    assert day.pair.state.dirty_ms == at(13.5)
    assert of_rings(day.look(at(14.2))) >= ALL


def test_nobody_s_rows_are_asked_for_while_nothing_is_late() -> None:
    day = of(now())
    for moment in minutes(14, 9):
        day.meet(moment)
        day.look(moment + 9_000)
    assert day.recalled == 0


def test_a_repeat_of_the_newest_fix_is_neither_judged_nor_late() -> None:
    day = of(now())
    day.meet(*minutes(14, 3))
    ring = bytes(day.pair.state.ring)
    day.tell(at(14.1), fix(at(14) + 2 * MINUTE), P2)
    assert (bytes(day.pair.state.ring), day.pair.state.dirty_ms) == (ring, 0)


def test_two_sides_that_speak_of_one_moment_are_both_judged_at_once() -> None:
    day = of(now())
    day.meet(at(14))
    assert (len(day.pair.state.ring), day.pair.state.dirty_ms) == (2 * 48, 0)


def test_rows_are_judged_again_at_once_and_then_not_before_five_minutes_have_passed() -> None:
    day = of(now())
    day.meet(*minutes(14, 60), metres=5_000)  # the ring no longer reaches back to two o'clock
    settled = at(15)
    day.tell(settled, fix(at(14) + 5_000, 5_000), P1)
    day.look(settled)
    assert (day.recalled, day.pair.state.settled_ms, day.pair.state.dirty_ms) == (1, settled, 0)
    day.tell(settled + 1_000, fix(at(14) + 9_000, 5_000), P1)
    again = settled + P.pair_settle_ms
    assert day.pair.state.dirty_ms
    day.look(again - 1)
    assert day.recalled == 1
    day.look(again)
    assert (day.recalled, day.pair.state.dirty_ms) == (2, 0)
