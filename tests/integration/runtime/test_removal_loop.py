"""A device that comes off under a permit, from the officer's page to the finding."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from korgoo.accounts.permissions import Role
from korgoo.alerts.models import Alert
from korgoo.orders.permits import grant_removal, revoke_permit
from korgoo.outbox.instants import to_ms
from tests.factories import NOW, make_office, make_person, make_signed_order, make_user
from tests.integration.runtime.installation import Installation, told
from tests.stories import HOUR, MINUTE, fix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from korgoo.orders.models import Permit

pytestmark = pytest.mark.django_db(databases="__all__")

NOON = to_ms(NOW) + 14 * HOUR  # of the next day: nothing binds him at home


class Hospital(NamedTuple):
    """He is to be examined from noon on, for two hours."""

    installed: Installation
    person: int
    permit: Permit

    def report(self, minute: int, *, strap: bool) -> None:
        self.installed.receive(self.person, [fix(NOON + minute * MINUTE, strap=strap)])

    def kinds(self) -> list[tuple[str, str]]:
        """What was told of the device, after the inbox has reached the journal."""
        self.installed.judge()
        return [(event, kind) for event, kind in told() if kind.startswith(("removal.", "tamper."))]


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[Hospital]:
    installed = Installation(tmp_path, now_ms=NOON - 20 * MINUTE)
    person = make_person(make_office())
    order = make_signed_order(person)
    officer = make_user(Role.PROBATION_OFFICER, office=person.office)
    noon = NOW + timedelta(hours=14)
    permit = grant_removal(
        order,
        valid_from=noon,
        valid_until=noon + timedelta(hours=2),
        reason="МРТ",
        actor=officer,
        now=noon - timedelta(minutes=30),
    )
    installed.drain_inbox()
    yield Hospital(installed, person.pk, permit)
    installed.journal.close()


def test_a_permitted_removal_is_a_notice_and_no_tamper(hospital: Hospital) -> None:
    for minute in range(-5, 5):
        hospital.report(minute, strap=True)
    for minute in range(5, 40):
        hospital.report(minute, strap=False)
    hospital.report(41, strap=True)
    assert hospital.kinds() == [("opened", "removal.permitted"), ("closed", "removal.permitted")]
    alerts = Alert.objects.unscoped("a test looks")
    told = {alert.protocol["kind"]: alert.level for alert in alerts if alert.key.endswith("/tamper")}
    assert told == {"removal.permitted": 4}


def test_what_is_still_off_when_the_permit_is_taken_back_is_a_tamper(hospital: Hospital) -> None:
    hospital.report(0, strap=True)
    for minute in range(5, 40):
        hospital.report(minute, strap=False)
    officer = make_user(Role.PROBATION_OFFICER, office=hospital.permit.order.person.office)
    revoke_permit(hospital.permit, actor=officer, now=hospital.installed.clock())
    hospital.installed.drain_inbox()
    hospital.report(41, strap=False)
    hospital.installed.tick_until(NOON + 45 * MINUTE)
    assert hospital.kinds() == [
        ("opened", "removal.permitted"),
        ("closed", "removal.permitted"),
        ("opened", "tamper.strap"),
    ]


def test_a_strap_that_opens_before_its_permit_is_a_tamper(hospital: Hospital) -> None:
    hospital.report(-3, strap=True)
    hospital.report(-2, strap=False)
    hospital.report(1, strap=False)
    assert ("opened", "tamper.strap") in hospital.kinds()
