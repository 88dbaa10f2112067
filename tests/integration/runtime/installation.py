"""A small installation for tests: a journal, an engine loop over it, records in the test database."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Kind, encode_body, person_key
from korgoo.journal.record import Draft
from korgoo.journal.sqlite import SqliteJournal
from korgoo.monitoring import starting_points
from korgoo.monitoring.models import FindingEvent, FindingRecord
from korgoo.outbox.models import JournalInbox
from korgoo.runtime import starts
from korgoo.runtime.engine import EngineLoop
from tests.stories import HOUR, MINUTE, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

    from korgoo.engine.rows import Body, Observation
    from korgoo.journal.protocol import Journal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Installation:
    """Time passes by `tick` and by what is received; the engine judges when `judge` is called."""

    def __init__(self, data: Path, *, now_ms: int, journal: Journal | None = None) -> None:
        self.data = data
        self.now_ms = now_ms
        self.journal = SqliteJournal(data) if journal is None else journal
        self.engine = self.new_engine()
        self._inbox_id = 0

    def new_engine(self) -> EngineLoop:
        """Start an engine as after a restart."""
        engine = EngineLoop(self.journal, clock=self.clock, parameters=Parameters())
        engine.start()
        return engine

    def clock(self) -> datetime:
        return EPOCH + timedelta(milliseconds=self.now_ms)

    def drain_inbox(self) -> None:
        """Do what the gateway's writer does with control rows."""
        fresh = JournalInbox.objects.filter(pk__gt=self.journal.inbox_cursor()).order_by("pk")
        drafts = [
            Draft(r.kind, r.key, r.case_id, bytes(r.body), hashlib.sha256(r.body).digest(), None, r.pk)
            for r in fresh
        ]
        if drafts:
            self.journal.append(drafts, now_ms=self.now_ms)

    def control(self, person: int, body: Body) -> None:
        """Append a control row as if it came by the inbox."""
        encoded = encode_body(body)
        digest = hashlib.sha256(encoded).digest()
        draft = Draft(kind_of(body).value, person_key(person), 7, encoded, digest)
        self.journal.append([draft], now_ms=self.now_ms)

    def receive(self, person: int, observations: Iterable[Observation]) -> None:
        """Append observations as the gateway does, each at its time of reception, with marks between."""
        for seen in observations:
            self.tick_until(seen.received_at_ms)
            body = encode_body(seen)
            digest = hashlib.sha256(body).digest()
            key = person_key(person)
            draft = Draft(Kind.OBSERVATION.value, key, 7, body, digest, seen.fixed_at_ms)
            self.journal.append([draft], now_ms=self.now_ms)

    def tick_until(self, until_ms: int, *, every_ms: int = 5_000) -> None:
        """Let time pass with clock marks."""
        while self.now_ms + every_ms < until_ms:
            self.now_ms += every_ms
            self.journal.mark(now_ms=self.now_ms)
        self.now_ms = max(self.now_ms, until_ms)

    def jump(self, ms: int) -> None:
        """Let time pass while nobody writes: our own outage."""
        self.now_ms += ms

    def judge(self) -> None:
        """Let the engine judge all there is."""
        while self.engine.turn():
            pass


def in_order(said: object) -> str:
    """JSON with sorted names: PostgreSQL keeps no order of its own."""
    return json.dumps(said, sort_keys=True)


def shorten_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a starting point for each hour instead of each day, so that a story needs hours, not weeks."""
    monkeypatch.setattr(starts, "FEWEST_ROWS", 20)
    monkeypatch.setattr(starts, "SETTLED_MS", 20 * MINUTE)
    for module in (starts, starting_points):
        monkeypatch.setattr(module, "DAY_MS", HOUR)


def told(kind: str | None = None) -> list[tuple[str, str]]:
    """Return (event, kind) of all recorded events, in the order told."""
    events = FindingEvent.objects.unscoped("test").select_related("finding").order_by("at", "pk")
    return [(e.event, e.finding.kind) for e in events if kind is None or e.finding.kind == kind]


def standing() -> list[tuple[str, str, str]]:
    """Return (kind, condition, state) of all findings."""
    records = FindingRecord.objects.unscoped("test").order_by("opened_at", "pk")
    return [(r.kind, r.condition, r.state) for r in records]
