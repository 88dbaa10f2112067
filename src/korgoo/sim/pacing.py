"""Walking where one is: on a treadmill, about a flat, on the floor of a shop.

The sensor says walking, the place stays. Not measured: chosen so that a rule which doubts a place because its
wearer walks meets people who do just that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from korgoo.sim.chance import Quantiles, happens, key_of, units
from korgoo.sim.town import UTC_OFFSET_S

if TYPE_CHECKING:
    from korgoo.sim.chance import Flags, Ints

HOUR_MS: Final = 3_600_000
SLOT_MS: Final = 600_000
PACES_A_DAY: Final = 0.5
"""Stretches of walking on the spot a day and person, wherever he stays."""
WAKES_H, SLEEPS_H = 6, 23
"""Local hours of the day within which they begin."""
LASTS_MS: Final = Quantiles((0, 300_000), (0.5, 1_200_000), (1, 2_700_000))
ON_FEET_SHARE: Final = 0.2
"""Share of people who work on their feet, and of the ten minutes at work in which they walk."""
ON_FEET: Final = 0.5


def paces(key: int, times_ms: Ints, per_day: float) -> Flags:
    """Tell at which times a person walks where he is, if he stays anywhere then."""
    flags = np.zeros(len(times_ms), dtype=np.bool_)
    for ago in (0, 1):
        hour = times_ms // HOUR_MS - ago
        begins = hour * HOUR_MS + np.floor(units(key_of(key, "at"), hour) * HOUR_MS).astype(np.int64)
        lasts = LASTS_MS.at_each(units(key_of(key, "lasts"), hour))
        local = (hour + UTC_OFFSET_S // 3600) % 24
        awake = (local >= WAKES_H) & (local < SLEEPS_H)
        hit = awake & (units(key_of(key, "hit"), hour) < per_day / (SLEEPS_H - WAKES_H))
        flags |= hit & (times_ms >= begins) & (times_ms - begins < lasts)
    return flags


def works_on_feet(key: int, times_ms: Ints) -> Flags:
    """Tell at which times a person walks at his work; nobody who does not work on his feet ever does."""
    if not happens(key_of(key, "on feet"), ON_FEET_SHARE):
        return np.zeros(len(times_ms), dtype=np.bool_)
    flags: Flags = units(key_of(key, "floor"), times_ms // SLOT_MS) < ON_FEET
    return flags
