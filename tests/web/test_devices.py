"""Devices: given, set up, asked, looked at, taken back."""

from __future__ import annotations

import hashlib
import shlex
from itertools import product
from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.permissions import Role
from korgoo.devices.models import Assignment, Device, DeviceCommand, DeviceCredential
from korgoo.orders.ending import end_order
from korgoo.orders.inspections import InspectionInvalidError, record_inspection
from korgoo.orders.issuing import issue_device_under
from korgoo.orders.models import Inspection
from korgoo.people.models import Person
from tests.factories import (
    NOW,
    make_device,
    make_office,
    make_person,
    make_signed_order,
    make_user,
    read_inbox,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from korgoo.accounts.models import Office
    from korgoo.orders.models import Order


@pytest.fixture
def technician(sign_in: Callable[..., Client]) -> Client:
    return sign_in(Role.TECHNICIAN)


@pytest.fixture
def order(office: Office) -> Order:
    return make_signed_order(make_person(office))


def issued(office: Office, order: Order) -> Assignment:
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    return issue_device_under(
        order, device=make_device(office), person=order.person, actor=officer, now=NOW
    ).assignment


def test_a_technician_issues_by_number_and_sees_the_secret_once(
    technician: Client, office: Office, order: Order
) -> None:
    device = make_device(office, serial="B-1")
    entry = {"device": device.pk, "order": order.number, "side": "participant"}
    page = technician.post("/devices/issue/", entry)
    setup = page.context["setup"]
    credential = DeviceCredential.objects.get()
    assert hashlib.sha256(setup.secret.encode()).digest() == bytes(credential.secret_sha256)
    assert setup.identifier in page.text
    assert setup.owntracks_url == "http://testserver:8001/pub"
    assert page.headers["Cache-Control"] == "no-store"
    assert shlex.split(setup.curl)[:4] == ["curl", "-sS", "-u", f"{setup.public_id}:{setup.secret}"]
    assert setup.secret not in technician.get(f"/assignments/{credential.assignment_id}/").text
    again = technician.post("/devices/issue/", entry)
    assert again.status_code == 422  # a page that is reloaded makes no second secret
    assert DeviceCredential.objects.count() == 1


def test_an_order_of_another_office_looks_like_no_order(technician: Client, office: Office) -> None:
    far = make_signed_order(make_person(make_office("Osh")))
    over = make_signed_order(far.person)
    end_order(over, reason="x", actor=make_user(Role.PROBATION_OFFICER, office=far.person.office), now=NOW)
    asked = product((far.number, over.number, "no such"), ("participant", "protected"))
    for number, side in asked:
        entry = {"device": make_device(office).pk, "order": number, "side": side}
        page = technician.post("/devices/issue/", entry)
        assert page.status_code == 422
        assert "There is no such order in force in your office." in page.text
    assert not Assignment.objects.unscoped("a test looks").exists()


def test_a_technician_reads_no_names(technician: Client, office: Office, order: Order) -> None:
    assignment = issued(office, order)
    for path in ("/devices/", f"/assignments/{assignment.pk}/"):
        page = technician.get(path).text
        assert assignment.device.serial in page
        assert "Осмонов" not in page


def test_a_device_is_taken_into_keeping_once(technician: Client, office: Office) -> None:
    entry = {"serial": "B-9", "kind": "bracelet", "model": "<i>wrist", "office": office.pk}
    assert technician.post("/devices/new/", entry).status_code == 302
    assert "This serial is registered." in technician.post("/devices/new/", entry).text
    assert Device.objects.unscoped("a test looks").count() == 1
    assert "&lt;i&gt;wrist" in technician.get("/devices/").text


def test_a_new_secret_replaces_the_old_one(technician: Client, office: Office, order: Order) -> None:
    assignment = issued(office, order)
    page = technician.post(f"/assignments/{assignment.pk}/rotate/", {"stolen": "on"})
    assert page.context["setup"].secret in page.text
    old, new = DeviceCredential.objects.order_by("pk")
    assert (old.revoked, new.superseded_at) == (True, None)
    assert technician.get(f"/assignments/{assignment.pk}/rotate/").status_code == 405


def test_a_device_is_taken_back_with_a_reason_and_then_asked_nothing(
    technician: Client, office: Office, order: Order
) -> None:
    assignment = issued(office, order)
    url = f"/assignments/{assignment.pk}"
    assert technician.post(f"{url}/end/", {"reason": ""}).status_code == 422
    assert technician.post(f"{url}/end/", {"reason": "Сломан"}).status_code == 302
    twice = technician.post(f"{url}/end/", {"reason": "Сломан"})
    assert "The assignment has ended." in twice.text
    asked = technician.post(f"{url}/command/", {"name": "locate", "life_min": "10"})
    assert "Nothing is collected from this device now." in asked.text


def test_a_command_waits_for_the_device(technician: Client, office: Office, order: Order) -> None:
    assignment = issued(office, order)
    url = f"/assignments/{assignment.pk}"
    empty = technician.post(f"{url}/command/", {"name": "message", "text": " ", "life_min": "10"})
    assert "Write the message." in empty.text
    wrong = technician.post(f"{url}/command/", {"name": "explode", "life_min": "10"})
    assert wrong.status_code == 422
    technician.post(f"{url}/command/", {"name": "message", "text": "Позвоните", "life_min": "10"})
    command = DeviceCommand.objects.unscoped("a test looks").get()
    assert (command.name, command.payload) == ("message", '{"text": "Позвоните"}')
    assert "waits for the device" in technician.get(f"{url}/").text


def test_an_inspection_is_recorded_after_it_was_made(
    technician: Client, office: Office, order: Order
) -> None:
    url = f"/assignments/{issued(office, order).pk}/inspect/"
    entry = {"inspection-inspected_at": "20.11.2026 21:30", "inspection-result": "Ремешок цел"}
    late = technician.post(url, entry | {"inspection-inspected_at": "20.11.2026 23:30"})
    assert "An inspection is recorded after it was made." in late.text
    assert technician.post(url, entry | {"inspection-kinds": ["tamper.strap"]}).status_code == 302
    inspection = Inspection.objects.unscoped("a test looks").get()
    assert (inspection.kinds, inspection.result) == (["tamper.strap"], "Ремешок цел")


def test_looking_at_her_watch_ends_its_own_tamper_and_none_of_his_bracelet(
    technician: Client, office: Office
) -> None:
    her = make_person(office, kind=Person.Kind.PROTECTED)
    order = make_signed_order(make_person(office), protected_person=her)
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    watch = issue_device_under(order, device=make_device(office), person=her, actor=officer, now=NOW)
    url = f"/assignments/{watch.assignment.pk}/"
    assert f"{url}inspect/" in technician.get(url).text
    entry = {"inspection-inspected_at": "20.11.2026 21:30", "inspection-result": "часы на руке"}
    assert technician.post(f"{url}inspect/", entry).status_code == 302
    assert Inspection.objects.unscoped("a test looks").get().person_id == her.pk
    row, body = read_inbox()[-1]
    assert (row.key, body.kinds) == (f"person:{her.pk}", ())
    with pytest.raises(InspectionInvalidError, match="not about this person"):
        record_inspection(
            order,
            person=make_person(office),
            inspected_at=NOW,
            kinds=(),
            result="x",
            actor=officer,
            now=NOW,
        )


def test_devices_of_another_office_are_not_there(technician: Client) -> None:
    elsewhere = make_office("Osh")
    assignment = issued(elsewhere, make_signed_order(make_person(elsewhere)))
    assert assignment.device.serial not in technician.get("/devices/").text
    assert technician.get(f"/assignments/{assignment.pk}/").status_code == 404
    for step in ("rotate", "end", "command", "inspect"):
        answer = technician.post(f"/assignments/{assignment.pk}/{step}/", {"reason": "x"})
        assert answer.status_code == 404, step
