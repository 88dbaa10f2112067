"""A case from an installation: the finding's rows as they lie in the journal, with what proves them."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import SYSTEM_KEY, Kind
from korgoo.journal.opening import locate_journal, open_keys
from korgoo.monitoring.models import FindingEvent
from korgoo.outbox.instants import to_ms
from korgoo.planning.instants import parse_instant
from korgoo.replay.derivation import MARKS
from korgoo.replay.evidence.cases import (
    CaseError,
    concerned,
    find_sides,
    make_job,
    select_rows,
    take_case,
)
from korgoo.replay.evidence.chains import collect_proof

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from korgoo.conf.environment import Environment
    from korgoo.engine.rows import Row
    from korgoo.journal.protocol import JournalReader
    from korgoo.replay.evidence.cases import Case
    from korgoo.replay.evidence.chains import Proof

_WHY: Final = "evidence is handed out for a reason that the audit log keeps"
_READ_ROWS: Final = 5_000
_KEYS: Final = ("person:", "pair:")


def take_from_journal(reader: JournalReader, finding_id: str, *, environment: Environment) -> Case:
    """Return the case of a finding of this installation, all its events up to now.

    Raises:
        CaseError: there is no such finding, its rows were erased, or today's engine finds it otherwise.
        StorageError: the journal cannot be read.
    """
    events = list(FindingEvent.objects.unscoped(_WHY).filter(finding_id=finding_id).order_by("number"))
    key = finding_id.partition("/")[0]
    if not events:
        raise CaseError(f"this installation has no finding {finding_id!r}")
    if not key.startswith(_KEYS):
        raise CaseError("what concerns the system itself has no rows of people: verify the journal instead")
    control = list(_read(reader, kinds=(Kind.PAIR, Kind.ASSIGNMENT)))
    keys = concerned(control, key)
    end_ms = to_ms(events[-1].at)
    rows = list(_rows_until(reader, keys, end_ms=end_ms))
    job = make_job(finding_id, clock=MARKS, end_ms=end_ms, overrides={}, engine=Parameters())
    mine = select_rows(rows, key, keys)
    case = take_case(mine, job, overrides={}, sides=find_sides(control), recorded=None)
    _compare(case, events)
    proof = collect_proof(reader, [row.seq for row in case.rows], keys={})
    return msgspec.structs.replace(case, proof=_with_keys(proof, environment))


def _compare(case: Case, events: list[FindingEvent]) -> None:
    """Refuse a case whose events are not those recorded: another version of the engine had found them."""
    told = [
        (found["event"], parse_instant(found["at"]), round(found["confidence"] * 1000))
        for found in map(json.loads, case.lines.splitlines())
    ]
    if told != [(event.event, to_ms(event.at), event.confidence) for event in events]:
        raise CaseError(
            "today's engine finds this otherwise than it was recorded: make the bundle with the version that"
            " judged then"
        )


def _rows_until(reader: JournalReader, keys: Collection[str], *, end_ms: int) -> Iterator[Row]:
    """Yield the rows of these keys, the marks and the coverage memory up to a log time, in seq order."""
    head = reader.head().seq
    found = []
    for key in sorted(keys):
        for opened in reader.rows_of(key, after_seq=0, until_seq=head):
            row = opened.row()
            if opened.log_at_ms > end_ms:
                break
            if row is None:
                raise CaseError(f"rows of {key} were erased")
            found.append(row)
    if not found:
        return
    first = min(row.seq for row in found)
    found += _read(reader, kinds=(Kind.MARK, Kind.COVERAGE), after=first - 1, end_ms=end_ms)
    found += (row for row in _read(reader, kinds=(Kind.COVERAGE,), end_ms=end_ms) if row.seq < first)
    found.sort(key=lambda row: row.seq)
    yield from found


def _read(
    reader: JournalReader, *, kinds: tuple[Kind, ...], after: int = 0, end_ms: int | None = None
) -> Iterator[Row]:
    """Yield the rows of these kinds in seq order; what was erased is passed over."""
    names = [kind.value for kind in kinds]
    while stored := reader.rows(after_seq=after, limit=_READ_ROWS, kinds=names):
        after = stored[-1].seq
        for opened in reader.open_rows(stored):
            if end_ms is not None and opened.log_at_ms > end_ms:
                return
            row = opened.row()
            if row is not None and (row.key == SYSTEM_KEY or row.kind in (Kind.PAIR, Kind.ASSIGNMENT)):
                yield row


def _with_keys(proof: Proof, environment: Environment) -> Proof:
    """Return the proof with the keys that open its payloads, for the court."""
    pairs = set()
    for row in proof.rows:
        header = msgspec.msgpack.decode(row.header)
        if header[6]:
            pairs.add((header[6], header[7]))
    with closing(open_keys(locate_journal(environment))) as store:
        found = store.find(pairs)
    used = tuple((case, month, key) for (case, month), key in sorted(found.items()))
    return msgspec.structs.replace(proof, keys=used)
