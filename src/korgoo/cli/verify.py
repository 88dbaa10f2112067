"""Walk the journal and say: intact, erased under certificate, or broken at seq. It needs no keys.

Given one or two bundles of evidence instead of a folder, check every byte of them, derive the finding again
with the engine they bring along, and say what today's engine would find; of two, whether they are of one
finding.

Exit code 0 where the chain holds (erasures too), 1 where it is broken or cannot be read, 2 for arguments
that cannot be used. The last line printed is the head: keep it elsewhere, and give it back with --head.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import Final

from korgoo.cli import complain
from korgoo.conf.environment import EnvironmentInvalidError, read_environment
from korgoo.journal.errors import StorageError
from korgoo.journal.opening import Address, locate_journal, open_reader
from korgoo.journal.record import HASH_BYTES, Head
from korgoo.journal.verification import State, Verdict, verify

_FINGERPRINT: Final = re.compile(r"[0-9a-f]{32}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "paths",
        type=Path,
        nargs="*",
        metavar="DATA_DIR | BUNDLE.zip",
        help="a data folder (default: KORGOO_DATA, or PostgreSQL), or one or two bundles",
    )
    parser.add_argument(
        "--head", type=_head, metavar="SEQ:LINK", help="a head that was kept elsewhere: it must be passed"
    )
    bundles = parser.add_argument_group("bundles of evidence")
    bundles.add_argument(
        "--key", type=Path, metavar="PEM", help="the court's private key, to open a sealed one"
    )
    bundles.add_argument(
        "--signer", type=_signer, metavar="HEX", help="the only key to believe: its fingerprint"
    )
    bundles.add_argument("--tsa-ca", type=Path, metavar="PEM", help="the time-stamp authority's certificate")
    bundles.add_argument("--no-run", action="store_true", help="do not run the packed engine")


def run(args: argparse.Namespace) -> int:
    """Verify and tell."""
    if any(path.suffix == ".zip" or path.is_file() for path in args.paths):
        from korgoo.cli.bundles import verify_bundles

        return verify_bundles(args)
    if len(args.paths) > 1:
        return complain("verify", "give one data folder")
    return _verify_journal(args.paths[0] if args.paths else None, head=args.head)


def _verify_journal(folder: Path | None, *, head: tuple[int, bytes] | None) -> int:
    try:
        address = Address(folder=str(folder)) if folder else locate_journal(read_environment())
    except EnvironmentInvalidError as error:
        return complain("verify", str(error))
    if folder and not folder.is_dir():
        return complain("verify", f"{folder} is no folder")
    try:
        reader = open_reader(address)
    except StorageError as error:
        return complain("verify", str(error))
    try:
        verdict = verify(reader, expected_link=head)
    except StorageError as error:
        sys.stderr.write(f"korgoo verify: the journal cannot be read: {error}\n")
        return 1
    finally:
        reader.close()
    print("\n".join(tell(verdict)))
    return int(verdict.state is State.BROKEN)


def tell(verdict: Verdict) -> list[str]:
    """Return the lines that say what was found."""
    if verdict.state is State.BROKEN:
        reason = str(verdict.fault).replace("_", " ")
        lines = [f"broken at seq {verdict.broken_at}: {reason}; what comes before it stands"]
    else:
        lines = [f"intact: {verdict.rows:,} rows in {verdict.head.group:,} groups"]
    lines += [
        f"erased under certificate {one.certificate}: case {one.case_id}, {one.rows:,} rows"
        f" ({one.emptied:,} emptied), at seq {one.seq}"
        for one in verdict.certificates
    ]
    return [*lines, f"head {format_head(verdict.head)}"]


def format_head(head: Head) -> str:
    """Return a head as SEQ:LINK."""
    return f"{head.seq}:{head.link.hex()}"


def _head(text: str) -> tuple[int, bytes]:
    seq, _, link = text.partition(":")
    try:
        head = int(seq), bytes.fromhex(link)
    except ValueError:
        head = -1, b""  # refused below: no link is so short
    if not (seq.isascii() and seq.isdigit() and len(head[1]) == HASH_BYTES):
        raise argparse.ArgumentTypeError(f"{text!r} is not SEQ:LINK, a number and 64 hex digits")
    return head


def _signer(text: str) -> str:
    """Return a fingerprint in small letters; a slip in it must not read as a bundle of somebody else's."""
    fingerprint = text.strip().lower()
    if _FINGERPRINT.fullmatch(fingerprint) is None:
        looks = "32 hex digits (no file), as the centre publishes them and verify prints them: signed by ..."
        raise argparse.ArgumentTypeError(f"{text!r} is no signer; a signer is a fingerprint, {looks}")
    return fingerprint
