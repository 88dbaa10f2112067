"""The coverage memory of an installation: learned from its own journal, put in force by a control row.

Who protects or is protected, and whoever's device was tampered with, shielded or misled, teaches nothing. A
cell in which fewer than three persons were is left out: a memory is about places, and it outlives erasures.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec
from django.db import transaction
from django.db.models import Q

from korgoo.audit.services import Subject, log_action
from korgoo.engine.plan import Plan
from korgoo.engine.rows import SYSTEM_KEY, Assignment, Kind, Observation, encode_body
from korgoo.monitoring.models import FindingRecord
from korgoo.orders.models import Order
from korgoo.outbox.instants import from_ms
from korgoo.outbox.journal_inbox import write_control_row
from korgoo.replay.coverage import CoverageError, Lessons

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from korgoo.engine.coverage import Coverage
    from korgoo.engine.rows import Row
    from korgoo.journal.protocol import JournalReader

FEWEST: Final = 3
"""Persons of whom a cell may tell: fewer, and it tells where somebody lives."""
_WHY: Final = "the coverage memory learns from the devices of every office"
_READ_ROWS: Final = 5_000
_MOST_ROWS: Final = 1_000_000
"""Rows of one person that are read at once: far more than a device sends in a month."""
_ODD: Final = ("tamper.", "signal.", "position.mock", "position.spoofed", "phone.permission", "clock.")
_DIGITS: Final = 16


def learn_memory(reader: JournalReader, *, begin_ms: int, end_ms: int) -> Coverage:
    """Return what the journal's rows fixed in [begin, end) teach, named by its date and digest.

    Raises:
        CoverageError: too few people were in any place to speak of it.
        StorageError: the journal cannot be read.
    """
    intervals, hers = _read_control(reader)
    silent = hers | _protected_keys() | _doubted_keys(begin_ms=begin_ms, end_ms=end_ms)
    lessons = Lessons()
    for key in sorted(intervals.keys() - silent):
        opened = reader.history(key, from_ms=begin_ms, until_ms=end_ms, limit=_MOST_ROWS)
        rows = (one.row() for one in opened if one.kind == Kind.OBSERVATION)
        seen = [row.body for row in rows if row is not None and isinstance(row.body, Observation)]
        lessons.add(seen, intervals[key])
    learned = lessons.sum_up("unnamed", fewest=FEWEST)
    if not learned.cells:
        raise CoverageError(f"there is no place in which {FEWEST} persons or more have been")
    digest = sha256(encode_body(learned)).hexdigest()[:_DIGITS]
    return msgspec.structs.replace(learned, version=f"{from_ms(end_ms):%Y-%m-%d} {digest}")


def put_in_force(coverage: Coverage, *, actor: str, now: datetime) -> int:
    """Write the control row with which the engine takes this memory; return its inbox id."""
    with transaction.atomic():
        inbox_id = write_control_row(coverage, kind=Kind.COVERAGE, key=SYSTEM_KEY, case_id=0, now=now)
        log_action(
            Subject("coverage", coverage.version), actor=actor, action="put coverage memory in force", now=now
        )
    return inbox_id


def _read_control(reader: JournalReader) -> tuple[dict[str, int], set[str]]:
    """Return the expected interval by person's key, and the keys of those who carry a protected device."""
    intervals: dict[str, int] = {}
    hers: set[str] = set()
    for row in _control_rows(reader):
        if isinstance(row.body, Plan):
            intervals[row.key] = row.body.expected_interval_ms
        elif isinstance(row.body, Assignment) and row.body.protected:
            hers.add(row.body.person_key)
    return intervals, hers


def _control_rows(reader: JournalReader) -> Iterator[Row]:
    after, kinds = 0, [Kind.PLAN.value, Kind.ASSIGNMENT.value]
    while stored := reader.rows(after_seq=after, limit=_READ_ROWS, kinds=kinds):
        after = stored[-1].seq
        rows = (opened.row() for opened in reader.open_rows(stored))
        yield from (row for row in rows if row is not None)


def _protected_keys() -> set[str]:
    orders = Order.objects.unscoped(_WHY).filter(protected_person__isnull=False)
    pairs = orders.values_list("person_id", "protected_person_id")
    return {f"person:{number}" for pair in pairs for number in pair}


def _doubted_keys(*, begin_ms: int, end_ms: int) -> set[str]:
    """Return the keys of persons whose device was doubted in that time: their losses may be made."""
    kinds = Q()
    for prefix in _ODD:
        kinds |= Q(kind__startswith=prefix)
    found = FindingRecord.objects.unscoped(_WHY).filter(kinds, person__isnull=False)
    found = found.filter(opened_at__lt=from_ms(end_ms))
    found = found.filter(Q(state=FindingRecord.State.OPEN) | Q(opened_at__gte=from_ms(begin_ms)))
    return {f"person:{number}" for number in found.values_list("person_id", flat=True)}
