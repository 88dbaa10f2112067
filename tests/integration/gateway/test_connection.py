"""The gateway's own HTTP/1.1 over sockets: order, parts, limits, and clients that do not behave."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from korgoo.gateway.listener import Listener, Times
from tests.gateway_fakes import LAT, LON, NOW_MS, FakeJournal, basic, open_box

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.gateway_fakes import Box

QUICK = Times(head_s=0.15, idle_s=0.3, linger_s=0.3, sweep_s=0.02)


@dataclass
class Line:
    """A socket to the gateway that says what the test says."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def say(self, *parts: bytes) -> None:
        self.writer.write(b"".join(parts))

    async def answer(self, *, bare: bool = False) -> tuple[int, dict[str, str], bytes]:
        async with asyncio.timeout(5):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            size = 0 if bare else int(headers.get("content-length", "0"))
            return int(head[0].split()[1]), headers, await self.reader.readexactly(size)

    async def ends(self) -> bool:
        async with asyncio.timeout(5):
            try:
                return await self.reader.read() == b""
            except ConnectionResetError:
                return True


@dataclass
class Site:
    box: Box
    listener: Listener
    port: int
    lines: list[Line] = field(default_factory=list)

    async def connect(self) -> Line:
        self.lines.append(Line(*await asyncio.open_connection("127.0.0.1", self.port)))
        return self.lines[-1]


@asynccontextmanager
async def listening(
    folder: Path,
    *,
    times: Times | None = None,
    journal: FakeJournal | None = None,
    budget: int = 128 << 20,
    body_timeout_s: float = 15.0,
) -> AsyncIterator[Site]:
    async with open_box(folder, journal=journal, body_budget=budget, body_timeout_s=body_timeout_s) as box:
        listener = Listener(box.gateway.app, times=times)
        await listener.start("127.0.0.1", 0)
        try:
            yield (site := Site(box, listener, listener._server.sockets[0].getsockname()[1]))
            for line in site.lines:
                line.writer.close()
                with suppress(OSError):
                    await line.writer.wait_closed()
        finally:
            await listener.stop()


def post(*counters: int, path: str = "/v1/observations", **headers: str) -> bytes:
    items = [{"counter": one, "fixed_at": NOW_MS, "lat": LAT, "lon": LON} for one in counters]
    return frame(json.dumps({"observations": items}).encode(), path=path, **headers)


