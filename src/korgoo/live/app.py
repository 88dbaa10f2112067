"""The live process as a bare ASGI application: one stream a page, one question of health.

An address holds a ticket, so no address is ever logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from korgoo.live.streams import Stream, Streams
from korgoo.live.tables import TablesUnreadableError
from korgoo.live.ticket import LONGEST_TEXT, TicketInvalidError, read_ticket

if TYPE_CHECKING:
    from korgoo.live.reader import Clock, Reader
    from korgoo.live.settings import LiveSettings
    from korgoo.live.ticket import Ticket

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BEAT: Final = b": beat\n\n"
OPENING: Final = b"retry: 3000\n\n"
CLOSING: Final = b"event: closing\ndata: {}\n\n"

_GREATEST_ID: Final = (1 << 63) - 1
_STREAM_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)


class RefusedError(Exception):
    """The request gets no stream; `status` says why."""

    def __init__(self, status: int, reason: str) -> None:
        """Keep the answer."""
        super().__init__(reason)
        self.status = status


class LiveApp:
    """The ASGI callable."""

    def __init__(self, settings: LiveSettings, *, reader: Reader, streams: Streams, clock: Clock) -> None:
        """Wire the application."""
        self._settings = settings
        self._reader = reader
        self._streams = streams
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if scope["method"] != "GET":
            await _answer(send, 405, "only GET")
        elif path == "/healthz":
            await self._tell_health(send)
        elif path.endswith("/stream"):  # a proxy may put anything before it
            await self._stream(scope, receive, send)
        else:
            await _answer(send, 404, "not here")

    async def _tell_health(self, send: Send) -> None:
        well = self._reader.is_well
        await _answer(send, 200 if well else 503, "ok" if well else "the feed cannot be read")

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = _header(scope, b"origin")
        try:
            stream = Stream(self._admit(scope, origin=origin))
            self._streams.add(stream)
            try:
                await self._welcome(stream, scope)
                headers = [*_STREAM_HEADERS, *self._cors(origin)]
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await self._serve(stream, receive, send)
            finally:
                self._streams.remove(stream)
        except RefusedError as refused:
            await _answer(send, refused.status, str(refused), headers=self._cors(origin))

    async def _welcome(self, stream: Stream, scope: Scope) -> None:
        try:
            await self._reader.welcome(stream, last_id=_last_id(scope))
        except TablesUnreadableError as wrong:
            raise RefusedError(503, "the feed cannot be read") from wrong

    def _admit(self, scope: Scope, *, origin: str) -> Ticket:
        if origin and origin not in self._settings.origins and not _is_own(scope, origin):
            raise RefusedError(403, "not from this page")
        if len(self._streams) >= self._settings.most_streams:
            raise RefusedError(503, "too many streams")
        if len(scope["query_string"]) > LONGEST_TEXT + 100:
            raise RefusedError(414, "too long")
        values = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])
        try:
            return read_ticket(values[0], secret=self._settings.secret, now_ms=self._clock())
        except TicketInvalidError as wrong:
            raise RefusedError(401, "the ticket is not valid") from wrong

    async def _serve(self, stream: Stream, receive: Receive, send: Send) -> None:
        """Send until the page goes, falls behind, or the stream is old enough."""
        leaving = asyncio.create_task(_wait_for_disconnect(receive))
        sending = asyncio.create_task(self._send_all(stream, send))
        try:
            await asyncio.wait({leaving, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (leaving, sending):
                task.cancel()
            await asyncio.gather(leaving, sending, return_exceptions=True)

    async def _send_all(self, stream: Stream, send: Send) -> None:
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._settings.longest_s
        await self._send(send, OPENING)
        while (left := ends_at - loop.time()) > 0:
            try:
                frame = await asyncio.wait_for(stream.take(), min(self._settings.heartbeat_s, left))
            except TimeoutError:
                frame = BEAT
            if frame is None:
                break
            await self._send(send, frame)
        await self._send(send, CLOSING, more=False)

    async def _send(self, send: Send, body: bytes, *, more: bool = True) -> None:
        async with asyncio.timeout(self._settings.send_s):  # a page that reads nothing is gone
            await send({"type": "http.response.body", "body": body, "more_body": more})

    def _cors(self, origin: str) -> list[tuple[bytes, bytes]]:
        if origin not in self._settings.origins:
            return []
        return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(
    send: Send, status: int, text: str, *, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    fixed = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *(headers or [])]})
    await send({"type": "http.response.body", "body": text.encode()})


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key.lower() == name:
            return str(value.decode("latin-1"))
    return ""


def _is_own(scope: Scope, origin: str) -> bool:
    """Whether the page lies behind the same proxy: its origin is the host that was asked for."""
    return origin.partition("://")[2] == _header(scope, b"host")


def _last_id(scope: Scope) -> int | None:
    """Return what the page heard last, by header or by address; None for a new page."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("last", [""])[0]
    text = _header(scope, b"last-event-id") or asked
    if not text.isascii() or not text.isdigit():
        return None
    return min(int(text), _GREATEST_ID)
