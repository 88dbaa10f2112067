"""Kill the engine, or the worker, while phones walk in and out of a forbidden zone.

In the end the recorded findings must be those of one uninterrupted run over the same journal, each event
once; and every alert whose deadline passed must have been carried up, each step once.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from korgoo.cli.drills.gateway import Phone, send, start_gateway
from korgoo.cli.drills.installation import DrillError, Installation, kill
from korgoo.cli.drills.report import Report
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, Frame, Plan, Zone, ZoneKind
from korgoo.engine.rows import Kind, encode_body, person_key
from korgoo.journal.sqlite_reader import SqliteReader
from korgoo.replay.judging import EngineJudge
from korgoo.sim.traffic import Request, build_request

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence

    from korgoo.engine.findings import Finding
    from korgoo.engine.rows import Row
    from korgoo.gateway.credentials import NewCredential
    from korgoo.journal.protocol import JournalReader

PHONES: Final = 10  # each tells of a border ten times a second: about what SQLite records
FIXES: Final = 20
EVERY_MS: Final = 5_000
BACK_MS: Final = 20 * 3_600_000
BETWEEN_KILLS_S: Final = (1.5, 4.0)
CATCH_UP_S: Final = 120.0
_PAGE: Final = 5_000
_LAT, _LON = 428_746_000, 745_000_000
_ZONE: Final = Zone(
    "park", ZoneKind.EXCLUSION, Frame(_LAT, _LON, 855_638, 1_165_000), Disc(0, 0, 10_000), Disc(0, 0, 10_000)
)
_SUM: Final = "select count(*) from {table} where {where}"

Event = tuple[str, int, str, int, int, int | None]


class Walker(Phone):
    """Uploads yesterday's walk, a fix each 5 s: 100 s far away, 100 s in the zone, and so on."""

    def record(self) -> Request:
        """Return the next 100 seconds."""
        numbers = tuple(range(self.sent + 1, self.sent + FIXES + 1))
        inside = (self.sent // FIXES + self.number) % 2 == 0
        self.sent += FIXES
        place = {"lat": 42.8746, "lon": 74.5 if inside else 74.51, "accuracy": 8}
        said = [{"counter": n, "fixed_at": self.began_ms + n * EVERY_MS, **place} for n in numbers]
        body = json.dumps({"observations": said}).encode()
        self.paused = True  # an upload a tenth of a second: judging shall have something to do all the time
        return Request(build_request("/v1/observations", body, authorization=self.authorization), numbers)


def run_engine(seconds: float, *, seed: int, tell: Callable[[str], None]) -> Report:
    """Kill the engine again and again."""
    return _run("engine", seconds, seed=seed, tell=tell)


def run_worker(seconds: float, *, seed: int, tell: Callable[[str], None]) -> Report:
    """Kill the worker again and again."""
    return _run("worker", seconds, seed=seed, tell=tell)


def _run(victim: str, seconds: float, *, seed: int, tell: Callable[[str], None]) -> Report:
    with tempfile.TemporaryDirectory(prefix="korgoo-drill-") as folder:
        installation = Installation(Path(folder))
        installation.migrate()
        walkers = _make_walkers(installation.issue_devices(PHONES))
        since_ms = walkers[0].began_ms
        installation.write_controls(
            [
                (Kind.PLAN.value, person_key(w.number), w.number, encode_body(_plan(since_ms)), since_ms)
                for w in walkers
            ]
        )
        driven = _drive(installation, walkers, victim=victim, seconds=seconds, seed=seed, tell=tell)
        kills = asyncio.run(driven)
        reader = SqliteReader(Path(folder))
        try:
            return _report(reader, Path(folder), walkers, kills=kills)
        finally:
            reader.close()


def _make_walkers(issued: list[NewCredential]) -> list[Walker]:
    began_ms = time.time_ns() // 1_000_000 - BACK_MS
    walkers = []
    for number, new in enumerate(issued, 1):
        secret = base64.b64encode(f"{new.public_id}:{new.secret}".encode()).decode("ascii")
        walkers.append(Walker(number, "Basic " + secret, began_ms=began_ms))
    return walkers


def _plan(since_ms: int) -> Plan:
    return Plan("1", since_ms, EVERY_MS, 60_000, ((0, 21_600),), (_ZONE,))


async def _drive(
    installation: Installation,
    walkers: list[Walker],
    *,
    victim: str,
    seconds: float,
    seed: int,
    tell: Callable[[str], None],
) -> int:
    """Send and kill for that long, then wait until everything is judged; return the number of kills."""
    gateway = await asyncio.to_thread(start_gateway, installation)
    children = {name: installation.start(name) for name in ("engine", "worker")}
    try:
        sending = [asyncio.create_task(send(walker, installation.gateway_port)) for walker in walkers]
        chance, kills = random.Random(seed), 0  # noqa: S311 - when to kill, no secret
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            await asyncio.sleep(min(left, chance.uniform(*BETWEEN_KILLS_S)))
            kill(children[victim], group=True)
            children[victim] = installation.start(victim)
            if victim == "worker":
                _let_deadlines_pass(installation.folder)
            kills += 1
            events = _count(installation.folder, "monitoring_findingevent")
            tell(f"kill {kills}: {events:,} events recorded so far")
        for walker in walkers:
            walker.is_recording = False
        await asyncio.wait_for(asyncio.gather(*sending), CATCH_UP_S)
        await _stop(gateway, "gateway")
        await _wait_until_judged(installation.folder)
        if victim == "worker":
            _let_deadlines_pass(installation.folder)
            await _wait_until_carried_up(installation.folder)
        await _stop(children["engine"], "engine")
        await _stop(children["worker"], "worker")
        return kills
    finally:
        for child in (gateway, *children.values()):
            kill(child, group=True)


def _let_deadlines_pass(folder: Path) -> None:
    """Make every open alert due at once: the worker shall have something to do between two kills."""
    with closing(sqlite3.connect(folder / "korgoo.db", timeout=10)) as db, db:
        db.execute("update alerts_alert set due_at = opened_at where state <> 'closed'")


async def _stop(child: subprocess.Popen[bytes], name: str) -> None:
    child.terminate()
    if await asyncio.to_thread(child.wait, 30):
        raise DrillError(f"the {name} ended with {child.returncode}")


async def _wait_until_carried_up(folder: Path) -> None:
    deadline = time.monotonic() + CATCH_UP_S
    while time.monotonic() < deadline:
        if not _count(folder, "alerts_alert", "due_at <= opened_at and state <> 'closed'"):
            return
        await asyncio.sleep(0.1)
    raise DrillError("the worker did not carry up what was due")


async def _wait_until_judged(folder: Path) -> None:
    reader = SqliteReader(folder)
    try:
        deadline = time.monotonic() + CATCH_UP_S
        while time.monotonic() < deadline:
            with closing(sqlite3.connect(folder / "korgoo.db")) as db:
                judged = db.execute("select coalesce(min(seq), 0) from monitoring_shardcursor").fetchone()[0]
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


def _read_events(folder: Path) -> list[Event]:
    with closing(sqlite3.connect(folder / "korgoo.db")) as db:
        found = db.execute(
            "select finding_id, number, event, at, since, until from monitoring_findingevent"
        ).fetchall()
    return [(*row[:3], _ms(row[3]), _ms(row[4]), _ms(row[5]) if row[5] else None) for row in found]


def _ms(text: str) -> int:
    """Read a time as Django writes it into SQLite: UTC without saying so."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _count(folder: Path, table: str, where: str = "1") -> int:
    with closing(sqlite3.connect(folder / "korgoo.db")) as db:
        return int(db.execute(_SUM.format(table=table, where=where)).fetchone()[0])


def _report(reader: JournalReader, folder: Path, walkers: list[Walker], *, kills: int) -> Report:
    straight = judge_straight(reader)
    expected = {(f.id, f.number, f.event.value, f.at_ms, f.since_ms, f.until_ms) for f in straight}
    got = _read_events(folder)
    missing, foreign, doubled = len(expected - set(got)), len(set(got) - expected), len(got) - len(set(got))
    steps = _count(folder, "alerts_alertevent", "action = 'overdue'")
    told = _count(folder, "outbox_outboxmessage", "topic = 'alert.overdue'")
    lines = [
        f"kills              {kills:>9,}",
        f"fixes acknowledged {sum(len(w.acknowledged) for w in walkers):>9,}",
        f"events expected    {len(expected):>9,}  by one run without a restart",
        f"events got         {len(got):>9,}",
        f"missing            {missing:>9,}",
        f"not expected       {foreign:>9,}",
        f"doubled            {doubled:>9,}",
        f"alerts             {_count(folder, 'alerts_alert'):>9,}",
        f"steps carried up   {steps:>9,}  with {told:,} messages",
    ]
    passed = bool(expected) and not (missing or foreign or doubled) and steps == told
    return Report(lines, passed)
