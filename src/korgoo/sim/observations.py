"""What the devices tell, as the gateway would decode it, in the order in which it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.engine.rows import Motion, Observation, Source
from korgoo.sim.incidents import USUAL
from korgoo.sim.itinerary import DAY_MS, day_begins_ms, day_number
from korgoo.sim.people import Device
from korgoo.sim.samples import Column, Table, sample_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from korgoo.sim.incidents import Conduct
    from korgoo.sim.people import Person
    from korgoo.sim.town import Town

BATCH_MS: Final = 600_000
"""Rows of so much time are merged at once: memory against the cost of a merge."""
COUNTERS_A_DAY: Final = 20_000

# The last entry is what a code of -1, unknown, stands for.
_SOURCES: Final = (Source.GPS, Source.WIFI, Source.CELL, None)
_MOTIONS: Final = (Motion.STILL, Motion.WALKING, Motion.VEHICLE, None)
_FLAGS: Final = (False, True, None)


def stream(
    town: Town,
    people: Sequence[Person],
    *,
    from_ms: int,
    until_ms: int,
    conduct: Conduct = USUAL,
    thin: Callable[[Person, Table], Table] | None = None,
) -> Iterator[tuple[Person, Observation]]:
    """Yield what is received in [from_ms, until_ms), ascending in time received.

    A later `from_ms` yields exactly the rest of the same stream: no more than one day is made again. People
    who receive at the same millisecond come in the order of `people`. `thin` may leave columns of a day's
    table out, as a device does that reports less often.
    """
    for day in range(day_number(from_ms), day_number(until_ms - 1) + 1):
        begins = day_begins_ms(day)
        tables = [sample_day(town, person, day, conduct) for person in people]
        if thin is not None:
            tables = [thin(person, table) for person, table in zip(people, tables, strict=True)]
        window = (max(from_ms - begins, 0), min(until_ms - begins, DAY_MS))
        yield from _merged(people, tables, day=day, window=window)


def _merged(
    people: Sequence[Person], tables: list[Table], *, day: int, window: tuple[int, int]
) -> Iterator[tuple[Person, Observation]]:
    edges = np.array(
        [window[0], *range(window[0] // BATCH_MS * BATCH_MS + BATCH_MS, window[1], BATCH_MS), window[1]]
    )
    bounds = [np.searchsorted(table[Column.RECEIVED], edges, side="left").tolist() for table in tables]
    for batch in range(len(edges) - 1):
        parts = [table[:, b[batch] : b[batch + 1]] for table, b in zip(tables, bounds, strict=True)]
        owners = np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])
        if not len(owners):
            continue
        joined = np.concatenate(parts, axis=1)
        order = np.lexsort((owners, joined[Column.RECEIVED]))
        yield from _decoded(people, owners[order].tolist(), joined[:, order].T.tolist(), day=day)


def _decoded(
    people: Sequence[Person], owners: list[int], rows: list[list[int]], *, day: int
) -> Iterator[tuple[Person, Observation]]:
    begins, first = day_begins_ms(day), day * COUNTERS_A_DAY
    devices = [f"sim-{person.id}" for person in people]
    skins = [person.device is not Device.PHONE for person in people]
    for owner, row in zip(owners, rows, strict=True):
        (received, fixed, counter, lat, lon, accuracy, source, speed) = row[:8]
        (motion, beacon, battery, charging, strap, tether, sos) = row[8:]
        person = people[owner]
        yield (
            person,
            Observation(
                begins + fixed,
                begins + received,
                devices[owner],
                first + counter,
                lat,
                lon,
                accuracy,
                _SOURCES[source],
                speed if speed >= 0 else None,
                None,
                None,
                _MOTIONS[motion],
                person.home_unit if beacon == 1 else None,
                battery,
                _FLAGS[charging],
                _FLAGS[strap],
                True if skins[owner] else None,
                _FLAGS[strap],
                _FLAGS[tether],
                sos == 1,
            ),
        )
