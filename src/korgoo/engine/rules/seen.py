"""What a rule is shown of an observation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from korgoo.engine.rows import Observation


class Seen(NamedTuple):
    """An observation with the time it is judged at.

    `placed`: it says for decisions where the person is now. `again`: it is known to be a repeat, of which
    only an `always` rule hears.
    """

    observation: Observation
    at_ms: int
    placed: bool
    again: bool
