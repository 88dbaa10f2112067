"""Orders: typed in, read in words, signed, excepted, ended."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from korgoo.accounts.permissions import Role
from korgoo.engine.rows import Kind
from korgoo.journal.record import Draft
from korgoo.journal.sqlite import SqliteJournal
from korgoo.orders.drafts import Circle, ConditionDraft
from korgoo.orders.models import Order, OrderVersion, Permit, Zone
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from korgoo.runtime.demo.cast import Terms, register_cast
from korgoo.runtime.demo.script import choose_people
from korgoo.sim.town import Town
from tests.factories import NOW, make_office, make_person, make_signed_order, make_user, read_inbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

    from korgoo.accounts.models import Office

WEEK = ("mo", "tu", "we", "th", "fr", "sa", "su")
NIGHTS = {f"home_{day}_from": "22:00" for day in WEEK} | {f"home_{day}_to": "06:00" for day in WEEK}
ENTRY = {
    "regime": "kg.probation_supervision",
    "authority": "Октябрьский районный суд",
    "number": "УД-77/26",
    "valid_from": "20.11.2026 22:00",
    "valid_until": "20.02.2027 22:00",
    "expected_interval_s": "60",
    "home_on": "on",
    "home_lat": "42,8746",
    "home_lon": "74.5698",
    "home_radius_m": "50",
    "home_grace_min": "5",
    "home_clause": "п. 2",
    **NIGHTS,
}


@pytest.fixture
def browser(sign_in: Callable[..., Client]) -> Client:
    return sign_in(Role.PROBATION_OFFICER)


@pytest.fixture
def person(office: Office) -> Person:
    return make_person(office)


def draft(browser: Client, person: Person, **changes: str) -> Any:
    return browser.post(f"/people/{person.pk}/orders/new/", ENTRY | changes)


def only_order() -> Order:
    return Order.objects.unscoped("a test looks").get()


def only_zones() -> list[Zone]:
    return list(Zone.objects.unscoped("a test looks").order_by("condition__key"))


def test_a_curfew_is_typed_in_read_in_words_and_signed(browser: Client, person: Person) -> None:
    assert draft(browser, person).status_code == 302
    order = only_order()
    page = browser.get(f"/orders/{order.pk}/").text
    assert "In force from 20.11.2026 22:00 (UTC+6) until 20.02.2027 22:00 (UTC+6), that is 92 d." in page
    assert (
        "the circle of 50 m around 42.87460, 74.56980: every day from 22:00 to 06:00 of the next day" in page
    )
    assert "longer than 5 min" in page
    assert read_inbox() == []  # nothing binds yet
    version = OrderVersion.objects.unscoped("a test looks").get()
    assert browser.post(f"/orders/{order.pk}/sign/", {"version": version.pk}).status_code == 302
    assert only_order().state == "signed"
    assert [row.kind for row, _ in read_inbox()] == [Kind.PLAN]


def test_hours_may_differ_by_day_and_days_may_be_free(browser: Client, person: Person) -> None:
    changes = {"home_sa_from": "23:30", "home_su_from": "", "home_su_to": ""}
    assert draft(browser, person, **changes).status_code == 302
    page = browser.get(f"/orders/{only_order().pk}/").text
    assert "Mon, Tue, Wed, Thu, Fri from 22:00 to 06:00 of the next day; Sat from 23:30" in page


def test_an_exclusion_zone_may_be_a_circle_or_a_drawn_area(browser: Client, person: Person) -> None:
    area = '{"type":"Polygon","coordinates":[[[74.5,42.8],[74.6,42.8],[74.6,42.9],[74.5,42.8]]]}'
    draft(browser, person, out_on="on", out_lat="42.9", out_lon="74.6", out_radius_m="300")
    assert [(zone.kind, zone.radius_m) for zone in only_zones()] == [("inclusion", 50), ("exclusion", 300)]
    draft(browser, person, number="2", home_on="", out_on="on", out_geojson=area)
    order = Order.objects.unscoped("a test looks").get(number="2")
    assert (
        "Must keep out of the drawn area with 3 corners: at all times"
        in browser.get(f"/orders/{order.pk}/").text
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"home_on": ""}, "An order without conditions monitors nothing"),
        ({"home_lat": ""}, "This is needed for the condition that you ticked."),
        ({"home_lat": "north"}, "Write degrees as 42.8746."),
        ({"home_lat": "nan"}, "These are no degrees on the earth."),
        ({"home_lon": "181"}, "These are no degrees on the earth."),
        ({"home_mo_from": "25:00"}, "Write the time as 22:00."),
        ({"home_mo_from": ""}, "Fill in both times, or none."),
        ({"home_mo_to": "22:00"}, "A window has days, from and to (HH:MM), which differ"),
        ({"valid_until": "19.11.2026 22:00"}, "An order ends after it begins."),
        ({"valid_from": "11/20/2026"}, "Write date and time as 20.11.2026 22:00."),
        ({"regime": "kg.protection_order"}, "This regime names a protected person."),
        ({"valid_until": "20.11.2036 22:00"}, "This regime lasts 1830 days at most."),
        ({"out_on": "on", "out_geojson": "{"}, "The area is not a valid polygon on the earth"),
        ({"expected_interval_s": "1"}, "Some fields need your attention"),
    ],
)
def test_a_wrong_entry_says_what_is_wrong_and_keeps_what_was_typed(
    browser: Client, person: Person, changes: dict[str, str], message: str
) -> None:
    page = draft(browser, person, **changes)
    assert page.status_code == 422
    assert message.lower() in page.text.lower()
    assert "УД-77/26" in page.text
    assert not Order.objects.unscoped("a test looks").exists()


def test_nobody_signs_a_draft_that_was_changed_while_he_read_it(browser: Client, person: Person) -> None:
    draft(browser, person)
    order = only_order()
    read = OrderVersion.objects.unscoped("a test looks").get()
    assert browser.post(f"/orders/{order.pk}/amend/", ENTRY | {"home_radius_m": "5000"}).status_code == 302
    refused = browser.post(f"/orders/{order.pk}/sign/", {"version": read.pk})
    assert refused.status_code == 422
    assert "The draft was changed in between" in refused.text
    assert only_order().state == "draft"


def test_an_amendment_shows_what_binds_and_keeps_the_decision(browser: Client, person: Person) -> None:
    draft(browser, person)
    order = only_order()
    browser.post(f"/orders/{order.pk}/sign/", {"version": OrderVersion.objects.unscoped("t").get().pk})
    form = browser.get(f"/orders/{order.pk}/amend/").text
    assert 'value="42.8746"' in form
    assert 'value="22:00"' in form
    browser.post(f"/orders/{order.pk}/amend/", ENTRY | {"home_grace_min": "15", "number": "forged"})
    page = browser.get(f"/orders/{order.pk}/").text
    assert "Version 2: a draft" in page
    assert "longer than 15 min" in page
    assert only_order().number == "УД-77/26"


def test_an_order_that_the_form_cannot_show_is_not_spoiled(browser: Client, person: Person) -> None:
    order = make_signed_order(person)
    version = OrderVersion.objects.unscoped("t").get()
    assert browser.get(f"/orders/{order.pk}/amend/").status_code == 200
    other = make_signed_order(person, conditions=(_unusual(),), number="Б-1")
    answer = browser.get(f"/orders/{other.pk}/amend/", follow=True)
    assert "conditions that this form cannot show" in answer.text
    assert OrderVersion.objects.unscoped("t").filter(order=order).get() == version


def _unusual() -> ConditionDraft:
    circle = Circle(lat_e7=428_700_000, lon_e7=746_000_000, radius_m=500)
    return ConditionDraft(key="district", zone="inclusion", circle=circle)


def test_a_signature_says_when_it_was_applied(
    browser: Client, person: Person, settings: Settings, tmp_path: Path
) -> None:
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, data=tmp_path, database=None)
    order = make_signed_order(person)
    page = f"/orders/{order.pk}/"
    assert "Whether it is applied cannot be seen from here." in browser.get(page).text
    row, _ = read_inbox()[-1]
    body = bytes(row.body)
    journal = SqliteJournal(tmp_path)
    try:
        journal.mark(now_ms=to_ms(NOW))
        assert "Not applied yet: the engine has not received it." in browser.get(page).text
        draft = Draft(
            row.kind, row.key, row.case_id, body, hashlib.sha256(body).digest(), row.fixed_at_ms, row.pk
        )
        journal.append([draft], now_ms=to_ms(NOW) + 7000)
        assert "applied at 22:00:07 (UTC+6)" in browser.get(page).text
    finally:
        journal.close()


def test_a_permit_is_granted_for_the_past_and_taken_back(browser: Client, person: Person) -> None:
    order = make_signed_order(person)
    entry = {
        "permit-condition": "home",
        "permit-valid_from": "19.11.2026 20:00",
        "permit-valid_until": "20.11.2026 08:00",
        "permit-reason": "Больница",
    }
    assert browser.post(f"/orders/{order.pk}/permits/", entry).status_code == 302
    permit = Permit.objects.unscoped("a test looks").get()
    assert "Больница" in browser.get(f"/orders/{order.pk}/").text
    browser.post(f"/permits/{permit.pk}/revoke/")
    again = browser.post(f"/permits/{permit.pk}/revoke/", follow=True)
    assert "The permit was revoked before." in again.text
    wrong = browser.post(f"/orders/{order.pk}/permits/", entry | {"permit-valid_until": "19.11.2026 08:00"})
    assert wrong.status_code == 422
    assert "A permit ends after it begins." in wrong.text
    assert Permit.objects.unscoped("a test looks").count() == 1


def test_an_order_ends_with_a_reason_only(browser: Client, person: Person) -> None:
    order = make_signed_order(person)
    assert browser.post(f"/orders/{order.pk}/end/", {"reason": " "}).status_code == 422
    assert only_order().state == "signed"
    assert browser.post(f"/orders/{order.pk}/end/", {"reason": "Снят судом"}).status_code == 302
    assert only_order().state == "ended"


def test_orders_of_another_office_are_not_there(browser: Client) -> None:
    order = make_signed_order(make_person(make_office("Osh")))
    assert browser.get(f"/orders/{order.pk}/").status_code == 404
    for step in ("sign", "end", "permits", "amend"):
        assert browser.post(f"/orders/{order.pk}/{step}/", {"reason": "x", "version": 1}).status_code == 404


def test_an_order_does_not_give_the_protected_person_away(
    sign_in: Callable[..., Client], office: Office
) -> None:
    hidden = make_person(office, kind=Person.Kind.PROTECTED)
    order = make_signed_order(make_person(office), protected_person=hidden)
    page = sign_in(user=make_user(Role.PROSECUTOR, office=office)).get(f"/orders/{order.pk}/").text
    assert "protects a person whom your role may not see" in page
    assert f"/people/{hidden.pk}/" not in page


def test_every_order_of_the_demonstration_can_be_changed_in_the_form(
    sign_in: Callable[..., Client], office: Office
) -> None:
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    register_cast(choose_people(Town(1), 14), terms=Terms(office, officer, NOW))
    browser = sign_in(user=officer)
    orders = list(Order.objects.unscoped("a test looks"))
    assert {order.regime for order in orders} == {"kg.probation_supervision", "kg.protection_order"}
    for order in orders:
        assert browser.get(f"/orders/{order.pk}/amend/").status_code == 200, order.number
