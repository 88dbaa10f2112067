"""Reading a request's body: bounded in size, in time, and over all requests together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
HEAD_BYTES: Final = 16 << 10


class BodyTooLargeError(Exception):
    """More came, or was announced, than the format may send. `head` is what was read of it."""

    def __init__(self, head: bytes) -> None:
        super().__init__(f"{len(head)} bytes read")
        self.head = head


class BodyTimeoutError(Exception):
    """The body did not arrive in time."""


class ClientGoneError(Exception):
    """The client went away before its body was whole."""


class BudgetFullError(Exception):
    """All requests together hold as much body as we can bear."""


class BodyBudget:
    """Bytes of bodies that are being read or decoded now, over all requests."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.used = 0

    def take(self, size: int) -> None:
        """Account for bytes that have come in, or raise `BudgetFullError`."""
        if self.used + size > self._limit:
            raise BudgetFullError
        self.used += size

    def give_back(self, size: int) -> None:
        """Forget bytes that are no longer held."""
        self.used -= size


class Body:
    """One request's body. `read` may be asked twice; `release` has to follow."""

    def __init__(
        self, receive: Receive, *, announced: int | None, timeout_s: float, budget: BodyBudget
    ) -> None:
        self._receive = receive
        self._announced = announced
        self._timeout_s = timeout_s
        self._budget = budget
        self._held = 0
        self._whole: bytes | None = None

    async def read(self, *, limit: int) -> bytes:
        """Return the whole body.

        Raises:
            BodyTooLargeError: more than `limit` bytes were announced or came.
            BodyTimeoutError, ClientGoneError, BudgetFullError: it could not be read.
        """
        if self._whole is None:
            if self._announced is not None and self._announced > limit:
                raise BodyTooLargeError(b"")
            self._whole = await self._collect(limit)
        if len(self._whole) > limit:
            raise BodyTooLargeError(self._whole[:HEAD_BYTES])
        return self._whole

    async def _collect(self, limit: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._timeout_s):
                while True:
                    event = await self._receive()
                    if event["type"] != "http.request":
                        raise ClientGoneError
                    part = event.get("body", b"")
                    self._budget.take(len(part))
                    self._held += len(part)
                    parts.append(part)
                    size += len(part)
                    if size > limit:
                        raise BodyTooLargeError(b"".join(parts)[:HEAD_BYTES])
                    if not event.get("more_body", False):
                        return b"".join(parts)
        except TimeoutError:
            raise BodyTimeoutError from None

    def release(self) -> None:
        """Give the memory back to the budget."""
        self._budget.give_back(self._held)
        self._held = 0
        self._whole = None
