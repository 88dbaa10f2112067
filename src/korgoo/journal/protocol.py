"""What every journal store does. SQLite and PostgreSQL stand behind it, held by one contract suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from korgoo.journal.record import Draft, Group, Head, Opened, Stored


class JournalReader(Protocol):
    """The reading side, for any process beside the writer. Every method may raise `StorageError`."""

    def rows(self, *, after_seq: int, limit: int, kinds: Collection[str] | None = None) -> list[Stored]:
        """Return up to `limit` rows with a greater seq, in seq order, sealed; of these kinds only, if given.

        Kinds other than observations and marks are found by an index, however long the journal is.
        """
        ...

    def groups(self, *, after_group: int, limit: int) -> list[Group]:
        """Return up to `limit` commit groups with a greater number, in order."""
        ...

    def open_rows(self, stored: Iterable[Stored]) -> list[Opened]:
        """Unseal rows. `body` is None where the case was erased.

        Raises:
            KeyMissingError: a key is lost though its case was not erased.
            SealBrokenError: a payload or its header was changed.
        """
        ...

    def history(self, key: str, *, from_ms: int, until_ms: int, limit: int) -> list[Opened]:
        """Return a key's rows with `from_ms <= fixed_at < until_ms`, in seq order, the first `limit`."""
        ...

    def rows_of(self, key: str, *, after_seq: int, until_seq: int, limit: int | None = None) -> list[Opened]:
        """Return a key's readable rows with `after_seq < seq <= until_seq` in order: all, or the first."""
        ...

    def attests(self, stored: Stored, *, body_hash: bytes) -> bool:
        """Say whether this row was made from the message with that SHA-256.

        After an erasure it answers False for every message: that is what erasure means.
        """
        ...

    def head(self) -> Head:
        """Return where the journal ends."""
        ...

    def inbox_cursor(self) -> int:
        """Return the highest inbox id that was applied; 0 at first."""
        ...

    def close(self) -> None:
        """Release files, connections and locks; every later call is a `StorageError`."""
        ...


class Journal(JournalReader, Protocol):
    """One append-only log with one order. Every method may raise `StorageError`.

    All times are ms since 1970 UTC. Log time is `max(last log time, now_ms)`; `raw_ms`, by default
    `now_ms`, is kept as the row's raw time. The journal appends a mark by itself as the first row after it
    was opened, and before any group when `now_ms` differs by a second or more from the last mark (ADR 0010).
    """

    def append(self, drafts: Sequence[Draft], *, now_ms: int, raw_ms: int | None = None) -> tuple[int, ...]:
        """Append drafts as one commit group, all or none, durable on return.

        Returns one seq for each draft, in order; 0 where the draft repeats an inbox row that was already
        applied. Inbox ids must ascend within the call.

        Raises:
            StorageError: nothing was kept; the same drafts may be tried again.
            CaseErasedError: a draft belongs to an erased case; nothing was kept.
            ValueError: a draft is malformed (the message names its index); nothing was kept.
        """
        ...

    def mark(self, *, now_ms: int, raw_ms: int | None = None) -> int:
        """Append a clock mark; call it when a second has passed without an append. Returns its seq."""
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
        """Destroy the keys of a case, empty its rows and append an erasure row.

        Returns the number of rows erased; 0 when this certificate was carried out before, or when
        `inbox_id` was applied before. Survives a crash at any point: the next writer finishes it.

        Raises:
            CaseErasedError: the case was erased before under another certificate.
        """
        ...
