"""Learn from recorded fixes where positions and contact are usually lost. Format: docs/backtest.md.

Benign losses belong into it: leave out people who are known to have tampered with their devices.
"""

import argparse
import sys
from pathlib import Path

from korgoo.cli import complain
from korgoo.planning.errors import PlanError
from korgoo.planning.reading import read_document
from korgoo.replay.coverage import CoverageError, learn_coverage, write_coverage
from korgoo.replay.fixes import FixesError, read_fixes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--plan", type=Path, required=True, metavar="PLAN.json", help="who is expected how often"
    )
    parser.add_argument("--fixes", type=Path, required=True, metavar="FIXES.csv", help="what devices told")
    parser.add_argument("--version", required=True, metavar="NAME", help="names this memory in findings")
    parser.add_argument("--out", type=Path, required=True, metavar="COVERAGE.json", help="where it goes")


def run(args: argparse.Namespace) -> int:
    """Read, count, write."""
    try:
        document = read_document(args.plan.read_bytes())
        intervals = {subject.id: round(subject.expected_interval_s * 1000) for subject in document.subjects}
        fixes = read_fixes(args.fixes, persons=list(intervals))
        coverage = learn_coverage(fixes.observations, intervals=intervals, version=args.version)
        args.out.write_bytes(write_coverage(coverage))
    except PlanError as error:
        return complain("coverage", f"{args.plan}: {error}")
    except FixesError as error:
        return complain("coverage", f"{args.fixes} is refused:\n{error}")
    except CoverageError as error:
        return complain("coverage", str(error))
    except OSError as error:
        return complain("coverage", f"{error.filename}: {error.strerror}")
    reports = sum(cell.reports for cell in coverage.cells)
    sys.stdout.write(f"{len(coverage.cells):,} cells from {reports:,} due reports\n")
    return 0
