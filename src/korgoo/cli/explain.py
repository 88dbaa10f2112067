"""Say in plain words what findings mean and which fixes they rest on."""

import argparse
import sys
from pathlib import Path

from korgoo.cli import complain
from korgoo.planning.errors import PlanError
from korgoo.planning.offsets import refuse_unknown_zone
from korgoo.replay.explanation import explain
from korgoo.replay.findings_file import FindingsError, read_findings
from korgoo.replay.texts import LANGUAGES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("findings", type=Path, metavar="FINDINGS.jsonl", help="what korgoo backtest wrote")
    parser.add_argument("id", nargs="?", metavar="ID", help="only the events of this finding (default: all)")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language (default: en)")
    parser.add_argument("--tz", default="UTC", help="the time zone of the times shown (default: UTC)")


def run(args: argparse.Namespace) -> int:
    """Print one explanation after the other, a blank line between them."""
    try:
        refuse_unknown_zone(args.tz, path="--tz")
        told = 0
        for finding in read_findings(args.findings):
            if args.id in (None, finding["id"]):
                sys.stdout.write(("\n" if told else "") + explain(finding, lang=args.lang, tz=args.tz) + "\n")
                told += 1
    except (PlanError, FindingsError) as error:
        return complain("explain", str(error))
    except BrokenPipeError:
        raise
    except OSError as error:
        return complain("explain", f"{error.filename}: {error.strerror}")
    if args.id is not None and not told:
        return complain("explain", f"{args.findings} holds no finding {args.id!r}")
    return 0
