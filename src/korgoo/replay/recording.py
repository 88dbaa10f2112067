"""A recording as the journal would have held it: plans, inspections and observations in one order of rows."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from korgoo.engine.coverage import Coverage
from korgoo.engine.rows import SYSTEM_KEY, Inspection, Kind, Observation, Row, pair_key, person_key
from korgoo.planning.compilation import compile_plan
from korgoo.planning.document import PlanDocument
from korgoo.planning.instants import FIRST_YEAR, LAST_YEAR
from korgoo.planning.naming import instant_of
from korgoo.planning.pairs import compile_pair
from korgoo.replay.fixes import Fixes


class Recording:
    """Rows in seq order, and every key's own, for judging its past again."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._of_key: dict[str, list[Row]] = {}
        for row in rows:
            self._of_key.setdefault(row.key, []).append(row)

    def recall(self, key: str, until_seq: int) -> Sequence[Row]:
        """Return the key's rows up to and with that seq."""
        rows = self._of_key.get(key, [])
        return rows[: bisect_right(rows, until_seq, key=lambda row: row.seq)]


class _Entry(NamedTuple):
    log_at_ms: int
    kind: Kind
    key: str
    body: Any


def make_recording(
    document: PlanDocument, fixes: Fixes, *, until_ms: int | None = None, coverage: Coverage | None = None
) -> Recording:
    """Return the rows of a backtest, numbered from 1.

    A coverage memory and the plans of people and pairs come first, at the log time of the first thing; then
    inspections and observations by log time, an inspection before an observation of the same moment. What
    was received after `until_ms` was not known then and is left out.
    """
    observed, inspections = fixes.observations, _inspections(document)
    if until_ms is not None:
        observed = observed[: bisect_right(observed, until_ms, key=_received_at)]
        inspections = [entry for entry in inspections if entry.log_at_ms <= until_ms]
    times = [_received_at(pair) for pair in (*observed[:1], *observed[-1:])]
    times += [entry.log_at_ms for entry in inspections]
    times = times or [until_ms or 0]
    known = [] if coverage is None else [_Entry(min(times), Kind.COVERAGE, SYSTEM_KEY, coverage)]
    entries = _plans(document, at_ms=min(times), until_ms=max([*times, until_ms or 0]))
    numbers = itertools.count(1)
    rows = [Row(next(numbers), *entry) for entry in (*known, *entries)]
    begin = 0
    for entry in inspections:  # few: between them observations go in by slices
        end = bisect_left(observed, entry.log_at_ms, lo=begin, key=_received_at)
        rows += _observations(observed[begin:end], numbers)
        rows.append(Row(next(numbers), *entry))
        begin = end
    rows += _observations(observed[begin:], numbers)
    return Recording(rows)


def _observations(observed: Sequence[tuple[str, Observation]], numbers: Iterator[int]) -> list[Row]:
    kind = Kind.OBSERVATION
    return [Row(next(numbers), body.received_at_ms, kind, key, body) for key, body in observed]


def _received_at(pair: tuple[str, Observation]) -> int:
    return pair[1].received_at_ms


def _plans(document: PlanDocument, *, at_ms: int, until_ms: int) -> Iterator[_Entry]:
    """Yield a plan row a person, then one a pair; UTC offsets reach beyond every timer that will be set."""
    first_year = max(FIRST_YEAR, _year(at_ms) - 1)
    last_year = min(LAST_YEAR, _year(until_ms) + 2)
    for index, subject in enumerate(document.subjects):
        plan = compile_plan(
            subject,
            tz=document.tz,
            first_year=first_year,
            last_year=last_year,
            path=f"$.subjects[{index}]",
        )
        yield _Entry(at_ms, Kind.PLAN, person_key(subject.id), plan)
    for index, pair in enumerate(document.pairs):
        compiled = compile_pair(pair, subjects=document.subjects, path=f"$.pairs[{index}]")
        yield _Entry(at_ms, Kind.PAIR, pair_key(pair.id), compiled)


def _inspections(document: PlanDocument) -> list[_Entry]:
    """Return every inspection by time; of the same moment, in the order of the plan."""
    entries: list[_Entry] = []
    for index, subject in enumerate(document.subjects):
        for place, inspection in enumerate(subject.inspections):
            at_ms = instant_of(inspection.at, path=f"$.subjects[{index}].inspections[{place}].at")
            body = Inspection(len(entries) + 1, at_ms)
            entries.append(_Entry(at_ms, Kind.INSPECTION, person_key(subject.id), body))
    entries.sort(key=lambda entry: entry.log_at_ms)
    return entries


def _year(at_ms: int) -> int:
    return datetime.fromtimestamp(at_ms // 1000, UTC).year
