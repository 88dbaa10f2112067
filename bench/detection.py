"""How well the engine judges, beside rules of other systems, on made-up stagings whose truth is known.

What each row counts, where the rival rules come from and how to enter a rival: docs/score.md.

    korgoo bench detection [--quick] [--seeds 20] [--tuning] [--json] [--jobs N]
    korgoo bench detection --sweep PLOT.svg [--quick] [--tuning]
    korgoo bench detection --findings FINDINGS.jsonl --truth DIR
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from korgoo.replay.findings_file import read_findings
from korgoo.sim.export import TRUTH
from korgoo.sim.score.alarms import AlarmError, read_alarms
from korgoo.sim.score.catalogue import ROWS
from korgoo.sim.score.plot import svg_of
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
from korgoo.sim.score.recordings import count_recordings
from korgoo.sim.score.report import report_on
from korgoo.sim.score.rows.sizes import FULL, QUICK
from korgoo.sim.score.sweep import ALLOWED, shares, sweep
from korgoo.sim.score.table import table_of
from korgoo.sim.score.truth_lines import TruthError, read_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.sim.score.rows import Counts

QUICK_SEEDS = 2
DATA = Path(__file__).parents[2] / "shared" / "data"


def main() -> None:
    """Count, then print."""
    given = read_arguments()
    try:
        if given.findings or given.truth:
            enter_rival(given)
        elif given.sweep:
            draw(given)
        else:
            score(given)
    except (OSError, ValueError) as error:  # files of others: say what is wrong with them, and nothing more
        print(f"detection: {error}", file=sys.stderr)
        sys.exit(2)  # as everywhere: what was given cannot be used


def seeds_of(given: argparse.Namespace) -> list[int]:
    """Return the seeds that were asked for."""
    return list(TUNING_SEEDS if given.tuning else PUBLISHED_SEEDS)[: given.seeds]


def score(given: argparse.Namespace) -> None:
    """Print the whole score."""
    seeds = seeds_of(given)
    asked = jobs(seeds, QUICK if given.quick else FULL)
    if given.only:
        asked = [job for job in asked if PARTS[job.part].name in given.only]
    begun = time.process_time()
    counted, spent = run(asked, workers=given.jobs)
    recordings = {} if given.only else count_recordings(read_recording)
    estimates = summarise([*counted, (seeds[0], recordings)])
    if given.json:
        head = {"seeds": seeds, "size": "quick" if given.quick else "full"}
        print(json.dumps({**head, **as_object(estimates)}))
        return
    print(table_of(estimates, ROWS))
    print(f"\nseeds {seeds[0]} to {seeds[-1]}, {'quick' if given.quick else 'full'} size")
    if not given.only and not recordings:
        print("NOT COUNTED: recordings, ../shared/data is absent")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"{seconds:8.1f} s processor time: {name}")
    print(f"{time.process_time() - begun:8.1f} s of this process")


def read_recording(name: str) -> list[dict[str, str]] | None:
    """Return a recording beside the repository, None where it is absent."""
    if not (DATA / name).is_file():
        return None
    with (DATA / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def draw(given: argparse.Namespace) -> None:
    """Write the trade-off of delay against false exits as SVG, and print it."""
    drawing = Path(given.sweep)
    drawing.touch()  # before counting for minutes
    curves = sweep(seeds_of(given), QUICK if given.quick else FULL)
    drawing.write_text(svg_of(curves), encoding="utf-8")
    print("| judge | median delay, s | false exits a day, still | daily life |\n| --- | --- | --- | --- |")
    for point in (*curves.rivals, *curves.ours):
        print(f"| {point.judge} | {point.delay_s:.0f} | {point.still_a_day:.3g} | {point.daily_a_day:.3g} |")
    for where in ("still_a_day", "daily_a_day"):
        told = [(point, share) for point, share in shares(curves, where) if share is not None]
        held = sum(share <= ALLOWED for _, share in told)
        print(f"{where}: at most a third of N in a row at {held} of {len(told)} settings")
        for point, share in told:
            print(f"  {point.judge}: {share:.2f} at {point.delay_s:.0f} s")


def enter_rival(given: argparse.Namespace) -> None:
    """Print the score of somebody's findings about a city that `korgoo sim` wrote."""
    if not (given.findings and given.truth):
        raise ValueError("--findings FILE and --truth DIR, a folder that korgoo sim wrote, belong together")
    truth = Path(given.truth) / TRUTH
    try:
        with truth.open("rb") as opened:
            facts = list(read_facts(opened))
        alarms = read_alarms(read_findings(Path(given.findings)))
    except TruthError as error:
        raise ValueError(f"{truth}: {error}") from error
    except AlarmError as error:
        raise ValueError(f"{given.findings}: {error}") from error
    report = report_on(facts, alarms)
    estimates = summarise(
        [(0, {source: {"findings": t} for source, t in report.tallies.items()})], report.rows
    )
    if given.json:
        print(json.dumps({**as_object(estimates, report.rows), "not_judged": report.not_judged}))
        return
    print(table_of(estimates, report.rows))
    if report.not_judged:
        print(f"\nnot judged: {', '.join(f'{kind} {n}' for kind, n in report.not_judged.items())}")


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="korgoo bench detection", description="The score of detection")
    parser.add_argument("--quick", action="store_true", help="small stagings, two seeds")
    parser.add_argument(
        "--seeds", type=int, choices=range(1, 21), metavar="1..20", help="how many (default 20)"
    )
    parser.add_argument("--tuning", action="store_true", help="seeds 1 to 20, for tuning; else 101 to 120")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)"
    )
    parser.add_argument("--only", action="append", choices=[part.name for part in PARTS], help="these parts")
    parser.add_argument("--sweep", metavar="SVG", help="draw delay against false exits instead")
    parser.add_argument("--findings", metavar="FILE", help="score a FINDINGS.jsonl instead")
    parser.add_argument("--truth", metavar="DIR", help="what korgoo sim wrote, for --findings")
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
