from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from korgoo.accounts.permissions import ForbiddenError, Role
from korgoo.audit.models import AuditEntry
from korgoo.devices.commands import CommandInvalidError, request_command
from korgoo.devices.models import Assignment, DeviceCommand, DeviceCredential
from korgoo.devices.selectors import case_at, list_assignments, list_devices
from korgoo.devices.services import (
    AssignmentOverError,
    DeviceTakenError,
    IssuedDevice,
    OrderReference,
    end_assignment,
    issue_device,
    register_device,
    rotate_credential,
)
from korgoo.engine import rows
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from tests.factories import NOW, make_device, make_office, make_person, make_user, read_inbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.accounts.models import Office, User
    from korgoo.devices.models import Device

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ORDER = OrderReference(case_id=7, number="УД-7/26", until=NOW + 90 * DAY)


@pytest.fixture
def device(office: Office) -> Device:
    return make_device(office)


@pytest.fixture
def issued(device: Device, person: Person, officer: User) -> IssuedDevice:
    return issue_device(device, person=person, order=ORDER, collect_from=NOW, actor=officer, now=NOW)


def test_a_device_is_issued_with_its_rows_and_a_secret_that_is_nowhere_kept(
    issued: IssuedDevice, person: Person, device: Device
) -> None:
    (_, assignment), (row, credential) = read_inbox()
    assert assignment == rows.Assignment(
        assignment_id=issued.assignment.pk,
        device_id=device.serial,
        person_key=f"person:{person.pk}",
        case_id=7,
        order_id="УД-7/26",
        protected=False,
        collect_from_ms=to_ms(NOW),
        collect_until_ms=to_ms(ORDER.until),
    )
    secret = issued.secret.secret
    assert credential.secret_sha256 == hashlib.sha256(secret.encode()).digest()
    assert (credential.assignment_id, credential.valid_from_ms) == (issued.assignment.pk, to_ms(NOW))
    assert (row.key, row.case_id) == (f"person:{person.pk}", 7)
    assert len(secret) >= 22  # 128 bits and more
    assert secret not in repr(issued)
    assert bytes(DeviceCredential.objects.get().secret_sha256) == credential.secret_sha256
    assert not any(secret in str(vars(entry)) for entry in AuditEntry.objects.all())


def test_the_device_of_a_protected_person_is_marked(device: Device, officer: User, office: Office) -> None:
    protected = make_person(office, kind=Person.Kind.PROTECTED)
    issue_device(device, person=protected, order=ORDER, collect_from=NOW, actor=officer, now=NOW)
    assert read_inbox()[0][1].protected


def test_one_device_is_with_one_person_at_a_time(
    issued: IssuedDevice, device: Device, officer: User, office: Office
) -> None:
    other = make_person(office)
    with pytest.raises(DeviceTakenError):
        issue_device(device, person=other, order=ORDER, collect_from=NOW + DAY, actor=officer, now=NOW)
    assert len(read_inbox()) == 2
    end_assignment(issued.assignment, actor=officer, reason="hospital", now=NOW + DAY)
    issue_device(device, person=other, order=ORDER, collect_from=NOW + DAY, actor=officer, now=NOW + DAY)
    with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
        Assignment.objects.unscoped("a slip at the console").filter(pk=issued.assignment.pk).update(
            collect_until=NOW + 2 * DAY
        )


def test_an_ended_assignment_tells_the_journal_when(
    issued: IssuedDevice, officer: User, person: Person
) -> None:
    end_assignment(issued.assignment, actor=officer, reason="order ended", now=NOW + DAY)
    assert read_inbox()[-1][1].collect_until_ms == to_ms(NOW + DAY)
    assert case_at(person.pk, at=NOW + DAY / 2) == 7
    assert case_at(person.pk, at=NOW + DAY) is None
    with pytest.raises(AssignmentOverError):
        end_assignment(issued.assignment, actor=officer, reason="again", now=NOW + 2 * DAY)


def test_an_assignment_can_be_taken_back_before_it_begins(
    device: Device, person: Person, officer: User
) -> None:
    later = issue_device(device, person=person, order=ORDER, collect_from=NOW + DAY, actor=officer, now=NOW)
    end_assignment(later.assignment, actor=officer, reason="appeal", now=NOW)
    assert later.assignment.collect_until == later.assignment.collect_from
    issue_device(device, person=person, order=ORDER, collect_from=NOW, actor=officer, now=NOW)


