"""A tether that falls silent near her, a tamper told later, and what ends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine.desk import Notes
from korgoo.engine.episodes import Recorded
from korgoo.engine.findings import Event, Finding
from korgoo.engine.pairs import tamper
from korgoo.engine.pairs.state import pack_pair, unpack_pair
from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Inspection, Observation, StandDown, Suspension
from korgoo.engine.shard import Shard
from tests.pairs import APART, numbered, order
from tests.stories import MINUTE, P1, P2, Ledger, at, fix
from tests.unit.engine.test_pairs_step import Entry, judged, stay

if TYPE_CHECKING:
    from korgoo.engine.pairs.pair import Pair

KIND = "pair.tamper"
TETHER_MS = 90_000
START = at(14)


def minutes(first: int, last: int, east_m: float, **said: Any) -> list[Entry]:
    """He is so far east of her from minute to minute, and both phones say so each minute."""
    told: list[Entry] = []
    for minute in range(first, last):
        moment = START + minute * MINUTE
        told.append((moment, P1, fix(moment, east_m, **said)))
        told.append((moment + 20_000, P2, fix(moment + 20_000)))
    return told


def tampers(ledger: Ledger) -> list[Finding]:
    return [found for found in ledger.events if found.kind == KIND]


def tethered(*entries: Entry, until: float = 15) -> list[Finding]:
    """What is found of his device under an order that expects its tether."""
    return tampers(judged((at(13.9), APART, order(tether_ms=TETHER_MS)), *entries, until=until))


def test_a_bracelet_that_his_phone_no_longer_hears_near_her_is_a_matter_of_life() -> None:
    (found,) = tethered(*minutes(0, 10, 450, tether=True), *minutes(10, 20, 450))
    last_ms = START + 9 * MINUTE
    assert (found.since_ms, found.at_ms, found.code.value) == (
        last_ms,
        last_ms + TETHER_MS,
        "heartbeat_missing",
    )
    told = {
        name: found.params[name] for name in ("sensor", "silent_s", "limit_s", "ring", "ring_m", "order_m")
    }
    assert told == {
        "sensor": "tether",
        "silent_s": 90,
        "limit_s": 90,
        "ring": "warning",
        "ring_m": 600.0,
        "order_m": 300.0,
    }
    assert abs(float(str(found.params["apart_m"])) - 450) < 30
    assert (found.condition, found.id.rpartition(".")[2]) == ("apart", str(last_ms + TETHER_MS))


def test_far_from_her_it_is_a_matter_of_his_own_until_he_comes_near() -> None:
    far = minutes(0, 10, 3_000, tether=True) + minutes(10, 20, 3_000)
    assert not tethered(*far)
    (found,) = tethered(*far, *minutes(20, 30, 450))
    assert START + 20 * MINUTE < found.at_ms < START + 22 * MINUTE
    assert found.since_ms == START + 9 * MINUTE


@pytest.mark.parametrize(
    "entries",
    [
        minutes(0, 20, 450, tether=True),
        minutes(0, 10, 450, tether=True),  # then the phone is silent as well: `pair.silent`
    ],
)
def test_a_tether_in_reach_and_a_phone_that_is_silent_are_no_tamper(entries: list[Entry]) -> None:
    assert not tethered(*entries)


def test_an_order_without_a_tether_expects_none() -> None:
    rows = (*minutes(0, 10, 450, tether=True), *minutes(10, 20, 450))
    assert not tampers(judged((at(13.9), APART, order()), *rows, until=15))


def test_a_tether_that_was_never_in_reach_counts_from_the_first_message() -> None:
    (found,) = tethered(*minutes(0, 10, 450))
    assert found.since_ms == START


def test_her_own_tether_is_none_of_the_pairs() -> None:
    hers = [(moment, P2, fix(moment, tether=True)) for moment in range(START, at(14.3), MINUTE)]
    (found,) = tethered(*hers, *minutes(0, 10, 450))
    assert found.since_ms == START


def fed(*entries: Entry) -> Pair:
    """The pair after these rows, without a mark of the clock."""
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    shard.feed(numbered([(at(13.9), APART, order(tether_ms=TETHER_MS)), *entries]))
    return shard.pairs.pairs[APART]


def test_our_own_outage_is_not_counted() -> None:
    pair = fed(*minutes(0, 10, 450, tether=True), *minutes(10, 11, 450))
    due_ms = START + 9 * MINUTE + TETHER_MS
    assert tamper.due(pair) == due_ms
    pair.state.slack_ms = 40_000
    assert tamper.due(pair) == due_ms + 40_000
    pair.state.sides[0].regained_ms = START + 10 * MINUTE
    assert tamper.due(pair) == START + 10 * MINUTE + TETHER_MS + 40_000


def test_nothing_is_due_before_the_phone_was_heard_again_without_its_bracelet() -> None:
    assert tamper.due(fed(*minutes(0, 10, 450, tether=True))) == 0
    pair = fed(*minutes(0, 10, 450, tether=True), *minutes(10, 11, 450))
    pair.state.sides[0].heard_ms = pair.state.tethered_ms + 1
    assert tamper.due(pair) > 0
    pair.state.sides[0].heard_ms = pair.state.tethered_ms
    assert tamper.due(pair) == 0


def test_a_suspension_is_not_counted() -> None:
    suspended = (START + 10 * MINUTE, P1, Suspension(1, START + 10 * MINUTE, START + 30 * MINUTE))
    before = (*minutes(0, 10, 450, tether=True), suspended)
    assert not tethered(*before, *minutes(10, 25, 450), until=14.45)


@pytest.mark.parametrize("stands_down", [False, True])
def test_it_ends_by_a_person_and_heartbeats_are_expected_anew(*, stands_down: bool) -> None:
    rows = [*minutes(0, 10, 450, tether=True), *minutes(10, 20, 450)]
    (opened,) = tethered(*rows)
    looked_ms = START + 14 * MINUTE + 1_000
    look = StandDown(opened.id, looked_ms) if stands_down else Inspection(1, looked_ms)
    found = tethered(*rows, (looked_ms, P1, look))
    ends = [(one.event, one.code.value, one.until_ms) for one in found if one.event is Event.CLOSED]
    assert ends == [(Event.CLOSED, "stood_down" if stands_down else "inspected", looked_ms)]
    again = [one for one in found if one.event is Event.OPENED][1:]
    assert [one.since_ms for one in again] == [looked_ms]
    assert again[0].id.endswith(f".{looked_ms + TETHER_MS}")


def test_a_look_before_it_began_ends_nothing() -> None:
    rows = [*minutes(0, 10, 450, tether=True), *minutes(10, 20, 450)]
    for before_ms, ends in ((1, 0), (0, 1)):
        looked = Inspection(1, START + 9 * MINUTE - before_ms)
        found = tethered(*rows, (START + 14 * MINUTE, P1, looked))
        assert sum(one.event is Event.CLOSED for one in found) == ends


def test_a_tamper_told_later_tells_no_distance_of_another_moment() -> None:
    moment = at(14.2)
    late = (at(15.4), P1, Observation(moment, at(15.4), device="b", case=False))
    rows = (*stay(14, 14.3, 450), *stay(14.3, 15.5, 9_000), late)
    (found,) = tampers(judged((at(13.9), APART, order(order="7-P", clause="2")), *rows))
    assert found.params == {
        "ring": "warning",
        "ring_m": 600.0,
        "order_m": 300.0,
        "order": "7-P",
        "clause": "2",
        "sensor": "case",
        "device": "b",
    }
    (at_once,) = tampers(
        judged(
            (at(13.9), APART, order()),
            *stay(14, 14.3, 450),
            (moment, P1, Observation(moment, moment, skin=False)),
        )
    )
    assert abs(float(str(at_once.params["apart_m"])) - 450) < 30


def test_a_stamp_of_the_future_begins_now() -> None:
    ahead = Observation(at(14.2) + MINUTE, at(14.2), strap=False)
    (found,) = tampers(judged((at(13.9), APART, order()), *stay(14, 14.3, 450), (at(14.2), P1, ahead)))
    assert found.since_ms == at(14.2)


def test_what_is_remembered_survives_packing() -> None:
    pair = fed(*minutes(0, 10, 450, tether=True))
    assert unpack_pair(pack_pair(pair.state)).tethered_ms == START + 9 * MINUTE


@pytest.mark.parametrize(("moment", "near"), [(9, False), (10, True), (20, True), (21, False)])
def test_told_later_the_moments_in_which_they_met_and_parted_count(moment: int, *, near: bool) -> None:
    pair = fed(*minutes(0, 10, 9_000))
    pair.state.recorded = [Recorded("x", "apart", "proximity.warning", START + 10, START + 20)]
    notes = Notes(APART, pair.state.standing, at_ms=at(15), seq=99, findings=[])
    assert pair.force is not None
    tamper.observe(notes, pair, pair.force, Observation(START + moment, at(15), strap=False))
    assert bool(notes.findings) is near
