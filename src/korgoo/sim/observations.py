"""What the devices tell, as the gateway would decode it, in the order in which it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim.befalling import tell_day
from korgoo.sim.incidents import USUAL
from korgoo.sim.itinerary import DAY_MS, day_begins_ms, day_number
from korgoo.sim.samples import Column, Table
from korgoo.sim.signals import decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from korgoo.engine.rows import Observation
    from korgoo.sim.incidents import Conduct
    from korgoo.sim.people import Person
    from korgoo.sim.town import Town

BATCH_MS: Final = 600_000
"""Rows of so much time are merged at once: memory against the cost of a merge."""
COUNTERS_A_DAY: Final = 20_000


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
        tables = [tell_day(town, person, day, conduct) for person in people]
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
    told = decoded(
        [f"sim-{person.id}" for person in people],
        [person.home_unit for person in people],
        owners=owners,
        rows=rows,
        begins_ms=day_begins_ms(day),
        first_counter=day * COUNTERS_A_DAY,
    )
    for owner, observation in told:
        yield people[owner], observation
