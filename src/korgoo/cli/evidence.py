"""Hand a finding out as a bundle that proves itself: sealed to a court, or disclosed to the other side.

FINDING is the id of a finding of this installation, or, with --plan, --fixes and --findings, of a backtest.
What was handed out of an installation is written into its audit log, with the reason: docs/evidence.md.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from korgoo.cli import complain
from korgoo.cli.backtest import parse_override, parse_until
from korgoo.cli.files import find_place_fault, read_memory, read_plan
from korgoo.replay.fixes import FixesError

if TYPE_CHECKING:
    import argparse

    from korgoo.conf.environment import Environment
    from korgoo.replay.evidence.cases import Case


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("finding", metavar="FINDING", help="the finding's id")
    parser.add_argument("--profile", choices=("sealed", "disclosed"), required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="BUNDLE.zip")
    parser.add_argument(
        "--court-key", type=Path, metavar="PEM", help="X25519 public key that --profile sealed is for"
    )
    parser.add_argument(
        "--signing-key", type=Path, metavar="PEM", help="Ed25519 key (default: the installation's)"
    )
    parser.add_argument("--reason", default="", help="why it is handed out, and to whom; for the audit log")
    parser.add_argument(
        "--tz", help="the time zone of the times shown (default: the plan's or the installation's)"
    )
    parser.add_argument("--tsa", metavar="URL", help="time-stamp authority (default: KORGOO_TSA_URL)")
    parser.add_argument("--tsa-ca", type=Path, metavar="PEM", help="its certificate (default: KORGOO_TSA_CA)")
    offline = parser.add_argument_group("of a backtest")
    offline.add_argument("--plan", type=Path, metavar="PLAN.json")
    offline.add_argument("--fixes", type=Path, metavar="FIXES.csv")
    offline.add_argument("--findings", type=Path, metavar="FINDINGS.jsonl")
    offline.add_argument("--coverage", type=Path, metavar="FILE", help="as it was given to backtest")
    offline.add_argument("--until", type=parse_until, metavar="T", help="as it was given to backtest")
    offline.add_argument(
        "--set", type=parse_override, action="append", default=[], dest="overrides", metavar="NAME=VALUE"
    )


def run(args: argparse.Namespace) -> int:
    """Make the bundle and say what it is."""
    from korgoo.conf.environment import read_environment

    slip = _find_slip(args)
    if slip:
        return complain("evidence", slip)
    try:
        return _hand_out(args, read_environment())
    except FixesError as error:
        return complain("evidence", f"{args.fixes} is refused:\n{error}")
    except _refused() as error:
        return complain("evidence", str(error))
    except OSError as error:
        return complain("evidence", f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _find_slip(args: argparse.Namespace) -> str:
    """Return what is wrong with the arguments taken together, or nothing."""
    files = (args.plan, args.fixes, args.findings)
    if any(files) and not all(files):
        return "--plan, --fixes and --findings belong together"
    if not args.plan and not args.reason.strip():
        return "--reason is needed: why it is handed out, and to whom"
    if args.profile == "sealed" and args.court_key is None:
        return "--profile sealed needs --court-key, the court's public key"
    return find_place_fault(args.out)


def _refused() -> tuple[type[Exception], ...]:
    """Return what means that something given cannot be used."""
    from korgoo.conf.environment import EnvironmentInvalidError
    from korgoo.journal.errors import StorageError
    from korgoo.planning.errors import PlanError
    from korgoo.replay.coverage import CoverageError
    from korgoo.replay.evidence.refusals import REFUSALS
    from korgoo.replay.findings_file import FindingsError
    from korgoo.replay.judging import ParameterError
    from korgoo.runtime.installation import NotReadyError

    return (
        *(*REFUSALS, FindingsError, NotReadyError, ParameterError),
        *(CoverageError, EnvironmentInvalidError, PlanError, StorageError),
    )


def _hand_out(args: argparse.Namespace, environment: Environment) -> int:
    from korgoo.replay.evidence import keys
    from korgoo.replay.evidence.bundles import make_bundle
    from korgoo.replay.evidence.stamps import find_stamper
    from korgoo.replay.evidence.writing import write_whole

    own = environment.data / keys.KEY_FILE
    signer = keys.load_signing_key(args.signing_key or own, make=args.signing_key is None)
    court = keys.load_court_key(args.court_key) if args.profile == "sealed" else None
    stamp, unstamped = find_stamper(args.tsa or environment.tsa_url, args.tsa_ca or environment.tsa_ca)
    case, tz = _take(args, environment)
    if args.tz is not None:
        from korgoo.planning.offsets import refuse_unknown_zone

        refuse_unknown_zone(args.tz, path="--tz")
    now = datetime.now(UTC)
    made_ms = int(now.timestamp() * 1000)
    bundle = make_bundle(
        case, args.profile, signer=signer, court=court, tz=args.tz or tz, made_ms=made_ms, stamp=stamp
    )
    if args.plan is None:
        # First the trace, then the file: what has left must never be without one.
        _log(args, bundle, court=keys.fingerprint(court.public_bytes_raw()) if court else "", now=now)
    write_whole(args.out, bundle)
    print(f"{args.out}: {args.profile}, {len(bundle):,} bytes, {len(case.rows):,} rows")
    if stamp is None:
        sys.stderr.write(f"korgoo evidence: NO TIME-STAMP: {unstamped}\n")
    print(f"signed by {keys.fingerprint(keys.public_of(signer))}")
    return 0


def _take(args: argparse.Namespace, environment: Environment) -> tuple[Case, str]:
    if args.plan is None:
        from korgoo.runtime.installation import open_reader, set_up_django

        set_up_django()
        from korgoo.runtime.evidence import take_from_journal

        with contextlib.closing(open_reader(environment)) as reader:
            return take_from_journal(reader, args.finding, environment=environment), environment.time_zone
    from korgoo.replay.evidence.recordings import take_from_recording

    document = read_plan(args.plan)
    case = take_from_recording(
        args.finding,
        document=document,
        fixes=args.fixes,
        findings=args.findings,
        until_ms=args.until,
        overrides=dict(args.overrides),
        coverage=read_memory(args.coverage),
    )
    return case, document.tz


def _log(args: argparse.Namespace, bundle: bytes, *, court: str, now: datetime) -> None:
    from korgoo.monitoring.evidence_bundles import log_handing_out

    log_handing_out(
        args.finding,
        profile=args.profile,
        sha256=hashlib.sha256(bundle).hexdigest(),
        court=court,
        reason=args.reason.strip(),
        actor=f"shell:{getpass.getuser()}",
        now=now,
    )
