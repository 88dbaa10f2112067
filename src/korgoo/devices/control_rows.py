"""The journal's rows for assignments, credentials and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine import rows
from korgoo.engine.rows import Kind, person_key
from korgoo.outbox.instants import to_ms
from korgoo.outbox.journal_inbox import write_control_row

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.devices.models import Assignment, DeviceCommand, DeviceCredential


def write_assignment(assignment: Assignment, *, now: datetime) -> None:
    """Tell the journal what is now true of an assignment."""
    body = rows.Assignment(
        assignment_id=assignment.pk,
        device_id=assignment.device.serial,
        person_key=person_key(assignment.person_id),
        case_id=assignment.case_id,
        order_id=assignment.order_number,
        protected=assignment.protected,
        collect_from_ms=to_ms(assignment.collect_from),
        collect_until_ms=to_ms(assignment.collect_until),
        clock_faulty=assignment.clock_faulty,
    )
    _write(body, Kind.ASSIGNMENT, assignment, now)


def write_credential(credential: DeviceCredential, *, now: datetime) -> None:
    """Tell the journal what is now true of a credential."""
    superseded = credential.superseded_at
    body = rows.Credential(
        public_id=credential.public_id,
        assignment_id=credential.assignment_id,
        secret_sha256=bytes(credential.secret_sha256),
        valid_from_ms=to_ms(credential.valid_from),
        superseded_at_ms=None if superseded is None else to_ms(superseded),
        revoked=credential.revoked,
    )
    _write(body, Kind.CREDENTIAL, credential.assignment, now)


def write_command(command: DeviceCommand, *, now: datetime) -> None:
    """Tell the journal what became of a command."""
    body = rows.Command(
        command_id=command.pk,
        name=command.name,
        state=command.state,
        at_ms=command.changed_at_ms,
        detail=command.detail,
    )
    _write(body, Kind.COMMAND, command.assignment, now)


def write_outcome(command: DeviceCommand, *, now: datetime) -> None:
    """Tell the journal what the device did after a command: honoured, ignored or impossible."""
    body = rows.Command(
        command_id=command.pk, name=command.name, state=command.outcome, at_ms=to_ms(now), detail="outcome"
    )
    _write(body, Kind.COMMAND, command.assignment, now)


def _write(body: rows.Body, kind: Kind, assignment: Assignment, now: datetime) -> None:
    key = person_key(assignment.person_id)
    write_control_row(body, kind=kind, key=key, case_id=assignment.case_id, now=now)
