"""`korgoo verify` of bundles: reads them, checks them, says what each check found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.cli import complain
from korgoo.replay.evidence.comparison import compare_profiles
from korgoo.replay.evidence.keys import KeyFileError, UnsealError, fingerprint, load_opening_key
from korgoo.replay.evidence.stamps import StampError, check_stamp, has_openssl, read_time
from korgoo.replay.evidence.verification import (
    BrokenError,
    Check,
    Grade,
    check_content,
    open_bundle,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from korgoo.replay.evidence.verification import Opened

_SIGNS: Final = {Grade.GOOD: "ok  ", Grade.OPEN: "open", Grade.NOTE: "note", Grade.BAD: "BAD "}
_MOST: Final = 2


def verify_bundles(args: argparse.Namespace) -> int:
    """Say of each bundle whether it is intact and what it proves; of two, whether they belong together.

    Returns 0 where all that could be checked holds, 1 where anything does not, 2 for bad arguments.
    """
    if len(args.paths) > _MOST:
        return complain("verify", "give one bundle, or the two profiles of one finding")
    try:
        key = load_opening_key(args.key) if args.key else None
        contents = [(path, path.read_bytes()) for path in args.paths]
        if args.tsa_ca:
            args.tsa_ca.read_bytes()  # openssl would say that the time-stamp does not hold
    except KeyFileError as error:
        return complain("verify", str(error))
    except OSError as error:
        return complain("verify", f"{error.filename}: {error.strerror}")
    status, opened = 0, []
    for path, data in contents:
        bundle = _verify_one(path, data, key=key, args=args)
        if bundle is None:
            status = 1
        else:
            opened.append(bundle)
    if len(opened) == _MOST:
        status |= _say(compare_profiles(*opened))
    return status


def _verify_one(
    path: Path, data: bytes, *, key: X25519PrivateKey | None, args: argparse.Namespace
) -> Opened | None:
    """Print what one bundle proves and return it, or None where it proves nothing."""
    try:
        opened = open_bundle(data, key=key)
    except BrokenError as error:
        print(f"{path}: NOT INTACT: {_plain(str(error))}")
        return None
    except UnsealError as error:
        print(f"{path}: sealed, and {error}")
        return None
    signer = fingerprint(opened.signer)
    print(f"{path}: intact: {opened.profile}, made {opened.manifest['made_at']}, signed by {signer}")
    if args.signer and args.signer != signer:
        print(f"  BAD   it must be signed by {args.signer}: nothing of it was run")
        return None
    if not args.signer:
        print("  note  compare this signer with the one that the centre publishes, or give it with --signer")
    bad = _say(_check_stamp(opened, args.tsa_ca))
    bad |= _say(check_content(opened, run=not args.no_run))
    return None if bad else opened


def _say(checks: Iterator[Check]) -> int:
    """Print checks as they come; return 1 where one is bad."""
    bad = 0
    try:
        for grade, told in checks:
            print(f"  {_SIGNS[grade]}  {_plain(told)}")
            bad |= int(grade is Grade.BAD)
    except BrokenError as error:
        print(f"  BAD   {_plain(str(error))}")
        return 1
    return bad


def _plain(text: str) -> str:
    """Return a text of which a foreign part cannot steer the terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _check_stamp(opened: Opened, authority: Path | None) -> Iterator[Check]:
    if opened.stamp is None:
        yield Check(Grade.OPEN, "no time-stamp: when it was made is the signer's word")
    elif not has_openssl():
        yield Check(Grade.OPEN, "NOT CHECKED: the time-stamp needs openssl, which is not installed here")
    else:
        try:
            if authority is None:
                told = f"time-stamped {read_time(opened.stamp)}; give --tsa-ca to check by whom"
                yield Check(Grade.OPEN, told)
            else:
                told = check_stamp(opened.manifest_bytes, opened.stamp, authority=authority)
                yield Check(Grade.GOOD, f"time-stamped {told} by the authority of {authority}")
        except StampError as error:
            yield Check(Grade.BAD, f"the time-stamp does not hold: {error}")
