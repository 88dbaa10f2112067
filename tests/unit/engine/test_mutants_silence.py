"""Silence at its borders: each of these kills an error that `korgoo mutate rules` plants."""

from __future__ import annotations

import pytest

from korgoo.engine.desk import Desk
from korgoo.engine.findings import Event, Reason
from korgoo.engine.force import Force
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Observation
from korgoo.engine.rules import silence
from korgoo.engine.state import PersonState, Standing
from tests.stories import MINUTE, P1, at, circle, fix, judge, plan, rows_of

PLAN = (at(12) - 1, plan(circle()))  # silent after three minutes, without a position after ten more


def test_who_is_heard_again_was_silent_for_so_many_seconds() -> None:
    again = fix(at(12) + 10 * MINUTE + 4_000)
    ledger = judge(rows_of(P1, PLAN, (at(12), fix(at(12))), (again.received_at_ms, again)))
    lost = [e for e in ledger.events if e.kind == "contact.lost"]
    assert [e.params.get("silent_s") for e in lost] == [180, 604]


def test_a_position_is_missed_for_so_long_and_beyond_what_is_allowed() -> None:
    bare = [Observation(at(12) + n * MINUTE, at(12) + n * MINUTE, device="b") for n in range(1, 15)]
    ledger = judge(rows_of(P1, PLAN, *((o.received_at_ms, o) for o in [fix(at(12)), *bare])))
    (lost,) = [e for e in ledger.events if e.kind == "position.lost"]
    assert lost.params == {"silent_s": 780, "limit_s": 780, "last_seen": "2026-05-28T06:00:00.000Z"}


def test_with_the_order_its_silences_end() -> None:
    order = (at(12) - 1, plan(circle(), effective_until_ms=at(12) + 5 * MINUTE))
    ledger = judge(rows_of(P1, order, (at(12), fix(at(12)))), until_ms=at(13))
    assert [(e.event, e.code) for e in ledger.events] == [
        (Event.OPENED, Reason.SILENT),
        (Event.CLOSED, Reason.ORDER_CHANGED),
    ]


def test_our_own_outage_is_added_to_what_is_allowed() -> None:
    state = PersonState(P1, heard_ms=at(12) - 3 * MINUTE - 9_000, slack_ms=9_000)
    desk = Desk(state, at_ms=at(12), seq=1, findings=[])
    silence.fire(desk, Force(plan(circle()), Parameters()))
    (lost,) = desk.findings
    assert (lost.params["silent_s"], lost.params["limit_s"]) == (189, 189)


@pytest.mark.parametrize(
    ("standing", "ends_ms", "due_ms"),
    [
        (None, None, at(12) + 3 * MINUTE),
        ("contact.lost", None, 0),
        ("contact.lost", at(13), at(13)),
        (None, at(12) + 3 * MINUTE, 0),
        ("position.lost", at(12) + 2 * MINUTE, at(12) + 2 * MINUTE),
        (None, at(12) + 2 * MINUTE, 0),
    ],
)
def test_the_clock_looks_when_a_silence_is_due_or_ends_with_its_order(
    standing: str | None, ends_ms: int | None, due_ms: int
) -> None:
    state = PersonState(P1, heard_ms=at(12), placed_ms=at(12))
    if standing:
        state.standing[standing] = Standing(standing, at(12))
    force = Force(plan(circle(), effective_until_ms=ends_ms), Parameters())
    assert silence.due(Desk(state, at_ms=at(12), seq=1, findings=[]), force) == due_ms
