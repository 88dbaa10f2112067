"""Silence of a side at its borders: each test kills an error that is planted there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine.findings import Reason
from korgoo.engine.pairs import silence
from korgoo.engine.pairs.judged import RingStanding
from korgoo.engine.rows import Suspension
from korgoo.engine.state import Standing
from tests.pairs import APART, order
from tests.stories import MINUTE, at
from tests.unit.engine.pair_states import NOW, P, pair_at

if TYPE_CHECKING:
    from korgoo.engine.desk import Notes
    from korgoo.engine.pairs.pair import Pair

LIMIT = 3 * MINUTE - P.pair_silence_margin_ms


HIS, HERS = "pair.silent:participant", "pair.silent:protected"


def stand(pair: Pair, *names: str) -> None:
    pair.state.standing.update({name: Standing(name, 5) for name in names})


def brief(notes: Notes) -> list[tuple[str, Reason, int | None]]:
    return [(f.event.value, f.code, f.until_ms) for f in notes.findings]


def test_who_is_heard_again_ends_his_own_silence() -> None:
    pair, notes = pair_at(heard=(NOW - 604_000, NOW - 9))
    stand(pair, HIS, HERS)
    silence.hear(notes, pair, 0)
    (closed,) = notes.findings
    assert (closed.code, closed.until_ms, closed.condition) == (Reason.HEARD_AGAIN, NOW, "apart")
    assert closed.params == {"side": "participant", "silent_s": 604}
    assert set(pair.state.standing) == {HERS}
    one, other = pair.state.sides
    assert (one.heard_ms, one.regained_ms, other.heard_ms, other.regained_ms) == (NOW, NOW, NOW - 9, 0)


def test_after_our_outage_the_deadlines_of_both_begin_anew() -> None:
    pair, notes = pair_at(heard=(5, 6))
    pair.state.slack_ms = 9
    silence.hear(notes, pair, 1)
    assert [(side.heard_ms, side.regained_ms) for side in pair.state.sides] == [(5, NOW), (NOW, NOW)]
    assert pair.state.slack_ms == 0


@pytest.mark.parametrize(
    ("heard", "standing", "ends", "slack", "due"),
    [
        ((NOW, NOW - 5), (), None, 0, NOW - 5 + LIMIT),
        ((NOW - 5, NOW), (), None, 7, NOW + 2 + LIMIT),
        ((NOW, NOW - 5), (HERS,), None, 0, NOW + LIMIT),
        ((NOW, NOW), (HIS, HERS), None, 0, 0),
        ((NOW, NOW), (), NOW + LIMIT, 0, 0),
        ((NOW, NOW), (), NOW + LIMIT + 1, 0, NOW + LIMIT),
        ((NOW, NOW), (HIS,), NOW + 9, 0, NOW + 9),
        ((NOW, NOW), (HERS,), NOW + LIMIT + 9, 0, NOW + LIMIT),
    ],
)
def test_the_clock_looks_when_the_first_side_is_due(
    heard: tuple[int, int], standing: tuple[str, ...], ends: int | None, slack: int, due: int
) -> None:
    pair, _ = pair_at(order(effective_until_ms=ends), heard=heard)
    stand(pair, *standing)
    pair.state.slack_ms = slack
    assert silence.due(pair) == due


def test_each_side_has_its_own_limit_from_the_start_of_the_order_on() -> None:
    slow = order(intervals_ms=(MINUTE, 5 * MINUTE), effective_from_ms=at(13.8))
    pair, _ = pair_at(slow, heard=(0, 0))
    pair.state.sides[0].regained_ms = at(13.8) + 10 * MINUTE
    assert silence.due(pair) == at(13.8) + 11 * MINUTE - P.pair_silence_margin_ms


@pytest.mark.parametrize(("late", "found"), [(LIMIT - 1, 0), (LIMIT, 1)])
def test_a_silence_opens_when_it_is_due_with_what_was_known(late: int, found: int) -> None:
    pair, notes = pair_at(heard=(NOW, NOW - late))
    pair.state.judged.rings[0] = RingStanding(5)
    silence.fire(notes, pair)
    assert len(notes.findings) == found
    for opened in notes.findings:
        told: dict[str, Any] = dict(opened.params)
        assert (opened.code, opened.since_ms, opened.id) == (
            *(Reason.SILENT, NOW - LIMIT),
            f"{APART}/apart/{HERS}/9.{NOW}",
        )
        assert (told["side"], told["silent_s"], told["limit_s"], told["priority"]) == (
            "protected",
            175,
            175,
            1,
        )
        assert (told["ring"], told["last_seen"]) == ("warning", "2026-05-28T07:57:05.000Z")


def test_beyond_the_warning_ring_a_silence_is_no_matter_of_life_and_our_outage_is_allowed_for() -> None:
    pair, notes = pair_at(heard=(NOW - LIMIT - 9_000, NOW))
    pair.state.slack_ms = 9_000
    pair.state.judged.rings[0] = RingStanding(5, 6)
    silence.fire(notes, pair)
    (opened,) = notes.findings
    assert (opened.params["limit_s"], opened.params["silent_s"]) == (184, 184)
    assert "priority" not in opened.params
    silence.fire(notes, pair)
    assert len(notes.findings) == 1


def test_with_the_order_both_silences_end_and_while_suspended_nothing_opens() -> None:
    pair, notes = pair_at(order(effective_until_ms=NOW), heard=(5, 5))
    stand(pair, HIS, HERS)
    silence.fire(notes, pair)
    assert brief(notes) == [("closed", Reason.ORDER_CHANGED, NOW)] * 2
    assert [side.regained_ms for side in pair.state.sides] == [NOW, NOW]
    silence.fire(notes, pair)
    assert len(notes.findings) == 2
    pair, notes = pair_at(heard=(5, 5))
    assert pair.force is not None
    pair.force.suspensions[1] = Suspension(1, NOW - 1, NOW + 1)
    silence.fire(notes, pair)
    assert (notes.findings, [side.regained_ms for side in pair.state.sides]) == ([], [NOW + 1] * 2)
