"""What a rule is shown of an observation."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from korgoo.engine.rows import Observation
    from korgoo.engine.state import Told

NOTHING_TOLD: Final[Told] = (None, None, None, None, None, None)
"""An observation that is nothing but a position."""


class Seen(NamedTuple):
    """An observation with the time it is judged at.

    `placed`: it says for decisions where the person is now. `again`: it is known to be a repeat, of which
    only an `always` rule hears.
    """

    observation: Observation
    at_ms: int
    placed: bool
    again: bool


def device_part(observation: Observation) -> Told:
    """Return what an observation says of the device itself."""
    return (
        observation.battery_percent,
        observation.charging,
        observation.strap,
        observation.case,
        observation.skin,
        observation.tether,
    )


@lru_cache(maxsize=1024)
def share_told(told: Told) -> Told:
    """Return one tuple for all devices that tell the same of themselves: each of them is remembered."""
    return told
