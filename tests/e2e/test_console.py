"""An operator's night: an alert comes by itself, is taken by one key, and is closed with its cause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.e2e.accessibility import check_accessibility
from tests.factories import NOW, make_finding, make_person, make_user, only_alert, tell_engine

from korgoo.accounts.permissions import Role
from korgoo.engine.findings import Reason
from korgoo.outbox.instants import to_ms

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

    from korgoo.accounts.models import Office, User

pytestmark = pytest.mark.chromium
PASSWORD = "correct horse battery"


@pytest.fixture
def operator(office: Office) -> User:
    user = make_user(Role.OPERATOR, office=office)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(page: Page, address: str, user: User) -> None:
    page.goto(f"{address}/sign-in/")
    page.fill("#id_username", user.email)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/alerts/")


def test_an_alert_comes_by_itself_is_taken_by_a_key_and_closed(
    page: Page, live_server: LiveServer, operator: User, office: Office
) -> None:
    person = make_person(office)
    sign_in(page, live_server.url, operator)
    expect(page.locator(".empty")).to_contain_text("Открытых тревог нет")
    check_accessibility(page)

    page.click("#sound")
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")

    tell_engine(make_finding(person.pk, kind="sos", code=Reason.PRESSED, condition=""))
    row = page.locator("li.alert")
    expect(row).to_contain_text("Осмонов Бакыт", timeout=5000)  # no reload
    expect(row).to_contain_text("P1")
    expect(page).to_have_title(re.compile(r"^\(1!\)"))
    expect(page.locator("#announcer")).to_contain_text("Новая срочная тревога")
    check_accessibility(page)

    page.keyboard.press("j")
    with_russian_layout = "new KeyboardEvent('keydown', {key: 'ф', code: 'KeyA', bubbles: true})"
    page.evaluate(f"document.activeElement.dispatchEvent({with_russian_layout})")
    expect(row).to_contain_text("вами")
    assert only_alert().owner == operator
    expect(page.locator(".what:focus")).to_have_count(1)  # the keyboard is still where it was

    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/alerts/\d+/$"))
    check_accessibility(page)
    page.select_option("#cause", "test")
    page.fill("#close-note", "Учебное нажатие, звонил, всё спокойно")
    page.click("text=Закрыть тревогу")
    page.wait_for_url(f"{live_server.url}/alerts/")
    assert only_alert().state == "closed"


def test_a_note_being_typed_survives_what_a_colleague_does(
    page: Page, live_server: LiveServer, operator: User, office: Office
) -> None:
    person = make_person(office)
    finding = make_finding(person.pk, kind="tamper.strap", code=Reason.OPENED_BY_DEVICE, condition="")
    tell_engine(finding)
    sign_in(page, live_server.url, operator)
    page.click(".what")
    page.wait_for_url(re.compile(r"/alerts/\d+/$"))
    page.fill("#note", "Звонил, не отвечает")
    tell_engine(make_finding(person.pk, kind="tamper.case", code=Reason.OPENED_BY_DEVICE, at_ms=to_ms(NOW)))
    expect(page.locator("#changes")).to_contain_text("Тревога изменилась", timeout=6000)
    expect(page.locator("#note")).to_have_value("Звонил, не отвечает")


def test_without_the_server_the_page_says_that_it_is_old(
    page: Page, live_server: LiveServer, operator: User
) -> None:
    sign_in(page, live_server.url, operator)
    page.route("**/alerts/list/**", lambda route: route.fulfill(status=204))
    expect(page.locator(".offline")).to_be_hidden()
    page.unroute("**/alerts/list/**")
    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:sendError'))")
    expect(page.locator(".offline")).to_contain_text("Нет связи с сервером")
