"""Which feed rows were seen, where rows may become visible out of the order of their ids; pure.

PostgreSQL gives an id when a row is inserted, and shows it when its transaction commits: 7 may appear
after 8. Everything up to the watermark is known; above it, ids seen are kept until the holes below them fill
or have been there for so long that the transaction behind them was rolled back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

HOLE_MS: Final = 10_000


class Watermark:
    """The highest id below which nothing can appear any more, and the ids seen above it."""

    def __init__(self, start: int) -> None:
        """Begin after `start`; what lies before it is past."""
        self.value = start
        self._above: dict[int, int] = {}  # id -> when it was seen

    def admit(self, ids: Iterable[int], *, now_ms: int) -> set[int]:
        """Note ids that were read and return those that are new. Moves the watermark."""
        fresh = {number for number in ids if number > self.value and number not in self._above}
        for number in fresh:
            self._above[number] = now_ms
        for number in sorted(self._above):
            is_next = number == self.value + 1
            if not is_next and now_ms - self._above[number] < HOLE_MS:
                break
            self.value = number
            del self._above[number]
        return fresh
