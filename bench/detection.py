"""How well the engine judges, beside rules of other systems, on made-up stagings whose truth is known.

What each row counts, where the rival rules come from and how to enter a rival: docs/score.md.

    korgoo bench detection [--quick] [--seeds 20] [--tuning] [--json] [--jobs 1]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from typing import TYPE_CHECKING

from korgoo.sim.score.catalogue import ROWS
from korgoo.sim.score.programme import (
    PARTS,
    PUBLISHED_SEEDS,
    TUNING_SEEDS,
    Job,
    as_object,
    count,
    jobs,
    summarise,
)
from korgoo.sim.score.rows.sizes import FULL, QUICK
from korgoo.sim.score.table import table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.score.rows import Counts

QUICK_SEEDS = 2


def main() -> None:
    """Count, then print."""
    given = read_arguments()
    seeds = list(TUNING_SEEDS if given.tuning else PUBLISHED_SEEDS)[: given.seeds]
    asked = jobs(seeds, QUICK if given.quick else FULL)
    if given.only:
        asked = [job for job in asked if PARTS[job.part].name in given.only]
    begun = time.process_time()
    counted, spent = run(asked, workers=given.jobs)
    estimates = summarise(counted)
    if given.json:
        head = {"seeds": seeds, "size": "quick" if given.quick else "full"}
        print(json.dumps({**head, **as_object(estimates)}))
        return
    print(table_of(estimates, ROWS))
    print(f"\nseeds {seeds[0]} to {seeds[-1]}, {'quick' if given.quick else 'full'} size")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"{seconds:8.1f} s processor time: {name}")
    print(f"{time.process_time() - begun:8.1f} s of this process")


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="korgoo bench detection", description="The score of detection")
    parser.add_argument("--quick", action="store_true", help="small stagings, two seeds")
    parser.add_argument(
        "--seeds", type=int, choices=range(1, 21), metavar="1..20", help="how many (default 20)"
    )
    parser.add_argument("--tuning", action="store_true", help="seeds 1 to 20, for tuning; else 101 to 120")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("--only", action="append", choices=[part.name for part in PARTS], help="these parts")
    given = parser.parse_args()
    if given.seeds is None:
        given.seeds = QUICK_SEEDS if given.quick else 20
    return given


def run(asked: Sequence[Job], *, workers: int) -> tuple[list[tuple[int, Counts]], dict[str, float]]:
    """Return (seed, counts) of every job in its order, and the processor seconds of each part."""
    if workers > 1:
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            told = pool.map(measure, asked, chunksize=1)
    else:
        told = [measure(job) for job in asked]
    spent: dict[str, float] = {}
    for job, (_, seconds) in zip(asked, told, strict=True):
        name = f"{PARTS[job.part].name}, {job.noise} noise"
        spent[name] = spent.get(name, 0.0) + seconds
    return [(job.seed, own) for job, (own, _) in zip(asked, told, strict=True)], spent


def measure(job: Job) -> tuple[Counts, float]:
    """Count one job and say how long it took."""
    begun = time.process_time()
    counts = count(job)
    return counts, time.process_time() - begun


if __name__ == "__main__":
    main()
