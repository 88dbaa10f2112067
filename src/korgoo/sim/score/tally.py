"""Counts that can be added over seeds, what they amount to, and how sure that is.

The interval is a percentile bootstrap over whole seeds (95 %): what happens within one made-up town is not
independent. Where nothing was counted, or everything, all seeds agree and the bootstrap
would claim certainty: then the "rule of three" stands in, 3 / n.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

RESAMPLES: Final = 400
LOW, HIGH = 2.5, 97.5
RULE_OF_THREE: Final = 3.0
_CHANCE: Final = 20_260


class Statistic(StrEnum):
    """What a tally amounts to."""

    RATE = "rate"  # count / exposure, unbounded
    SHARE = "share"  # count / exposure, within 0..1
    P5 = "p5"
    P50 = "p50"
    P95 = "p95"


_QUANTILES: Final = {Statistic.P5: 5.0, Statistic.P50: 50.0, Statistic.P95: 95.0}


@dataclass(frozen=True, slots=True)
class Tally:
    """`count` of something within an `exposure` (person-days, nights, trials), or `samples` of a quantity."""

    count: float = 0.0
    exposure: float = 0.0
    samples: tuple[float, ...] = field(default=())

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(self.count + other.count, self.exposure + other.exposure, self.samples + other.samples)


class Estimate(NamedTuple):
    """A value with its 95 % interval; None where nothing was seen, or one seed alone cannot say."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: float = 0.0


def estimate(tallies: Sequence[Tally], statistic: Statistic) -> Estimate:
    """Return what tallies, one a seed, amount to together."""
    if statistic in _QUANTILES:
        return _quantile(tallies, _QUANTILES[statistic])
    counts = np.array([tally.count for tally in tallies], dtype=np.float64)
    exposures = np.array([tally.exposure for tally in tallies], dtype=np.float64)
    total = float(exposures.sum())
    if not total:
        return Estimate(None)
    value = float(counts.sum()) / total
    if len(tallies) == 1:
        return Estimate(value, n=total)
    low, high = _spread(counts, exposures)
    if value == 0.0:
        high = min(RULE_OF_THREE / total, 1.0) if statistic is Statistic.SHARE else RULE_OF_THREE / total
    if statistic is Statistic.SHARE and value == 1.0:
        low = max(0.0, 1.0 - RULE_OF_THREE / total)
    return Estimate(value, low, high, total)


def _draws(seeds: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.random.default_rng(_CHANCE).integers(0, seeds, size=(RESAMPLES, seeds))


def _spread(counts: np.ndarray, exposures: np.ndarray) -> tuple[float, float]:
    drawn = _draws(len(counts))
    below = exposures[drawn].sum(axis=1)
    values = counts[drawn].sum(axis=1)[below > 0] / below[below > 0]
    low, high = np.percentile(values, (LOW, HIGH)).tolist()
    return low, high


def _quantile(tallies: Sequence[Tally], percent: float) -> Estimate:
    parts = [np.array(tally.samples, dtype=np.float64) for tally in tallies]
    pooled = np.concatenate(parts) if parts else np.array([])
    if not len(pooled):
        return Estimate(None)
    value = float(np.percentile(pooled, percent))
    if len(parts) == 1:
        return Estimate(value, n=len(pooled))
    values = []
    for row in _draws(len(parts)):
        sample = np.concatenate([parts[seed] for seed in row])
        if len(sample):
            values.append(np.percentile(sample, percent))
    low, high = np.percentile(np.array(values), (LOW, HIGH)).tolist()
    return Estimate(value, low, high, len(pooled))
