"""Control rows on their way from Django's journal_inbox into the journal and the registry."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from korgoo.engine.rows import decode_body
from korgoo.gateway import logs
from korgoo.gateway.ports import Draft, Inbox, InboxRow, InboxUnreadableError, Journal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.gateway.metrics import Metrics
    from korgoo.gateway.registry import Registry

_PAGE = 500


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

    def drain(self, *, now_ms: int) -> int:
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
            applied += self._apply(page, now_ms=now_ms)
            if len(page) < _PAGE:
                return applied

    def _apply(self, page: Sequence[InboxRow], *, now_ms: int) -> int:
        bodies, drafts = [], []
        wrong = 0
        for row in page:
            try:
                body = decode_body(row.kind, row.body)
            except (msgspec.DecodeError, KeyError, ValueError):
                wrong += 1
                logs.report_error("inbox_row_refused", inbox_id=row.id, kind=row.kind)
                continue
            bodies.append((row, body))
            digest = hashlib.sha256(row.body).digest()
            drafts.append(Draft(row.kind, row.key, row.case_id, row.body, digest, row.fixed_at_ms, row.id))
        if drafts:
            self._journal.append(drafts, now_ms=now_ms)
        for row, body in bodies:
            self._registry.fold(kind=row.kind, key=row.key, body=body)
        self._cursor = page[-1].id
        self.refused += wrong
        self._metrics.inbox_applied.inc(len(drafts))
        self._metrics.inbox_refused.inc(wrong)
        return len(drafts)

    def _note_unreadable(self, wrong: InboxUnreadableError, *, now_ms: int) -> None:
        self._metrics.inbox_failures.inc()
        if self.unreadable_since_ms is None:
            self.unreadable_since_ms = now_ms
            logs.warn("inbox_unreadable", reason=str(wrong))
