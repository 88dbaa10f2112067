"""Composes a commit group: gives seq and log time, adds the mark, seals, hashes and links.

Pure but for random nonces and the making of keys: it stores nothing. Both stores write what it returns.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from korgoo.engine import rows
from korgoo.journal.record import (
    HASH_BYTES,
    HEADER_FORMAT,
    LATEST_MS,
    Draft,
    Group,
    Head,
    hash_row,
    link_group,
    month_of,
)
from korgoo.journal.sealing import bind_hash, fresh_nonces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from korgoo.journal.sealing import CaseKey, Sealer

MARK_EVERY_MS: Final = 1_000
LONGEST_KEY: Final = 200
OWN_KINDS: Final = frozenset({rows.Kind.MARK, rows.Kind.ERASURE})
"""Kinds that only the journal itself appends."""

_MARKS: Final = {opened: rows.encode_body(rows.Mark(opened=opened)) for opened in (False, True)}
_MARK_HASHES: Final = {opened: hashlib.sha256(body).digest() for opened, body in _MARKS.items()}

# Names of this module, because they are looked up for every row.
_read: Final = msgspec.structs.astuple
_sha256: Final = hashlib.sha256
_pack: Final = msgspec.msgpack.Encoder().encode  # of a header: `record.pack_header` without its call
_fill: Final = tuple.__new__  # a named tuple of a tuple, at a quarter of what its own constructor costs


class Tail(msgspec.Struct, frozen=True):
    """What the appender must know of the past. `marked_at_ms` (by its clock) is None until it has marked."""

    head: Head
    inbox_cursor: int
    marked_at_ms: int | None = None


class Written(NamedTuple):
    """One row ready for the store; the fields of `record.Stored` and the history's device time."""

    seq: int
    log_at_ms: int
    raw_at_ms: int
    kind: str
    key: str
    case_id: int
    month: int
    body_hash: bytes
    payload: bytes
    row_hash: bytes
    fixed_at_ms: int | None


class Outline(NamedTuple):
    """A commit group whose rows are not written yet: what it holds, in which place, and what follows it."""

    batch: list[Draft]
    tail: Tail
    log_at_ms: int
    raw_at_ms: int
    month: int
    keys: Mapping[int, CaseKey]
    seqs: tuple[int, ...]
    inbox_cursor: int
    marked_at_ms: int | None


class Composed(NamedTuple):
    """A commit group ready for the store, and the tail that holds once it is committed."""

    rows: list[Written]
    group: Group
    tail: Tail
    seqs: tuple[int, ...]
    moves_cursor: bool


def check_drafts(drafts: Sequence[Draft], *, now_ms: int) -> None:
    """Refuse malformed drafts before anything is touched.

    Raises:
        ValueError: names the index and the field.
    """
    if not 0 < now_ms <= LATEST_MS:
        raise ValueError(f"now_ms {now_ms} is no time between 1970 and 9999")
    last_inbox = 0
    for index, draft in enumerate(drafts):
        if draft.kind in OWN_KINDS or draft.kind not in rows.BODIES:
            raise ValueError(f"draft {index}: kind {draft.kind!r} cannot be appended")
        if not 0 < len(draft.key) <= LONGEST_KEY or "\0" in draft.key:
            raise ValueError(f"draft {index}: key must have 1 to {LONGEST_KEY} characters and no NUL")
        if not 0 <= draft.case_id < 1 << 63:
            raise ValueError(f"draft {index}: case_id is out of range")
        if len(draft.body_hash) != HASH_BYTES:
            raise ValueError(f"draft {index}: body_hash must be {HASH_BYTES} bytes")
        if draft.fixed_at_ms is not None and not -LATEST_MS <= draft.fixed_at_ms <= LATEST_MS:
            raise ValueError(f"draft {index}: fixed_at_ms is out of range")
        if draft.inbox_id is not None:
            if draft.inbox_id < max(last_inbox, 1):
                raise ValueError(f"draft {index}: inbox ids must be positive and ascend")
            last_inbox = draft.inbox_id


def compose_group(
    drafts: Sequence[Draft],
    *,
    tail: Tail,
    now_ms: int,
    sealer: Sealer,
    raw_ms: int | None = None,
    mark: bool = False,
) -> Composed | None:
    """Compose the next commit group, or return None when there is nothing to write.

    1. Leave out drafts whose inbox row was applied before.
    2. Put a mark first when one is due (or `mark` asks for one).
    3. Fetch or make the keys of the month of the log time; only then seal, hash and link.

    Raises:
        CaseErasedError: a draft belongs to an erased case.
    """
    outline = outline_group(drafts, tail=tail, now_ms=now_ms, sealer=sealer, raw_ms=raw_ms, mark=mark)
    return None if outline is None else close_group(outline, write_rows(outline))


def outline_group(
    drafts: Sequence[Draft],
    *,
    tail: Tail,
    now_ms: int,
    sealer: Sealer,
    raw_ms: int | None = None,
    mark: bool = False,
) -> Outline | None:
    """Decide what the next commit group holds, without writing a row: `compose_group` up to its step 3.

    A store that can take rows while others are being sealed writes them in parts: `write_rows`.
    """
    kept, cursor = _leave_out_repeats(drafts, cursor=tail.inbox_cursor)
    due = _mark_is_due(tail, now_ms=now_ms)
    if not kept and not (mark or (drafts and due)):
        return None
    marked_at_ms = tail.marked_at_ms
    batch = [drafts[index] for index in kept]
    if mark or due:
        batch.insert(0, _mark_draft(opened=marked_at_ms is None))
        marked_at_ms = now_ms
    log_at_ms = max(tail.head.log_at_ms, now_ms)
    raw_at_ms = now_ms if raw_ms is None else raw_ms
    month = month_of(log_at_ms)
    keys = sealer.obtain({draft.case_id for draft in batch if draft.case_id}, month=month)
    seqs = _seqs_of(kept, count=len(drafts), last_seq=tail.head.seq + len(batch))
    return Outline(batch, tail, log_at_ms, raw_at_ms, month, keys, seqs, cursor, marked_at_ms)


