"""Time in the gateway of a demonstration, whose clock may be set and may run up to 120 times as fast.

At 60 times the real speed a pause of the machine of 170 ms is ten seconds of shown time, and would open a
finding that we were away. Whether we were is a question of real time: docs/adr/0091.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from korgoo.gateway.ports import Draft, Journal, OpenRow, SealedRow

STRIDE_MS: Final = 9_000
"""Shown time between two marks of a bridge: less than the ten seconds that make a hole."""
AWAY_S: Final = 9.0
"""Who was away for so much real time was away."""


class ShownClock:
    """The time that a demonstration shows, made monotone. Threads may share it."""

    def __init__(self, shown: Callable[[], int], *, not_before_ms: int) -> None:
        """Begin at `shown()`, or where the journal ends if that is later."""
        self._shown = shown
        self._last_ms = not_before_ms
        self._lock = threading.Lock()

    def __call__(self) -> int:
        """Return ms since 1970 UTC."""
        with self._lock:
            self._last_ms = max(self._last_ms, self._shown())
            return self._last_ms

    def raw_ms(self) -> int:
        """Return what the demonstration's clock shows."""
        return self._shown()


class BridgedJournal:
    """A journal that writes marks over a hole in shown time that was none in real time, before it appends."""

    def __init__(self, journal: Journal, *, steady: Callable[[], float] = time.monotonic) -> None:
        """Bridge nothing before the first append: until then nobody was there."""
        self._journal = journal
        self._steady = steady
        self._lock = threading.Lock()
        self._last_ms = 0
        self._last_s = 0.0

    def append(self, drafts: Sequence[Draft], *, now_ms: int, raw_ms: int | None = None) -> tuple[int, ...]:
        """Append; see `Journal.append`."""
        with self._lock:
            self._bridge(now_ms, raw_ms)
            return self._journal.append(drafts, now_ms=now_ms, raw_ms=raw_ms)

    def mark(self, *, now_ms: int, raw_ms: int | None = None) -> object:
        """Append a mark; see `Journal.mark`."""
        with self._lock:
            self._bridge(now_ms, raw_ms)
            return self._journal.mark(now_ms=now_ms, raw_ms=raw_ms)

    def _bridge(self, now_ms: int, raw_ms: int | None) -> None:
        if self._last_ms and self._steady() - self._last_s < AWAY_S:
            for at_ms in range(self._last_ms + STRIDE_MS, now_ms, STRIDE_MS):
                self._journal.mark(now_ms=at_ms, raw_ms=raw_ms)
        self._last_ms, self._last_s = max(now_ms, self._last_ms), self._steady()

    def erase(
        self,
        case_id: int,
        *,
        certificate: str,
        now_ms: int,
        inbox_id: int | None = None,
        raw_ms: int | None = None,
    ) -> int:
        """Erase a case; see `Journal.erase`."""
        return self._journal.erase(
            case_id, certificate=certificate, now_ms=now_ms, inbox_id=inbox_id, raw_ms=raw_ms
        )

    def inbox_cursor(self) -> int:
        """Return the greatest inbox id applied."""
        return self._journal.inbox_cursor()

    def rows(
        self, *, after_seq: int, limit: int, kinds: Collection[str] | None = None
    ) -> Sequence[SealedRow]:
        """Return sealed rows."""
        return self._journal.rows(after_seq=after_seq, limit=limit, kinds=kinds)

    def open_rows(self, stored: Any) -> Sequence[OpenRow]:  # noqa: ANN401 - as in the port
        """Unseal rows."""
        return self._journal.open_rows(stored)
