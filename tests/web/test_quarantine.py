"""What nobody could read: who sees that it is there, who opens it, and what that leaves behind."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.permissions import Role
from korgoo.audit.models import AuditEntry
from korgoo.gateway.quarantine import Quarantine
from korgoo.orders.issuing import issue_device_under
from korgoo.outbox.instants import to_ms
from korgoo.web.office import quarantine as page
from tests.factories import NOW, make_device, make_office, make_person, make_signed_order, make_user

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

    from korgoo.accounts.models import Office
    from korgoo.devices.models import Assignment

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    return tmp_path


def make_assignment(office: Office) -> Assignment:
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    person, device = make_person(office), make_device(office)
    order = make_signed_order(person)
    return issue_device_under(order, device=device, person=person, actor=officer, now=NOW).assignment


def put(
    folder: Path, body: bytes, *, assignment: Assignment, reason: str = "malformed", hours: int = 1
) -> int:
    quarantine = Quarantine(folder / "quarantine.db", key_path=folder / "quarantine.key")
    now_ms = to_ms(NOW - timedelta(hours=hours))
    number = quarantine.put(
        body, assignment_id=assignment.pk, format_name="owntracks", reason=reason, now_ms=now_ms
    )
    quarantine.close()
    return number


def list_readings(folder: Path) -> list[tuple[str, str, int, int]]:
    with sqlite3.connect(folder / "quarantine.db") as file:
        return file.execute("SELECT reader, reason, quarantined_id, found FROM access_log").fetchall()


def test_a_technician_finds_the_phone_that_encrypts_and_opens_its_message_for_a_reason(
    sign_in: Callable[..., Client], office: Office, folder: Path
) -> None:
    assignment = make_assignment(office)
    number = put(folder, b'{"_type":"encrypted","data":"<b>AAAA"}', assignment=assignment, reason="encrypted")
    technician = sign_in(Role.TECHNICIAN)
    listed = technician.get("/quarantine/").text
    assert assignment.device.serial in listed
    assert "switch the payload&#x27;s encryption off" in listed
    shown = technician.get(f"/quarantine/{number}/").text
    assert "AAAA" not in listed + shown
    assert list_readings(folder) == []
    told = technician.post(f"/quarantine/{number}/", {"reason": "телефон молчит"}).text
    assert "&lt;b&gt;AAAA" in told
    ((reader, reason, what, found),) = list_readings(folder)
    assert (reason, what, found) == ("телефон молчит", number, 1)
    line = AuditEntry.objects.get(action="read", subject_kind="quarantined")
    assert (line.actor, line.subject_id, line.reason) == (reader, str(number), reason)


def test_nothing_is_opened_without_a_reason(
    sign_in: Callable[..., Client], office: Office, folder: Path
) -> None:
    number = put(folder, b"garbled whereabouts", assignment=make_assignment(office))
    answer = sign_in(Role.TECHNICIAN).post(f"/quarantine/{number}/", {"reason": "  "})
    assert answer.status_code == 422
    assert "whereabouts" not in answer.text
    assert list_readings(folder) == []
    assert not AuditEntry.objects.filter(subject_kind="quarantined").exists()


def test_another_offices_device_and_what_has_expired_are_not_there(
    sign_in: Callable[..., Client], office: Office, folder: Path
) -> None:
    elsewhere = put(folder, b"elsewhere", assignment=make_assignment(make_office("Osh")))
    technician = sign_in(Role.TECHNICIAN)
    assert "None: all that your devices sent was read." in technician.get("/quarantine/").text
    expired = put(folder, b"expired", assignment=make_assignment(office), hours=73)
    assert "None: all that your devices sent was read." in technician.get("/quarantine/").text
    for number in (elsewhere, expired):
        assert technician.get(f"/quarantine/{number}/").status_code == 404
        assert technician.post(f"/quarantine/{number}/", {"reason": "проверка"}).status_code == 404
    assert list_readings(folder) == []


def test_a_long_message_is_cut_and_a_binary_one_is_shown(
    sign_in: Callable[..., Client], office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "MOST_SHOWN", 8)
    number = put(folder, b"\xff\x00\x81binary and long", assignment=make_assignment(office))
    told = sign_in(Role.TECHNICIAN).post(f"/quarantine/{number}/", {"reason": "проверка"}).text
    assert "binar" in told
    assert "and long" not in told
    assert "The rest is cut off." in told


def test_where_no_gateway_has_run_the_page_is_empty_and_makes_no_file(
    sign_in: Callable[..., Client], folder: Path
) -> None:
    assert "was read." in sign_in(Role.TECHNICIAN).get("/quarantine/").text
    assert list(folder.iterdir()) == []


def test_a_damaged_file_is_told_and_breaks_no_page(
    sign_in: Callable[..., Client], office: Office, folder: Path
) -> None:
    number = put(folder, b"x", assignment=make_assignment(office))
    (folder / "quarantine.key").write_bytes(b"short")
    technician = sign_in(Role.TECHNICIAN)
    for answer in (
        technician.get("/quarantine/"),
        technician.post(f"/quarantine/{number}/", {"reason": "y"}),
    ):
        assert answer.status_code == 503
        assert "cannot be read now" in answer.text


def test_an_administrator_without_an_office_and_an_operator_do_not_get_in(
    sign_in: Callable[..., Client], folder: Path
) -> None:
    del folder
    for client in (sign_in(Role.OPERATOR), sign_in(user=make_user(Role.ADMINISTRATOR, office=None))):
        assert client.get("/quarantine/").status_code == 403
