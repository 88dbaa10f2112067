"""The live lane over the sorted one: what is kept of it to judge a stretch again when a late fix arrives.

The same for a person and for a pair: a ring of the last fixes, checkpoints among them, and the earliest
time from which the account waits to be judged again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

import msgspec

from korgoo.engine import ring as rings
from korgoo.engine.state import Checkpoint

if TYPE_CHECKING:
    from korgoo.engine.episodes import Recorded
    from korgoo.engine.ring import Fix

SPACING: Final = 16
"""Fixes between two checkpoints."""
KEPT: Final = 48
"""The ring holds 32 to 48 fixes: at least the last 32 can be replayed."""

CROWDED: Final = 256
"""More fixes than this are not sorted into the ring between two marks: an upload of thousands is recalled."""

REMEMBERED_MS: Final = 6 * 3_600_000
"""Closed findings are kept so long behind the ring: an end lies some fixes before it is believed."""


class LaneState(Protocol):
    """What a state holds for its lane. `judged` is the sorted lane itself and knows its `clock_ms`."""

    judged: Any
    ring: bytearray
    checkpoints: list[Checkpoint]
    recorded: list[Recorded]
    dirty_ms: int


State = TypeVar("State", bound=LaneState)


class LiveLane(Generic[State]):
    """Keeps the ring, its checkpoints and what waits to be judged again."""

    __slots__ = ("state",)

    def __init__(self, state: State) -> None:
        """Go on from that state."""
        self.state = state

    def checkpoint(self) -> None:
        """Keep the sorted lane as it stands before the next fix; forget what is older than the ring."""
        state = self.state
        if rings.count(state.ring) >= KEPT:
            drop = rings.count(state.ring) - KEPT + SPACING
            del state.ring[: drop * rings.WIDTH]
            state.checkpoints = [
                Checkpoint(c.position - drop, c.clock_ms, c.judged)
                for c in state.checkpoints
                if c.position >= drop
            ]
            oldest_ms = state.checkpoints[0].clock_ms if state.checkpoints else 0
            state.recorded = [
                r for r in state.recorded if not r.until_ms or r.until_ms >= oldest_ms - REMEMBERED_MS
            ]
        packed = msgspec.msgpack.encode(state.judged)
        state.checkpoints.append(Checkpoint(rings.count(state.ring), state.judged.clock_ms, packed))

    def take_late(self, fix: Fix) -> None:
        """Put a late fix in its place; it is judged at the next mark. A repeat changes nothing."""
        state = self.state
        if not state.checkpoints or fix.at_ms < state.checkpoints[0].clock_ms:
            self.mark_dirty(fix.at_ms)
            return
        if rings.count(state.ring) >= CROWDED:
            state.checkpoints = []  # the rows themselves are judged again at the next mark
            self.mark_dirty(fix.at_ms)
            return
        position = rings.place(state.ring, fix)
        if position < 0:
            return
        state.checkpoints = [
            c if c.position <= position else Checkpoint(c.position + 1, c.clock_ms, c.judged)
            for c in state.checkpoints
        ]
        self.mark_dirty(fix.at_ms)

    def mark_dirty(self, from_ms: int) -> None:
        """Note that the account from this time on has to be judged again."""
        state = self.state
        state.dirty_ms = max(1, min(from_ms, state.dirty_ms or from_ms))

    def within_ring(self) -> bool:
        """Say whether the ring reaches back to what waits to be judged."""
        checkpoints = self.state.checkpoints
        return bool(checkpoints) and checkpoints[0].clock_ms <= self.state.dirty_ms
