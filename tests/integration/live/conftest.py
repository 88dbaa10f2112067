"""A live process in this process, on loopback, over tables of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sqlite3
from typing import TYPE_CHECKING

import pytest

from korgoo.live.server import read_clock, serve
from korgoo.live.settings import LiveSettings
from korgoo.live.ticket import LIFE_MS, Ticket, write_ticket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

SECRET = "a key for tests only"
ORIGIN = "http://127.0.0.1:8000"


class LiveTables:
    """The two tables, written as Django writes them."""

    def __init__(self, folder: Path) -> None:
        self.records, self.picture = folder / "korgoo.db", folder / "picture.db"
        self._records = sqlite3.connect(self.records, isolation_level=None)
        self._picture = sqlite3.connect(self.picture, isolation_level=None)
        self._records.execute(
            "CREATE TABLE feed (id integer PRIMARY KEY AUTOINCREMENT, at_ms, scope text, "
            "topic text, payload text)"
        )
        self._picture.execute(
            "CREATE TABLE picture (person_id integer PRIMARY KEY, lat_e7, lon_e7, accuracy_cm, fixed_at_ms, "
            "received_at_ms, seq, battery_percent, verdict, office_id)"
        )

    def publish(self, alert: int, *, scope: str = "1.4.", topic: str = "alert") -> None:
        self._records.execute(
            "INSERT INTO feed (at_ms, scope, topic, payload) VALUES (0, ?, ?, ?)",
            (scope, topic, json.dumps({"alert": alert})),
        )

    def forget_before(self, number: int) -> None:
        self._records.execute("DELETE FROM feed WHERE id < ?", (number,))

    def paint(self, person_id: int, *, seq: int, office_id: int = 4) -> None:
        self._picture.execute(
            "INSERT OR REPLACE INTO picture "
            "VALUES (?, 428700000, 746000000, 900, 1000, 1200, ?, 80, 'use', ?)",
            (person_id, seq, office_id),
        )

    def close(self) -> None:
        self._records.close()
        self._picture.close()


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[LiveTables]:
    made = LiveTables(tmp_path)
    yield made
    made.close()


@pytest.fixture
def settings(tables: LiveTables) -> LiveSettings:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return LiveSettings(
        secret=SECRET,
        records=tables.records,
        picture=tables.picture,
        origins=frozenset({ORIGIN}),
        port=port,
        feed_s=0.02,
        picture_s=0.04,
        heartbeat_s=0.2,
        longest_s=30,
    )


@contextlib.asynccontextmanager
async def running(settings: LiveSettings, *, status: int = 200) -> AsyncIterator[None]:
    """Serve while the block runs, which begins when the question of health gets `status`."""
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(settings, stop=stop))
    try:
        async with asyncio.timeout(10):
            while (await fetch_status(settings, "/healthz"))[0] != status:  # noqa: ASYNC110 - another server's state
                await asyncio.sleep(0.02)
        yield
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await serving


def make_ticket(*, path: str = "1.4.", offices: tuple[int, ...] = (4,), age_ms: int = 0) -> str:
    ticket = Ticket(7, path, offices, ("alert", "picture"), read_clock() + LIFE_MS - age_ms)
    return write_ticket(ticket, secret=SECRET)


class Page:
    """An open page: reads events as a browser does."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer
        self.status = 0
        self.headers: dict[str, str] = {}
        self._text = ""

    async def read_head(self) -> None:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.status = int(head[0].split()[1])
        self.headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
        }

    async def next_event(self) -> tuple[str, str, str]:
        """Return (event, data, id); a comment is the event ":"."""
        async with asyncio.timeout(10):
            while "\n\n" not in self._text:
                size = int((await self._reader.readline()).strip() or b"0", 16)
                if not size:
                    return ("end", "", "")
                self._text += (await self._reader.readexactly(size + 2))[:-2].decode()
        block, _, self._text = self._text.partition("\n\n")
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "event" not in fields:
            return (":" if block.startswith(":") else "retry", block, "")
        return (fields["event"], fields.get("data", ""), fields.get("id", ""))

    async def skip_to(self, *events: str) -> tuple[str, str, str]:
        while (found := await self.next_event())[0] not in events:
            pass
        return found

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


async def open_page(
    settings: LiveSettings, *, ticket: str = "", last: str = "", origin: str = ORIGIN
) -> Page:
    reader, writer = await asyncio.open_connection(settings.host, settings.port, limit=1 << 22)
    lines = [
        f"GET /stream?ticket={ticket or make_ticket()}&last={last} HTTP/1.1",
        f"Host: {settings.host}:{settings.port}",
        *([f"Origin: {origin}"] if origin else []),
    ]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    page = Page(reader, writer)
    await page.read_head()
    return page


async def fetch_status(settings: LiveSettings, path: str, *, method: str = "GET") -> tuple[int, str]:
    try:
        reader, writer = await asyncio.open_connection(settings.host, settings.port)
    except ConnectionRefusedError:
        return (0, "")
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    return (int(answer.split()[1]), answer)
