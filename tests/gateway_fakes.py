"""A journal in memory with the contract of the real one, an inbox, a command table, a gateway in a box."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import httpx

from korgoo.engine.rows import (
    Assignment,
    Body,
    Command,
    Credential,
    Erasure,
    Kind,
    Observation,
    Suspension,
    decode_body,
    encode_body,
)
from korgoo.gateway.credentials import Forwarder, NewCredential, digest_secret
from korgoo.gateway.ports import (
    CaseErasedError,
    CommandRow,
    CommandsUnavailableError,
    Draft,
    InboxRow,
    InboxUnreadableError,
    StorageError,
)
from korgoo.gateway.server import Gateway, build_gateway
from korgoo.gateway.settings import GatewaySettings, IntakeLimits
from korgoo.gateway.writer import WriterLimits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Sequence
    from pathlib import Path

NOW_MS = 1_750_000_000_000
DAY_MS = 86_400_000
LAT, LON = 42.8746, 74.5698
PERSON = "person:7"
SECRET = "correct-horse_battery.staple-0123"


@dataclass
class Clock:
    now_ms: int = NOW_MS

    def __call__(self) -> int:
        return self.now_ms

    def raw_ms(self) -> int:
        return self.now_ms


@dataclass(frozen=True)
class FakeRow:
    seq: int
    kind: str
    key: str
    case_id: int
    body: bytes | None
    draft: Draft | None = None


@dataclass
class FakeJournal:
    """All or none, gap-free, durable when `append` returns. `failure` is raised, `delay_s` slept, first."""

    stored: list[FakeRow] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    marks: int = 0
    cursor: int = 0
    failure: Exception | None = None
    delay_s: float = 0.0
    poison: bytes = b""
    erased: set[int] = field(default_factory=set)
    gate: threading.Event | None = None
    asked: threading.Event = field(default_factory=threading.Event)

    def append(self, drafts: Sequence[Draft], *, now_ms: int, raw_ms: int | None = None) -> tuple[int, ...]:
        assert now_ms > 0
        assert raw_ms is None or raw_ms > 0
        if any(draft.kind == Kind.OBSERVATION for draft in drafts):
            self.asked.set()
        if self.gate is not None:
            assert self.gate.wait(timeout=10)
        if self.delay_s:
            time.sleep(self.delay_s)
        if self.failure is not None:
            raise self.failure
        if any(draft.case_id in self.erased for draft in drafts):
            raise CaseErasedError({draft.case_id for draft in drafts})
        if self.poison and any(self.poison in draft.body for draft in drafts):
            raise ValueError("a draft is malformed")
        if any(draft.kind in {Kind.MARK, Kind.ERASURE} for draft in drafts):
            raise ValueError("only the journal appends these")
        return self._store(drafts)

    def _store(self, drafts: Sequence[Draft]) -> tuple[int, ...]:
        seqs = []
        for draft in drafts:
            if draft.inbox_id is not None:
                if draft.inbox_id <= self.cursor:
                    seqs.append(0)
                    continue
                self.cursor = draft.inbox_id
            seqs.append(len(self.stored) + 1)
            self.stored.append(
                FakeRow(seqs[-1], str(draft.kind), draft.key, draft.case_id, draft.body, draft)
            )
        self.groups.append(len(drafts))
        return tuple(seqs)

    def mark(self, *, now_ms: int, raw_ms: int | None = None) -> int:
        assert now_ms > 0
        assert raw_ms is None or raw_ms > 0
        if self.failure is not None:
            raise self.failure
        self.marks += 1
        return 0

    def erase(
        self,
        case_id: int,
        *,
        certificate: str,
        now_ms: int,
        inbox_id: int | None = None,
        raw_ms: int | None = None,
    ) -> int:
        assert now_ms > 0
        assert raw_ms is None or raw_ms > 0
        self.erased.add(case_id)
        self.stored = [replace(row, body=None) if row.case_id == case_id else row for row in self.stored]
        body = encode_body(Erasure(case_id, certificate, len(self.stored)))
        self.stored.append(FakeRow(len(self.stored) + 1, Kind.ERASURE, "system:korgoo", 0, body))
        self.cursor = max(self.cursor, inbox_id or 0)
        return len(self.stored)

    def inbox_cursor(self) -> int:
        return self.cursor

    def rows(self, *, after_seq: int, limit: int, kinds: Collection[str] | None = None) -> list[FakeRow]:
        found = (row for row in self.stored if kinds is None or row.kind in kinds)
        return [row for row in found if row.seq > after_seq][:limit]

    def open_rows(self, stored: Sequence[FakeRow]) -> list[FakeRow]:
        return list(stored)

    def bodies(self, kind: str = Kind.OBSERVATION) -> list[Any]:
        return [decode_body(r.kind, r.body) for r in self.stored if r.kind == kind and r.body is not None]

    def observations(self) -> list[Observation]:
        return self.bodies()

    def commands(self) -> list[Command]:
        return self.bodies(Kind.COMMAND)


@dataclass
class FakeInbox:
    rows: list[InboxRow] = field(default_factory=list)
    broken: bool = False

    def add(self, body: Body, *, key: str = PERSON, case_id: int = 3, kind: str | None = None) -> int:
        kinds = {Assignment: Kind.ASSIGNMENT, Credential: Kind.CREDENTIAL, Suspension: Kind.SUSPENSION}
        name = kind or kinds[type(body)]
        self.rows.append(InboxRow(len(self.rows) + 1, name, key, case_id, encode_body(body), None))
        return len(self.rows)

    def read(self, *, after_id: int, limit: int) -> list[InboxRow]:
        if self.broken:
            raise InboxUnreadableError("locked")
        return [row for row in self.rows if row.id > after_id][:limit]


@dataclass
class FakeCommands:
    rows: dict[int, CommandRow] = field(default_factory=dict)
    broken: bool = False

    def add(
        self, number: int, name: str, *, payload: str = "{}", expires_at_ms: int = NOW_MS + DAY_MS
    ) -> None:
        self.rows[number] = CommandRow(number, 1, name, payload, "queued", NOW_MS, expires_at_ms, NOW_MS, "")

    def _check(self) -> None:
        if self.broken:
            raise CommandsUnavailableError("locked")

    def open_commands(self, *, limit: int) -> list[CommandRow]:
        self._check()
        return [row for row in self.rows.values() if row.state in {"queued", "delivered"}][:limit]

    def find(self, command_id: int) -> CommandRow | None:
        self._check()
        return self.rows.get(command_id)

    def change(self, command_id: int, *, state: str, detail: str, now_ms: int) -> bool:
        self._check()
        row = self.rows[command_id]
        if row.state not in {"queued", "delivered"}:
            return False
        self.rows[command_id] = replace(row, state=state, detail=detail, changed_at_ms=now_ms)
        return True


def assignment(**changes: Any) -> Assignment:
    said: dict[str, Any] = {
        "assignment_id": 1,
        "device_id": "861234567890123",
        "person_key": PERSON,
        "case_id": 3,
        "order_id": "A-1",
        "protected": False,
        "collect_from_ms": NOW_MS - DAY_MS,
        "collect_until_ms": None,
    }
    return Assignment(**{**said, **changes})


def credential(**changes: Any) -> Credential:
    said: dict[str, Any] = {
        "public_id": "kdev1",
        "assignment_id": 1,
        "secret_sha256": digest_secret(SECRET),
        "valid_from_ms": NOW_MS - DAY_MS,
    }
    return Credential(**{**said, **changes})


def observation(**changes: Any) -> Observation:
    said: dict[str, Any] = {
        "fixed_at_ms": NOW_MS - 1_000,
        "received_at_ms": NOW_MS,
        "device": "861234567890123",
        "lat_e7": 428_746_000,
        "lon_e7": 745_698_000,
    }
    return Observation(**{**said, **changes})


FORWARDER_SECRET = "forwarder-secret-of-the-traccar-server"
FORWARDER = Forwarder("traccar1", digest_secret(FORWARDER_SECRET))
BEARER = f"Bearer traccar1.{FORWARDER_SECRET}"


def basic(public_id: str = "kdev1", secret: str = SECRET) -> str:
    return "Basic " + base64.b64encode(f"{public_id}:{secret}".encode()).decode()


def device_of(new: NewCredential) -> Credential:
    return credential(public_id=new.public_id, secret_sha256=new.secret_sha256)


@dataclass
class Box:
    """A gateway with everything around it faked, and a client that speaks to it in this process."""

    gateway: Gateway
    client: httpx.AsyncClient
    journal: FakeJournal
    inbox: FakeInbox
    commands: FakeCommands
    clock: Clock

    async def post(self, path: str, **request: Any) -> httpx.Response:
        headers = {"authorization": basic(), **request.pop("headers", {})}
        return await self.client.post(path, headers=headers, **request)

    def count(self, name: str, **labels: str) -> float:
        return self.gateway.metrics.collectors.get_sample_value(f"korgoo_gateway_{name}_total", labels) or 0.0

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not true():  # noqa: ASYNC110 - waits for another thread, bounded
                await asyncio.sleep(0.005)


QUICK = WriterLimits(idle_s=0.01)


@asynccontextmanager
async def open_box(
    folder: Path,
    *,
    control: Sequence[Body] | None = None,
    limits: IntakeLimits | None = None,
    writer: WriterLimits = QUICK,
    body_timeout_s: float = 5.0,
    body_budget: int = 128 << 20,
    journal: FakeJournal | None = None,
) -> AsyncIterator[Box]:
    """Open a gateway that knows one device of one participant, unless `control` says otherwise."""
    journal, inbox, table, clock = journal or FakeJournal(), FakeInbox(), FakeCommands(), Clock()
    for body in (assignment(), credential()) if control is None else control:
        inbox.add(body)
    settings = GatewaySettings(
        records_url="",
        quarantine_path=folder / "quarantine.db",
        quarantine_key_path=folder / "quarantine.key",
        forwarders=(FORWARDER,),
        limits=limits or IntakeLimits(),
        writer=writer,
        body_timeout_s=body_timeout_s,
        body_budget=body_budget,
    )
    gateway = build_gateway(settings, journal=journal, inbox=inbox, command_table=table, clock=clock)
    await gateway.start()
    transport = httpx.ASGITransport(gateway.app, client=("127.0.0.1", 1234))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield Box(gateway, client, journal, inbox, table, clock)
    finally:
        journal.failure = None
        await gateway.stop()


def full_disk() -> StorageError:
    return StorageError("disk full")
