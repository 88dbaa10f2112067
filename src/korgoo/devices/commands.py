"""Commands to devices. Each one, and each change of its state, is a row of the journal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from korgoo.accounts.permissions import Permission, require_within
from korgoo.audit.services import Subject, log_action
from korgoo.devices.control_rows import write_command
from korgoo.devices.models import DeviceCommand
from korgoo.devices.secrets import draw_command_id
from korgoo.outbox.instants import to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User
    from korgoo.devices.models import Assignment

COMMANDS: Final = frozenset({"locate", "message"})
"""What may be asked of a device. None makes it collect more often than its order allows."""

_LONGEST_PAYLOAD: Final = 4096
_LONGEST_LIFE: Final = timedelta(days=1)


class CommandInvalidError(ValueError):
    """The command cannot be sent; the message says why."""


def request_command(
    assignment: Assignment,
    *,
    name: str,
    payload: dict[str, Any],
    expires_after: timedelta,
    actor: User,
    now: datetime,
) -> DeviceCommand:
    """Queue a command for the device of an assignment that collects now.

    Raises:
        ForbiddenError: the actor may not.
        CommandInvalidError: unknown name, payload over 4 KB, too long a life, or nothing is collected now.
    """
    require_within(actor, Permission.COMMAND_DEVICE, office=assignment.person.office)
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, allow_nan=False)
    if name not in COMMANDS:
        raise CommandInvalidError(f"a command is one of {', '.join(sorted(COMMANDS))}")
    if len(text.encode()) > _LONGEST_PAYLOAD:
        raise CommandInvalidError("the payload is longer than 4 KB")
    if not timedelta(0) < expires_after <= _LONGEST_LIFE:
        raise CommandInvalidError("a command lives up to a day")
    if not assignment.collect_from <= now < assignment.collect_until:
        raise CommandInvalidError("nothing is collected from this device now")
    with transaction.atomic():
        command = DeviceCommand.objects.create(
            pk=draw_command_id(),
            assignment=assignment,
            name=name,
            payload=text,
            state=DeviceCommand.State.QUEUED,
            created_at_ms=to_ms(now),
            expires_at_ms=to_ms(now + expires_after),
            changed_at_ms=to_ms(now),
        )
        write_command(command, now=now)
        log_action(
            Subject("person", assignment.person_id),
            actor=actor.audit_name,
            action=f"command {name}",
            now=now,
        )
    return command


def expire_commands(assignment: Assignment, *, now: datetime) -> None:
    """Expire what still waits for a device that is taken back, inside the caller's transaction."""
    open_states = (DeviceCommand.State.QUEUED, DeviceCommand.State.DELIVERED)
    rows = DeviceCommand.objects.unscoped("the caller holds the permission")
    for command in rows.filter(assignment=assignment, state__in=open_states).order_by("created_at_ms", "pk"):
        changed = rows.filter(pk=command.pk, state=command.state).update(
            state=DeviceCommand.State.EXPIRED, changed_at_ms=to_ms(now), detail="device taken back"
        )
        if changed:
            command.state, command.changed_at_ms = DeviceCommand.State.EXPIRED, to_ms(now)
            command.detail = "device taken back"
            write_command(command, now=now)
