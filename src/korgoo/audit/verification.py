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
    """Walk the chain from its first line to its head; memory does not grow with its length."""
    previous, expected = GENESIS, 1
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2000):
        fits = (
            entry.number == expected and entry.previous_hash == previous and entry.hash == hash_entry(entry)
        )
        if not fits:
            return ChainVerdict(expected - 1, expected)
        previous, expected = entry.hash, expected + 1
    head = AuditHead.objects.first()
    end = (head.number, head.hash) if head else (0, GENESIS)
    if end != (expected - 1, previous):
        return ChainVerdict(expected - 1, expected)
    return ChainVerdict(expected - 1, None)
