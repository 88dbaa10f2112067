"""The clock of the journal: the machine's clock at the start, then steady.

Log time must go on when somebody sets the machine's clock back an hour, and must not jump with it. So
it is anchored once and counts by the monotonic clock from there. Forwards it follows: after a suspend,
in which the monotonic clock stands, or a correction of more than 5 s. Backwards it only ever goes slower:
while it is ahead it runs at 15/16 of real time until the machine's clock has caught up. docs/adr/0024.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

JUMP_MS: Final = 5_000
"""How far the machine's clock may run ahead before log time follows in one step."""
AHEAD_MS: Final = 1_000
"""How far log time may be ahead before it goes slower."""
SLOW: Final = 15 / 16
_CHECK_NS: Final = 1_000_000_000


class _Anchor(NamedTuple):
    at_ns: int  # log time at the anchor
    steady_ns: int  # the monotonic clock at the anchor
    rate: float


class LogClock:
    """Call it for the time in ms since 1970 UTC. Threads may share it; it never runs backwards.

    `wall` gives the time that this installation shows in ms (the demonstration's may be shifted), `speed`
    how fast that runs, `steady` a monotonic clock in ns. `not_before_ms` is where the journal ends: a
    machine whose clock was set back while we were away goes on from there.
    """

    def __init__(
        self,
        wall: Callable[[], int],
        *,
        speed: Callable[[], float] = lambda: 1.0,
        steady: Callable[[], int] = time.monotonic_ns,
        not_before_ms: int = 0,
    ) -> None:
        self._wall = wall
        self._speed = speed
        self._steady = steady
        self._lock = threading.Lock()
        start_ms = max(wall(), not_before_ms)
        self._anchor = _Anchor(start_ms * 1_000_000, steady(), speed())

    def __call__(self) -> int:
        """Return log time."""
        anchor, steady = self._anchor, self._steady()
        passed = steady - anchor.steady_ns
        if passed >= _CHECK_NS:
            return self._look_at_wall()
        return (anchor.at_ns + int(passed * anchor.rate)) // 1_000_000

    def raw_ms(self) -> int:
        """Return what the machine's clock shows; 1 where it is before 1970."""
        return max(1, self._wall())

    def ahead_ms(self) -> int:
        """Return how far log time is ahead of the machine's clock; negative while it is behind."""
        return self() - self.raw_ms()

    def _look_at_wall(self) -> int:
        """Anchor anew, each second: follow a jump forwards, go slower while ahead."""
        with self._lock:
            anchor, steady = self._anchor, self._steady()
            at_ns = anchor.at_ns + int((steady - anchor.steady_ns) * anchor.rate)
            wall_ns, speed = self._wall() * 1_000_000, self._speed()
            if wall_ns - at_ns > JUMP_MS * 1_000_000 * max(speed, 1.0):
                at_ns = wall_ns
            slow = at_ns - wall_ns > AHEAD_MS * 1_000_000 * max(speed, 1.0)
            self._anchor = _Anchor(at_ns, steady, speed * SLOW if slow else speed)
            return at_ns // 1_000_000