def test_a_rotated_credential_keeps_its_own_time_and_a_stolen_one_does_not(
    issued: IssuedDevice, officer: User
) -> None:
    second = rotate_credential(issued.assignment, actor=officer, now=NOW + DAY)
    old, new = (body for _, body in read_inbox()[-2:])
    assert (old.public_id, old.superseded_at_ms, old.revoked) == (
        issued.secret.public_id,
        to_ms(NOW + DAY),
        False,
    )
    assert (new.public_id, new.superseded_at_ms) == (second.public_id, None)
    rotate_credential(issued.assignment, actor=officer, now=NOW + 2 * DAY, stolen=True)
    assert read_inbox()[-2][1].revoked
    with pytest.raises(AssignmentOverError):
        rotate_credential(issued.assignment, actor=officer, now=ORDER.until)


def test_the_database_knows_one_current_credential(issued: IssuedDevice) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviceCredential.objects.create(
            assignment=issued.assignment, public_id="x", secret_sha256=b"x" * 32, valid_from=NOW
        )


def test_a_command_is_queued_with_its_row_and_expires_with_the_assignment(
    issued: IssuedDevice, office: Office, officer: User
) -> None:
    operator = make_user(Role.OPERATOR, office=office)
    command = request_command(
        issued.assignment,
        name="message",
        payload={"text": "Кайра келиңиз"},
        expires_after=timedelta(minutes=5),
        actor=operator,
        now=NOW,
    )
    assert command.payload == '{"text": "Кайра келиңиз"}'
    assert command.expires_at_ms == to_ms(NOW) + 300_000
    assert read_inbox()[-1][1] == rows.Command(
        command_id=command.pk, name="message", state="queued", at_ms=to_ms(NOW)
    )
    end_assignment(issued.assignment, actor=officer, reason="done", now=NOW + DAY)
    assert read_inbox()[-1][1].state == "expired"
    assert DeviceCommand.objects.unscoped("test").get().state == "expired"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "listen"},
        {"payload": {"text": "x" * 5000}},
        {"expires_after": timedelta(0)},
        {"expires_after": timedelta(days=2)},
        {"now": ORDER.until},
    ],
)
def test_a_command_that_should_not_be_sent_is_refused(
    issued: IssuedDevice, office: Office, changes: dict[str, object]
) -> None:
    values = {"name": "locate", "payload": {}, "expires_after": timedelta(minutes=5), "now": NOW} | changes
    with pytest.raises(CommandInvalidError):
        request_command(
            issued.assignment,
            actor=make_user(Role.OPERATOR, office=office),
            **values,  # type: ignore[arg-type]  # one of the arguments is replaced by each case
        )
    assert not DeviceCommand.objects.unscoped("test").exists()


def test_another_office_neither_sees_nor_touches(
    issued: IssuedDevice, person: Person, device: Device, officer: User
) -> None:
    stranger = make_user(Role.PROBATION_OFFICER, office=make_office())
    operator = make_user(Role.OPERATOR, office=stranger.office)
    assert list(list_devices(stranger)) == []
    assert list(list_assignments(stranger, person_id=person.pk)) == []
    assert list(list_assignments(officer, person_id=person.pk)) == [issued.assignment]
    assert list(list_devices(officer)) == [device]
    attempts: tuple[Callable[[], object], ...] = (
        lambda: issue_device(device, person=person, order=ORDER, collect_from=NOW, actor=stranger, now=NOW),
        lambda: end_assignment(issued.assignment, actor=stranger, reason="", now=NOW),
        lambda: rotate_credential(issued.assignment, actor=stranger, now=NOW),
        lambda: request_command(
            issued.assignment, name="locate", payload={}, expires_after=DAY, actor=operator, now=NOW
        ),
    )
    for attempt in attempts:
        with pytest.raises(ForbiddenError):
            attempt()
    assert len(read_inbox()) == 2


def test_a_serial_is_registered_once(device: Device, officer: User, office: Office) -> None:
    with pytest.raises(DeviceTakenError):
        register_device(
            device.serial, kind=device.Kind.PHONE, model="", office=office, actor=officer, now=NOW
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        device.__class__.objects.create(serial="new", kind="drone", office=office, created_at=NOW)
