"""The pairs of a shard and whose rows they read: each test kills an error that is planted there."""

from __future__ import annotations

import pytest

from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Permit
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import (
    SYSTEM_KEY,
    Inspection,
    Kind,
    Mark,
    Observation,
    Row,
    Suspension,
    pair_key,
    person_key,
)
from korgoo.engine.shard import Shard
from tests.pairs import APART, order
from tests.stories import MINUTE, P1, P2, at, fix
from tests.unit.engine.pair_days import Day, minutes, now, of

OTHER = pair_key("other")


@pytest.mark.parametrize(("who", "ended"), [(P2, []), (P1, [("pair.tamper", "closed")])])
def test_only_who_looks_at_his_device_ends_a_tamper_near_her(who: str, ended: list[tuple[str, str]]) -> None:
    day = of(now())
    day.meet(*minutes(14, 5))
    cut = day.tell(at(14.1), Observation(at(14.1), at(14.1), device="b", strap=False), P1)
    assert [(f.kind, f.event.value) for f in cut] == [("pair.tamper", "opened")]
    looked = day.tell(at(14.2), Inspection(1, at(14.2)), who)
    assert [(f.kind, f.event.value) for f in looked] == ended


def test_the_pairs_of_a_person_read_his_rows_in_the_order_of_their_keys() -> None:
    """Whichever was told first: a shard that was restored reads them in the same order."""
    day = of(now())
    other = person_key("p3")
    day.tell(at(13.2), order(pair="other", protected=other), OTHER)
    day.tell(at(13.3), order(pair="a", protected=other), pair_key("a"))
    assert day.shard.pairs.of_person == {
        P1: [pair_key("a"), APART, OTHER],
        P2: [APART],
        other: [pair_key("a"), OTHER],
    }


def test_a_row_that_says_nothing_to_a_pair_leaves_it_asleep() -> None:
    day = Day()
    day.shard.feed([Row(1, at(13), Kind.PERMIT, APART, Permit("1", "home", 0, 1))])
    assert day.pair.wake_ms == 0


def restored(shard: Shard) -> Shard:
    again = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    again.restore(shard.snapshot())
    return again


def test_a_restored_pair_is_looked_at_when_it_was_to_be_and_reads_the_same_rows() -> None:
    day = of(now(), now(version="2", effective_from_ms=at(20)))
    day.meet(*minutes(14, 5))
    again = restored(day.shard)
    before, after = day.pair, again.pairs.pairs[APART]
    assert after.wake_ms == before.wake_ms > at(14)
    assert again.next_due() == after.wake_ms
    assert again.pairs.of_person == {P1: [APART], P2: [APART]}
    assert after.state == before.state


def test_a_restored_pair_that_waits_to_be_judged_again_is_looked_at_at_once() -> None:
    day = of(now())
    day.shard.feed([Row(9, at(13.9), Kind.MARK, SYSTEM_KEY, Mark())])
    day.meet(*minutes(14, 5))
    day.tell(at(14.1), fix(at(14) + MINUTE // 2, late_ms=6 * MINUTE), P1)
    assert (day.pair.wake_ms, restored(day.shard).pairs.pairs[APART].wake_ms) == (at(14.1), at(13.9))


def test_our_own_outage_is_added_to_what_a_side_may_be_silent_for() -> None:
    day = of(now())
    day.meet(at(14))
    due_ms, hole_ms = day.pair.wake_ms, 3 * MINUTE
    for seq, moment in enumerate((at(14), at(14) + hole_ms), 50):
        day.shard.feed([Row(seq, moment, Kind.MARK, SYSTEM_KEY, Mark())])
    assert day.pair.state.slack_ms == hole_ms
    assert not day.look(due_ms + hole_ms - 1)
    assert not [f for f in day.found if f.kind == "pair.silent"]
    day.look(due_ms + hole_ms)
    assert [f.kind for f in day.found if f.kind == "pair.silent"] == ["pair.silent"] * 2


def test_before_its_first_order_begins_a_pair_reads_no_row() -> None:
    day = of(order(effective_from_ms=at(15)))
    assert not day.meet(at(14))
    assert (day.pair.state.last_seq, len(day.pair.state.ring)) == (1, 0)


@pytest.mark.parametrize("who", [P1, P2, APART])
def test_a_suspension_told_before_the_first_order_begins_holds_under_it(who: str) -> None:
    day = of(order(effective_from_ms=at(15)))
    day.tell(at(14), Suspension(1, at(14), at(16)), who)
    assert not day.look(at(15)), "the order begins"
    assert not day.meet(*minutes(15.2, 5))
    assert [(f.kind, f.event.value) for f in day.meet(*minutes(16.2, 5))][:1] == [
        ("proximity.warning", "opened")
    ]
