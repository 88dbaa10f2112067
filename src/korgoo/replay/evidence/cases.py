"""A case: one finding with the rows that tell it, and nothing that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from korgoo.engine.pairs.audience import may_show
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import PairPlan
from korgoo.engine.rows import Assignment, Kind, Row
from korgoo.replay.audience import Parties
from korgoo.replay.course import cut_at_marks
from korgoo.replay.derivation import MARKS, Job, derive, parameter_values, recall_from
from korgoo.replay.findings_file import finding_line
from korgoo.replay.judging import EngineJudge, override_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from korgoo.engine.findings import Finding
    from korgoo.replay.evidence.chains import Proof

PAIR: Final = "pair:"
_OF_PEOPLE: Final = frozenset({Kind.OBSERVATION, Kind.SUSPENSION, Kind.INSPECTION, Kind.STAND_DOWN})
"""Rows of a person that a pair is judged by; his own zones and permits are no part of it."""

OPEN_KINDS: Final = frozenset({Kind.MARK, Kind.COVERAGE})
"""Rows about nobody: they are shown in every profile and need no commitment."""

KEPT_MARK_MS: Final = 9_000
"""Marks in which nothing fires are thinned to one in so long: a hole of more than 10 s is an outage."""


class CaseError(ValueError):
    """No bundle can be made of this finding; the message says why."""


class Case(msgspec.Struct, frozen=True):
    """One finding, its events' lines, the job that derives them and the rows in seq order.

    `protected` are the keys of protected persons, `contacts` the radios that they carry, `kept_from` the keys
    of those from whom an order keeps a place or herself; `overrides` the parameters that were not the
    engine's own; `proof` the journal's links, where the rows come from one.
    """

    job: Job
    lines: bytes
    rows: list[Row]
    protected: frozenset[str]
    contacts: frozenset[str]
    kept_from: frozenset[str]
    overrides: dict[str, int]
    proof: Proof | None = None

    @property
    def key(self) -> str:
        """Return the key whose judging told the finding."""
        return self.job.finding.partition("/")[0]

    @property
    def is_pair(self) -> bool:
        """Say whether it is about two persons."""
        return self.key.startswith(PAIR)

    @property
    def plan_versions(self) -> list[str]:
        """Return the versions of the plans among the rows, in order."""
        plans = (row.body for row in self.rows if row.key == self.key and row.kind in (Kind.PLAN, Kind.PAIR))
        return [body.version for body in plans]

    @property
    def parties(self) -> Parties:
        """Return who is protected, and whether the orders among the rows hide anything."""
        return Parties.of_rows(self.rows, protected=self.protected)

    @property
    def is_veiled(self) -> bool:
        """Say whether not even a time may be told: the pair's orders hide a place of hers, or herself.

        Where he was at a known moment is known to him, so all his rows up to it would be a circle around her.
        """
        return self.is_pair and self.key.removeprefix(PAIR) not in self.parties.open_pairs

    @property
    def is_discreet(self) -> bool:
        """Say whether his side may not read how the log ran on: `discretion` says why."""
        if self.is_veiled:
            return False
        kept_from = not self.kept_from.isdisjoint(row.key for row in self.rows)
        return kept_from or (not self.is_pair and any(self._hides(row) for row in self.rows))

    @property
    def committed(self) -> list[Row]:
        """Return the rows that are committed to, in a discreet case by numbers of their own."""
        rows = [row for row in self.rows if row.kind not in OPEN_KINDS]
        if not self.is_discreet:
            return rows
        return [msgspec.structs.replace(row, seq=number) for number, row in enumerate(rows, 1)]

    @property
    def numbers(self) -> dict[int, int]:
        """Return by its number in the log the number of each row that is committed to."""
        rows = (row for row in self.rows if row.kind not in OPEN_KINDS)
        return {row.seq: known.seq for row, known in zip(rows, self.committed, strict=True)}

    def split(self) -> tuple[list[Row], list[Row]]:
        """Return the rows that the participant's side may read, and those of which it gets commitments.

        Where his device heard her radio a row that is missing, or the one without a salt, would say so: then
        all of his are shown without her radio, and all are covered.
        """
        committed = self.committed
        if self.is_veiled:
            return [], committed
        hidden = [row for row in committed if self._hides(row)]
        if hidden and self.is_discreet and not self.is_pair:
            return [_deafen(row) if self._hides(row) else row for row in committed], committed
        away = {row.seq for row in hidden}
        shown = committed if self.is_discreet else self.rows
        return [row for row in shown if row.seq not in away], hidden

    def _hides(self, row: Row) -> bool:
        """Say whether a row is hers, the pair's orders, or tells that her radio was heard."""
        if row.key in self.protected or row.key.startswith(PAIR):
            return True
        return row.kind is Kind.OBSERVATION and row.body.beacon in self.contacts


