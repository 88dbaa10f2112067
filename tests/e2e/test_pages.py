"""Every page in a browser: clean for assistive technology, and as pictures where they are asked for.

KORGOO_SCREENSHOTS=DIR writes one PNG a page, for people who want to see what they have changed.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.drafts import make_draft
from tests.e2e.accessibility import check_accessibility
from tests.factories import (
    NOW,
    follow,
    make_device,
    make_finding,
    make_person,
    make_signed_order,
    make_user,
    tell_engine,
)

from korgoo.accounts.permissions import Role
from korgoo.alerts.handling import acknowledge_alert
from korgoo.alerts.models import Alert
from korgoo.engine.findings import Event, Evidence, Reason
from korgoo.orders.drafting import draft_order
from korgoo.orders.ending import end_order
from korgoo.orders.issuing import issue_device_under
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

    from korgoo.accounts.models import Office, User

pytestmark = pytest.mark.chromium
PASSWORD = "correct horse battery"


def make_night(office: Office) -> dict[str, int]:
    """A night with every level of alert; returns the ids that the pages need."""
    person = make_person(office)
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    order = make_signed_order(person)
    issued = issue_device_under(
        order, device=make_device(office, serial="B-2041"), person=person, actor=officer, now=NOW
    )
    make_device(office, serial="B-2042")
    draft = draft_order(person, draft=make_draft(), actor=officer, now=NOW)
    at = to_ms(NOW)
    evidence = tuple(
        Evidence(
            seq=4000 + step,
            fixed_at_ms=at - (6 - step) * 60_000,
            use="ignored" if step == 2 else "used",
            reason="jump" if step == 2 else "",
            distance_m=-float(step * 60),
            sigma_m=14.0,
            belief=1.0 - step,
        )
        for step in range(6)
    )
    absent = make_finding(
        person.pk, condition=f"o{order.pk}.home", code=Reason.LEFT_DURING, evidence=evidence,
        since_ms=at - 300_000,
        params={"distance_m": -300.0, "sigma_m": 14.0, "order": order.number, "clause": "п. 2", "fixes": 5},
    )  # fmt: skip
    strap = make_finding(person.pk, kind="tamper.strap", code=Reason.OPENED_BY_DEVICE, since_ms=at - 60_000)
    sos = make_finding(make_person(office, kind=Person.Kind.PROTECTED).pk, kind="sos", code=Reason.PRESSED)
    low = make_finding(person.pk, kind="battery.low", code=Reason.BATTERY_LEVEL, params={"level": 18})
    tell_engine(absent, now=NOW - timedelta(minutes=4))
    tell_engine(strap, sos, low)
    tell_engine(follow(low, Event.UPDATED, params={"level": 16}))
    alert = Alert.objects.unscoped("a test looks").get(key__contains="home")
    return {
        "person": person.pk,
        "order": order.pk,
        "draft": draft.pk,
        "alert": alert.pk,
        "assignment": issued.assignment.pk,
    }


@pytest.fixture
def duty(office: Office) -> User:
    """An account with almost every permission."""
    user = make_user(Role.POLICE_DUTY, office=office)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_every_page_is_clean_for_assistive_technology(
    page: Page, live_server: LiveServer, duty: User, office: Office, settings: Settings
) -> None:
    settings.KORGOO_DEMO = True
    ids = make_night(office)
    page.goto(f"{live_server.url}/sign-in/")
    look(page, "sign-in")
    sign_in(page, live_server, duty)
    page.wait_for_url(f"{live_server.url}/alerts/")
    look(page, "alerts")
    acknowledge_alert(ids["alert"], version=1, actor=duty, now=NOW)
    for name, path in {
        "alert": f"/alerts/{ids['alert']}/",
        "people": "/people/",
        "register": "/people/new/",
        "person": f"/people/{ids['person']}/",
        "order-form": f"/people/{ids['person']}/orders/new/",
        "order": f"/orders/{ids['order']}/",
        "draft": f"/orders/{ids['draft']}/",
        "devices": "/devices/",
        "device-register": "/devices/new/",
        "issue": "/devices/issue/?order=1",
        "assignment": f"/assignments/{ids['assignment']}/",
        "not-found": "/people/987654321/",
    }.items():
        page.goto(f"{live_server.url}{path}")
        look(page, name)
    page.goto(f"{live_server.url}/assignments/{ids['assignment']}/")
    page.click("text=Создать новый секрет")
    look(page, "secret")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{live_server.url}/alerts/")
    look(page, "alerts-dark")
    page.goto(f"{live_server.url}/alerts/{ids['alert']}/")
    look(page, "alert-dark")


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_the_administrators_page_and_the_one_of_a_role_without_pages_are_clean(
    page: Page, live_server: LiveServer, office: Office
) -> None:
    order = make_signed_order(make_person(office))
    end_order(order, reason="срок", actor=make_user(Role.POLICE_DUTY, office=office), now=NOW)
    administrator, unit = (
        make_user(Role.ADMINISTRATOR, office=None),
        make_user(Role.POLICE_UNIT, office=office),
    )
    for user in (administrator, unit):
        user.set_password(PASSWORD)
        user.save()
    sign_in(page, live_server, administrator)
    page.wait_for_url(f"{live_server.url}/erasures/")
    page.fill("#id_case", str(order.pk))
    page.fill("#id_order_number", "УД-0/26")
    page.fill("#id_certificate", "АУ-7/26")
    page.fill("#id_reason", "истёк срок хранения")
    page.check("#id_understood")
    page.click("button.danger")
    look(page, "erasures-refused")
    page.fill("#id_order_number", order.number)
    page.click("button.danger")
    page.locator("tbody td", has_text="АУ-7/26").wait_for()
    look(page, "erasures")
    page.click("text=Выйти")
    sign_in(page, live_server, unit)
    page.get_by_text("До тех пор").wait_for()
    look(page, "no-pages")


def sign_in(page: Page, live_server: LiveServer, user: User) -> None:
    page.goto(f"{live_server.url}/sign-in/")
    page.fill("#id_username", user.email)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")


def look(page: Page, name: str) -> None:
    """Check a page, and keep its picture where one is wanted."""
    check_accessibility(page)
    folder = os.environ.get("KORGOO_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=not name.startswith("alerts"))
