"""What proves that rows are the journal's: their headers, the hashes of their groups, the links.

A row's hash is SHA-256(header | SHA-256(payload)), a group's link SHA-256(previous link | count | row
hashes); docs/journal.md states both. A payload is sealed: the case's key of its month, which only a sealed
bundle holds, shows that the row's body is what stands in it.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from korgoo.engine.rows import decode_body, encode_body
from korgoo.journal.record import HASH_BYTES, HEADER_FORMAT, hash_row, header_of, link_group
from korgoo.journal.sealing import NONCE_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from korgoo.journal.protocol import JournalReader
    from korgoo.journal.record import Group, Stored
    from korgoo.replay.derivation import Record

_ROWS_AT_ONCE: Final = 2_000
_GROUPS_AT_ONCE: Final = 256


class ProofError(ValueError):
    """A row or a link does not hold; the message names it."""


class RowProof(msgspec.Struct, array_like=True, frozen=True):
    """One row as it lies in the journal. `payload` is there only where the profile shows it."""

    seq: int
    header: bytes
    payload_hash: bytes
    payload: bytes | None = None


class GroupProof(msgspec.Struct, array_like=True, frozen=True):
    """One commit group: all its row hashes, the link before and its own."""

    number: int
    first_seq: int
    previous: bytes
    link: bytes
    row_hashes: tuple[bytes, ...]


class Proof(msgspec.Struct, array_like=True, frozen=True):
    """All that a case needs. `keys` are (case, month, key); `head` is where the journal ended then."""

    rows: tuple[RowProof, ...]
    groups: tuple[GroupProof, ...]
    head: tuple[int, bytes]
    keys: tuple[tuple[int, int, bytes], ...] = ()


def collect_proof(
    reader: JournalReader, seqs: Collection[int], *, keys: Mapping[tuple[int, int], bytes]
) -> Proof:
    """Return the proof of these rows, as they lie in the journal.

    Raises:
        StorageError: the journal cannot be read.
        ProofError: a row lies in no group: the journal is damaged.
    """
    head = reader.head()
    wanted, rows, groups = sorted(set(seqs)), list[RowProof](), list[GroupProof]()
    found = _Groups(reader, last=head.group)
    at = 0
    while at < len(wanted):
        before, group = found.find(wanted[at])
        stored = list(_rows_of(reader, group))
        end = bisect_right(wanted, group.last_seq, lo=at)
        inside = set(wanted[at:end])
        rows += [_prove(row) for row in stored if row.seq in inside]
        hashes = tuple(row.row_hash for row in stored)
        groups.append(GroupProof(group.number, group.first_seq, before, group.link, hashes))
        at = end
    used = tuple((case, month, key) for (case, month), key in sorted(keys.items()))
    return Proof(tuple(rows), tuple(groups), (head.seq, head.link), used)


def _prove(row: Stored) -> RowProof:
    if row.payload is None:
        raise ProofError(f"row {row.seq} was erased")
    return RowProof(row.seq, header_of(row), hashlib.sha256(row.payload).digest(), row.payload)


def _rows_of(reader: JournalReader, group: Group) -> Iterator[Stored]:
    after = group.first_seq - 1
    while after < group.last_seq:
        found = reader.rows(after_seq=after, limit=min(_ROWS_AT_ONCE, group.last_seq - after))
        if not found:
            raise ProofError(f"row {after + 1} is missing")
        yield from found
        after = found[-1].seq


class _Groups:
    """Finds the groups of ascending rows: the next is mostly near, for a mark is a group of its own."""

    def __init__(self, reader: JournalReader, *, last: int) -> None:
        self._reader, self._last = reader, last
        self._page: list[Group] = []

    def find(self, seq: int) -> tuple[bytes, Group]:
        """Return the link before the group that holds a row, and the group.

        Raises:
            ProofError: the row lies in no group.
        """
        if not self._page or self._page[-1].last_seq < seq:
            self._page = self._read(self._page[-1].number if self._page else 1)
        if not self._page or self._page[-1].last_seq < seq:
            self._page = self._read(self._halve(seq))
        at = bisect_left(self._page, seq, key=lambda group: group.last_seq)
        if at == len(self._page) or not self._page[at].first_seq <= seq:
            raise ProofError(f"row {seq} lies in no group")
        group = self._page[at]
        return (self._page[at - 1].link if group.number > 1 else bytes(HASH_BYTES)), group

    def _read(self, number: int) -> list[Group]:
        """Return some groups from one on, with the one before it, whose link they need."""
        return self._reader.groups(after_group=max(number - 2, 0), limit=_GROUPS_AT_ONCE)

    def _halve(self, seq: int) -> int:
        low, high = 1, self._last
        while low < high:
            middle = (low + high) // 2
            if self._reader.groups(after_group=middle - 1, limit=1)[0].last_seq < seq:
                low = middle + 1
            else:
                high = middle
        return low


def hide(proof: Proof, shown: Collection[int]) -> Proof:
    """Return the proof for the disclosed profile: the rows shown, without payloads and keys."""
    rows = tuple(RowProof(row.seq, row.header, row.payload_hash) for row in proof.rows if row.seq in shown)
    seqs = sorted(row.seq for row in rows)
    groups = tuple(group for group in proof.groups if _holds_one(group, seqs))
    return Proof(rows, groups, proof.head)


def _holds_one(group: GroupProof, seqs: Sequence[int]) -> bool:
    at = bisect_left(seqs, group.first_seq)
    return at < len(seqs) and seqs[at] < group.first_seq + len(group.row_hashes)


def check_proof(proof: Proof, records: Sequence[Record]) -> tuple[int, int]:
    """Return (rows linked, rows whose body was also opened).

    Raises:
        ProofError: something does not hold.
    """
    _check_links(proof.groups)
    hashes = {
        group.first_seq + at: row_hash
        for group in proof.groups
        for at, row_hash in enumerate(group.row_hashes)
    }
    ciphers = {(case, month): AESGCM(key) for case, month, key in proof.keys}
    told = {record[0]: record for record in records}
    opened = 0
    for row in proof.rows:
        if hash_row(row.header, row.payload_hash) != hashes.get(row.seq):
            raise ProofError(f"row {row.seq} has another hash than its group")
        if row.seq not in told:
            raise ProofError(f"row {row.seq} is proved but not there")
        case_id, month = _check_header(row, told[row.seq])
        if row.payload is not None:
            _check_payload(row, told[row.seq], ciphers.get((case_id, month)) if case_id else None, case_id)
            opened += 1
    return len(proof.rows), opened


def _check_links(groups: Sequence[GroupProof]) -> None:
    links: dict[int, bytes] = {}
    for group in groups:
        if link_group(group.previous, group.row_hashes, count=len(group.row_hashes)) != group.link:
            raise ProofError(f"group {group.number} has another link than its rows")
        if links.get(group.number - 1, group.previous) != group.previous:
            raise ProofError(f"group {group.number} does not follow the one before")
        links[group.number] = group.link


def _check_header(row: RowProof, record: Record) -> tuple[int, int]:
    """Return (case, month) of a header that says what the record says."""
    try:
        version, seq, log_at_ms, _, kind, key, case_id, month, _ = msgspec.msgpack.decode(row.header)
    except (msgspec.DecodeError, ValueError, TypeError) as error:
        raise ProofError(f"row {row.seq} has no header") from error
    if (version, seq, log_at_ms, kind, key) != (HEADER_FORMAT, *record[:4]):
        raise ProofError(f"row {row.seq} has a header of another row")
    return int(case_id), int(month)


def _check_payload(row: RowProof, record: Record, cipher: AESGCM | None, case_id: int) -> None:
    payload = row.payload or b""
    if hashlib.sha256(payload).digest() != row.payload_hash:
        raise ProofError(f"row {row.seq} has another payload than was hashed")
    body = payload
    if case_id:
        if cipher is None:
            raise ProofError(f"row {row.seq} has no key")
        try:
            body = cipher.decrypt(payload[:NONCE_BYTES], payload[NONCE_BYTES:], row.header)
        except (InvalidTag, ValueError) as error:
            raise ProofError(f"row {row.seq} does not open with its key") from error
    try:
        same = encode_body(decode_body(record[2], body)) == record[4]  # fields may have been appended since
    except (msgspec.DecodeError, KeyError, ValueError):
        same = False
    if not same:
        raise ProofError(f"row {row.seq} says something else than its payload")
