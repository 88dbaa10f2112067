"""What the gateway needs from outside: the journal, the inbox, the command table, a clock.

Structural types, so a test can hand in a fake and a PostgreSQL installation another implementation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from korgoo.journal.errors import CaseErasedError, StorageError
from korgoo.journal.record import Draft

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["CaseErasedError", "Draft", "StorageError"]


class Clock(Protocol):
    """The time by which the gateway works: it never runs backwards (`korgoo.conf.log_clock`)."""

    def __call__(self) -> int:
        """Return now in ms since 1970 UTC."""
        ...

    def raw_ms(self) -> int:
        """Return what the machine's clock says, whatever it is worth."""
        ...


class SealedRow(Protocol):
    """A row as it lies in the journal; its kind can be read without a key."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...


class OpenRow(Protocol):
    """A row with its body unsealed; None where the case was erased."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def body(self) -> bytes | None: ...


class Journal(Protocol):
    """The log as its only appender sees it. Every method may raise `StorageError`."""

    def append(self, drafts: Sequence[Draft], *, now_ms: int, raw_ms: int | None = None) -> tuple[int, ...]:
        """Append all drafts as one durable commit group and return their seqs.

        Raises:
            StorageError: nothing was stored; the same drafts may be tried again.
            CaseErasedError: a draft belongs to an erased case; nothing was stored.
            ValueError: a draft is malformed; nothing was stored.
        """
        ...

    def mark(self, *, now_ms: int, raw_ms: int | None = None) -> object:
        """Append a clock mark: time passed and we were there to see it."""
        ...

    def erase(
        self,
        case_id: int,
        *,
        certificate: str,
        now_ms: int,
        inbox_id: int | None = None,
        raw_ms: int | None = None,
    ) -> int:
        """Destroy the keys of a case and append its erasure row; harmless when repeated."""
        ...

    def inbox_cursor(self) -> int:
        """Return the greatest journal_inbox id that was ever applied, 0 if none."""
        ...

    def rows(
        self, *, after_seq: int, limit: int, kinds: Collection[str] | None = None
    ) -> Sequence[SealedRow]:
        """Return up to `limit` rows after that seq, in order, sealed; of these kinds only, if given."""
        ...

    def open_rows(self, stored: Any) -> Sequence[OpenRow]:  # noqa: ANN401 - the store's own sealed rows
        """Unseal rows that `rows` returned, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A control row that Django wrote in the transaction of its cause."""

    id: int
    kind: str
    key: str
    case_id: int
    body: bytes
    fixed_at_ms: int | None


class InboxUnreadableError(Exception):
    """The inbox cannot be read at the moment."""


class Inbox(Protocol):
    """The table journal_inbox, read in order of its ids."""

    def read(self, *, after_id: int, limit: int) -> Sequence[InboxRow]:
        """Return rows with a greater id, ascending.

        Raises:
            InboxUnreadableError: the table cannot be read now.
        """
        ...


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command to a device, as device_command holds it. `payload` is JSON text."""

    id: int
    assignment_id: int
    name: str
    payload: str
    state: str
    created_at_ms: int
    expires_at_ms: int
    changed_at_ms: int
    detail: str


class CommandsUnavailableError(Exception):
    """The command table cannot be read or written at the moment."""


class CommandTable(Protocol):
    """The table device_command. All methods raise `CommandsUnavailableError`."""

    def open_commands(self, *, limit: int) -> Sequence[CommandRow]:
        """Return commands in state queued or delivered, oldest first."""
        ...

    def find(self, command_id: int) -> CommandRow | None:
        """Return one command."""
        ...

    def change(self, command_id: int, *, state: str, detail: str, now_ms: int) -> bool:
        """Move an open command to `state`; False when it was no longer open (compare and swap)."""
        ...
