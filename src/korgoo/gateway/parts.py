"""A body that comes in parts: handed on as it comes, and the socket is read no further than that is taken."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Final

_AHEAD: Final = 64 << 10


class Parts:
    """A body that comes in parts, as an ASGI `receive`."""

    def __init__(self, transport: asyncio.Transport, parts: list[bytes]) -> None:
        self._transport = transport
        self._parts = deque(parts)
        self._held = sum(map(len, parts))
        self._news = asyncio.Event()
        self._is_gone = False
        self.is_whole = False

    def feed(self, part: bytes) -> None:
        """Take what came; too much of it stops the reading of the socket."""
        self._parts.append(part)
        self._held += len(part)
        if self._held > _AHEAD:
            self._transport.pause_reading()
        self._news.set()

    def finish(self, *, gone: bool = False) -> None:
        """Nothing more comes: the body is whole, or the client has gone."""
        self.is_whole = self.is_whole or not gone
        self._is_gone = gone
        self._news.set()

    async def receive(self) -> dict[str, Any]:
        """Return the next event."""
        while not (self._parts or self.is_whole or self._is_gone):
            self._news.clear()
            await self._news.wait()
        if not self._parts:
            return {"type": "http.request" if self.is_whole else "http.disconnect"}
        part = self._parts.popleft()
        self._held -= len(part)
        if self._held <= _AHEAD and not self.is_whole:
            self._transport.resume_reading()
        return {"type": "http.request", "body": part, "more_body": bool(self._parts) or not self.is_whole}
