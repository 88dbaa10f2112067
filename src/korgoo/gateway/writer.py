"""The only appender of the journal: a queue, one thread, group commits.

Each round drains journal_inbox first, commits its rows and folds them into the registry, and only then
commits what devices sent. Whatever was admitted under an older registry is decided again, so the
journal never holds a fix that the rows before it forbid. Nobody is told "stored" before the commit.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from korgoo.gateway import logs
from korgoo.gateway.ports import CaseErasedError, Clock, Draft, Journal, StorageError

if TYPE_CHECKING:
    from korgoo.gateway.inbox import InboxDrain
    from korgoo.gateway.metrics import Metrics
    from korgoo.gateway.registry import Registry

_ROW_OVERHEAD = 256
_MARK_AFTER_MS = 1_000
_FEW = 4
_MANY = 48
Prepare = Callable[[], Sequence[Draft]]
"""Decides anew what is to be stored, from the registry as it stands; called in either thread."""


class UnavailableError(Exception):
    """Nothing was stored; the client has to try again. `reason` is a label."""

    def __init__(self, reason: str, *, retry_after_s: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s


class RejectedError(Exception):
    """This one request cannot be stored and never will be. `erased`: its case was, so nothing may be."""

    def __init__(self, reason: str, *, erased: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.erased = erased


@dataclass(frozen=True, slots=True)
class WriterLimits:
    """Bounds of what waits for a commit, and of one commit group.

    The rows that may wait are some two seconds of a busy writer's work: whoever comes then hears 503 and
    when to come again, instead of an answer that comes after its client has given up.
    """

    queue_rows: int = 100_000
    queue_bytes: int = 64 << 20
    group_rows: int = 4_000
    group_bytes: int = 4 << 20
    idle_s: float = 0.25
    gather_s: float = 0.002
    retry_after_s: int = 5


class _Submission(msgspec.Struct, eq=False):
    prepare: Prepare
    version: int
    drafts: Sequence[Draft]
    size: int
    done: asyncio.Future[None]


class Writer:
    """Takes drafts from request tasks and commits them in groups."""

    def __init__(
        self,
        journal: Journal,
        *,
        inbox: InboxDrain,
        registry: Registry,
        metrics: Metrics,
        clock: Clock,
        limits: WriterLimits,
    ) -> None:
        self._journal = journal
        self._inbox = inbox
        self._registry = registry
        self._metrics = metrics
        self._clock = clock
        self._limits = limits
        self._queue: queue.SimpleQueue[_Submission | None] = queue.SimpleQueue()
        self._rows = 0
        self._bytes = 0
        metrics.queue_rows.set_function(lambda: self._rows)
        metrics.queue_bytes.set_function(lambda: self._bytes)
        self._closing = False
        self._last_ms = 0
        self._failing = ""
        self._is_busy = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the thread; call from the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._last_ms = self._clock()
        self._thread = threading.Thread(target=self._run, name="korgoo-writer", daemon=True)
        self._thread.start()

    @property
    def failing(self) -> str:
        """Why the last commit failed, "" while commits succeed."""
        return self._failing

    @property
    def is_alive(self) -> bool:
        """Tell whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def waiting(self) -> tuple[int, int]:
        """Rows and bytes that wait for a commit."""
        return self._rows, self._bytes

    async def submit(self, prepare: Prepare, *, apart: bool = False) -> None:
        """Store what `prepare` decides and return after the commit.

        `apart` prepares a large batch beside the event loop, so that other requests go on.

        Raises:
            UnavailableError: nothing was stored: the queue is full, storage fails, or we are closing.
            RejectedError: this request alone cannot be stored.
        """
        if apart:
            version = self._registry.version
            drafts = await asyncio.to_thread(prepare)
            committed = self._enqueue(prepare, drafts, version=version)
        else:
            committed = self.enqueue(prepare)
        if committed is not None:
            await committed

    def enqueue(self, prepare: Prepare) -> asyncio.Future[None] | None:
        """Prepare at once and put the drafts into the queue; wait for what is returned, as `submit` does.

        None where there is nothing to store. Raises what `submit` raises, at once or when it is waited for.
        """
        version = self._registry.version  # read before deciding: a fold in between is then noticed
        return self._enqueue(prepare, prepare(), version=version)

    def _enqueue(
        self, prepare: Prepare, drafts: Sequence[Draft], *, version: int
    ) -> asyncio.Future[None] | None:
        if self._closing or self._loop is None:
            raise UnavailableError("closing", retry_after_s=self._limits.retry_after_s)
        count = len(drafts)
        if not count:
            return None
        size = _ROW_OVERHEAD * count + sum([len(draft.body) for draft in drafts])
        if self._rows + count > self._limits.queue_rows or self._bytes + size > self._limits.queue_bytes:
            raise UnavailableError("queue_full", retry_after_s=self._limits.retry_after_s)
        self._account(count, size)
        done = self._loop.create_future()
        self._queue.put(_Submission(prepare, version, drafts, size, done))
        return done

    async def close(self) -> None:
        """Take nothing more, commit what waits, stop the thread."""
        self._closing = True
        self._queue.put(None)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    # What follows up to _settle runs in the writer's thread.

    def _run(self) -> None:
        stopping = False
        while not stopping:
            group, stopping = self._collect()
            # One message alone is committed at once; while they come in numbers a moment's wait makes
            # the groups larger, and each costs a commit. Where many have gathered during the last one,
            # the wait would only be added to each cycle.
            self._is_busy = _FEW < len(group) < _MANY
            self._round(group)

    def _collect(self) -> tuple[list[_Submission], bool]:
        group: list[_Submission] = []
        rows = size = 0
        try:
            first = self._queue.get(timeout=self._limits.idle_s)
            if self._is_busy:
                time.sleep(self._limits.gather_s)
            while True:
                if first is None:
                    return group, True
                group.append(first)
                rows, size = rows + len(first.drafts), size + first.size
                if rows >= self._limits.group_rows or size >= self._limits.group_bytes:
                    return group, False
                first = self._queue.get_nowait()
        except queue.Empty:
            return group, False

    def _round(self, group: list[_Submission]) -> None:
        try:
            self._inbox.drain(now_ms=self._clock(), raw_ms=self._clock.raw_ms())
            if group:
                self._commit(group)
            elif self._clock() - self._last_ms >= _MARK_AFTER_MS:
                self._journal.mark(now_ms=self._clock(), raw_ms=self._clock.raw_ms())
                self._stored()
        except StorageError as wrong:
            self._fail(group, reason=type(wrong).__name__)
        except Exception as wrong:  # noqa: BLE001 - the outermost loop of this thread: it must go on
            self._metrics.loop_errors.labels("writer").inc()
            logs.report_error("writer_failed", where="writer")
            self._fail(group, reason=type(wrong).__name__)

    def _commit(self, group: list[_Submission]) -> None:
        try:
            self._append(group)
        except StorageError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it is told to one request, by _commit_alone
            # One row that the journal cannot take must not stop the others: each for itself.
            for submission in group:
                self._commit_alone(submission)
        else:
            self._settle_later(group, None)

    def _commit_alone(self, submission: _Submission) -> None:
        try:
            self._append([submission])
        except StorageError as wrong:
            self._fail([submission], reason=type(wrong).__name__)
        except CaseErasedError as wrong:
            self._settle_later([submission], RejectedError(type(wrong).__name__, erased=True))
        except Exception as wrong:  # noqa: BLE001 - told to this request alone
            self._metrics.loop_errors.labels("row").inc()
            logs.report_error("row_failed", where="writer")
            self._settle_later([submission], RejectedError(type(wrong).__name__, erased=False))
        else:
            self._settle_later([submission], None)

    def _append(self, group: list[_Submission]) -> None:
        version = self._registry.version
        drafts: list[Draft] = []
        for submission in group:
            drafts.extend(submission.drafts if submission.version == version else submission.prepare())
        if not drafts:
            return
        started = time.perf_counter()
        self._journal.append(drafts, now_ms=self._clock(), raw_ms=self._clock.raw_ms())
        self._metrics.commits.observe(time.perf_counter() - started)
        self._metrics.commit_rows.inc(len(drafts))
        self._stored()

    def _stored(self) -> None:
        self._last_ms = self._clock()
        if self._failing:
            logs.note("storage_works_again")
        self._failing = ""

    def _fail(self, group: list[_Submission], *, reason: str) -> None:
        self._metrics.storage_failures.inc()
        if not self._failing:
            logs.warn("storage_failed", reason=reason, count=len(group))
        self._failing = reason
        error = UnavailableError(reason, retry_after_s=self._limits.retry_after_s)
        self._settle_later(group, error)

    def _settle_later(self, group: list[_Submission], error: Exception | None) -> None:
        if group and self._loop is not None:
            self._loop.call_soon_threadsafe(self._settle, group, error)

    # From here on in the event loop again.

    def _settle(self, group: list[_Submission], error: Exception | None) -> None:
        self._account(-sum([len(one.drafts) for one in group]), -sum([one.size for one in group]))
        for submission in group:
            if submission.done.done():  # the client went away; what was stored stays stored
                continue
            if error is None:
                submission.done.set_result(None)
            else:
                submission.done.set_exception(error)

    def _account(self, rows: int, size: int) -> None:
        self._rows += rows
        self._bytes += size
