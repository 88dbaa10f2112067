"""When each message was made by our clock: the devices' clocks read over rows in the order of the log.

What a clock says depends on the messages before it, so a run that starts in the middle has to know how
far reading had come. Pure: the same rows give the same times, whoever reads them and from where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine.clocks import Clock, read_clock
from korgoo.engine.plan import Plan
from korgoo.engine.plausibility import judging_time
from korgoo.engine.rows import Observation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Row


class Reading(msgspec.Struct, array_like=True):
    """How far the clocks of one person's devices have been read.

    `interval_ms` is that of the plan in force since `since_ms`, 0 = none is yet; `waiting` are
    (effective_from_ms, interval_ms) of those that take effect later.
    """

    clocks: dict[str, Clock] = {}
    interval_ms: int = 0
    since_ms: int = -1
    waiting: list[tuple[int, int]] = []


def copy_reading(reading: Reading) -> Reading:
    """Return a reading that can go on by itself."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(reading), type=Reading)


def read_times(reading: Reading, rows: Iterable[Row], parameters: Parameters) -> Iterator[tuple[int, Row]]:
    """Yield (our time, row) of every observation in the order of the log; `reading` moves on with it."""
    for row in rows:
        while reading.waiting and reading.waiting[0][0] <= row.log_at_ms:
            since_ms, interval_ms = reading.waiting.pop(0)
            if since_ms >= reading.since_ms:
                reading.since_ms, reading.interval_ms = since_ms, interval_ms
        if isinstance(row.body, Plan):
            begins_ms = row.body.effective_from_ms
            reading.waiting = [known for known in reading.waiting if known[0] < begins_ms]
            reading.waiting.append((begins_ms, row.body.expected_interval_ms))
        elif isinstance(row.body, Observation):
            if reading.interval_ms:
                yield read_clock(reading.clocks, row.body, reading.interval_ms, parameters), row
            else:
                yield judging_time(row.body), row
