"""What a rule is shown of an observation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from korgoo.engine.rows import Observation


class Seen(NamedTuple):
    """An observation with the time it is judged at and whether it holds a position for decisions."""

    observation: Observation
    at_ms: int
    placed: bool
