"""Make a made-up city: a plan, what devices told, and the truth. Formats: docs/simulation.md."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Final

from korgoo.cli import complain

MOST_PEOPLE: Final = 10_000
MOST_DAYS: Final = 366
FIRST_YEAR, LAST_YEAR = 2006, 2099
CONDUCTS: Final = ("city", "usual", "field", "compliant")
NOISES: Final = ("first", "second")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--people", type=_whole(1, MOST_PEOPLE), default=200, help="how many (default 200)")
    parser.add_argument(
        "--days", type=_whole(1, MOST_DAYS), default=7, help="from 04:00 to 04:00 (default 7)"
    )
    parser.add_argument("--seed", type=_whole(0, 1 << 62), default=1, help="another seed, another city")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="a directory that is empty or new"
    )
    parser.add_argument(
        "--from", type=_day, default=date(2026, 1, 1), dest="first", metavar="DATE", help="the first day"
    )
    parser.add_argument(
        "--conduct", choices=CONDUCTS, default="city", help="what goes wrong (default city: all)"
    )
    parser.add_argument("--noise", choices=NOISES, default="first", help="which model of errors")
    parser.add_argument("--pairs", action="store_true", help="write the pairs into the plan as well")


def run(args: argparse.Namespace) -> int:
    """Make the city and say how fast."""
    from korgoo.sim import incidents
    from korgoo.sim.carriers import Noise
    from korgoo.sim.export import Order, export_city

    out: Path = args.out
    conduct: incidents.Conduct = getattr(incidents, args.conduct.upper())
    order = Order(
        people=args.people,
        first_day=(args.first - date(1970, 1, 1)).days,
        days=args.days,
        seed=args.seed,
        conduct=conduct,
        noise=Noise(args.noise),
        pairs=args.pairs,
    )
    try:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            return complain("sim", f"{out}: is there already and not an empty directory")
        made = export_city(order, out, told_by=_readme(args))
    except OSError as error:
        return complain("sim", f"{error.filename or out}: {error.strerror}")
    print(
        f"korgoo sim: {args.people:,} people, {args.days} days: {made.fixes:,} messages and "
        f"{made.facts:,} facts in {out}"
    )
    print(
        f"korgoo sim: messages made at {made.fixes / max(made.cpu_s, 1e-9):,.0f} a second of one core "
        f"({made.cpu_s:.1f} s, writing not counted); sha256 of fixes.csv {made.sha256}"
    )
    return 0


def _readme(args: argparse.Namespace) -> str:
    knobs = f"--people {args.people} --days {args.days} --seed {args.seed} --from {args.first}"
    choice = f"--conduct {args.conduct} --noise {args.noise}{' --pairs' if args.pairs else ''}"
    return (
        f"Made by `korgoo sim {knobs} {choice} --out DIR`: nobody and nothing in it is real. Judge it with "
        "`korgoo backtest --plan plan.json --fixes fixes.csv --out findings.jsonl`; what is true stands in "
        "truth.jsonl (docs/simulation.md).\n"
    )


def _whole(low: int, high: int) -> type[int]:
    def convert(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number within {low}..{high}")
        return value

    return convert  # type: ignore[return-value]  # argparse takes any callable


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-01-01") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"the year must be within {FIRST_YEAR}..{LAST_YEAR}")
    return day