def close_group(outline: Outline, written: list[Written]) -> Composed:
    """Link the rows of an outline, all of them, to the chain."""
    tail = outline.tail
    link = link_group(tail.head.link, [row.row_hash for row in written], count=len(written))
    group = Group(tail.head.group + 1, tail.head.seq + 1, len(written), link)
    head = Head(group.last_seq, outline.log_at_ms, link, group.number)
    after = Tail(head, outline.inbox_cursor, outline.marked_at_ms)
    return Composed(written, group, after, outline.seqs, outline.inbox_cursor != tail.inbox_cursor)


def _leave_out_repeats(drafts: Sequence[Draft], *, cursor: int) -> tuple[list[int], int]:
    """Return the indexes of the drafts that are new, and the inbox cursor after them."""
    kept = []
    for index, draft in enumerate(drafts):
        if draft.inbox_id is not None:
            if draft.inbox_id <= cursor:
                continue
            cursor = draft.inbox_id
        kept.append(index)
    return kept, cursor


def _seqs_of(kept: Sequence[int], *, count: int, last_seq: int) -> tuple[int, ...]:
    """Return each draft's seq, 0 for a repeat. The kept drafts are the group's last rows, in order."""
    first = last_seq - len(kept) + 1
    seqs = [0] * count
    for seq, index in enumerate(kept, first):
        seqs[index] = seq
    return tuple(seqs)


def _mark_is_due(tail: Tail, *, now_ms: int) -> bool:
    """Compare both ways: a clock set back must go on marking, though log time stands still."""
    return tail.marked_at_ms is None or abs(now_ms - tail.marked_at_ms) >= MARK_EVERY_MS


def _mark_draft(*, opened: bool) -> Draft:
    return Draft(rows.Kind.MARK.value, rows.SYSTEM_KEY, 0, _MARKS[opened], _MARK_HASHES[opened])


def write_rows(outline: Outline, begin: int = 0, end: int | None = None) -> list[Written]:
    """Seal and hash the outline's rows from `begin` to `end`, each in its place.

    One plain loop: it runs for every fix that any device sends, while the requests of others wait for the
    interpreter. Rows of one message have one body hash and mostly one key: it is bound once for them all.
    """
    _, tail, log_at_ms, raw_at_ms, month, keys, *_ = outline
    batch = outline.batch[begin:end]
    written = []
    bound_to, bound_case, bound = b"", 0, b""
    numbered = enumerate(batch, tail.head.seq + 1 + begin)
    for (seq, draft), nonce in zip(numbered, fresh_nonces(len(batch)), strict=True):
        kind, key, case_id, payload, body_hash, fixed_at_ms, _ = _read(draft)
        if case_id:
            case_key = keys[case_id]
            if case_id != bound_case or body_hash != bound_to:
                bound_to, bound_case, bound = body_hash, case_id, bind_hash(case_key.binder, body_hash)
            body_hash = bound
            header = _pack((HEADER_FORMAT, seq, log_at_ms, raw_at_ms, kind, key, case_id, month, body_hash))
            payload = nonce + case_key.cipher.encrypt(nonce, payload, header)
        else:
            header = _pack((HEADER_FORMAT, seq, log_at_ms, raw_at_ms, kind, key, case_id, month, body_hash))
        row_hash = hash_row(header, _sha256(payload).digest())
        row = seq, log_at_ms, raw_at_ms, kind, key, case_id, month, body_hash, payload, row_hash, fixed_at_ms
        written.append(_fill(Written, row))
    return written


def compose_mark(*, tail: Tail, now_ms: int, sealer: Sealer, raw_ms: int | None = None) -> Composed:
    """Compose a group that holds one mark."""
    return _required(compose_group((), tail=tail, now_ms=now_ms, sealer=sealer, raw_ms=raw_ms, mark=True))


def check_erasure(case_id: int, *, certificate: str, now_ms: int) -> None:
    """Refuse a malformed erasure before anything is touched.

    Raises:
        ValueError: names the field.
    """
    check_drafts((), now_ms=now_ms)
    if not 0 < case_id < 1 << 63:
        raise ValueError("an erasure needs a case above 0")
    if not 0 < len(certificate) <= LONGEST_KEY or "\0" in certificate:
        raise ValueError(f"a certificate has 1 to {LONGEST_KEY} characters and no NUL")


def compose_erasure(
    case_id: int,
    *,
    certificate: str,
    count: int,
    tail: Tail,
    now_ms: int,
    inbox_id: int | None,
    sealer: Sealer,
    raw_ms: int | None = None,
) -> Composed:
    """Compose the group that holds the erasure row of a case."""
    body = rows.encode_body(rows.Erasure(case_id=case_id, certificate=certificate, rows=count))
    draft = Draft(
        rows.Kind.ERASURE.value,
        rows.SYSTEM_KEY,
        0,
        body,
        hashlib.sha256(body).digest(),
        inbox_id=inbox_id,
    )
    return _required(compose_group([draft], tail=tail, now_ms=now_ms, sealer=sealer, raw_ms=raw_ms))


def _required(composed: Composed | None) -> Composed:
    if composed is None:
        raise ValueError("this inbox row was applied before")
    return composed
