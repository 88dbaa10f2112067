"""Say in plain words what findings mean and which fixes they rest on."""

import argparse
import sys
from pathlib import Path

from korgoo.cli import complain
from korgoo.planning.errors import PlanError
from korgoo.planning.offsets import refuse_unknown_zone
from korgoo.planning.reading import read_document
from korgoo.replay.explanation import explain
from korgoo.replay.findings_file import FindingsError, read_findings
from korgoo.replay.texts import LANGUAGES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("findings", type=Path, metavar="FINDINGS.jsonl", help="what korgoo backtest wrote")
    parser.add_argument("id", nargs="?", metavar="ID", help="only the events of this finding (default: all)")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language (default: en)")
    zone = parser.add_mutually_exclusive_group()
    zone.add_argument("--tz", default="UTC", help="the time zone of the times shown (default: UTC)")
    zone.add_argument("--plan", type=Path, metavar="PLAN.json", help="show times as this plan counts them")


def run(args: argparse.Namespace) -> int:
    """Print one explanation after the other, a blank line between them."""
    try:
        tz = args.tz if args.plan is None else read_document(args.plan.read_bytes()).tz
        refuse_unknown_zone(tz, path="--tz" if args.plan is None else f"{args.plan}: $.tz")
        told = 0
        for finding in read_findings(args.findings):
            if args.id in (None, finding["id"]):
                sys.stdout.write(("\n" if told else "") + explain(finding, lang=args.lang, tz=tz) + "\n")
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
