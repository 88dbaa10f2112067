"""Learn where positions and contact are usually lost: from recorded fixes, or from this installation.

`korgoo coverage learn` reads the journal and puts what it teaches in force by a control row; `--out` writes
it to a file instead. Without `learn` a recording teaches a file. Formats: docs/backtest.md. Benign losses
belong into a memory: leave people out of a recording who are known to have tampered with their devices.
"""

import argparse
import contextlib
import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from korgoo.cli import complain
from korgoo.cli.backtest import parse_until
from korgoo.cli.files import read_plan
from korgoo.engine.coverage import Coverage
from korgoo.planning.errors import PlanError
from korgoo.replay.coverage import CoverageError, learn_coverage, write_coverage
from korgoo.replay.fixes import FixesError, read_fixes

_DAYS: Final = 14
_MOST_DAYS: Final = 366
_DAY_MS: Final = 86_400_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("what", nargs="?", choices=("learn",), help="learn from this installation's journal")
    parser.add_argument(
        "--days", type=int, default=_DAYS, metavar="N", help=f"of learn: the last N days (default {_DAYS})"
    )
    parser.add_argument("--until", type=parse_until, metavar="T", help="of learn: up to T (default: now)")
    parser.add_argument("--plan", type=Path, metavar="PLAN.json", help="who is expected how often")
    parser.add_argument("--fixes", type=Path, metavar="FIXES.csv", help="what devices told")
    parser.add_argument("--version", metavar="NAME", help="names this memory in findings")
    parser.add_argument("--out", type=Path, metavar="COVERAGE.json", help="where it goes")


def run(args: argparse.Namespace) -> int:
    """Read, count, write."""
    of_recording = (args.plan, args.fixes, args.version)
    if args.what == "learn" and any(given is not None for given in of_recording):
        return complain("coverage", "learn reads the journal: --plan, --fixes and --version are not for it")
    if args.what != "learn" and not all((*of_recording, args.out)):
        return complain("coverage", "a recording needs --plan, --fixes, --version and --out")
    if not 0 < args.days <= _MOST_DAYS:
        return complain("coverage", f"--days is 1 to {_MOST_DAYS}")
    try:
        coverage = _learn_installed(args) if args.what == "learn" else _learn_recorded(args)
    except _refused() as error:
        return complain("coverage", str(error))
    except OSError as error:
        return complain("coverage", f"{error.filename}: {error.strerror}" if error.filename else str(error))
    reports = sum(cell.reports for cell in coverage.cells)
    sys.stdout.write(f"{coverage.version}: {len(coverage.cells):,} cells from {reports:,} due reports\n")
    return 0


def _refused() -> tuple[type[Exception], ...]:
    """Return what means that something given cannot be used."""
    from korgoo.conf.environment import EnvironmentInvalidError
    from korgoo.journal.errors import StorageError
    from korgoo.runtime.installation import NotReadyError

    return (CoverageError, EnvironmentInvalidError, NotReadyError, StorageError)


def _learn_recorded(args: argparse.Namespace) -> Coverage:
    """Learn from a recording into a file."""
    try:
        document = read_plan(args.plan)
        # As from a journal, persons of pairs teach nothing: a cell would tell where she lives.
        apart = {person for pair in document.pairs for person in (pair.participant, pair.protected)}
        taught_by = [subject for subject in document.subjects if subject.id not in apart]
        intervals = {subject.id: round(subject.expected_interval_s * 1000) for subject in taught_by}
        fixes = read_fixes(args.fixes, persons=list(intervals))
    except PlanError as error:
        raise CoverageError(str(error)) from error
    except FixesError as error:
        raise CoverageError(f"{args.fixes} is refused:\n{error}") from error
    coverage = learn_coverage(fixes.observations, intervals=intervals, version=args.version)
    args.out.write_bytes(write_coverage(coverage))
    return coverage


def _learn_installed(args: argparse.Namespace) -> Coverage:
    """Learn from the journal; without --out, put it in force."""
    from korgoo.runtime.installation import open_reader, set_up_django

    environment = set_up_django()
    from korgoo.outbox.instants import to_ms
    from korgoo.runtime.coverage import learn_memory, put_in_force

    now = datetime.now(UTC)
    end_ms = to_ms(now) if args.until is None else args.until
    with contextlib.closing(open_reader(environment)) as reader:
        coverage = learn_memory(reader, begin_ms=end_ms - args.days * _DAY_MS, end_ms=end_ms)
    if args.out is not None:
        args.out.write_bytes(write_coverage(coverage))
    else:
        put_in_force(coverage, actor=f"shell:{getpass.getuser()}", now=now)
    return coverage
