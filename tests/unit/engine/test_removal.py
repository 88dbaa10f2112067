"""Authorised removal: a device that may come off, until its permit ends."""

from __future__ import annotations

import pytest

from korgoo.engine.plan import Permit
from tests.stories import MINUTE
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
