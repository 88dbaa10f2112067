"""What is doubted of a device ends with the order, whoever else has nothing to end there."""

from __future__ import annotations

import pytest

from korgoo.engine.desk import Desk
from korgoo.engine.force import Force
from korgoo.engine.parameters import Parameters
from korgoo.engine.rules import ending
from korgoo.engine.state import PersonState, Standing
from tests.stories import MINUTE, P1, judge, plan, rows_of
from tests.unit.engine.doubts import START, minutes

ENDS = START + 6 * MINUTE + 3_700  # between two marks


def doubted(*standing: str, since_ms: int = START, ends: int | None = ENDS) -> tuple[Desk, Force]:
    """A person of whom these stand under an order that ends then, looked at half an hour later."""
    state = PersonState(P1)
    state.standing.update({slot: Standing(slot, since_ms) for slot in standing})
    desk = Desk(state, at_ms=START + 30 * MINUTE, seq=9, findings=[])
    return desk, Force(plan(effective_until_ms=ends), Parameters())


@pytest.mark.parametrize(
    ("standing", "due_ms"),
    [
        ((), 0),
        (("tamper.strap",), 0),
        (("position.mock:b1",), ENDS),
        (("tamper.strap", "signal.jammed"), ENDS),
    ],
)
def test_the_clock_looks_at_the_end_of_the_order_where_something_is_doubted(
    standing: tuple[str, ...], due_ms: int
) -> None:
    assert ending.due(*doubted(*standing)) == due_ms


def test_under_an_order_without_an_end_the_clock_need_not_look() -> None:
    assert ending.due(*doubted("position.mock", ends=None)) == 0


def test_doubt_ends_with_an_order_that_has_no_zone_to_end() -> None:
    order = plan(effective_until_ms=ENDS)
    told = judge(rows_of(P1, (START - 1000, order), *minutes(0, 6, mock=True)), until_ms=ENDS + MINUTE).events
    assert [(f.event.value, f.kind, f.until_ms) for f in told] == [
        ("opened", "position.mock", None),
        ("closed", "position.mock", ENDS),
    ]
    assert told[-1].at_ms - ENDS <= 10_000, "at the next mark"


def test_what_was_doubted_under_one_order_is_not_counted_under_the_next() -> None:
    first, second = plan(effective_until_ms=ENDS), plan(version="2", from_ms=START + 8 * MINUTE)
    story = [(START - 1000, first), *minutes(0, 6, mock=True), (START + 8 * MINUTE, second)]
    one_sign, three_signs = minutes(9, 10, mock=True), minutes(9, 12, mock=True)
    assert len(judge(rows_of(P1, *story, *one_sign)).told("position.mock")) == 2
    assert len(judge(rows_of(P1, *story, *three_signs)).told("position.mock")) == 3


def test_no_doubt_ends_before_it_began() -> None:
    """An order can be shortened into the past; what was doubted since then ends where it began."""
    desk, force = doubted("position.mock", since_ms=ENDS + MINUTE)
    ending.fire(desk, force)
    assert [(f.event.value, f.until_ms) for f in desk.findings] == [("closed", ENDS + MINUTE)]
