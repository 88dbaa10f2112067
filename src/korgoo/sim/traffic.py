"""Devices on the wire: keep-alive HTTP connections that send prebuilt requests, one after the other.

Used to measure a gateway and to kill it under load, so it does as little as it can for each request and
never forgets one: a request that was sent and not answered is given back when its connection ends.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

_END_OF_HEAD: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_MAX_ANSWER: Final = 1 << 20
_STORED: Final = 200
CONNECT_TIMEOUT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Request:
    """The bytes of one request and the numbers of the observations in it."""

    wire: bytes = field(repr=False)
    numbers: tuple[int, ...] = ()


class Errand(Protocol):
    """Where a connection gets its requests and brings the answers."""

    def take(self) -> Request | None:
        """Return the next request to send, None to end the connection."""
        ...

    def answered(self, request: Request, *, status: int, seconds: float, refusal: bytes = b"") -> None:
        """Take note of an answer; `refusal` is the body of one that is not 200."""
        ...

    def unanswered(self, request: Request, *, why: str) -> None:
        """Take a request back whose answer never came: it may have been stored or not."""
        ...


def build_request(
    path: str, body: bytes, *, authorization: str, content_type: str = "application/json"
) -> bytes:
    """Return the bytes of a POST on a connection that is kept."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: {authorization}\r\n"
        f"content-type: {content_type}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


class _Lane(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._sent: Request | None = None
        self._at = 0.0
        self._held = b""
        self._transport: asyncio.Transport | None = None
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport  # type: ignore[assignment]  # a stream's transport is a Transport
        self._send()

    def _send(self) -> None:
        self._sent = self._errand.take()
        assert self._transport is not None  # noqa: S101 - asyncio calls connection_made first
        if self._sent is None:
            self._transport.close()
            return
        self._at = time.perf_counter()
        self._transport.write(self._sent.wire)

    def data_received(self, data: bytes) -> None:
        """Read an answer to its end, then send the next request."""
        self._held = held = self._held + data if self._held else data
        head = held.find(_END_OF_HEAD)
        if head < 0:
            return
        at = held.find(_LENGTH, 0, head)
        length = int(held[at + len(_LENGTH) : held.find(b"\r", at)]) if at > 0 else 0
        if len(held) < head + len(_END_OF_HEAD) + length or length > _MAX_ANSWER:
            return
        self._held = b""
        sent, self._sent = self._sent, None
        if sent is not None:
            status, seconds = int(held[9:12]), time.perf_counter() - self._at
            refusal = b"" if status == _STORED else held[head + len(_END_OF_HEAD) :]
            self._errand.answered(sent, status=status, seconds=seconds, refusal=refusal)
        self._send()

    def connection_lost(self, wrong: Exception | None) -> None:
        """Give back what was not answered."""
        if self._sent is not None:
            self._errand.unanswered(self._sent, why=type(wrong).__name__ if wrong else "closed unanswered")
            self._sent = None
        if not self.ended.done():
            self.ended.set_result(None)


async def run_lane(errand: Errand, *, port: int) -> bool:
    """Send the errand's requests over one connection until it ends; False when it could not be made."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            _, lane = await loop.create_connection(lambda: _Lane(errand), "127.0.0.1", port)
    except (OSError, TimeoutError):
        return False
    await lane.ended
    return True


async def run_lanes(errands: Iterable[Errand], *, port: int) -> int:
    """Run one connection for each errand until all have ended; return how many could not be made."""
    made = await asyncio.gather(*(run_lane(errand, port=port) for errand in errands))
    return made.count(False)
