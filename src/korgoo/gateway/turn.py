"""A request's turn: its coroutine is run at once, up to its first wait, and goes on when that is over.

A task of asyncio costs each request a turn of the loop before its first step, an entry in two books of
tasks and a context of its own: a tenth of the gateway's work. Most requests wait once, for the commit. What
runs here has no current task: it cannot be cancelled and must not ask for one (`asyncio.timeout` does).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine


class Turn:
    """Runs one coroutine to its end. What it raises goes to the loop's handler, as a task's would."""

    __slots__ = ("_coroutine", "_loop")

    def __init__(self, coroutine: Coroutine[Any, None, None], *, loop: asyncio.AbstractEventLoop) -> None:
        """Run up to the first wait."""
        self._coroutine = coroutine
        self._loop = loop
        self._step()

    def _step(self, done: asyncio.Future[Any] | None = None) -> None:
        """Go on; what was waited for tells its result, or raises, inside the coroutine."""
        del done
        try:
            awaited = self._coroutine.send(None)
        except StopIteration:
            return
        except Exception as wrong:  # noqa: BLE001 - the outermost step: the connection is closed already
            told = {"message": "a request failed", "exception": wrong}
            self._loop.call_exception_handler(told)
            return
        if awaited is None:  # a bare yield: others first
            self._loop.call_soon(self._step)
            return
        awaited._asyncio_future_blocking = False  # noqa: SLF001 - how a future is told that somebody waits for it
        awaited.add_done_callback(self._step)
