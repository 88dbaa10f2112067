"""What a journal row is: its fields, its header's bytes, its hash, and the link of a commit group.

The formats here are read for years by people who do not trust us (courts, defence experts), so they
are few: one header array, two SHA-256 rules. docs/journal.md states them in prose; the tests pin them.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER_FORMAT: Final = 1
"""First element of every header; a later format gets the next number and keeps the old one readable."""

GENESIS: Final = bytes(32)
"""The link before the first commit group."""

HASH_BYTES: Final = 32

FREQUENT: Final = frozenset({"observation", "mark"})
"""Kinds that are not indexed: there are millions of them. All others are control rows."""

LATEST_MS: Final = 253_402_300_799_999
"""The end of the year 9999: no later time has a month."""

_ENCODE = msgspec.msgpack.Encoder().encode


class Draft(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A row to be appended: what it says, without the place and time that the journal gives it.

    `key` orders it (`person:<id>`, `system:korgoo`), `case_id` says whose key seals it (0 = nobody's:
    stored unsealed, so it must hold no personal data). `body` is `engine.rows.encode_body`; `body_hash`
    SHA-256 of the message as received. `fixed_at_ms` places it in the history by the device's
    time. `inbox_id` names the inbox row it came from, so that a repeat is recognised.
    """

    kind: str
    key: str
    case_id: int
    body: bytes
    body_hash: bytes
    fixed_at_ms: int | None = None
    inbox_id: int | None = None


class Stored(msgspec.Struct, frozen=True, gc=False):
    """A row as it lies in the journal, still sealed.

    `body_hash` is the received message's SHA-256 where `case_id` is 0, else that hash bound to the
    case's key (`sealing.bind_hash`), which says nothing once the key is destroyed. `payload` is None
    after an erasure; then `payload_hash` stands for it in the row hash.
    """

    seq: int
    log_at_ms: int
    raw_at_ms: int
    kind: str
    key: str
    case_id: int
    month: int
    body_hash: bytes
    payload: bytes | None
    row_hash: bytes
    payload_hash: bytes | None = None


class Opened(msgspec.Struct, frozen=True, gc=False):
    """A row with its body unsealed; `body` is None where the case was erased."""

    seq: int
    log_at_ms: int
    raw_at_ms: int
    kind: str
    key: str
    case_id: int
    body: bytes | None

    def row(self) -> rows.Row | None:
        """Return the row as the engine sees it, or None where the case was erased.

        Raises:
            msgspec.DecodeError: the body is not one of that kind.
        """
        if self.body is None:
            return None
        body = rows.decode_body(self.kind, self.body)
        return rows.Row(self.seq, self.log_at_ms, rows.Kind(self.kind), self.key, body)


class Group(msgspec.Struct, frozen=True, gc=False):
    """One commit group: `count` rows from `first_seq` on became durable together under `link`."""

    number: int
    first_seq: int
    count: int
    link: bytes

    @property
    def last_seq(self) -> int:
        """Seq of the group's last row."""
        return self.first_seq + self.count - 1


class Head(msgspec.Struct, frozen=True, gc=False):
    """Where the journal ends. Kept outside, it proves later that nothing before it was changed or cut."""

    seq: int = 0
    log_at_ms: int = 0
    link: bytes = GENESIS
    group: int = 0


def month_of(at_ms: int) -> int:
    """Return the UTC month of an instant as YYYYMM."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return at.year * 100 + at.month


def pack_header(  # noqa: PLR0917 - the header's own order; names would cost each row half a microsecond
    seq: int,
    log_at_ms: int,
    raw_at_ms: int,
    kind: str,
    key: str,
    case_id: int,
    month: int,
    body_hash: bytes,
) -> bytes:
    """Return a row's header: a msgpack array of the format number and the eight fields in this order."""
    return _ENCODE((HEADER_FORMAT, seq, log_at_ms, raw_at_ms, kind, key, case_id, month, body_hash))


def header_of(stored: Stored) -> bytes:
    """Return the header of a row that was read back."""
    return pack_header(
        stored.seq,
        stored.log_at_ms,
        stored.raw_at_ms,
        stored.kind,
        stored.key,
        stored.case_id,
        stored.month,
        stored.body_hash,
    )


def hash_row(header: bytes, payload_hash: bytes) -> bytes:
    """Return SHA-256(header ‖ SHA-256(payload)); the caller gives the payload's hash.

    Hashing the payload first lets an erased row keep that hash in its place, so that its header stays
    provable after the payload is gone (ADR 0012).
    """
    return hashlib.sha256(header + payload_hash).digest()


def link_group(previous: bytes, row_hashes: Iterable[bytes], *, count: int) -> bytes:
    """Return SHA-256(previous link ‖ count as 8 bytes, big-endian ‖ row hashes in seq order)."""
    return hashlib.sha256(b"".join((previous, count.to_bytes(8, "big"), *row_hashes))).digest()
