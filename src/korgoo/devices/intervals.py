"""Asking a device to report more or less often, as the engine wishes for a pair; never on a person's whim.

The wish comes from the distance of an order in force; what it may betray was weighed by the engine
(`korgoo.engine.pairs.rate`). One wish is one command, however often the engine is restarted.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.audit.services import Subject, log_action
from korgoo.devices.control_rows import write_command
from korgoo.devices.models import Assignment, Device, DeviceCommand
from korgoo.devices.secrets import draw_command_id
from korgoo.outbox.instants import to_ms

if TYPE_CHECKING:
    from datetime import datetime

INTERVAL: Final = "interval"
LIFE: Final = timedelta(minutes=10)
"""A wish older than this says nothing about now: two reports at the slowest rate have passed."""
SUPERSEDED: Final = "superseded"
SYSTEM_ENGINE: Final = "system:engine"
_WHY: Final = "the engine asks the devices of every office"


class Wish(NamedTuple):
    """The device of a person, under one order, shall report every `interval_s`; `name` makes it one."""

    person_id: int
    case_id: int
    interval_s: int
    asked_at: datetime
    name: str


def ask_interval(wish: Wish, *, now: datetime) -> DeviceCommand | None:
    """Queue a wish for the device that the person has under that order now; None where nothing is to do.

    Belongs into the transaction that records what the engine found. A wish that was asked before, or is too
    old to help, changes nothing. What was asked before and is still open is superseded.
    """
    commands = DeviceCommand.objects.unscoped(_WHY)
    if wish.asked_at + LIFE <= now or commands.filter(wish=wish.name).exists():
        return None
    assignment = _find_assignment(wish, now=now)
    if assignment is None:
        return None  # nobody carries a device: its silence is what is told
    _supersede(assignment, now=now)
    command = DeviceCommand.objects.create(
        pk=draw_command_id(),
        assignment=assignment,
        name=INTERVAL,
        payload=json.dumps({"interval_s": wish.interval_s}),
        state=DeviceCommand.State.QUEUED,
        created_at_ms=to_ms(now),
        expires_at_ms=to_ms(wish.asked_at + LIFE),
        changed_at_ms=to_ms(now),
        wish=wish.name,
    )
    write_command(command, now=now)
    subject, action = Subject("person", wish.person_id), f"command {INTERVAL} {wish.interval_s} s"
    log_action(subject, actor=SYSTEM_ENGINE, action=action, now=now)
    return command


def read_interval(command: DeviceCommand) -> int | None:
    """Return the interval that a command asks for, s; None for any other command."""
    return json.loads(command.payload).get("interval_s") if command.name == INTERVAL else None


def _find_assignment(wish: Wish, *, now: datetime) -> Assignment | None:
    assignments = Assignment.objects.unscoped(_WHY).filter(
        person_id=wish.person_id, case_id=wish.case_id, collect_from__lte=now, collect_until__gt=now
    )
    # A home unit stands where it stands.
    moving = assignments.exclude(device__kind=Device.Kind.HOME_UNIT).select_related("device", "person")
    return moving.order_by("-collect_from", "-pk").first()


def _supersede(assignment: Assignment, *, now: datetime) -> None:
    """End what was asked before: the device would be told two intervals at once."""
    rows = DeviceCommand.objects.unscoped(_WHY)
    for command in rows.filter(
        assignment=assignment, name=INTERVAL, state__in=("queued", "delivered")
    ).order_by("created_at_ms", "pk"):
        changed = rows.filter(pk=command.pk, state=command.state).update(
            state=DeviceCommand.State.EXPIRED, changed_at_ms=to_ms(now), detail=SUPERSEDED
        )
        if changed:
            command.state, command.changed_at_ms = DeviceCommand.State.EXPIRED, to_ms(now)
            command.detail = SUPERSEDED
            write_command(command, now=now)
