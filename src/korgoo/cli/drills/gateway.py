"""Kill the gateway under load: phones send, keep what was not acknowledged, and send it again.

Three ways take turns: the gateway alone, the gateway with the journal's writer, the writer alone. In the
end every fix that was ever acknowledged must be in the journal, and its chain must hold.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import signal
import tempfile
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from korgoo.cli.drills.installation import DrillError, Installation, find_children, kill
from korgoo.cli.drills.report import Report
from korgoo.engine.rows import Kind, Observation, decode_body, without_reception
from korgoo.journal.verification import State, verify
from korgoo.sim.traffic import Request, build_request, run_lane

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from korgoo.gateway.credentials import NewCredential
    from korgoo.journal.protocol import JournalReader

PHONES: Final = 60
FIXES: Final = 20
BETWEEN_KILLS_S: Final = (1.0, 3.5)
SETTLE_S: Final = 40.0
_OK: Final = 200
_PAUSE_S: Final = 0.1
_PAGE: Final = 5_000


@dataclass
class Phone:
    """A phone that deletes nothing before it is acknowledged, and sends in order."""

    number: int
    authorization: str
    sent: int = 0
    acknowledged: set[int] = field(default_factory=set)
    waiting: deque[Request] = field(default_factory=deque)
    resent: int = 0
    is_recording: bool = True
    paused: bool = False
    began_ms: int = 0

    def take(self) -> Request | None:
        """Return what waits longest, or a new body of fixes; nothing while pausing or when all is told."""
        if self.paused:
            self.paused = False
            return None
        if self.waiting:
            return self.waiting.popleft()
        return self.record() if self.is_recording else None

    def answered(self, request: Request, *, status: int, seconds: float, refusal: bytes = b"") -> None:
        """Forget what was acknowledged; anything else is kept and sent again after a pause."""
        del seconds, refusal
        if status == _OK:
            self.acknowledged.update(request.numbers)
            return
        self.unanswered(request, why="refused")
        self.paused = True

    def unanswered(self, request: Request, *, why: str) -> None:
        """Keep it: it may have been stored or not."""
        del why
        self.resent += 1
        self.waiting.appendleft(request)

    def record(self) -> Request:
        """Return the next body of fixes, taken now."""
        numbers = tuple(range(self.sent + 1, self.sent + FIXES + 1))
        self.sent += FIXES
        now_ms = time.time_ns() // 1_000_000
        said = [
            {"counter": number, "fixed_at": now_ms, "lat": 42.8746, "lon": 74.5 + number % 9_000 * 1e-5}
            for number in numbers
        ]
        body = json.dumps({"observations": said}).encode()
        return Request(build_request("/v1/observations", body, authorization=self.authorization), numbers)


@dataclass(frozen=True)
class Count:
    """What the journal holds of the drill's fixes."""

    rows: int
    distinct: frozenset[tuple[int, int]]
    contradicting: int


def run(seconds: float, *, seed: int, tell: Callable[[str], None], database_url: str = "") -> Report:
    """Run the drill."""
    with tempfile.TemporaryDirectory(prefix="korgoo-drill-") as folder:
        installation = Installation(Path(folder), database_url)
        installation.migrate()
        phones = _make_phones(installation.issue_devices(PHONES))
        kills = asyncio.run(_drive(installation, phones, seconds=seconds, seed=seed, tell=tell))
        reader = installation.open_reader()
        try:
            return _report(reader, phones, kills=kills)
        finally:
            reader.close()


def _make_phones(issued: list[NewCredential]) -> list[Phone]:
    return [
        Phone(number, "Basic " + base64.b64encode(f"{new.public_id}:{new.secret}".encode()).decode("ascii"))
        for number, new in enumerate(issued, 1)
    ]


