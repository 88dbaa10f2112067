"""Registering devices, giving them to people, taking them back, and their credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import IntegrityError, transaction

from korgoo.accounts.permissions import Permission, require_within
from korgoo.audit.services import Subject, log_action
from korgoo.devices.commands import expire_commands
from korgoo.devices.control_rows import write_assignment, write_credential
from korgoo.devices.models import Assignment, Device, DeviceCredential
from korgoo.devices.secrets import NewSecret, make_secret
from korgoo.people.models import Person

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import Office, User


class DeviceTakenError(ValueError):
    """The device is, or will be, with somebody else at that time."""


class AssignmentOverError(ValueError):
    """The assignment has ended."""


class OrderReference(NamedTuple):
    """What devices need to know of an order: `case_id` is its id, `until` its hard stop."""

    case_id: int
    number: str
    until: datetime


class IssuedDevice(NamedTuple):
    """The result of issuing; `secret.secret` can be shown now and never again."""

    assignment: Assignment
    secret: NewSecret


def register_device(
    serial: str, *, kind: Device.Kind, model: str, office: Office, actor: User, now: datetime
) -> Device:
    """Take a device into the keeping of an office.

    Raises:
        ForbiddenError: the actor may not, or not for that office.
        DeviceTakenError: the serial is registered.
    """
    require_within(actor, Permission.ISSUE_DEVICE, office=office)
    with transaction.atomic():
        if Device.objects.unscoped("a serial is registered once").filter(serial=serial).exists():
            raise DeviceTakenError("this serial is registered")
        device = Device.objects.create(serial=serial, kind=kind, model=model, office=office, created_at=now)
        log_action(Subject("device", device.pk), actor=actor.audit_name, action="register", now=now)
    return device


def issue_device(
    device: Device,
    *,
    person: Person,
    order: OrderReference,
    collect_from: datetime,
    actor: User,
    now: datetime,
) -> IssuedDevice:
    """Give a device to a person under an order; collection ends with the order at the latest.

    Pages call `korgoo.orders.issuing.issue_device_under`, which checks that the order is in force.

    Raises:
        ForbiddenError: the actor may not issue devices to people of that office.
        DeviceTakenError: the device is with somebody else in that time.
        AssignmentOverError: the order ends before collection would begin.
    """
    require_within(actor, Permission.ISSUE_DEVICE, office=person.office)
    if order.until <= collect_from:
        raise AssignmentOverError("the order ends before collection would begin")
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                device=device,
                person=person,
                case_id=order.case_id,
                order_number=order.number,
                protected=person.kind == Person.Kind.PROTECTED,
                collect_from=collect_from,
                collect_until=order.until,
                created_at=now,
            )
            write_assignment(assignment, now=now)
            secret = _add_credential(assignment, now=now)
            log_action(
                Subject("person", person.pk),
                actor=actor.audit_name,
                action="issue device",
                reason=f"{device.serial} under {order.number}",
                now=now,
            )
    except IntegrityError as error:
        raise _taken(error) from error
    return IssuedDevice(assignment, secret)


def end_assignment(assignment: Assignment, *, actor: User, reason: str, now: datetime) -> None:
    """Take a device back: collection stops now, waiting commands expire.

    Raises:
        ForbiddenError: the actor may not.
        AssignmentOverError: it ended before.
    """
    require_within(actor, Permission.ISSUE_DEVICE, office=assignment.person.office)
    with transaction.atomic():
        close_assignment(assignment, at=now, now=now)
        log_action(
            Subject("person", assignment.person_id),
            actor=actor.audit_name,
            action="take device back",
            reason=reason,
            now=now,
        )


def close_assignment(assignment: Assignment, *, at: datetime, now: datetime) -> None:
    """Stop collection at `at`, inside the caller's transaction and permission (an order's end does so too).

    Raises:
        AssignmentOverError: it ended before.
    """
    move_assignment_end(assignment, until=max(at, assignment.collect_from), now=now)
    expire_commands(assignment, now=now)


def move_assignment_end(assignment: Assignment, *, until: datetime, now: datetime) -> None:
    """Let collection end at `until`, as an amended order says; in the caller's transaction and permission.

    Raises:
        AssignmentOverError: it has ended; what was collected lawfully is not reopened.
        DeviceTakenError: the device is promised to somebody else before `until`.
    """
    rows = Assignment.objects.unscoped("the caller holds the permission")
    try:
        with transaction.atomic():
            changed = rows.filter(pk=assignment.pk, collect_until__gt=now).update(collect_until=until)
    except IntegrityError as error:
        raise _taken(error) from error
    if not changed:
        raise AssignmentOverError("the assignment has ended")
    assignment.collect_until = until
    write_assignment(assignment, now=now)


def rotate_credential(
    assignment: Assignment, *, actor: User, now: datetime, stolen: bool = False
) -> NewSecret:
    """Replace a device's secret.

    The old one still delivers fixes of its own time for 30 days, unless it was `stolen`.

    Raises:
        ForbiddenError: the actor may not.
        AssignmentOverError: the assignment has ended.
    """
    require_within(actor, Permission.ISSUE_DEVICE, office=assignment.person.office)
    if assignment.collect_until <= now:
        raise AssignmentOverError("the assignment has ended")
    with transaction.atomic():
        current = DeviceCredential.objects.select_for_update().get(assignment=assignment, superseded_at=None)
        current.superseded_at, current.revoked = now, stolen
        current.save(update_fields=["superseded_at", "revoked"])
        write_credential(current, now=now)
        secret = _add_credential(assignment, now=now)
        log_action(
            Subject("person", assignment.person_id),
            actor=actor.audit_name,
            action="rotate credential",
            reason="stolen" if stolen else "",
            now=now,
        )
    return secret


def _add_credential(assignment: Assignment, *, now: datetime) -> NewSecret:
    secret = make_secret()
    credential = DeviceCredential.objects.create(
        assignment=assignment,
        public_id=secret.public_id,
        secret_sha256=secret.secret_sha256,
        valid_from=now,
    )
    write_credential(credential, now=now)
    return secret


def _taken(error: IntegrityError) -> Exception:
    """Name the overlap that the database refused; anything else stays what it is."""
    if "assignment_no_overlap" in str(error):
        return DeviceTakenError("the device is with somebody else in that time")
    return error
