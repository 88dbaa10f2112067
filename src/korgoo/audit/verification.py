"""Proving that the audit chain is whole."""

from __future__ import annotations

from typing import NamedTuple

from korgoo.audit.models import AuditEntry, AuditHead
from korgoo.audit.services import GENESIS, hash_entry


class ChainVerdict(NamedTuple):
    """`broken_at` is the number of the first line that does not fit, None where the chain is whole."""

    lines: int
    broken_at: int | None


def verify_audit_chain() -> ChainVerdict:
    """Walk the chain from its first line to its head; memory does not grow with its length.

    Lines are written meanwhile, so the head is read before and after: what stood then has to be there, and no
    line may lie beyond what stands now.
    """
    before, hashes = _read_head(), {0: GENESIS}
    previous, last = GENESIS, 0
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2000):
        fits = (
            entry.number == last + 1 and entry.previous_hash == previous and entry.hash == hash_entry(entry)
        )
        if not fits:
            return ChainVerdict(last, last + 1)
        previous, last = entry.hash, entry.number
        if last == before[0]:
            hashes[last] = previous
    if hashes.get(before[0]) != before[1] or last > _read_head()[0]:
        return ChainVerdict(last, last + 1)
    return ChainVerdict(last, None)


def _read_head() -> tuple[int, str]:
    head = AuditHead.objects.first()
    return (head.number, head.hash) if head else (0, GENESIS)