async def _drive(
    installation: Installation,
    phones: list[Phone],
    *,
    seconds: float,
    seed: int,
    tell: Callable[[str], None],
) -> int:
    """Send and kill for that long, then let every phone tell the rest; return the number of kills."""
    child = await asyncio.to_thread(start_gateway, installation)
    try:
        sending = [asyncio.create_task(send(phone, installation.gateway_port)) for phone in phones]
        chance, kills = random.Random(seed), 0  # noqa: S311 - when to kill, no secret
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            await asyncio.sleep(min(left, chance.uniform(*BETWEEN_KILLS_S)))
            child = await asyncio.to_thread(_strike, installation, child, way=kills % 3)
            kills += 1
            told = sum(len(phone.acknowledged) for phone in phones)
            tell(f"kill {kills}: {told:,} fixes acknowledged so far")
        for phone in phones:
            phone.is_recording = False
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                await asyncio.gather(*sending)
        child.send_signal(signal.SIGTERM)
        if await asyncio.to_thread(child.wait, 30):
            raise DrillError(f"the gateway ended with {child.returncode}")
        return kills
    finally:
        kill(child, group=True)


def start_gateway(installation: Installation) -> subprocess.Popen[bytes]:
    """Start the gateway and wait until it stores."""
    child = installation.start("gateway")
    try:
        installation.wait_for_gateway(child)
    except BaseException:
        kill(child, group=True)
        raise
    return child


def _strike(
    installation: Installation, child: subprocess.Popen[bytes], *, way: int
) -> subprocess.Popen[bytes]:
    """Kill the gateway (0), it with the journal's writer (1), or only the writer (2)."""
    writers = find_children(child.pid) if way == 2 else ()  # noqa: PLR2004 - the third way
    for pid in writers:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if writers:
        return child  # it starts another writer by itself
    kill(child, group=way == 1)
    return start_gateway(installation)


async def send(phone: Phone, port: int, *, pause_s: float = _PAUSE_S) -> None:
    """Connect again and again until the phone has told everything."""
    while phone.is_recording or phone.waiting:
        await run_lane(phone, port=port)
        await asyncio.sleep(pause_s)


def count_stored(reader: JournalReader) -> Count:
    """Count the observations in a journal: rows, distinct ones, and repeats that say something else.

    The same message stored twice is a fact twice told, which the engine ignores; what must not be is
    one number of one device with two meanings.
    """
    seen: dict[tuple[int, int], Observation] = {}
    rows = contradicting = after = 0
    while page := reader.rows(after_seq=after, limit=_PAGE, kinds=[Kind.OBSERVATION.value]):
        after = page[-1].seq
        for row in reader.open_rows(page):
            body: Observation = decode_body(row.kind, row.body or b"")
            number = (int(row.key.partition(":")[2]), body.counter or 0)
            said = without_reception(body)
            rows += 1
            contradicting += seen.setdefault(number, said) != said
    return Count(rows, frozenset(seen), contradicting)


def _report(reader: JournalReader, phones: list[Phone], *, kills: int) -> Report:
    stored = count_stored(reader)
    verdict = verify(reader)
    acknowledged = {(phone.number, one) for phone in phones for one in phone.acknowledged}
    sent = sum(phone.sent for phone in phones)
    lost = len(acknowledged - stored.distinct)
    unheard = sum(len(one.numbers) for phone in phones for one in phone.waiting)
    broken = verdict.state is State.BROKEN
    chain = f"broken at seq {verdict.broken_at}" if broken else str(verdict.state)
    lines = [
        f"kills          {kills:>12,}",
        f"sent           {sent:>12,}  fixes by {len(phones)} phones",
        f"acknowledged   {len(acknowledged):>12,}",
        f"stored         {len(stored.distinct):>12,}  distinct, in {stored.rows:,} rows",
        f"lost           {lost:>12,}  acknowledged and not stored",
        f"doubled        {stored.contradicting:>12,}  one number with two meanings; equal repeats are facts",
        f"never answered {unheard:>12,}",
        f"journal        {chain:>12}",
    ]
    passed = not (lost or stored.contradicting or unheard or broken) and bool(acknowledged)
    return Report(lines, passed)
