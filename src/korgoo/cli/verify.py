"""Walk the journal and say: intact, erased under certificate, or broken at seq. It needs no keys.

Exit code 0 where the chain holds (erasures too), 1 where it is broken or cannot be read, 2 for arguments
that cannot be used. The last line printed is the head: keep it elsewhere, and give it back with --head.
"""

import argparse
import sys
from pathlib import Path

from korgoo.cli import complain
from korgoo.conf.environment import EnvironmentInvalidError, read_environment
from korgoo.journal.errors import StorageError
from korgoo.journal.opening import Address, locate_journal, open_reader
from korgoo.journal.record import HASH_BYTES, Head
from korgoo.journal.verification import State, Verdict, verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "folder", type=Path, nargs="?", metavar="DATA_DIR", help="default: KORGOO_DATA, or PostgreSQL"
    )
    parser.add_argument(
        "--head", type=_head, metavar="SEQ:LINK", help="a head that was kept elsewhere: it must be passed"
    )


def run(args: argparse.Namespace) -> int:
    """Verify and tell."""
    try:
        address = Address(folder=str(args.folder)) if args.folder else locate_journal(read_environment())
    except EnvironmentInvalidError as error:
        return complain("verify", str(error))
    if args.folder and not args.folder.is_dir():
        return complain("verify", f"{args.folder} is no folder")
    try:
        reader = open_reader(address)
    except StorageError as error:
        return complain("verify", str(error))
    try:
        verdict = verify(reader, expected_link=args.head)
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
    seq, colon, link = text.partition(":")
    try:
        if colon and seq.isascii() and seq.isdigit() and len(bytes.fromhex(link)) == HASH_BYTES:
            return int(seq), bytes.fromhex(link)
    except ValueError:
        pass  # said below, with the form that is wanted
    raise argparse.ArgumentTypeError(f"{text!r} is not SEQ:LINK, a number and 64 hex digits")
