"""Drafts and places for stories about the journal."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

from korgoo.engine import rows
from korgoo.journal.record import Draft

if TYPE_CHECKING:
    from korgoo.journal.protocol import Journal, JournalReader

NOON = 1_762_171_200_000  # 2025-11-03 12:00:00 UTC


class Place(Protocol):
    """Where one test's journal lies."""

    name: str
    address: str

    def writer(self) -> Journal:
        """Open the writer."""
        ...

    def reader(self) -> JournalReader:
        """Open a reader beside it."""
        ...

    def tamper(self, statement: str) -> None:
        """Change the stored bytes behind the journal's back, its guards switched off."""
        ...

    def touch(self, statement: str) -> None:
        """Run a statement as a careless administrator would: with the guards on."""
        ...


def fix(  # a short name, because stories are made of them
    person: int = 1, *, at_ms: int = NOON, case_id: int | None = None, inbox_id: int | None = None
) -> Draft:
    """Return one fix of a person whose case has the same number."""
    body = rows.encode_body(
        rows.Observation(at_ms, at_ms + 500, f"phone-{person}", lat_e7=428_700_000, lon_e7=746_000_000)
    )
    return Draft(
        kind="observation",
        key=f"person:{person}",
        case_id=person if case_id is None else case_id,
        body=body,
        body_hash=hashlib.sha256(body).digest(),
        fixed_at_ms=at_ms,
        inbox_id=inbox_id,
    )


def inspect(person: int = 1, *, number: int = 1, inbox_id: int | None = None) -> Draft:
    """Return a control row: the device was inspected. It has no device time."""
    body = rows.encode_body(rows.Inspection(number, NOON))
    return Draft(
        "inspection", f"person:{person}", person, body, hashlib.sha256(body).digest(), inbox_id=inbox_id
    )
