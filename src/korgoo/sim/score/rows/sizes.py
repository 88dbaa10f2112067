"""How large the stagings of a seed are."""

from __future__ import annotations

from typing import Final, NamedTuple


class Size(NamedTuple):
    """Numbers of persons, hours, trials of one seed."""

    still_persons: int
    still_hours: float
    exits: int
    daily_people: int
    daily_days: int
    night_persons: int
    approaches: int
    near_misses: int
    devices: int
    tricks: int
    load_people: int
    remembered_days: int = 1
    interfered: int = 2
    paired_people: int = 2
    asked_m: tuple[int, ...] = (300,)


FULL: Final = Size(10, 24, 40, 8, 1, 16, 2, 4, 10, 4, 40, 3, 10, 8, (300, 500, 1000))
QUICK: Final = Size(5, 24, 14, 4, 1, 6, 1, 1, 5, 2, 10)
