"""Control rows on their way from Django's journal_inbox into the journal and the registry."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from korgoo.engine.rows import Erasure, Kind, decode_body
from korgoo.gateway import logs
from korgoo.gateway.ports import CaseErasedError, Draft, Inbox, InboxRow, InboxUnreadableError, Journal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.gateway.metrics import Metrics
    from korgoo.gateway.registry import Registry

_PAGE = 500


class _Read(NamedTuple):
    row: InboxRow
    body: Any


def _draft(row: InboxRow) -> Draft:
    digest = hashlib.sha256(row.body).digest()
    return Draft(row.kind, row.key, row.case_id, row.body, digest, row.fixed_at_ms, row.id)


class InboxDrain:
    """Appends what is new in the inbox, in its order, each page a commit group of its own.

    A row whose body is not of its kind would stop every row behind it, the end of an order too: it is
    passed over, counted and shown by /healthz until its row is repaired and the gateway restarted. An
    inbox that cannot be read holds no device traffic up: collection ends by the ends already known.
    """

    def __init__(self, journal: Journal, *, inbox: Inbox, registry: Registry, metrics: Metrics) -> None:
        self._journal = journal
        self._inbox = inbox
        self._registry = registry
        self._metrics = metrics
        self._cursor = journal.inbox_cursor()
        self.refused = 0
        self.unreadable_since_ms: int | None = None

    def drain(self, *, now_ms: int, raw_ms: int | None = None) -> int:
        """Append and fold every new row; return how many.

        Raises:
            StorageError: the journal cannot store; nothing of that page was folded.
        """
        applied = 0
        while True:
            try:
                page = self._inbox.read(after_id=self._cursor, limit=_PAGE)
            except InboxUnreadableError as wrong:
                self._note_unreadable(wrong, now_ms=now_ms)
                return applied
            self.unreadable_since_ms = None
            if not page:
                return applied
            applied += self._apply(page, now_ms=now_ms, raw_ms=raw_ms)
            if len(page) < _PAGE:
                return applied

    def _apply(self, page: Sequence[InboxRow], *, now_ms: int, raw_ms: int | None) -> int:
        """Apply one page: runs of rows in one commit group each, an erasure by the journal's own way."""
        run: list[_Read] = []
        applied = 0
        for row in page:
            body = self._read(row)
            if body is None:
                continue
            if row.kind != Kind.ERASURE:
                run.append(_Read(row, body))
                continue
            applied += self._append(run, now_ms=now_ms, raw_ms=raw_ms)
            run = []
            self._erase(_Read(row, body), now_ms=now_ms, raw_ms=raw_ms)
            applied += 1
        applied += self._append(run, now_ms=now_ms, raw_ms=raw_ms)
        self._cursor = page[-1].id
        self._metrics.inbox_applied.inc(applied)
        return applied

    def _read(self, row: InboxRow) -> Any:  # noqa: ANN401 - the body of a row, by kind
        try:
            body = decode_body(row.kind, row.body)
            if row.kind == Kind.ASSIGNMENT and body.case_id <= 0:
                raise ValueError("what its device tells would be stored unsealed")  # noqa: TRY301 - refused like the others
        except (msgspec.DecodeError, KeyError, ValueError):
            self._refuse(row)
            return None
        return body

    def _append(self, run: list[_Read], *, now_ms: int, raw_ms: int | None) -> int:
        if not run:
            return 0
        try:
            self._journal.append([_draft(one.row) for one in run], now_ms=now_ms, raw_ms=raw_ms)
        except (ValueError, CaseErasedError):
            if len(run) == 1:
                self._refuse(run[0].row)
                return 0
            return sum(self._append([one], now_ms=now_ms, raw_ms=raw_ms) for one in run)
        for one in run:
            self._registry.fold(kind=one.row.kind, key=one.row.key, body=one.body)
        return len(run)

    def _erase(self, one: _Read, *, now_ms: int, raw_ms: int | None) -> None:
        body: Erasure = one.body
        try:
            self._journal.erase(
                body.case_id,
                certificate=body.certificate,
                now_ms=now_ms,
                inbox_id=one.row.id,
                raw_ms=raw_ms,
            )
        except (ValueError, CaseErasedError):
            self._refuse(one.row)
            return
        self._registry.fold(kind=one.row.kind, key=one.row.key, body=body)

    def _refuse(self, row: InboxRow) -> None:
        self.refused += 1
        self._metrics.inbox_refused.inc()
        logs.report_error("inbox_row_refused", inbox_id=row.id, kind=row.kind)

    def _note_unreadable(self, wrong: InboxUnreadableError, *, now_ms: int) -> None:
        self._metrics.inbox_failures.inc()
        if self.unreadable_since_ms is None:
            self.unreadable_since_ms = now_ms
            logs.warn("inbox_unreadable", reason=str(wrong))
