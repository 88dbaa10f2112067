"""What is to be stored of one request: admission over its observations, told by counter afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from korgoo.engine.rows import Kind, encode_body
from korgoo.gateway.admission import Refusal, Verdict, decide, is_collecting
from korgoo.gateway.ports import Draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.rows import Assignment, Credential, Observation
    from korgoo.gateway.registry import Registry


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the observations: stored ones, and dropped ones with the law's reason."""

    stored: tuple[Observation, ...] = ()
    dropped: tuple[tuple[Observation, Refusal], ...] = ()


@dataclass(slots=True)
class Batch:
    """The observations of one request and who sent them. `credential` is None for a forwarder.

    `prepare` may be asked again, by the writer, when the registry has changed since: it starts afresh.
    """

    observations: Sequence[Observation]
    registry: Registry
    body_hash: bytes
    credential: Credential | None = None
    extra_drafts: Sequence[Draft] = ()
    outcome: Outcome = field(default_factory=Outcome)

    def prepare(self) -> list[Draft]:
        """Decide over every observation; return the rows to be stored and note the outcome."""
        stored: list[Observation] = []
        dropped: list[tuple[Observation, Refusal]] = []
        drafts: list[Draft] = []
        for observation in self.observations:
            assignment, verdict = self._decide(observation)
            kept = verdict.observation
            if assignment is None or kept is None:
                dropped.append((observation, verdict.refusal or Refusal.NO_ASSIGNMENT))
                continue
            stored.append(kept)
            drafts.append(_draft(kept, assignment=assignment, body_hash=self.body_hash))
        self.outcome = Outcome(tuple(stored), tuple(dropped))
        return [*drafts, *self.extra_drafts]

    def _decide(self, observation: Observation) -> tuple[Assignment | None, Verdict]:
        if self.credential is not None:
            current = self.registry.credential(self.credential.public_id) or self.credential
            assignment = self.registry.assignment(current.assignment_id)
            if assignment is None:
                return None, Verdict(None, Refusal.NO_ASSIGNMENT)
            return assignment, self._judge(observation, assignment=assignment, credential=current)
        verdict = Verdict(None, Refusal.NO_ASSIGNMENT)
        for assignment in self._candidates(observation):
            verdict = self._judge(observation, assignment=assignment, credential=None)
            if verdict.observation is not None:
                return assignment, verdict
        return None, verdict

    def _candidates(self, observation: Observation) -> list[Assignment]:
        """Return the device's assignments: open ones first, protected persons before others, newest first."""
        now_ms = observation.received_at_ms
        return sorted(
            self.registry.assignments_of(observation.device),
            key=lambda one: (not is_collecting(one, now_ms=now_ms), not one.protected, -one.collect_from_ms),
        )

    def _judge(
        self, observation: Observation, *, assignment: Assignment, credential: Credential | None
    ) -> Verdict:
        return decide(
            observation,
            assignment=assignment,
            credential=credential,
            suspensions=self.registry.suspensions_of(assignment.person_key),
            ever_protected=self.registry.was_protected(assignment.device_id),
        )


def _draft(observation: Observation, *, assignment: Assignment, body_hash: bytes) -> Draft:
    at = observation.received_at_ms if observation.clock_faulty else observation.fixed_at_ms
    return Draft(
        Kind.OBSERVATION, assignment.person_key, assignment.case_id, encode_body(observation), body_hash, at
    )
