"""The gateway on the journal that installations have: what it promised is in the file, whatever happens."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from korgoo.conf.log_clock import LogClock
from korgoo.engine.rows import Erasure, Kind, Suspension
from korgoo.gateway.limits import Rate
from korgoo.gateway.settings import IntakeLimits
from korgoo.gateway.writer import WriterLimits
from korgoo.journal.postgres import PostgresJournal
from korgoo.journal.sqlite import SqliteJournal
from korgoo.journal.verification import State, verify
from tests.gateway_fakes import DAY_MS, LAT, LON, NOW_MS, SECRET, assignment, basic, credential
from tests.gateway_real import RecordsTables, open_real_box

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from korgoo.journal.protocol import Journal
    from tests.gateway_real import RealBox

LOCATION = {"_type": "location", "lat": LAT, "lon": LON, "acc": 12, "tst": NOW_MS // 1000}


@pytest.fixture
def records(tmp_path: Path) -> RecordsTables:
    tables = RecordsTables(str(tmp_path / "korgoo.db"))
    tables.make()
    tables.write(assignment())
    tables.write(credential())
    return tables


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    opened = SqliteJournal(tmp_path, busy_timeout_ms=50)
    yield opened
    opened.close()


async def test_a_locked_journal_is_503_and_then_goes_on(
    tmp_path: Path, journal: SqliteJournal, records: RecordsTables
) -> None:
    async with open_real_box(tmp_path, journal=journal, records=records) as box:
        assert (await box.send(1)).status_code == 200
        with closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            refused = await box.send(2)
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
            assert (await box.client.get("/healthz")).status_code == 503
            other.execute("ROLLBACK")
        assert (await box.send(3)).status_code == 200
        assert (await box.client.get("/healthz")).status_code == 200
        assert box.counters() == [1, 3]
        assert verify(journal).state is State.INTACT


async def test_a_full_disk_is_503_fills_no_memory_and_is_forgotten_when_there_is_room(
    tmp_path: Path, journal: SqliteJournal, records: RecordsTables
) -> None:
    limits = WriterLimits(queue_rows=500, idle_s=0.01)
    async with open_real_box(tmp_path, journal=journal, records=records, writer=limits) as box:
        assert (await box.send(0)).status_code == 200
        (pages,) = journal._writer.execute("PRAGMA page_count").fetchone()
        journal._writer.execute(f"PRAGMA max_page_count = {pages + 4}")
        bodies = [range(at, at + 100) for at in range(1, 2_001, 100)]
        answers = await asyncio.gather(*(box.send(*body) for body in bodies))
        assert {one.status_code for one in answers} == {503}
        assert box.gateway.writer.waiting == (0, 0)
        journal._writer.execute("PRAGMA max_page_count = 1073741823")
        assert (await box.send(*bodies[0])).status_code == 200
        assert box.counters() == [0, *bodies[0]]
        assert verify(journal).state is State.INTACT


async def test_a_gateway_that_starts_again_admits_the_same(
    tmp_path: Path, journal: SqliteJournal, records: RecordsTables
) -> None:
    """The inbox was emptied meanwhile: what it needs is in the journal."""
    records.write(assignment(assignment_id=2, collect_until_ms=NOW_MS - DAY_MS))
    records.write(credential(public_id="kdev2", assignment_id=2))
    records.write(Suspension(1, NOW_MS - 5_000, NOW_MS - 3_000))

    async def ask(box: RealBox) -> list[object]:
        late = {"counter": 5, "fixed_at": NOW_MS - 4_000, "lat": LAT, "lon": LON}
        answers = [
            await box.send(1),
            await box.post("/v1/observations", json={"observations": [late]}),
            await box.post(
                "/v1/observations",
                json={"observations": [{**late, "fixed_at": NOW_MS}]},
                headers={"authorization": basic("kdev2")},
            ),
            await box.post("/pub", json=LOCATION, headers={"authorization": basic(secret="wrong")}),
        ]
        return [(one.status_code, one.json()) for one in answers]

    async with open_real_box(tmp_path, journal=journal, records=records) as box:
        before = await ask(box)
        known = len(box.gateway.registry)
    journal.close()
    records.run("DELETE FROM journal_inbox")
    again = SqliteJournal(tmp_path)
    async with open_real_box(tmp_path, journal=again, records=records) as box:
        assert (len(box.gateway.registry), await ask(box)) == (known, before)
    again.close()


async def test_an_erasure_comes_through_the_inbox_and_leaves_the_others_alone(
    tmp_path: Path, journal: SqliteJournal, records: RecordsTables
) -> None:
    records.write(
        assignment(assignment_id=2, device_id="d2", person_key="person:8", case_id=4),
        key="person:8",
        case_id=4,
    )
    records.write(credential(public_id="kdev2", assignment_id=2), key="person:8", case_id=4)
    async with open_real_box(tmp_path, journal=journal, records=records) as box:
        assert (await box.send(1)).status_code == 200
        records.write(Erasure(3, "E-2026-1", 0), key="system:korgoo", case_id=0, kind=Kind.ERASURE)
        await box.until(lambda: len(box.gateway.registry) == 1)
        assert (await box.send(2)).status_code == 401
        other = {"authorization": basic("kdev2")}
        assert (await box.post("/pub", json=LOCATION, headers=other)).status_code == 200
        assert len(box.bodies()) == 1  # the other person's
        verdict = verify(journal)
        assert (verdict.state, [one.certificate for one in verdict.certificates]) == (
            State.ERASED,
            ["E-2026-1"],
        )


async def test_an_sos_is_in_the_journal_though_everything_else_forbids_it(
    tmp_path: Path, journal: SqliteJournal, records: RecordsTables
) -> None:
    records.write(assignment(protected=True, collect_until_ms=NOW_MS - 40 * DAY_MS))
    records.write(credential(revoked=True, superseded_at_ms=NOW_MS - 50 * DAY_MS))
    records.write(Suspension(1, NOW_MS - DAY_MS, NOW_MS + DAY_MS))
    limits = IntakeLimits(address=Rate(0.001, 1.0), credential=Rate(0.001, 1.0))
    async with open_real_box(tmp_path, journal=journal, records=records, limits=limits) as box:
        statuses = [(await box.send(1)).status_code, (await box.send(2)).status_code]
        assert statuses == [401, 429]
        answer = await box.send(3, sos=True, fixed_at=0)
        assert (answer.status_code, answer.json()["stored"]) == (200, [[3, 3]])
        (kept,) = box.bodies()
        assert (kept.sos, kept.fixed_at_ms, kept.lat_e7) == (True, NOW_MS, round(LAT * 1e7))


async def test_a_command_goes_into_owntracks_reply_and_its_way_is_journalled(
    tmp_path: Path, journal: SqliteJournal, records: RecordsTables
) -> None:
    records.order("reportLocation", expires_at_ms=NOW_MS + DAY_MS)
    async with open_real_box(tmp_path, journal=journal, records=records) as box:
        first, second = await box.post("/pub", json=LOCATION), await box.post("/pub", json=LOCATION)
        assert first.json() == [{"_type": "cmd", "action": "reportLocation"}]
        assert second.json() == []
        assert [one.state for one in box.bodies(Kind.COMMAND)] == ["delivered"]
        await box.gateway.commands.refresh()
        assert records.run("SELECT state FROM device_command") == [("delivered",)]
        answer = await box.post("/v1/commands/1", json={"state": "acknowledged"})
        assert answer.json() == {"state": "acknowledged"}
        await box.gateway.commands.refresh()
        assert records.run("SELECT state FROM device_command") == [("acknowledged",)]


async def test_nothing_is_stored_that_no_case_seals(
    tmp_path: Path, journal: SqliteJournal, records: RecordsTables
) -> None:
    """An assignment without a case is refused with its row; what its device tells is not kept."""
    records.write(assignment(assignment_id=9, device_id="d9", case_id=0), case_id=0)
    records.write(credential(public_id="kdev9", assignment_id=9), case_id=0)
    async with open_real_box(tmp_path, journal=journal, records=records) as box:
        answer = await box.post("/pub", json=LOCATION, headers={"authorization": basic("kdev9")})
        assert (answer.status_code, box.bodies()) == (200, [])
        assert (await box.client.get("/healthz")).json()["inbox_refused"] == 1
        box.gateway.registry.fold(
            kind=Kind.ASSIGNMENT, key="person:9", body=assignment(assignment_id=9, case_id=0)
        )
        answer = await box.post("/pub", json=LOCATION, headers={"authorization": basic("kdev9")})
        assert (answer.status_code, box.bodies()) == (500, [])


async def test_a_clock_set_back_an_hour_leaves_rows_in_order_and_is_told(
    tmp_path: Path, journal: SqliteJournal, records: RecordsTables
) -> None:
    wall, steady = [NOW_MS], [0]
    clock = LogClock(lambda: wall[0], steady=lambda: steady[0])
    async with open_real_box(tmp_path, journal=journal, records=records, clock=clock) as box:
        assert (await box.send(1)).status_code == 200
        wall[0] -= 3_600_000
        steady[0] += 2_000_000_000
        assert (await box.send(2)).status_code == 200
        first, second = journal.rows(after_seq=0, limit=99, kinds=["observation"])
        assert second.log_at_ms == first.log_at_ms + 2_000
        assert second.raw_at_ms == NOW_MS - 3_600_000
        assert (await box.client.get("/healthz")).json()["clock_ahead_ms"] > 3_600_000


def pick_journal(folder: Path, url: str) -> Journal:
    return PostgresJournal(url) if url else SqliteJournal(folder)


@pytest.mark.parametrize("store", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_the_way_of_a_fix_is_the_same_on_both_stores(
    tmp_path: Path, store: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_database") if store == "postgres" else ""
    tables = RecordsTables(url or str(tmp_path / "korgoo.db"))
    tables.make()
    tables.order("report", expires_at_ms=NOW_MS + DAY_MS)
    tables.write(assignment())
    tables.write(credential())
    journal = pick_journal(tmp_path, url)
    async with open_real_box(tmp_path, journal=journal, records=tables) as box:
        answer = (await box.send(1, 2)).json()
        assert (answer["stored"], [one["name"] for one in answer["commands"]]) == ([[1, 2]], ["report"])
        place = f"lat={LAT}&lon={LON}&timestamp={NOW_MS}"
        assert (await box.client.get(f"/osmand?id=kdev1.{SECRET}&{place}")).status_code == 200
        assert box.counters() == [1, 2, None]
        tables.write(assignment(collect_until_ms=NOW_MS - DAY_MS))
        version = box.gateway.registry.version
        await box.until(lambda: box.gateway.registry.version > version)
        assert (await box.send(3)).json()["dropped"] == [{"counter": 3, "reason": "outside_interval"}]
        tables.write(Erasure(3, "E-1", 0), key="system:korgoo", case_id=0, kind=Kind.ERASURE)
        await box.until(lambda: len(box.gateway.registry) == 0)
        assert verify(journal).state is State.ERASED
    journal.close()
    again = pick_journal(tmp_path, url)
    async with open_real_box(tmp_path, journal=again, records=tables) as box:
        assert (await box.send(4)).status_code == 401
    again.close()
