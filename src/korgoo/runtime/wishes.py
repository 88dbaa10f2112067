"""From the engine's wishes to commands, and from what the devices then did to the commands' outcome."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction

from korgoo.devices.control_rows import write_outcome
from korgoo.devices.intervals import INTERVAL, SUPERSEDED, Wish, ask_interval
from korgoo.devices.models import DeviceCommand
from korgoo.devices.outcomes import find_outcome
from korgoo.engine.rows import Kind, person_key
from korgoo.journal.errors import StorageError
from korgoo.orders.plan_document import find_pair, find_person
from korgoo.outbox.instants import from_ms, to_ms
from korgoo.runtime.installation import NotReadyError, open_reader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from korgoo.engine.pairs.rate import RateRequest
    from korgoo.journal.protocol import JournalReader

log = logging.getLogger("korgoo.wishes")

LOOK_EVERY: Final = timedelta(seconds=15)
MOST_ROWS: Final = 2_000
BATCH: Final = 50
_TOLD: Final = "told"
_WHY: Final = "the devices of every office are compared with what they were asked"


def ask_devices(requests: Sequence[RateRequest], *, now: datetime) -> None:
    """Turn wishes into commands, in the transaction that moves the engine's cursor past their cause."""
    for request in requests:
        case_id = find_pair(f"pair:{request.pair}")
        person_id = find_person(request.person)
        if case_id is None or person_id is None:
            continue  # a pair of no order of ours: nobody may be asked for it
        name = f"{request.pair}/{person_id}/{request.at_ms}/{request.interval_s}"
        asked_at = from_ms(request.at_ms)
        ask_interval(Wish(person_id, case_id, request.interval_s, asked_at, name), now=now)


class OutcomeWatch:
    """A chore of the worker: looks now and then whether the devices do as they were asked."""

    def __init__(self) -> None:
        """Look at the first call."""
        self._next: datetime | None = None

    def __call__(self, now: datetime) -> int:
        """Tell the outcome of every wish that can be told; returns how many."""
        if self._next is not None and now < self._next:
            return 0
        self._next = now + LOOK_EVERY
        waiting = list_waiting()
        if not waiting:
            return 0
        try:
            reader = open_reader(settings.ENVIRONMENT)
        except NotReadyError:
            return 0
        try:
            told = [command for command in waiting if tell_outcome(command, reader=reader, now=now)]
        except StorageError as error:
            log.warning("the journal cannot be read: %s", type(error).__name__)
            return 0
        finally:
            reader.close()
        return len(told)


def list_waiting() -> list[DeviceCommand]:
    """Return the wishes whose outcome is open, the oldest first."""
    commands = DeviceCommand.objects.unscoped(_WHY).filter(name=INTERVAL, outcome="")
    waiting = commands.exclude(state=DeviceCommand.State.EXPIRED, detail=SUPERSEDED)
    return list(waiting.select_related("assignment__device").order_by("created_at_ms")[:BATCH])


def tell_outcome(command: DeviceCommand, *, reader: JournalReader, now: datetime) -> bool:
    """Compare a device's reports with one wish; its outcome goes into record and journal once it is known."""
    now_ms = to_ms(now)
    state = DeviceCommand.State(command.state)
    over = state in {DeviceCommand.State.EXPIRED, DeviceCommand.State.FAILED}
    heard = {DeviceCommand.State.DELIVERED, DeviceCommand.State.ACKNOWLEDGED}
    told = state in heard or command.detail == _TOLD
    outcome = find_outcome(
        _list_fixed_at(command, reader=reader, now_ms=now_ms) if told else (),
        wanted_s=json.loads(command.payload)["interval_s"],
        told_ms=command.created_at_ms if told else None,
        over=over,
        now_ms=now_ms,
    )
    if outcome is None:
        return False
    with transaction.atomic():
        rows = DeviceCommand.objects.unscoped(_WHY)
        if not rows.filter(pk=command.pk, outcome="").update(outcome=outcome):
            return False
        command.outcome = outcome
        write_outcome(command, now=now)
    return True


def _list_fixed_at(command: DeviceCommand, *, reader: JournalReader, now_ms: int) -> list[int]:
    """Return when the device recorded what it has told since it was asked, ms."""
    key, serial = person_key(command.assignment.person_id), command.assignment.device.serial
    rows = reader.history(key, from_ms=command.created_at_ms, until_ms=now_ms + 1, limit=MOST_ROWS)
    opened = [row for entry in rows if entry.kind == Kind.OBSERVATION and (row := entry.row()) is not None]
    return [row.body.fixed_at_ms for row in opened if row.body.device == serial]