def frame(body: bytes, *, path: str = "/v1/observations", method: str = "POST", **headers: str) -> bytes:
    said = {"host": "gateway", "authorization": basic(), "content-type": "application/json"} | headers
    if "transfer-encoding" not in said:
        said.setdefault("content-length", str(len(body)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def chunked(body: bytes, *, size: int) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def stored(answer: tuple[int, dict[str, str], bytes]) -> list[list[int]]:
    assert answer[0] == 200, answer
    found: list[list[int]] = json.loads(answer[2])["stored"]
    return found


async def test_requests_sent_before_their_turn_are_answered_in_order(tmp_path: Path) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        line.say(*(post(number) for number in range(1, 201)))
        assert [stored(await line.answer()) for _ in range(200)] == [[[n, n]] for n in range(1, 201)]
        assert [one.counter for one in site.box.journal.observations()] == list(range(1, 201))


async def test_answers_that_wait_for_no_commit_keep_their_order_too(tmp_path: Path) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        lost = frame(b"", path="/nowhere", method="GET")
        line.say(lost, post(1), lost, frame(b"", method="GET"), post(2))
        assert [(await line.answer())[0] for _ in range(5)] == [404, 200, 404, 405, 200]
        assert [one.counter for one in site.box.journal.observations()] == [1, 2]


async def test_a_body_in_parts_behind_another_request_is_waited_for(tmp_path: Path) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        late = post(2)
        line.say(post(1), late[:-20])
        assert stored(await line.answer()) == [[1, 1]]
        line.say(late[-20:], post(3))
        assert [stored(await line.answer()) for _ in range(2)] == [[[2, 2]], [[3, 3]]]


async def test_a_body_in_parts_behind_another_request_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    async with listening(tmp_path, body_timeout_s=0.1) as site:
        line = await site.connect()
        line.say(post(1), post(2)[:-20])
        assert stored(await line.answer()) == [[1, 1]]
        assert (await line.answer())[0] == 408
        assert [one.counter for one in site.box.journal.observations()] == [1]


async def test_a_request_that_comes_byte_by_byte(tmp_path: Path) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        for at in range(len(said := post(7))):
            line.say(said[at : at + 1])
            await asyncio.sleep(0)
        assert stored(await line.answer()) == [[7, 7]]
        line.say(post(8))
        assert stored(await line.answer()) == [[8, 8]]


async def test_a_large_body_in_chunks_and_the_next_request_behind_it(tmp_path: Path) -> None:
    body = post(*range(1, 3_001)).partition(b"\r\n\r\n")[2]
    async with listening(tmp_path) as site:
        line = await site.connect()
        head = frame(b"", **{"transfer-encoding": "chunked"})
        line.say(head, chunked(body, size=5_000), post(3_001))
        assert stored(await line.answer()) == [[1, 3_000]]
        assert stored(await line.answer()) == [[3_001, 3_001]]
        assert site.box.gateway.app._budget.used == 0


async def test_a_client_that_asks_before_it_sends(tmp_path: Path) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        head, _, body = post(1, expect="100-continue").partition(b"\r\n\r\n")
        line.say(head, b"\r\n\r\n")
        assert (await line.answer())[0] == 100
        line.say(body)
        assert stored(await line.answer()) == [[1, 1]]


async def test_a_client_that_would_rather_speak_http_2(tmp_path: Path) -> None:
    offer = {"connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c", "http2-settings": "AAMAAABkAAQ"}
    async with listening(tmp_path) as site:
        line = await site.connect()
        said = post(1, **offer)
        line.say(said[:-9])
        await asyncio.sleep(0.05)
        line.say(said[-9:], post(2))
        assert [stored(await line.answer()) for _ in range(2)] == [[[1, 1]], [[2, 2]]]


@pytest.mark.parametrize(
    ("version", "asks", "told", "stays"),
    [
        ("1.0", "", "close", False),
        ("1.0", "keep-alive", "keep-alive", True),
        ("1.1", "close", "close", False),
        ("1.1", "", "", True),
    ],
)
async def test_whether_the_connection_stays(
    tmp_path: Path, version: str, asks: str, told: str, *, stays: bool
) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        line.say(post(1, connection=asks).replace(b"HTTP/1.1", f"HTTP/{version}".encode(), 1))
        answer = await line.answer()
        assert stored(answer) == [[1, 1]]
        assert answer[1].get("connection", "") == told
        if stays:
            line.say(post(2))
            assert stored(await line.answer()) == [[2, 2]]
        else:
            assert await line.ends()


async def test_a_head_request_has_no_body_in_its_answer(tmp_path: Path) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        line.say(frame(b"", method="HEAD"), post(1))
        assert (await line.answer(bare=True))[0] == 405
        assert stored(await line.answer()) == [[1, 1]]


async def test_addresses_with_escapes_and_in_the_form_of_a_proxy(tmp_path: Path) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        line.say(post(1, path="/v1/observ%61tions"), post(2, path="http://gateway/v1/observations?x=1"))
        assert [stored(await line.answer()) for _ in range(2)] == [[[1, 1]], [[2, 2]]]
        line.say(frame(b"", path="*", method="OPTIONS"))
        assert (await line.answer())[0] == 404


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",  # TLS to a plain port
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/observations HTTP/1.1\r\nhost: g\r\ncontent-length: -5\r\n\r\n",
        b"POST /pub HTTP/1.1\r\nhost: g\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /pub HTTP/1.1\r\nhost: g\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n123456",
        b"POST /pub HTTP/1.1\r\nhost : g\r\n\r\n",
    ],
)
async def test_what_is_no_request_ends_its_connection_and_no_other(tmp_path: Path, said: bytes) -> None:
    async with listening(tmp_path) as site:
        line, other = await site.connect(), await site.connect()
        line.say(said)
        assert (await line.answer())[0] == 400
        assert await line.ends()
        other.say(post(1))
        assert stored(await other.answer()) == [[1, 1]]


