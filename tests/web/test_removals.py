"""The participant's page on which an officer lets the device come off, and the tether in the order's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.permissions import Role
from korgoo.audit.selectors import list_reads
from korgoo.audit.services import Subject
from korgoo.engine.findings import Reason
from korgoo.orders.models import OrderVersion, Permit
from korgoo.people.models import Person
from tests.factories import (
    NOW,
    make_finding,
    make_office,
    make_person,
    make_signed_order,
    make_user,
    only_alert,
    read_inbox,
    tell_engine,
)
from tests.web.test_orders import ENTRY

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from korgoo.accounts.models import Office
    from korgoo.orders.models import Order

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def officer(sign_in: Callable[..., Client]) -> Client:
    return sign_in(Role.PROBATION_OFFICER)


@pytest.fixture
def order(office: Office) -> Order:
    return make_signed_order(make_person(office))


def typed(under: Order, **changes: str) -> dict[str, str]:
    values = {"order": str(under.pk), "valid_from": "20.11.2026 22:00", "valid_until": "21.11.2026 10:00"}
    values |= {"reason": "операция, больница № 4"} | changes
    return {f"removal-{name}": value for name, value in values.items()}


def only_permit() -> Permit:
    return Permit.objects.unscoped("a test looks").get()


def test_an_officer_lets_the_device_come_off_and_takes_it_back(officer: Client, order: Order) -> None:
    page = f"/people/{order.person_id}/"
    assert "None: a device that comes off is a tamper." in officer.get(page).text
    answer = officer.post(f"{page}removals/", typed(order), follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "The device may be off until 21.11.2026 10:00 (UTC+6): операция, больница № 4" in answer.text
    assert read_inbox()[-1][1].zone == ""
    assert "the device may be off" in officer.get(f"/orders/{order.pk}/").text
    back = officer.post(f"/permits/{only_permit().pk}/revoke/", follow=True)
    assert back.redirect_chain == [(page, 302)]
    assert "a device that is still off is a tamper from now on" in back.text
    assert "The device may be off until" not in back.text
    assert only_permit().revoked_at == NOW
    assert "was revoked before" in officer.post(f"/permits/{only_permit().pk}/revoke/", follow=True).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"valid_until": "20.11.2026 21:00"}, "A permit ends after it begins."),
        ({"valid_until": "20.12.2026 22:00"}, "The device may be off for 14 days at most; for longer, end"),
        ({"valid_from": "20.11.2026 20:00", "valid_until": "20.11.2026 21:30"}, "record an inspection"),
        ({"reason": ""}, "This field is required."),
        ({"valid_until": "tomorrow"}, "Write date and time as 20.11.2026 22:00."),
        ({"order": "0"}, "Select a valid choice."),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(
    officer: Client, order: Order, changes: dict[str, str], said: str
) -> None:
    answer = officer.post(f"/people/{order.person_id}/removals/", typed(order, **changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="20.11.2026 2' in answer.text
    assert not Permit.objects.unscoped("a test looks").exists()


def test_who_may_not_permit_reads_it_and_gets_no_button(
    sign_in: Callable[..., Client], officer: Client, order: Order
) -> None:
    officer.post(f"/people/{order.person_id}/removals/", typed(order))
    for role in (Role.OPERATOR, Role.JUDGE, Role.PROSECUTOR):
        page = sign_in(role).get(f"/people/{order.person_id}/").text
        assert "операция, больница № 4" in page
        assert "Let the device come off" not in page
        assert "Take back" not in page


def test_another_offices_officer_finds_nobody(sign_in: Callable[..., Client], order: Order) -> None:
    stranger = sign_in(user=make_user(Role.PROBATION_OFFICER, office=make_office("Ленин")))
    assert stranger.post(f"/people/{order.person_id}/removals/", typed(order)).status_code == 404


def test_a_protected_person_has_no_device_to_take_off(officer: Client, office: Office) -> None:
    her = make_person(office, kind=Person.Kind.PROTECTED)
    assert "Let the device come off" not in officer.get(f"/people/{her.pk}/").text
    before = list_reads(Subject("person", her.pk)).count()
    assert officer.post(f"/people/{her.pk}/removals/", {}).status_code == 422
    assert list_reads(Subject("person", her.pk)).count() == before + 1  # who has seen her page is on record


def test_findings_are_not_said_to_be_none_to_who_may_not_read_them(
    sign_in: Callable[..., Client], order: Order
) -> None:
    assert "No findings." in sign_in(Role.OPERATOR).get(f"/people/{order.person_id}/").text
    assert "No findings." not in sign_in(Role.JUDGE).get(f"/people/{order.person_id}/").text


def test_the_tether_is_typed_in_read_in_words_and_kept_by_an_amendment(
    officer: Client, office: Office
) -> None:
    person = make_person(office)
    answer = officer.post(f"/people/{person.pk}/orders/new/", ENTRY | {"tether_s": "120"}, follow=True)
    assert "The phone must hear its bracelet at least every 2 min" in answer.text
    version = OrderVersion.objects.unscoped("a test looks").get()
    assert version.tether_s == 120
    form = officer.get(f"/orders/{version.order_id}/amend/").text
    assert 'name="tether_s" value="120"' in form
    refused = officer.post(f"/orders/{version.order_id}/amend/", ENTRY | {"tether_s": "30"})
    assert "The bracelet is expected at most once a report" in refused.text
    assert OrderVersion.objects.unscoped("a test looks").get().tether_s == 120


def test_who_looks_at_an_alert_of_the_person_sees_that_the_device_may_be_off(
    sign_in: Callable[..., Client], officer: Client, order: Order
) -> None:
    tell_engine(make_finding(order.person_id, kind="tamper.strap", code=Reason.OPENED_BY_DEVICE))
    incident = f"/alerts/{only_alert().pk}/"
    said = "The device may be off until 21.11.2026 10:00 (UTC+6): операция, больница № 4"
    operator = sign_in(Role.OPERATOR)
    assert said not in operator.get(incident).text
    officer.post(f"/people/{order.person_id}/removals/", typed(order))
    assert said in operator.get(incident).text
    officer.post(f"/permits/{only_permit().pk}/revoke/")
    assert said not in operator.get(incident).text
