"""Commitments: what binds a bundle to rows and texts that it does not show.

Every row of a case has a salt of its own, made from the signing key, so that both profiles of a finding hold
the same commitments whenever they are made. Who has a row and its salt can prove that it is the one; without
the salt nothing can be guessed from the hash.

    salt       = HMAC-SHA-256(master, seq as 8 bytes, big-endian)
    commitment = SHA-256("korgoo row" | salt | canonical msgpack of the row's record)
    root       = SHA-256("korgoo case" | commitment of the finding | commitments of all rows, ascending)

Where rows are hidden, blanks that open to nothing fill their number up to a power of two: how many rows
somebody has tells how long he was watched, and that when something was seen.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from korgoo.replay.derivation import Record

SALT_BYTES: Final = 32
FEWEST: Final = 1_024
_TEXT_SEQ: Final = 0  # journal rows count from 1


def master_salt(secret: bytes, finding_id: str, events: int) -> bytes:
    """Return the secret from which the salts of one case come; `secret` is the signing key's."""
    told = f"korgoo evidence salts\0{finding_id}\0{events}"
    return hmac.new(secret, told.encode(), hashlib.sha256).digest()


def row_salt(master: bytes, seq: int) -> bytes:
    """Return the salt of one row."""
    return hmac.new(master, seq.to_bytes(8, "big"), hashlib.sha256).digest()


def text_salt(master: bytes) -> bytes:
    """Return the salt of the finding itself."""
    return row_salt(master, _TEXT_SEQ)


def make_blanks(master: bytes, rows: int) -> list[bytes]:
    """Return what fills the commitments of so many rows up to a power of two, at least `FEWEST`."""
    full = max(FEWEST, 1 << (rows - 1).bit_length())
    return [hmac.new(master, b"blank%d" % number, hashlib.sha256).digest() for number in range(full - rows)]


def commit_row(salt: bytes, record: Record | Sequence[object]) -> bytes:
    """Return the commitment of one row."""
    return hashlib.sha256(b"korgoo row" + salt + msgspec.msgpack.encode(tuple(record))).digest()


def commit_finding(salt: bytes, lines: bytes) -> bytes:
    """Return the commitment of a finding's lines."""
    return hashlib.sha256(b"korgoo finding" + salt + lines).digest()


def root_of(finding: bytes, rows: Iterable[bytes]) -> bytes:
    """Return what both profiles of one finding have in common."""
    return hashlib.sha256(b"korgoo case" + finding + b"".join(sorted(rows))).digest()


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return the one JSON text of a value: keys sorted, no blanks, UTF-8, nothing but whole numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
