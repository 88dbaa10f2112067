"""Commands to devices: what is pending goes into the next reply; every change of state is a row.

Pending commands are held in memory and read again from device_command each second, so a reply costs no
query. The journal row comes before the table's change: when the change fails, it is tried again at the
next refresh, and the command is neither told twice nor journalled twice in the meantime.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from korgoo.engine.rows import Assignment, Command, Kind, encode_body
from korgoo.gateway import logs
from korgoo.gateway.ports import Clock, CommandRow, CommandsUnavailableError, CommandTable, Draft
from korgoo.gateway.writer import UnavailableError, Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.gateway.metrics import Metrics
    from korgoo.gateway.registry import Registry

_PAGE: Final = 10_000
_MAX_DETAIL: Final = 200
_NO_HASH: Final = b"\0" * 32
OPEN_STATES: Final = frozenset({"queued", "delivered"})


@dataclass(frozen=True, slots=True)
class Pending:
    """A command that may go into a reply."""

    id: int
    name: str
    payload: dict[str, Any]
    expires_at_ms: int
    delivered: bool


class Commands:
    """Pending commands by assignment, and their way to acknowledged, failed or expired."""

    def __init__(
        self, table: CommandTable, *, writer: Writer, registry: Registry, metrics: Metrics, clock: Clock
    ) -> None:
        self._table = table
        self._writer = writer
        self._registry = registry
        self._metrics = metrics
        self._clock = clock
        self._pending: dict[int, tuple[Pending, ...]] = {}
        self._unsaved: dict[int, tuple[str, str]] = {}  # journalled, the table's change still to come

    def any_for(self, assignment_id: int) -> bool:
        """Tell whether anything may be told to this assignment."""
        return assignment_id in self._pending

    def pending(self, assignment_id: int, *, now_ms: int, repeat: bool) -> tuple[Pending, ...]:
        """Return what to tell now. `repeat`: also what was told and not yet acknowledged."""
        known = self._pending.get(assignment_id)
        if known is None:
            return ()
        return tuple(c for c in known if c.expires_at_ms > now_ms and (repeat or not c.delivered))

    def note_delivered(self, told: Sequence[Pending], *, assignment: Assignment) -> list[Draft]:
        """Return the rows of a first delivery; they are committed with what the device sent."""
        first = [one for one in told if not one.delivered]
        return [self._draft(one.id, one.name, "delivered", assignment=assignment) for one in first]

    def settle_delivered(self, told: Sequence[Pending], *, assignment_id: int) -> None:
        """Take note, after the commit, that these have been told."""
        ids = {one.id for one in told if not one.delivered}
        if not ids:
            return
        known = self._pending.get(assignment_id, ())
        self._pending[assignment_id] = tuple(
            replace(one, delivered=True) if one.id in ids else one for one in known
        )
        self._unsaved.update((number, ("delivered", "")) for number in ids)
        self._metrics.commands.labels("delivered").inc(len(ids))

    async def settle(self, command_id: int, *, state: str, detail: str, assignment: Assignment) -> str:
        """Take a device's answer to a command. Return its state after: repeating an answer is harmless.

        Raises:
            KeyError: that assignment has no such command.
            CommandsUnavailableError: the table cannot be read; the device has to try again.
            UnavailableError: the journal cannot store.
        """
        row = await asyncio.to_thread(self._table.find, command_id)
        if row is None or row.assignment_id != assignment.assignment_id:
            raise KeyError(command_id)
        current = self._unsaved.get(command_id, (row.state, ""))[0]
        if current in OPEN_STATES and row.expires_at_ms <= self._clock():
            return "expired"
        if current not in OPEN_STATES:
            return current
        # PostgreSQL holds no NUL in a text: it would be tried again for ever, and all commands wait behind.
        said = detail.replace("\0", "")[:_MAX_DETAIL]
        await self._finish(row, state=state, detail=said, assignment=assignment)
        return state

    async def refresh(self) -> None:
        """Save what is unsaved, end what has expired, read what is pending."""
        try:
            await self._save()
            rows = await asyncio.to_thread(self._table.open_commands, limit=_PAGE)
        except CommandsUnavailableError as wrong:
            logs.warn("commands_unavailable", reason=str(wrong))
            return
        now_ms = self._clock()
        pending: dict[int, list[Pending]] = {}
        for row in rows:
            state = self._unsaved.get(row.id, (row.state, ""))[0]
            if state not in OPEN_STATES:
                continue
            if row.expires_at_ms <= now_ms:
                await self._expire(row)
                continue
            one = _read(row, delivered=state == "delivered")
            if one is not None:
                pending.setdefault(row.assignment_id, []).append(one)
        self._pending = {number: tuple(found) for number, found in pending.items()}

    async def _save(self) -> None:
        for number, (state, detail) in list(self._unsaved.items()):
            await asyncio.to_thread(
                self._table.change, number, state=state, detail=detail, now_ms=self._clock()
            )
            if self._unsaved.get(number) == (state, detail):
                del self._unsaved[number]

    async def _expire(self, row: CommandRow) -> None:
        assignment = self._registry.assignment(row.assignment_id)
        if assignment is None:
            return
        try:
            told = self._unsaved.get(row.id, (row.state, ""))[0] == "delivered"
            detail = "told" if told else ""  # the table keeps one state: whether it was told is worth keeping
            await self._finish(row, state="expired", detail=detail, assignment=assignment)
        except UnavailableError:
            return  # it stays open in the table and is tried again in a second

    async def _finish(self, row: CommandRow, *, state: str, detail: str, assignment: Assignment) -> None:
        draft = self._draft(row.id, row.name, state, assignment=assignment, detail=detail)
        before = self._unsaved.get(row.id)
        self._unsaved[row.id] = (state, detail)  # at once: a repeated answer must not append again
        try:
            await self._writer.submit(lambda: [draft])
        except BaseException:
            if before is None:
                del self._unsaved[row.id]
            else:
                self._unsaved[row.id] = before
            raise
        known = self._pending.get(row.assignment_id, ())
        self._pending[row.assignment_id] = tuple(one for one in known if one.id != row.id)
        self._metrics.commands.labels(state).inc()

    def _draft(
        self, command_id: int, name: str, state: str, *, assignment: Assignment, detail: str = ""
    ) -> Draft:
        body = encode_body(Command(command_id, name, state, self._clock(), detail))
        return Draft(Kind.COMMAND, assignment.person_key, assignment.case_id, body, _NO_HASH)


def _read(row: CommandRow, *, delivered: bool) -> Pending | None:
    try:
        payload = msgspec.json.decode(row.payload, type=dict[str, Any])
    except msgspec.DecodeError:
        logs.report_error("command_unreadable", command=row.id)
        return None
    return Pending(row.id, row.name, payload, row.expires_at_ms, delivered)
