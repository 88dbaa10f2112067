"""When storage fails: 503 for every client, memory bounded, nothing acknowledged, no bad row in the way."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from korgoo.gateway.writer import WriterLimits
from tests.gateway_fakes import (
    LAT,
    LON,
    NOW_MS,
    SECRET,
    FakeJournal,
    assignment,
    credential,
    full_disk,
    open_box,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.gateway_fakes import Box

JSON = {"content-type": "application/json"}
GOOD = {"counter": 1, "fixed_at": NOW_MS, "lat": LAT, "lon": LON}
LOCATION = {"_type": "location", "lat": LAT, "lon": LON, "acc": 12, "tst": NOW_MS // 1000}


async def is_well(box: Box) -> bool:
    return (await box.post("/pub", json=LOCATION)).status_code == 200


async def test_a_locked_database_is_503_for_every_client(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.journal.failure = full_disk()
        where = f"lat={LAT}&lon={LON}&timestamp={NOW_MS}"
        answers = [
            await box.post("/pub", json=LOCATION),
            await box.client.get(f"/osmand?id=kdev1.{SECRET}&{where}"),
            await box.post("/v1/observations", json={"observations": [GOOD]}),
        ]
        assert [(one.status_code, one.headers["retry-after"]) for one in answers] == [(503, "5")] * 3
        box.journal.failure = None
        assert await is_well(box)


async def test_a_full_disk_fills_no_memory(tmp_path: Path) -> None:
    """While a commit hangs, so much may wait and no more; what is beyond is told at once."""
    gate = threading.Event()
    gate.set()
    journal = FakeJournal(gate=gate)
    limits = WriterLimits(queue_rows=10, idle_s=0.01)
    async with open_box(tmp_path, journal=journal, writer=limits) as box:
        gate.clear()
        waiting = [asyncio.create_task(box.post("/pub", json=LOCATION)) for _ in range(10)]
        await box.until(lambda: box.gateway.writer.waiting[0] == 10)
        beyond = await box.post("/pub", json=LOCATION)
        assert (beyond.status_code, beyond.json()["error"]) == (503, "queue_full")
        journal.failure = full_disk()
        gate.set()
        assert {(await one).status_code for one in waiting} == {503}
        assert box.gateway.writer.waiting == (0, 0)
        assert journal.observations() == []


async def test_a_row_that_the_journal_cannot_take_stops_no_other(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.journal.poison = b"poisoned"
        box.journal.delay_s = 0.05
        first = asyncio.create_task(box.post("/pub", json=LOCATION))
        await asyncio.sleep(0.02)
        bad = asyncio.create_task(box.post("/pub", json={**LOCATION, "conn": "poisoned"}))
        good = asyncio.create_task(box.post("/pub", json=LOCATION))
        assert [(await one).status_code for one in (first, bad, good)] == [200, 500, 200]


async def test_an_inbox_row_that_cannot_be_read_stops_no_row_behind_it(tmp_path: Path) -> None:
    async with open_box(tmp_path, control=()) as box:
        box.inbox.add(assignment(), kind="credential")  # not what it says
        box.inbox.add(assignment())
        box.inbox.add(credential())
        await box.until(lambda: len(box.gateway.registry) == 1)
        assert await is_well(box)
        assert (await box.client.get("/healthz")).json()["inbox_refused"] == 1


async def test_an_inbox_that_cannot_be_read_holds_no_device_up(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.inbox.broken = True
        assert await is_well(box)
        assert (await box.client.get("/healthz")).json()["inbox"] == "unreadable"
