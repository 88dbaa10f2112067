"""When each message was made by our clock: the devices' clocks read over rows in the order of the log.

What a clock says depends on the messages before it, so a run that starts in the middle has to know how
far reading had come. Pure: the same rows give the same times, whoever reads them and from where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine.clocks import Clock, read_clock
from korgoo.engine.rows import Observation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Row


class Reading(msgspec.Struct, array_like=True):
    """How far the clocks of one person's devices have been read."""

    clocks: dict[str, Clock] = {}


def copy_reading(reading: Reading) -> Reading:
    """Return a reading that can go on by itself."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(reading), type=Reading)


def read_times(reading: Reading, rows: Iterable[Row], parameters: Parameters) -> Iterator[tuple[int, Row]]:
    """Yield (our time, row) of every observation in the order of the log; `reading` moves on with it."""
    for row in rows:
        if isinstance(row.body, Observation):
            yield read_clock(reading.clocks, row.body, parameters), row
