"""One device's connection: HTTP/1.1 by llhttp, one request after the other, answers in their order.

The usual request is small and whole when it comes: its body is handed over as it is. What comes in parts is
handed over as it comes (`parts`), and the connection is read little further than the application reads.
Requests that were sent before their turn wait, unread as far as that can be.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

import httptools

from korgoo.gateway.http import Call
from korgoo.gateway.parts import Parts
from korgoo.gateway.replies import build_error
from korgoo.gateway.turn import Turn
from korgoo.gateway.wire import CLOSING, pack_answer

if TYPE_CHECKING:
    from korgoo.gateway.http import Headers
    from korgoo.gateway.listener import Listener
    from korgoo.gateway.replies import Answer

_MAX_HEAD: Final = 32 << 10
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_NEVER: Final = float("inf")


class Connection(asyncio.Protocol):
    """Reads requests, has them answered, writes the answers. `deadline` is kept by the listener's clock."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._app = listener.app
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Call, bool]] = deque()
        self._is_busy = False  # a request is being answered
        self._due: tuple[Call, bool, Parts | None] | None = None  # one to begin with when a read is parsed
        self._parts: list[bytes] = []
        self._stream: Parts | None = None
        self._head_bytes = 0
        self._is_headed = False  # between the end of a head and the end of its message
        self._is_deaf = False  # whatever comes is thrown away until the client has read our answer
        self._can_write = asyncio.Event()
        self._can_write.set()
        self.deadline = listener.now + listener.times.head_s

    # asyncio calls these.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]  # a stream's transport is a Transport
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if peer else ""
        self._listener.connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Parse what came; one read may hold many requests, or a part of one."""
        if self._is_deaf:
            return
        if not self._is_headed:
            if self._head_bytes == 0 and not self._is_busy:
                self.deadline = self._listener.now + self._listener.times.head_s
            self._head_bytes += len(data)
        try:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as met:
                head = self._pass_upgrade()
                self._parser.feed_data(head + data[met.args[0] :])
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._begin()
            self._refuse(400, "malformed")
            return
        if self._is_headed and self._stream is None:
            self._begin_stream()
        elif not self._is_headed and self._head_bytes > _MAX_HEAD:
            self._begin()
            self._refuse(431, "headers_too_large")
        if self._due is not None:
            self._begin()

    def eof_received(self) -> None:
        """Nothing more comes, and asyncio closes: what was taken whole is stored, its answer finds nobody."""
        if self._stream is not None:
            self._stream.finish(gone=True)

    def connection_lost(self, wrong: Exception | None) -> None:
        """Let a request that waits for its body know."""
        del wrong
        self._listener.connections.discard(self)
        self._waiting.clear()
        self._can_write.set()
        if self._stream is not None:
            self._stream.finish(gone=True)

    def pause_writing(self) -> None:
        """The client does not read its answers: no further request of it is begun."""
        self._can_write.clear()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._can_write.set()

    # llhttp calls these.

    def on_message_begin(self) -> None:
        """A request begins."""
        self._url = b""
        self._headers: Headers = {}
        self._parts = []
        self._stream = None

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._is_headed = True
        self._head_bytes = 0
        self._is_kept = self._parser.should_keep_alive()
        if b"expect" in self._headers and not self._is_busy and not self._parser.should_upgrade():
            self._transport.write(_CONTINUE)

    def on_body(self, part: bytes) -> None:
        """Take a part of the body."""
        if self._stream is not None:
            self._stream.feed(part)
        else:
            self._parts.append(part)

    def on_message_complete(self) -> None:
        """The request is whole: its turn comes, unless it began before it was whole."""
        self._is_headed = False
        if self._parser.should_upgrade():
            return  # the body was left out: `_pass_upgrade`
        if self._stream is not None:
            self._stream.finish()
            return
        parts = self._parts
        self._enqueue(parts[0] if len(parts) == 1 else b"".join(parts))

    # ours

    def expire(self) -> None:
        """End a connection that has been silent for too long."""
        self._transport.abort()

    def close(self) -> None:
        """End once everything is written."""
        self._transport.close()

    def _pass_upgrade(self) -> bytes:
        """Return the head of a request that offers another protocol without that offer, to read it again.

        Java's client offers h2c with every first request. The parser takes what follows for the other
        protocol; RFC 9110 lets us pass over the offer. A read may hold one such.
        """
        method, version = self._parser.get_method(), self._parser.get_http_version().encode()
        lines = [b"%b: %b\r\n" % pair for pair in self._headers.items() if pair[0] != b"upgrade"]
        self._parser = httptools.HttpRequestParser(self)
        return b"".join((method, b" ", self._url, b" HTTP/", version, b"\r\n", *lines, b"\r\n"))

    def _begin_stream(self) -> None:
        self._stream = Parts(self._transport, self._parts)
        self._parts = []
        self._enqueue(None)

    def _enqueue(self, whole: bytes | None) -> None:
        path, _, query = self._split_url()
        method = self._parser.get_method().decode("ascii")
        receive = self._stream.receive if self._stream is not None else None
        call = Call(method, path, query, self._headers, self._peer, whole, receive)
        if self._is_busy:
            self._waiting.append((call, self._is_kept))
            self._transport.pause_reading()
            return
        self.deadline = _NEVER  # the body has a clock of its own, and the writer answers each in time
        self._is_busy = True
        self._due = (call, self._is_kept, self._stream)

    def _begin(self) -> None:
        """Begin to answer what has its turn, never inside of the parser."""
        if self._due is not None:
            (call, is_kept, stream), self._due = self._due, None
            self._run(call, is_kept=is_kept, stream=stream)

    def _run(self, call: Call, *, is_kept: bool, stream: Parts | None) -> None:
        serving = self._serve(call, is_kept=is_kept, stream=stream)
        loop = self._listener.loop
        if stream is None:
            Turn(serving, loop=loop)
        else:  # the clock of a body that comes in parts ends its task
            self._task = loop.create_task(serving)

    def _split_url(self) -> tuple[str, bytes, bytes]:
        url = self._url
        if not url.startswith(b"/"):  # the absolute form, as a proxy sends it
            try:
                parsed = httptools.parse_url(url)
                url = (parsed.path or b"/") + (b"?" + parsed.query if parsed.query else b"")
            except httptools.HttpParserInvalidURLError:
                url = b"*"
        path, mark, query = url.partition(b"?")
        path = unquote_to_bytes(path) if b"%" in path else path
        return path.decode("latin-1"), mark, query

    async def _serve(self, call: Call, *, is_kept: bool, stream: Parts | None) -> None:
        """Answer a request and those that came before their turn."""
        try:
            while True:
                answer = await self._app.answer(call)
                if answer is None or self._transport.is_closing():
                    self._transport.close()
                    break
                if stream is not None and not stream.is_whole:  # the rest of it stands before what follows
                    self._part(answer, call)
                    break
                if not self._reply(answer, call, is_kept=is_kept) or not self._waiting:
                    break
                await self._can_write.wait()
                if not self._waiting:  # the client went away meanwhile
                    break
                call, is_kept = self._waiting.popleft()
                stream = self._stream if call.receive is not None else None
                if stream is not None:
                    self._run(call, is_kept=is_kept, stream=stream)
                    return
        except BaseException:
            self._transport.abort()  # no deadline runs while a request is answered
            raise
        self._is_busy = False
        if not self._transport.is_closing() and not self._is_deaf:
            self.deadline = self._listener.now + self._listener.times.idle_s
            self._transport.resume_reading()

    def _reply(self, answer: Answer, call: Call, *, is_kept: bool) -> bool:
        """Write the answer; return whether the connection stays."""
        stays = is_kept and answer.status not in CLOSING and not self._app.draining
        self._transport.write(
            pack_answer(
                answer,
                date=self._listener.date,
                close=not stays,
                keep=stays and b"connection" in call.headers,
                bare=call.method == "HEAD",
            )
        )
        if not stays:
            self._transport.close()
        return stays

    def _refuse(self, status: int, error: str) -> None:
        """Answer what is no request of HTTP, after the answers that are owed."""
        if self._transport.is_closing():  # the request before it ended the connection
            return
        if not self._is_busy:
            self._part(build_error(status, error), None)
        else:
            self._is_deaf = True  # the owed answer goes out, then the deadline ends the connection
            self.deadline = self._listener.now + self._listener.times.linger_s

    def _part(self, answer: Answer, call: Call | None) -> None:
        """Answer in the middle of what is being sent, and wait for the client to read that.

        To close at once would reset the connection and take the answer away from the client.
        """
        bare = call is not None and call.method == "HEAD"
        self._transport.write(pack_answer(answer, date=self._listener.date, close=True, bare=bare))
        self._is_deaf = True
        self.deadline = self._listener.now + self._listener.times.linger_s
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._transport.resume_reading()
