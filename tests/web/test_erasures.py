"""The page on which an administrator destroys the data of a case, and what it says to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.permissions import Role
from korgoo.audit.models import AuditEntry
from korgoo.monitoring.erasing import list_erasures
from korgoo.orders.ending import end_order
from korgoo.web.office import erasures
from tests.factories import NOW, make_person, make_signed_order, make_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from korgoo.accounts.models import Office
    from korgoo.orders.models import Order

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def administrator(sign_in: Callable[..., Client]) -> Client:
    return sign_in(user=make_user(Role.ADMINISTRATOR, office=None))


@pytest.fixture
def order(office: Office) -> Order:
    order = make_signed_order(make_person(office))
    end_order(order, reason="срок", actor=make_user(Role.POLICE_DUTY, office=office), now=NOW)
    return order


def typed(order: Order, **changes: str) -> dict[str, str]:
    values = {"case": str(order.pk), "order_number": order.number, "certificate": "АУ-7/26"}
    return values | {"reason": "срок хранения истёк", "understood": "on"} | changes


def test_an_administrator_destroys_by_certificate_and_sees_it_done(
    administrator: Client, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = administrator.post("/erasures/", typed(order), follow=True)
    assert answer.redirect_chain == [("/erasures/", 302)]
    assert "the journal cannot be read from here" in answer.text
    assert AuditEntry.objects.filter(action="erase", subject_id=str(order.pk)).count() == 1
    (asked,) = list_erasures()
    for applied, said in ((asked.row_id - 1, "waits for the gateway"), (asked.row_id, "destroyed</td>")):
        monkeypatch.setattr(erasures, "_read_applied", lambda applied=applied: applied)
        assert said in administrator.get("/erasures/").text


@pytest.mark.parametrize(
    "changes",
    [
        {"order_number": "УД-0/26"},
        {"case": "0"},
        {"case": "9" * 400},
        {"case": "x"},
        {"certificate": ""},
        {"certificate": "\x1b[2J"},
        {"reason": " "},
        {"understood": ""},
    ],
)
def test_what_is_mistyped_destroys_nothing_and_keeps_what_was_typed(
    administrator: Client, order: Order, changes: dict[str, str]
) -> None:
    answer = administrator.post("/erasures/", typed(order, **changes))
    assert answer.status_code == 422
    assert list_erasures() == []
    assert "message error" in answer.text


def test_the_refusal_is_in_the_readers_language(
    sign_in: Callable[..., Client], office: Office, order: Order
) -> None:
    russian = sign_in(user=make_user(Role.ADMINISTRATOR, office=office), language="ru")
    said = russian.post("/erasures/", typed(order, order_number="1")).text
    assert "Нет дела с таким номером дела и таким номером решения." in said


def test_the_page_names_no_person_and_is_the_administrators_front_door(
    administrator: Client, order: Order
) -> None:
    administrator.post("/erasures/", typed(order))
    page = administrator.get("/", follow=True)
    assert page.redirect_chain == [("/erasures/", 302)]
    assert order.person.family_name not in page.text
    assert order.number not in page.text


def test_who_may_read_the_order_sees_its_case_number_and_what_became_of_it(
    administrator: Client, sign_in: Callable[..., Client], order: Order
) -> None:
    officer = sign_in(Role.PROBATION_OFFICER)
    assert f"Case number {order.pk}" in officer.get(f"/orders/{order.pk}/").text
    administrator.post("/erasures/", typed(order))
    assert "destroyed under certificate АУ-7/26" in officer.get(f"/orders/{order.pk}/").text
