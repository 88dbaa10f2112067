"""Reading a request's body: bounded in size, in time, and over all requests together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import msgspec

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


class Body(msgspec.Struct):
    """One request's body: brought by `receive`, or there whole (`ready`). `read` may be asked twice.

    `announced` is the length that its head told. `release` has to follow.
    """

    receive: Receive | None
    budget: BodyBudget
    timeout_s: float
    announced: int | None = None
    ready: bytes | None = None
    _held: int = 0
    _whole: bytes | None = None
    _is_late: bool = False

    async def read(self, *, limit: int) -> bytes:
        """Return the whole body.

        Raises:
            BodyTooLargeError: more than `limit` bytes were announced or came.
            BodyTimeoutError, ClientGoneError, BudgetFullError: it could not be read.
        """
        whole = self.take_whole(limit=limit)
        if whole is not None:
            return whole
        if self.announced is not None and self.announced > limit:
            raise BodyTooLargeError(b"")
        self._whole = await self._collect(limit)
        return self._whole

    def take_ready(self, *, limit: int) -> bytes | None:
        """Return the body of a request that came whole and within `limit`, else None."""
        ready = self.ready
        if ready is None or len(ready) > limit:
            return None
        if self._whole is None:
            self._whole = self._hold(ready)
        return ready

    def take_whole(self, *, limit: int) -> bytes | None:
        """Return the body where it is there whole already, without a wait; errors as of `read`."""
        whole = self._whole
        if whole is None:
            if self.ready is None:
                return None
            whole = self._whole = self._hold(self.ready)
        if len(whole) > limit:
            raise BodyTooLargeError(whole[:HEAD_BYTES])
        return whole

    def _hold(self, part: bytes) -> bytes:
        self.budget.take(len(part))
        self._held += len(part)
        return part

    async def _collect(self, limit: int) -> bytes:
        # A timer of our own: asyncio.timeout costs four times as much, and this runs for each request.
        task = asyncio.current_task()
        timer = asyncio.get_running_loop().call_later(self.timeout_s, self._expire, task)
        try:
            return await self._gather(limit)
        except asyncio.CancelledError:
            if not self._is_late or task is None or task.uncancel() > 0:
                raise  # somebody else wants this request to end
            raise BodyTimeoutError from None
        finally:
            timer.cancel()

    def _expire(self, task: asyncio.Task[object] | None) -> None:
        if task is not None:
            self._is_late = True
            task.cancel()

    async def _gather(self, limit: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        if self.receive is None:
            raise ClientGoneError
        while True:
            event = await self.receive()
            if event["type"] != "http.request":
                raise ClientGoneError
            part = self._hold(event.get("body", b""))
            size += len(part)
            if size > limit:
                raise BodyTooLargeError(b"".join([*parts, part])[:HEAD_BYTES])
            if not event.get("more_body", False):
                return b"".join([*parts, part]) if parts else part
            parts.append(part)

    def release(self) -> None:
        """Give the memory back to the budget."""
        if self._held:
            self.budget.give_back(self._held)
            self._held = 0
        self._whole = None
