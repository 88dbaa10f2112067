"""What every staging returns: signals, the plan that binds, and the facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from korgoo.engine.rows import person_key
from korgoo.planning.reading import read_document
from korgoo.replay.coverage import learn_coverage
from korgoo.replay.fixes import Fixes
from korgoo.replay.recording import Recording, make_recording
from korgoo.sim.signals import Signals, arrivals
from korgoo.sim.town import TIME_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from korgoo.engine.coverage import Coverage
    from korgoo.engine.rows import Observation
    from korgoo.planning.document import PlanDocument
    from korgoo.sim.facts import Fact
    from korgoo.sim.meetings import Pair

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One staging: who told what, what bound them, and what is true.

    `subjects` are those of PLAN.json. `knobs` say how it was made. `monitored_ms` is the time for which
    devices were watched, summed over persons: what a rate of false findings is divided by.
    """

    name: str
    signals: tuple[Signals, ...]
    subjects: tuple[Mapping[str, Any], ...]
    facts: tuple[Fact, ...]
    monitored_ms: int
    pairs: tuple[Pair, ...] = ()
    knobs: Mapping[str, Any] = field(default_factory=dict)
    coverage: Coverage | None = None
    """The coverage memory that the engine is given; no rival has one."""

    @property
    def fixes(self) -> int:
        """The number of messages."""
        return sum(one.table.shape[1] for one in self.signals)

    def facts_of(self, kind: type[F]) -> list[F]:
        """Return the facts of one kind."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def plan(self, *, with_pairs: bool = False) -> dict[str, Any]:
        """Return PLAN.json. Pairs whose protected side is a place are in it where she is named."""
        document: dict[str, Any] = {"tz": TIME_ZONE, "subjects": list(self.subjects)}
        if with_pairs and self.pairs:
            document["pairs"] = [pair.document() for pair in self.pairs if pair.protected]
        return document

    def plan_document(self, *, with_pairs: bool = False) -> PlanDocument:
        """Return the plan read and checked."""
        return read_document(msgspec.json.encode(self.plan(with_pairs=with_pairs)))

    def recording(self, *, with_pairs: bool = False, until_ms: int | None = None) -> Recording:
        """Return the engine's rows, memory and plans first, for `korgoo.replay.backtest.judge_recording`."""
        observed = self._observed()
        fixes = Fixes(observed, len(observed), {})
        document = self.plan_document(with_pairs=with_pairs)
        return make_recording(document, fixes, until_ms=until_ms, coverage=self.coverage)

    def learn_coverage(self, version: str) -> Coverage:
        """Return the coverage memory that these signals teach: what was lost where, never why."""
        subjects = self.plan_document().subjects
        intervals = {subject.id: round(subject.expected_interval_s * 1000) for subject in subjects}
        return learn_coverage(self._observed(), intervals=intervals, version=version)

    def _observed(self) -> list[tuple[str, Observation]]:
        return [(person_key(person), seen) for person, seen in arrivals(self.signals)]


def join(name: str, scenarios: Iterable[Scenario]) -> Scenario:
    """Return several scenarios as one; their persons and pairs must have different ids.

    Raises:
        ValueError: two of them know the same person.
    """
    parts = list(scenarios)
    ids = [subject["id"] for part in parts for subject in part.subjects]
    if len(set(ids)) != len(ids):
        raise ValueError("scenarios to be joined know the same person")
    return Scenario(
        name=name,
        signals=tuple(one for part in parts for one in part.signals),
        subjects=tuple(one for part in parts for one in part.subjects),
        facts=tuple(one for part in parts for one in part.facts),
        monitored_ms=sum(part.monitored_ms for part in parts),
        pairs=tuple(one for part in parts for one in part.pairs),
    )
