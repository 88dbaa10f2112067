"""Start a private installation, send load, kill a process again and again, count what was lost.

Exit code 1 when anything acknowledged is missing, doubled or unanswered, or the journal is broken.
"""

import argparse
import sys

from korgoo.cli.drills import DRILLS
from korgoo.cli.drills.installation import DrillError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--kill", choices=sorted(DRILLS), required=True, help="which process is killed")
    parser.add_argument("--seconds", type=_seconds, default=60.0, metavar="N", help="how long (default: 60)")
    parser.add_argument(
        "--database", default="", metavar="URL", help="an empty PostgreSQL database (default: SQLite)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="decides when it is killed")


def run(args: argparse.Namespace) -> int:
    """Run the drill and print what came out."""
    try:
        report = DRILLS[args.kill](args.seconds, seed=args.seed, tell=_tell, database_url=args.database)
    except DrillError as error:
        sys.stderr.write(f"korgoo crash-test: {error}\n")
        return 1
    print("\n".join(report.lines))
    print("nothing acknowledged was lost" if report.passed else "FAILED")
    return 0 if report.passed else 1


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 86_400:  # noqa: PLR2004 - a day
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 1 to 86400")
    return seconds