async def test_a_head_without_end_is_refused(tmp_path: Path) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        line.say(b"POST /pub HTTP/1.1\r\nhost: g\r\nx-long: ", b"x" * 40_000)
        assert (await line.answer())[0] == 431
        assert await line.ends()


async def test_a_body_that_is_not_wanted_does_not_take_its_answer_away(tmp_path: Path) -> None:
    async with listening(tmp_path, times=QUICK) as site:
        line = await site.connect()
        line.say(frame(b" " * 300_000, authorization="Basic bm9ib2R5Ong=", **{"content-length": "900000"}))
        answer = await line.answer()
        assert (answer[0], answer[1]["connection"]) == (401, "close")
        line.say(b" " * 300_000)  # it goes on for a while, and is not listened to
        assert await line.ends()
        assert site.box.gateway.app._budget.used == 0


async def test_silence_in_a_head_and_between_requests_ends_a_connection(tmp_path: Path) -> None:
    async with listening(tmp_path, times=QUICK) as site:
        slow, idle = await site.connect(), await site.connect()
        slow.say(b"POST /pub HTTP/1.1\r\n")
        idle.say(post(1))
        assert stored(await idle.answer()) == [[1, 1]]
        assert await slow.ends()
        assert await idle.ends()
        assert not site.listener.connections


async def test_a_head_that_trickles_is_not_waited_for_longer(tmp_path: Path) -> None:
    async with listening(tmp_path, times=QUICK) as site:
        line = await site.connect()
        began = time.monotonic()
        while site.listener.connections or time.monotonic() - began < 0.05:
            line.say(b"x")
            await asyncio.sleep(0.01)
            assert time.monotonic() - began < 5
        assert site.box.journal.observations() == []


async def test_a_slow_commit_is_no_silence(tmp_path: Path) -> None:
    async with listening(tmp_path, times=QUICK, journal=FakeJournal(delay_s=0.6)) as site:
        line = await site.connect()
        line.say(post(1))
        assert stored(await line.answer()) == [[1, 1]]


async def test_a_client_that_goes_away_in_its_body_leaves_nothing(tmp_path: Path) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        line.say(post(1)[:-5])
        await site.box.until(lambda: site.box.gateway.app.in_flight == 1)
        line.writer.close()
        await site.box.until(lambda: site.box.gateway.app.in_flight == 0)
        assert site.box.count("requests", format="korgoo", status="499") == 1
        assert site.box.journal.observations() == []


async def test_what_was_taken_is_stored_though_the_client_is_gone(tmp_path: Path) -> None:
    async with listening(tmp_path, journal=FakeJournal(delay_s=0.2)) as site:
        line = await site.connect()
        line.say(post(1))
        await site.box.until(lambda: site.box.gateway.app.in_flight == 1)
        line.writer.transport.abort()
        await site.box.until(lambda: site.box.gateway.app.in_flight == 0)
        assert len(site.box.journal.observations()) == 1


async def test_a_client_that_reads_no_answers_is_taken_no_further(tmp_path: Path) -> None:
    async with listening(tmp_path) as site:
        line = await site.connect()
        line.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport can
        asks = frame(b"", path="/metrics", method="GET")
        line.say(asks * 4_000)
        await site.box.until(lambda: site.box.count("requests", format="other", status="200") > 10)
        last = -1.0
        while (now := site.box.count("requests", format="other", status="200")) != last:
            last = now
            await asyncio.sleep(0.3)
        assert last < 4_000
