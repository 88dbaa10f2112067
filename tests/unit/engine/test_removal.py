"""Authorised removal: a device that may come off, until its permit ends."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine.desk import Desk
from korgoo.engine.force import Force
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Permit
from korgoo.engine.rules import removal
from korgoo.engine.state import PersonState, Standing
from tests.stories import MINUTE, P1, plan
from tests.unit.engine.doubts import START, found, kinds, minutes, told

SURGERY = (START - 100, Permit("p", "", START + 5 * MINUTE, START + 15 * MINUTE))


def test_a_permitted_removal_is_a_notice() -> None:
    story = [*minutes(0, 6, strap=True), *minutes(6, 12, strap=False), *minutes(12, 30, strap=True)]
    assert told(*story, SURGERY) == [
        ("opened", "removal.permitted", "removed_with_permit"),
        ("closed", "removal.permitted", "restored"),
    ]


@pytest.mark.parametrize("minute", [4, 15])
def test_before_and_after_its_permit_it_is_a_tamper(minute: int) -> None:
    assert kinds(
        told(*minutes(0, minute, strap=True), *minutes(minute, minute + 1, strap=False), SURGERY)
    ) == ["tamper.strap opened"]


def test_a_permit_taken_back_makes_it_a_tamper_at_once() -> None:
    revoked = (START + 8 * MINUTE, Permit("p", "", START + 5 * MINUTE, START + 15 * MINUTE, revoked=True))
    events = found(*minutes(0, 6, strap=True), *minutes(6, 12, strap=False), SURGERY, revoked)
    assert [f.kind for f in events] == ["removal.permitted", "removal.permitted", "tamper.strap"]
    assert events[-1].at_ms - START - 8 * MINUTE <= 10_000


def test_a_removal_ends_with_the_order_and_is_no_tamper() -> None:
    story = [*minutes(0, 6, strap=True), *minutes(6, 9, strap=False), SURGERY]
    assert told(*story, until=21, effective_until_ms=START + 10 * MINUTE)[1:] == [
        ("closed", "removal.permitted", "order_changed")
    ]


def test_at_the_first_instant_of_its_permit_it_is_permitted() -> None:
    story = [*minutes(0, 5, strap=True), *minutes(5, 6, strap=False)]
    assert kinds(told(*story, SURGERY)) == ["removal.permitted opened"]


def test_of_two_permits_the_one_that_ends_later_counts() -> None:
    short = (START - 100, Permit("q", "", START + 5 * MINUTE, START + 10 * MINUTE))
    story = [*minutes(0, 6, strap=True), *minutes(6, 12, strap=False), *minutes(12, 14, strap=True)]
    assert kinds(told(*story, SURGERY, short)) == ["removal.permitted opened", "removal.permitted closed"]


def test_a_permit_may_stand_in_the_order_and_be_taken_back_by_its_name() -> None:
    story = [*minutes(0, 6, strap=True), *minutes(6, 7, strap=False)]
    permit = SURGERY[1]
    assert kinds(told(*story, permits=(permit,))) == ["removal.permitted opened"]
    revoked = (START + MINUTE, msgspec.structs.replace(permit, revoked=True))
    assert kinds(told(*story, revoked, permits=(permit,))) == ["tamper.strap opened"]


def looked_at(*standing: str, since_ms: int = START, ends: int | None = None) -> tuple[Desk, Force]:
    """A person of whom these stand, six minutes after eight, under an order that ends then."""
    state = PersonState(P1, permits={"p": SURGERY[1]})
    state.standing.update({slot: Standing(slot, since_ms) for slot in standing})
    desk = Desk(state, at_ms=START + 6 * MINUTE, seq=9, findings=[])
    return desk, Force(plan(effective_until_ms=ends), Parameters())


SLOT = "removal.permitted:strap"


def test_of_two_permits_the_clock_looks_at_the_end_of_the_later() -> None:
    desk, force = looked_at(SLOT)
    desk.state.permits["q"] = Permit("q", "", START + 5 * MINUTE, START + 10 * MINUTE)
    assert removal.due(desk, force) == START + 15 * MINUTE


@pytest.mark.parametrize(
    ("standing", "ends", "due"),
    [
        ((), 10, 0),
        (("battery.low",), 10, 0),
        ((SLOT,), None, 15),
        ((SLOT,), 10, 10),
        ((SLOT,), 20, 15),
    ],
)
def test_the_clock_looks_when_the_permit_or_the_order_ends(
    standing: tuple[str, ...], ends: int | None, due: int
) -> None:
    ends_ms = START + ends * MINUTE if ends else None
    assert removal.due(*looked_at(*standing, ends=ends_ms)) == (START + due * MINUTE if due else 0)


@pytest.mark.parametrize(("began", "until"), [(1, 4), (5, 5)])
def test_with_the_order_it_ends_at_its_end_and_not_before_it_began(began: int, until: int) -> None:
    desk, force = looked_at(SLOT, since_ms=START + began * MINUTE, ends=START + 4 * MINUTE)
    removal.fire(desk, force)
    assert [(f.event.value, f.kind, f.until_ms) for f in desk.findings] == [
        ("closed", "removal.permitted", START + until * MINUTE)
    ]
