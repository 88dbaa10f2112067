"""How the history of the demonstration is thinned: a device at rest reported less often yesterday.

A day of 200 people is 460,000 messages; sent whole, the first map would be a minute late. So a device that
lies still reported every sixth minute (both sides of a pair every 90 s) and one under way at most once a
minute: as often as their orders demand. Whatever says something else than the message before is kept, and so
are both edges of a stretch with no better place than a cell's. What is played live is not thinned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim.people import Regime
from korgoo.sim.providers import CELL
from korgoo.sim.samples import Column, Motion

if TYPE_CHECKING:
    from korgoo.sim.people import Person
    from korgoo.sim.samples import Table

REST_MS: Final = 360_000
PAIRED_REST_MS: Final = 90_000
MOVING_MS: Final = 60_000
_TOLD: Final = (Column.STRAP, Column.TETHER, Column.SOS, Column.CHARGING)
"""A change of any of these is news."""


def thin_table(person: Person, table: Table) -> Table:
    """Return the columns of a day's table that were sent."""
    if not table.shape[1]:
        return table
    rest_ms = REST_MS if person.regime is Regime.PROBATION else PAIRED_REST_MS
    fixed = table[Column.FIXED]
    moving = table[Column.MOTION] != Motion.STILL
    kept = _first_of(fixed // rest_ms) | (moving & _first_of(fixed // MOVING_MS))
    for column in _TOLD:
        kept |= _first_of(table[column])
    edges = _first_of(table[Column.SOURCE] == CELL)
    kept |= edges
    kept[:-1] |= edges[1:]
    thinned: Table = np.ascontiguousarray(table[:, kept])
    return thinned


def _first_of(
    values: np.ndarray[tuple[int, ...], np.dtype[np.int32]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Mark every value that differs from the one before."""
    first = np.ones(len(values), dtype=np.bool_)
    first[1:] = values[1:] != values[:-1]
    return first
