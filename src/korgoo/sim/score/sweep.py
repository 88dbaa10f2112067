"""Delay against false exits: ours over its settings beside N in a row, at the same delay."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.sim.facts import Crossing
from korgoo.sim.score import zones
from korgoo.sim.score.judges import Engine, Fence, raised
from korgoo.sim.score.rivals.zones import InARow
from korgoo.sim.score.rows.zones import only_zone
from korgoo.sim.score.tally import Tally
from korgoo.sim.stages.daily import daily
from korgoo.sim.stages.exits import exits
from korgoo.sim.stages.still import still

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.score.judges import Judge
    from korgoo.sim.score.rows.sizes import Size

MOST_IN_A_ROW: Final = 10
_AT_ONCE: Final = {"lone_mn": 8_000, "agree_ms": 0, "moving_percent": 50, "moving_tau_ms": 1_000}
"""One fix may carry belief all the way, and most of all one with which the device says that it moves."""
SETTINGS: Final[tuple[dict[str, int], ...]] = (
    {"threshold_mn": 50, "saturation_mn": 100, "scale_percent": 100, "denied_divisor": 1_000, **_AT_ONCE},
    {"threshold_mn": 500, "saturation_mn": 600, "scale_percent": 300, "denied_divisor": 1_000, **_AT_ONCE},
    {"threshold_mn": 1_000, "saturation_mn": 1_200, "scale_percent": 300, "denied_divisor": 64, **_AT_ONCE},
    {"threshold_mn": 1_000, "saturation_mn": 2_000, "denied_divisor": 64, **_AT_ONCE},
    {"threshold_mn": 2_000, "saturation_mn": 3_000, "denied_divisor": 64},
    {"threshold_mn": 3_000, "saturation_mn": 4_500},
    {"scale_percent": 100},
    {},
    {"scale_percent": 300},
    {"threshold_mn": 5_000, "saturation_mn": 8_000},
    {"scale_percent": 300, "threshold_mn": 6_000, "saturation_mn": 10_000},
)
"""From quick and careless to slow and sure; {} is the parameter set in force."""
OURS: Final = "ours"
ALLOWED: Final = 1 / 3


class Point(NamedTuple):
    """One judge: median delay of a walk out in s, false exits a day lying still and in daily life."""

    judge: str
    delay_s: float
    still_a_day: float
    daily_a_day: float


class Curves(NamedTuple):
    """Both curves, ascending in delay."""

    ours: list[Point]
    rivals: list[Point]


def sweep(seeds: Sequence[int], size: Size) -> Curves:
    """Return the trade-off of a 50 m zone with 15 s fixes, walking out at 1.5 m/s."""
    ours: list[Judge] = [Engine(values, name=_name(values)) for values in SETTINGS]
    rivals: list[Judge] = [Fence(InARow(count)) for count in range(1, MOST_IN_A_ROW + 1)]
    delays: dict[str, list[float]] = {}
    false: dict[tuple[str, str], Tally] = {}
    for seed in seeds:
        gone = exits(seed, trials=size.exits)
        lying = still(seed, persons=size.still_persons, hours=size.still_hours)
        lived = daily(seed, people=size.daily_people, days=1, radius_m=50, always=True, interval_s=15)
        left = gone.facts_of(Crossing)
        for name, alarms in raised([*ours, *rivals], gone).items():
            chosen = zones.demanded(zones.match_crossings(left, alarms), left)
            delays.setdefault(name, []).extend(zones.delays(chosen).samples)
        for where, staged in (("still", lying), ("daily", only_zone(lived, "home"))):
            crossings = staged.facts_of(Crossing)
            for name, alarms in raised([*ours, *rivals], staged).items():
                matched = zones.match_crossings(crossings, alarms)
                told = zones.false_exits(matched, staged.monitored_ms)
                false[name, where] = false.get((name, where), Tally()) + told
    points = {
        name: Point(name, _median(own), *(_rate(false[name, where]) for where in ("still", "daily")))
        for name, own in delays.items()
    }
    return Curves(
        sorted((points[judge.name] for judge in ours), key=lambda point: point.delay_s),
        sorted((points[judge.name] for judge in rivals), key=lambda point: point.delay_s),
    )


def at_delay(curve: Sequence[Point], delay_s: float, where: str) -> float | None:
    """Return the false exits of a curve at a delay, straight between its points; None beyond its ends.

    `where` is `still_a_day` or `daily_a_day`.
    """
    for one, other in itertools.pairwise(curve):
        if one.delay_s <= delay_s <= other.delay_s:
            low, high = float(getattr(one, where)), float(getattr(other, where))
            width = other.delay_s - one.delay_s
            return low if not width else low + (high - low) * (delay_s - one.delay_s) / width
    return None


def shares(curves: Curves, where: str) -> list[tuple[Point, float | None]]:
    """Return each of our points with its false exits as a share of N in a row at the same delay."""
    answer: list[tuple[Point, float | None]] = []
    for point in curves.ours:
        rival = at_delay(curves.rivals, point.delay_s, where)
        answer.append((point, float(getattr(point, where)) / rival if rival else None))
    return answer


def _name(values: dict[str, int]) -> str:
    told = ", ".join(f"{name.rsplit('_', 1)[0]} {value}" for name, value in values.items())
    return f"{OURS}: {told or 'in force'}"


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _rate(tally: Tally) -> float:
    return tally.count / tally.exposure if tally.exposure else 0.0
