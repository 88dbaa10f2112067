"""Kill the engine, or the worker, while people walk in and out of a forbidden zone.

In the end the recorded findings must be those of one uninterrupted run over the same journal, each event
once; and every alert whose deadline passed must have been carried up, each step once.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from korgoo.cli.drills.gateway import Phone, count_stored, send, start_gateway
from korgoo.cli.drills.installation import DrillError, Installation, kill
from korgoo.cli.drills.report import Report
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, Frame, Plan, Zone, ZoneKind
from korgoo.engine.rows import Kind, encode_body, person_key
from korgoo.replay.judging import EngineJudge
from korgoo.sim.traffic import Request, build_request

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence

    from korgoo.engine.findings import Finding
    from korgoo.engine.rows import Row
    from korgoo.gateway.credentials import NewCredential
    from korgoo.journal.protocol import JournalReader

PHONES: Final = 240  # each crosses a border in 40 s: some six openings or closings a second
FIX_MS: Final = 1_000
SEND_S: Final = 2.0
SIDE_MS: Final = 40_000
BETWEEN_KILLS_S: Final = (3.0, 7.0)  # a process needs one or two seconds until it works
CATCH_UP_S: Final = 120.0
HOUR_MS: Final = 3_600_000
_PAGE: Final = 5_000
_LAT, _LON = 428_746_000, 745_000_000
_ZONE: Final = Zone(
    "park", ZoneKind.EXCLUSION, Frame(_LAT, _LON, 855_638, 1_165_000), Disc(0, 0, 10_000), Disc(0, 0, 10_000)
)
_SUM: Final = "select count(*) from {table} where {where}"

Event = tuple[str, int, str, int, int, int | None]


class Walker(Phone):
    """Tells each other second where it was: 40 s far away, 40 s in the zone, and so on."""

    def record(self) -> Request:
        """Return the fixes of the seconds since the last ones."""
        now_ms = time.time_ns() // 1_000_000
        first = self.sent + 1
        last = max(first, (now_ms - self.began_ms) // FIX_MS)
        numbers = tuple(range(first, last + 1))
        self.sent = last
        said = [self._observe(number, self.began_ms + number * FIX_MS) for number in numbers]
        body = json.dumps({"observations": said}).encode()
        self.paused = True  # the rest of two seconds, without a connection
        return Request(build_request("/v1/observations", body, authorization=self.authorization), numbers)

    def _observe(self, number: int, at_ms: int) -> dict[str, object]:
        inside = (number * FIX_MS + self.number * SIDE_MS * 2 // PHONES) // SIDE_MS % 2 == 1
        place = {"lat": 42.8746, "lon": 74.5 if inside else 74.51, "accuracy": 8}
        return {"counter": number, "fixed_at": at_ms, **place}


def run_engine(seconds: float, *, seed: int, tell: Callable[[str], None], database_url: str = "") -> Report:
    """Kill the engine again and again."""
    return _run("engine", seconds, seed=seed, tell=tell, database_url=database_url)


def run_worker(seconds: float, *, seed: int, tell: Callable[[str], None], database_url: str = "") -> Report:
    """Kill the worker again and again."""
    return _run("worker", seconds, seed=seed, tell=tell, database_url=database_url)


def _run(victim: str, seconds: float, *, seed: int, tell: Callable[[str], None], database_url: str) -> Report:
    with tempfile.TemporaryDirectory(prefix="korgoo-drill-") as folder:
        installation = Installation(Path(folder), database_url)
        installation.migrate()
        installation.register_people(PHONES)
        issued = installation.issue_devices(PHONES)
        since_ms = time.time_ns() // 1_000_000 - HOUR_MS
        body = encode_body(_plan(since_ms))
        installation.write_controls(
            [(Kind.PLAN.value, person_key(n), n, body, since_ms) for n in range(1, PHONES + 1)]
        )
        driven = _drive(installation, issued, victim=victim, seconds=seconds, seed=seed, tell=tell)
        walkers, kills = asyncio.run(driven)
        reader = installation.open_reader()
        try:
            return _report(installation, reader, walkers, kills=kills)
        finally:
            reader.close()


def _make_walkers(issued: list[NewCredential]) -> list[Walker]:
    now_ms = time.time_ns() // 1_000_000
    walkers = []
    for number, new in enumerate(issued, 1):
        secret = base64.b64encode(f"{new.public_id}:{new.secret}".encode()).decode("ascii")
        walkers.append(Walker(number, "Basic " + secret, began_ms=now_ms - 2 * FIX_MS))
    return walkers


def _plan(since_ms: int) -> Plan:
    return Plan("1", since_ms, FIX_MS, 60_000, ((0, 21_600),), (_ZONE,))


async def _drive(
    installation: Installation,
    issued: list[NewCredential],
    *,
    victim: str,
    seconds: float,
    seed: int,
    tell: Callable[[str], None],
) -> tuple[list[Walker], int]:
    """Send and kill for that long, then wait until everything is judged; return who sent, and the kills."""
    gateway = await asyncio.to_thread(start_gateway, installation)
    children = {name: installation.start(name) for name in ("engine", "worker")}
    walkers = _make_walkers(issued)
    try:
        port = installation.gateway_port
        sending = [asyncio.create_task(send(walker, port, pause_s=SEND_S)) for walker in walkers]
        chance, kills = random.Random(seed), 0  # noqa: S311 - when to kill, no secret
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            await asyncio.sleep(min(left, chance.uniform(*BETWEEN_KILLS_S)))
            kill(children[victim], group=True)
            children[victim] = installation.start(victim)
            if victim == "worker":
                _let_deadlines_pass(installation)
            kills += 1
            tell(f"kill {kills}: {_count(installation, 'monitoring_findingevent'):,} events recorded so far")
        for walker in walkers:
            walker.is_recording = False
        await asyncio.wait_for(asyncio.gather(*sending), CATCH_UP_S)
        await _stop(gateway, "gateway")
        await _wait_until_judged(installation)
        if victim == "worker":
            _let_deadlines_pass(installation)
            await _wait_until_carried_up(installation)
        await _stop(children["engine"], "engine")
        await _stop(children["worker"], "worker")
        return walkers, kills
    finally:
        for child in (gateway, *children.values()):
            kill(child, group=True)


def _let_deadlines_pass(installation: Installation) -> None:
    """Make every open alert due at once: the worker shall have something to do between two kills."""
    with installation.connect() as db:
        db.cursor().execute("update alerts_alert set due_at = opened_at where state <> 'closed'")


async def _stop(child: subprocess.Popen[bytes], name: str) -> None:
    child.terminate()
    if await asyncio.to_thread(child.wait, 30):
        raise DrillError(f"the {name} ended with {child.returncode}")


async def _wait_until_carried_up(installation: Installation) -> None:
    deadline = time.monotonic() + CATCH_UP_S
    while time.monotonic() < deadline:
        if not _count(installation, "alerts_alert", "due_at <= opened_at and state <> 'closed'"):
            return
        await asyncio.sleep(0.1)
    raise DrillError("the worker did not carry up what was due")


async def _wait_until_judged(installation: Installation) -> None:
    reader = installation.open_reader()
    try:
        deadline = time.monotonic() + CATCH_UP_S
        while time.monotonic() < deadline:
            judged = installation.read("select coalesce(min(seq), 0) from monitoring_shardcursor")[0][0]
            if judged >= reader.head().seq:
                return
            await asyncio.sleep(0.1)
    finally:
        reader.close()
    raise DrillError("the engine did not catch up")


def judge_straight(reader: JournalReader) -> list[Finding]:
    """Judge a whole journal in one run without a restart."""
    rows: list[Row] = []
    after = 0
    while page := reader.rows(after_seq=after, limit=_PAGE):
        after = page[-1].seq
        rows += [row for entry in reader.open_rows(page) if (row := entry.row()) is not None]

    def recall(key: str, until_seq: int) -> Sequence[Row]:
        return [row for row in rows if row.key == key and row.seq <= until_seq]

    judge = EngineJudge(Parameters(), recall=recall)
    parts = (rows[start : start + _PAGE] for start in range(0, len(rows), _PAGE))
    return [finding for part in parts for finding in judge.feed(part)]


def _read_events(installation: Installation) -> list[Event]:
    found = installation.read(
        "select finding_id, number, event, at, since, until from monitoring_findingevent"
    )
    return [(*row[:3], _ms(row[3]), _ms(row[4]), _ms(row[5]) if row[5] else None) for row in found]


def _ms(found: str | datetime) -> int:
    """Read a time; Django writes it into SQLite as UTC without saying so."""
    moment = found if isinstance(found, datetime) else datetime.fromisoformat(found).replace(tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _count(installation: Installation, table: str, where: str = "1 = 1") -> int:
    return int(installation.read(_SUM.format(table=table, where=where))[0][0])


def _report(
    installation: Installation, reader: JournalReader, walkers: list[Walker], *, kills: int
) -> Report:
    expected = {
        (f.id, f.number, f.event.value, f.at_ms, f.since_ms, f.until_ms) for f in judge_straight(reader)
    }
    got = _read_events(installation)
    stored = count_stored(reader)
    acknowledged = {(walker.number, one) for walker in walkers for one in walker.acknowledged}
    lost = len(acknowledged - stored.distinct)
    missing, foreign, doubled = len(expected - set(got)), len(set(got) - expected), len(got) - len(set(got))
    steps = _count(installation, "alerts_alertevent", "action = 'overdue'")
    told = _count(installation, "outbox_outboxmessage", "topic = 'alert.overdue'")
    lines = [
        f"kills              {kills:>9,}",
        f"sent               {sum(walker.sent for walker in walkers):>9,}  fixes by {len(walkers)} phones",
        f"acknowledged       {len(acknowledged):>9,}",
        f"stored             {len(stored.distinct):>9,}  distinct, in {stored.rows:,} rows",
        f"lost               {lost:>9,}  acknowledged and not stored",
        f"events expected    {len(expected):>9,}  by one run without a restart",
        f"events got         {len(got):>9,}",
        f"missing            {missing:>9,}",
        f"not expected       {foreign:>9,}",
        f"doubled            {doubled:>9,}",
        f"alerts             {_count(installation, 'alerts_alert'):>9,}",
        f"steps carried up   {steps:>9,}  with {told:,} messages",
    ]
    passed = bool(expected) and not (lost or missing or foreign or doubled) and steps == told
    return Report(lines, passed)
