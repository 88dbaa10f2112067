"""Plant errors in the rules and show which test kills each: a sign, a comparison, a unit, a step too many.

For developers, in a source checkout with its tests. Exit code 1 when an error survives that
tests/mutants.toml does not list, or is killed that it does; 2 when the tests fail without one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import korgoo
from korgoo.cli import complain

if TYPE_CHECKING:
    from korgoo.cli.mutants.planting import Mutant
    from korgoo.cli.mutants.trial import Ground, Outcome

_ENGINE: Final = (
    *("conditions", "belief", "windows", "force", "judgement", "motion", "mute", "edges"),
    *("plausibility", "clocks", "timing", "episodes", "coverage", "ground", "subject"),
    *("quiet", "step", "live_lane", "rejudge", "telling", "desk", "timers", "shard"),
)
_PAIRS: Final = (
    *("belief", "meeting", "lane", "silence", "probing", "rate", "nearness", "track", "audience", "force"),
    *("rest", "tamper", "step", "telling", "rejudge", "roster", "pair", "reading", "starts", "judged"),
)
_GROUND: Final = ("geometry", "enclosure", "ring", "accounting", "starts", "judged")
_TESTS: Final = ("tests/unit/engine", "tests/property/engine", "tests/scenarios")
_ANEW: Final = ("korgoo.engine", "korgoo.planning", "korgoo.replay", "korgoo.sim", "tests")
_LIST: Final = "tests/mutants.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("target", choices=["rules"], help="what is tried: rules, and the engine under them")
    parser.add_argument(
        "--module",
        action="append",
        default=[],
        metavar="NAME",
        help="only this, such as pairs.rate (repeatable)",
    )
    parser.add_argument("--limit", type=_count, metavar="N", help="only a sample of N, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="decides the sample (default: 1)")
    parser.add_argument(
        "--listed", action="store_true", help="only what is listed as equivalent: none may be killed"
    )
    parser.add_argument("--survivors", action="store_true", help="print only what survives")
    parser.add_argument("--json", action="store_true", help="end with one object in the last line")


def run(args: argparse.Namespace) -> int:
    """Plant, try, print a table."""
    from korgoo.cli.mutants.equivalents import ListError
    from korgoo.cli.mutants.trial import TrialError

    root = Path(korgoo.__file__).parents[2]
    if not (root / _TESTS[0]).is_dir():
        return complain("mutate", f"needs a source checkout: there is no folder {root / _TESTS[0]}")
    ground = find_ground(root)
    unknown = [name for name in args.module if f"korgoo.engine.{name}" not in ground.modules]
    if unknown:
        known = ", ".join(name.removeprefix("korgoo.engine.") for name in ground.modules)
        return complain("mutate", f"there is no module {unknown[0]!r}; there are {known}")
    try:
        return mutate(ground, root / _LIST, args)
    except (ListError, TrialError) as error:
        return complain("mutate", str(error))


def find_ground(root: Path) -> Ground:
    """Return the rules and what they stand on, and the quick tests of the engine."""
    from korgoo.cli.mutants.trial import Ground

    engine = root / "src/korgoo/engine"
    paths = [path for path in sorted((engine / "rules").glob("*.py")) if path.stem != "__init__"]
    paths += [engine / f"{name}.py" for name in _ENGINE]
    paths += [engine / f"{name}.py" for name in _GROUND]
    paths += [engine / "pairs" / f"{name}.py" for name in _PAIRS]
    modules = {".".join(path.relative_to(root / "src").with_suffix("").parts): path for path in paths}
    return Ground(root, modules, _TESTS, _ANEW)


def mutate(ground: Ground, listed: Path, args: argparse.Namespace) -> int:
    """Try what the arguments ask for. Raises ListError and TrialError."""
    from korgoo.cli.mutants.equivalents import check_equivalents, name_of, read_equivalents
    from korgoo.cli.mutants.trial import try_mutants

    mutants, reasons = ground.mutants(), read_equivalents(listed)
    check_equivalents(reasons, mutants)
    chosen = [m for m in mutants if not args.module or _short(m) in args.module]
    if args.listed:
        chosen = [mutant for mutant in chosen if name_of(mutant) in reasons]
    if args.limit is not None and args.limit < len(chosen):
        kept = sorted(random.Random(args.seed).sample(range(len(chosen)), args.limit))  # noqa: S311 - a sample
        chosen = [chosen[index] for index in kept]
    tried = [mutant for mutant in chosen if args.listed or name_of(mutant) not in reasons]
    table = _Table(only_survivors=args.survivors)
    try_mutants(ground, tried, table.add)
    equivalent = sum(name_of(mutant) in reasons for mutant in chosen)
    alive = table.end(equivalent=equivalent, as_json=args.json)
    return 1 if alive != (len(tried) if args.listed else 0) else 0


def _short(mutant: Mutant) -> str:
    return mutant.module.removeprefix("korgoo.engine.")


def _count(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of errors to plant")
    return int(text)


class _Table:
    """Prints a row for each planted error as it is tried; counts them by module."""

    def __init__(self, *, only_survivors: bool) -> None:
        self.only_survivors = only_survivors
        self.planted: Counter[str] = Counter()
        self.survived: Counter[str] = Counter()
        self.rows: list[dict[str, object]] = []
        # The trial sends stdout nowhere meanwhile, as tests print what they like.
        self.out = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)

    def add(self, outcome: Outcome) -> None:
        mutant, module = outcome.mutant, _short(outcome.mutant)
        self.planted[module] += 1
        self.survived[module] += not outcome.killer
        killer = f"{outcome.killer} (never ends)" if outcome.endless else outcome.killer
        self.rows.append(
            {
                "module": module,
                "line": mutant.line,
                "change": mutant.change,
                "killed_by": killer or None,
                "code": mutant.code,
            }
        )
        if not outcome.killer:
            killer = f"SURVIVES {outcome.tests} tests: {mutant.code}"
        elif self.only_survivors:
            return
        print(f"{module}:{mutant.line}\t{mutant.change}\t{killer}", file=self.out)

    def end(self, *, equivalent: int, as_json: bool) -> int:
        """Print the counts and return how many survive."""
        print(f"\n{'module':20} {'planted':>8} {'killed':>8} {'survive':>8}")
        for module, planted in self.planted.items():
            alive = self.survived[module]
            print(f"{module:20} {planted:8} {planted - alive:8} {alive:8}")
        planted, alive = self.planted.total(), self.survived.total()
        print(f"{'all':20} {planted:8} {planted - alive:8} {alive:8}   listed as equivalent: {equivalent}")
        if as_json:
            counts = {"planted": planted, "survived": alive, "equivalent": equivalent}
            print(json.dumps(counts | {"mutants": self.rows}))
        return alive
