"""Judge recorded fixes by a plan, offline, without a database. Formats: docs/backtest.md."""

import argparse
import sys
from pathlib import Path

from korgoo.cli import complain
from korgoo.cli.files import find_place_fault, read_memory, read_plan
from korgoo.planning.errors import PlanError
from korgoo.planning.instants import InstantError, parse_instant
from korgoo.replay.backtest import backtest
from korgoo.replay.coverage import CoverageError
from korgoo.replay.findings_file import STDOUT, write_findings
from korgoo.replay.fixes import Fixes, FixesError
from korgoo.replay.judging import ParameterError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--plan", type=Path, required=True, metavar="PLAN.json", help="zones, windows, permits"
    )
    parser.add_argument("--fixes", type=Path, required=True, metavar="FIXES.csv", help="what devices told")
    parser.add_argument(
        "--out", required=True, metavar="FINDINGS.jsonl", help="where findings go; - is stdout"
    )
    parser.add_argument(
        "--until", type=parse_until, metavar="T", help="judge up to T (default: the last log time)"
    )
    parser.add_argument(
        "--coverage", type=Path, metavar="FILE", help="a coverage memory, as korgoo coverage makes it"
    )
    parser.add_argument(
        "--set",
        type=parse_override,
        action="append",
        default=[],
        dest="overrides",
        metavar="NAME=VALUE",
        help="judge with another whole number for a parameter; may be repeated",
    )


def run(args: argparse.Namespace) -> int:
    """Read the plan, the memory and the fixes, judge, write the findings."""
    fault = "" if args.out == STDOUT else find_place_fault(Path(args.out))
    if fault:
        return complain("backtest", fault)
    try:
        document = read_plan(args.plan)
        coverage = read_memory(args.coverage)
    except (PlanError, CoverageError, OSError) as error:
        return complain("backtest", _fault(error))
    try:
        findings = backtest(
            document,
            args.fixes,
            until_ms=args.until,
            overrides=dict(args.overrides),
            coverage=coverage,
            on_read=_warn_of_unknown,
        )
        write_findings(findings, args.out)
    except FixesError as error:
        return complain("backtest", f"{args.fixes} is refused:\n{error}")
    except ParameterError as error:
        return complain("backtest", f"--set: {error}")
    except BrokenPipeError:
        raise
    except OSError as error:
        return complain("backtest", _fault(error))
    return 0


def _warn_of_unknown(fixes: Fixes) -> None:
    if fixes.unknown:
        count = sum(fixes.unknown.values())
        sys.stderr.write(
            f"korgoo backtest: {count:,} of {fixes.lines:,} lines ignored: "
            f"{len(fixes.unknown):,} person_id without a subject in the plan\n"
        )


def parse_until(text: str) -> int:
    """Return the instant of `--until` in ms."""
    try:
        return parse_instant(text)
    except InstantError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def parse_override(text: str) -> tuple[str, int]:
    """Return name and value of `--set`."""
    name, _, value = text.partition("=")
    try:
        number = int(value)
    except ValueError:
        name, number = "", 0  # refused below, with the form that is wanted
    if not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE with a whole number")
    return name, number


def _fault(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)
