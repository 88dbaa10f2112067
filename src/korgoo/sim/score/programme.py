"""The whole programme: which stagings are made for a seed, and what they amount to over seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from korgoo.sim.carriers import Noise
from korgoo.sim.score.catalogue import ROWS, SECOND, target_of
from korgoo.sim.score.rows import devices, honoured, interference, pairs, places, zones
from korgoo.sim.score.tally import estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from korgoo.sim.score.catalogue import Row
    from korgoo.sim.score.rows import Counts
    from korgoo.sim.score.rows.sizes import Size
    from korgoo.sim.score.tally import Estimate, Tally

TUNING_SEEDS: Final = range(1, 21)
PUBLISHED_SEEDS: Final = range(101, 121)


class Part(NamedTuple):
    """One staging of the programme; `again` also under the second noise model."""

    name: str
    counting: Callable[[int, Size, Noise], Counts]
    again: bool = False


PARTS: Final = (
    Part("stillness", zones.count_stillness, again=True),
    Part("exits", zones.count_exits, again=True),
    Part("days", zones.count_days, again=True),
    Part("nights", zones.count_nights, again=True),
    Part("cells", zones.count_lone_cells),
    Part("pairs", pairs.count_pairs, again=True),
    Part("mishaps", devices.count_mishaps),
    Part("silences", devices.count_silences),
    Part("pair silences", pairs.count_pair_silences),
    Part("tricks", pairs.count_tricks),
    Part("load", devices.count_load),
    Part("pair load", devices.count_pair_load),
    Part("honoured", honoured.count_honoured),
    Part("places", places.count_places),
    Part("interference", interference.count_interference),
)


class Job(NamedTuple):
    """One part for one seed under one noise."""

    part: int
    seed: int
    noise: Noise
    size: Size


def jobs(seeds: Iterable[int], size: Size, *, second: bool = True) -> list[Job]:
    """Return all that is to be counted."""
    chosen = list(seeds)
    first = [Job(i, seed, Noise.FIRST, size) for i in range(len(PARTS)) for seed in chosen]
    if not second:
        return first
    return first + [
        Job(i, seed, Noise.SECOND, size) for i, part in enumerate(PARTS) if part.again for seed in chosen
    ]


def count(job: Job) -> Counts:
    """Return the counts of one job; those under the second noise model have names of their own."""
    counts = PARTS[job.part].counting(job.seed, job.size, job.noise)
    return counts if job.noise is Noise.FIRST else {SECOND + source: own for source, own in counts.items()}


Estimates = dict[str, dict[str, "Estimate"]]
"""By the name of a row, then by the name of the judge."""


def summarise(counts: Sequence[tuple[int, Counts]], rows: Iterable[Row] = ROWS) -> Estimates:
    """Return every row that was counted; `counts` are (seed, counts), of any number of jobs a seed."""
    tallies: dict[str, dict[str, dict[int, Tally]]] = {}
    for seed, own in counts:
        for source, of_judge in own.items():
            for judge, tally in of_judge.items():
                tallies.setdefault(source, {}).setdefault(judge, {})[seed] = tally
    return {
        row.name: {
            judge: estimate([of_seed[seed] for seed in sorted(of_seed)], row.statistic)
            for judge, of_seed in tallies[row.source].items()
        }
        for row in rows
        if row.source in tallies
    }


def as_object(estimates: Estimates, rows: Iterable[Row] = ROWS) -> dict[str, Any]:
    """Return the object of `--json`: row -> judge -> value, low, high, n; and unit, better, target."""
    return {
        row.name: {
            **{judge: told._asdict() for judge, told in estimates[row.name].items()},
            "unit": row.unit,
            "better": row.better,
            "target": target_of(row, estimates[row.name]),
            "met": _is_met(row, estimates[row.name]),
        }
        for row in rows
        if row.name in estimates
    }


def _is_met(row: Row, of_judge: Mapping[str, Estimate]) -> bool | None:
    ours, target = of_judge.get("ours"), target_of(row, of_judge)
    if target is None or ours is None or ours.value is None:
        return None
    return ours.value <= target if row.better == "lower" else ours.value >= target