def _deafen(row: Row) -> Row:
    return msgspec.structs.replace(row, body=msgspec.structs.replace(row.body, beacon=None))


def concerned(rows: Iterable[Row], key: str) -> frozenset[str]:
    """Return the keys whose rows a finding of `key` rests on."""
    keys = {key}
    for row in rows:
        if row.key == key and isinstance(row.body, PairPlan):
            keys |= {row.body.participant, row.body.protected}
    return frozenset(keys)


class Sides(NamedTuple):
    """Keys of the protected, the radios they carry, and keys of those from whom an order keeps anything."""

    protected: frozenset[str]
    contacts: frozenset[str]
    kept_from: frozenset[str]


def find_sides(rows: Iterable[Row]) -> Sides:
    """Return who stands on which side of any order among the rows."""
    found, contacts, kept_from = set[str](), set[str](), set[str]()
    for row in rows:
        if isinstance(row.body, PairPlan):
            found.add(row.body.protected)
            contacts |= set(row.body.contacts)
            if not may_show(row.body, "proximity.breach"):
                kept_from.add(row.body.participant)
        elif isinstance(row.body, Assignment) and row.body.protected:
            found.add(row.body.person_key)
    return Sides(frozenset(found), frozenset(contacts), frozenset(kept_from))


def select_rows(rows: Iterable[Row], key: str, keys: frozenset[str]) -> list[Row]:
    """Return the rows of a case in their order: its own keys, the clock, and the coverage memory."""
    return [row for row in rows if row.kind in OPEN_KINDS or (row.key in keys and _counts(row, key))]


def _counts(row: Row, key: str) -> bool:
    return row.key == key or not key.startswith(PAIR) or row.kind in _OF_PEOPLE


def take_case(
    rows: Sequence[Row],
    job: Job,
    *,
    overrides: Mapping[str, int],
    sides: Sides,
    recorded: Sequence[str] | None,
) -> Case:
    """Return the case of a finding, its marks thinned as far as not a byte changes.

    `rows` are those of `select_rows`, `sides` come from `find_sides` over all rows, `recorded` are the
    finding's lines as they stand recorded, if they do.

    Raises:
        CaseError: the rows do not give this finding, or give it with other bytes than recorded.
    """
    told = _lines(derive(rows, job))
    if not told:
        raise CaseError(f"these rows give no finding {job.finding!r}")
    if recorded is not None and told != list(recorded):
        raise CaseError(
            "this engine derives other bytes from these rows than were recorded: make the bundle with the"
            " version, the parameters and the files that the finding was made with"
        )
    kept = list(rows)
    if job.clock == MARKS:
        kept = _thin(rows, override_parameters(Parameters(), job.parameters))
        if _lines(derive(kept, job)) != told:
            kept = list(rows)
    lines = "".join(f"{line}\n" for line in told).encode()
    return Case(job, lines, kept, *sides, dict(overrides))


def make_job(
    finding: str, *, clock: str, end_ms: int, overrides: Mapping[str, int], engine: Parameters | None = None
) -> Job:
    """Return the job that derives a finding with the engine's parameters and these overrides."""
    parameters = override_parameters(engine or Parameters(), overrides)
    return Job(finding, clock, end_ms, parameter_values(parameters))


def _lines(findings: Iterable[Finding]) -> list[str]:
    return [finding_line(finding) for finding in findings]


def _thin(rows: Sequence[Row], parameters: Parameters) -> list[Row]:
    """Return the rows without the marks in which no timer fires, but for one each nine seconds."""
    recall: Any = recall_from(rows)
    judge = EngineJudge(parameters, recall=recall)
    marks: list[tuple[Row, bool]] = []
    for stretch in cut_at_marks(rows):
        if stretch[0].kind is Kind.MARK:
            due_ms = judge.next_due()
            marks.append((stretch[0], due_ms is not None and due_ms <= stretch[0].log_at_ms))
        judge.feed(stretch)
    kept = set[int]()
    kept_ms = 0
    for at, (mark, fires) in enumerate(marks):
        next_ms = marks[at + 1][0].log_at_ms if at + 1 < len(marks) else mark.log_at_ms
        if fires or at + 1 == len(marks) or next_ms - kept_ms > KEPT_MARK_MS:
            kept.add(mark.seq)
            kept_ms = mark.log_at_ms
    return [row for row in rows if row.kind is not Kind.MARK or row.seq in kept]
