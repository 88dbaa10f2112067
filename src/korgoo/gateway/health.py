"""Whether the gateway can do its work: for supervisors, load balancers and `korgoo doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.gateway.replies import Answer

if TYPE_CHECKING:
    from korgoo.gateway.inbox import InboxDrain
    from korgoo.gateway.ports import Clock
    from korgoo.gateway.writer import Writer


class Health:
    """The state of the writer and of the inbox, without a count of people or a place."""

    def __init__(self, writer: Writer, *, inbox: InboxDrain, clock: Clock) -> None:
        self._writer = writer
        self._inbox = inbox
        self._clock = clock

    def tell(self, *, draining: bool) -> Answer:
        """Return 200 while messages are stored, 503 while they are not. A sick inbox is told beside it."""
        failing = self._writer.failing
        well = not failing and not draining and self._writer.is_alive
        said = {
            "status": "ok" if well else "draining" if draining else "failing",
            "storage": failing or "ok",
            "inbox": "ok" if self._inbox.unreadable_since_ms is None else "unreadable",
            "inbox_refused": self._inbox.refused,
            # Log time less the machine's clock: far from 0 means that somebody has moved that clock.
            "clock_ahead_ms": self._clock() - self._clock.raw_ms(),
        }
        return Answer(200 if well else 503, msgspec.json.encode(said))
