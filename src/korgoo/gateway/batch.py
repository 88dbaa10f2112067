"""What is to be stored of one request: admission over its observations, told by counter afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine.rows import Kind, encode_body
from korgoo.gateway.admission import Refusal, Verdict, decide, is_collecting
from korgoo.gateway.ports import Draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.rows import Assignment, Credential, Observation
    from korgoo.gateway.registry import Grounds, Registry

_OBSERVATION: Final = Kind.OBSERVATION.value


class UnsealedError(RuntimeError):
    """An observation would be stored that nobody's key seals. It never is."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of the observations: stored ones, and dropped ones with the law's reason."""

    stored: tuple[Observation, ...] = ()
    dropped: tuple[tuple[Observation, Refusal], ...] = ()


_NOTHING: Final = Outcome()


class Batch(msgspec.Struct):
    """The observations of one request and who sent them. `credential` is None for a forwarder.

    `prepare` may be asked again, by the writer, when the registry has changed since: it starts afresh.
    """

    observations: Sequence[Observation]
    registry: Registry
    body_hash: bytes
    credential: Credential | None = None
    extra_drafts: Sequence[Draft] = ()
    outcome: Outcome = _NOTHING

    def prepare(self) -> list[Draft]:
        """Decide over every observation; return the rows to be stored and note the outcome."""
        own = None if self.credential is None else self.registry.grounds_of(self.credential)
        screen = None if own is None else own.open_range
        if own is not None and screen is not None and screen.admits_all(self.observations):
            self.outcome = Outcome(tuple(self.observations))
            drafts = _draft_all(self.observations, assignment=own.assignment, body_hash=self.body_hash)
        else:
            drafts = self._decide_over_each(own)
        return [*drafts, *self.extra_drafts] if self.extra_drafts else drafts

    def _decide_over_each(self, own: Grounds | None) -> list[Draft]:
        stored: list[Observation] = []
        dropped: list[tuple[Observation, Refusal]] = []
        drafts: list[Draft] = []
        assignment: Assignment | None
        for observation in self.observations:
            if own is not None:
                assignment, verdict = own.assignment, _judge(observation, own)
            else:
                assignment, verdict = self._judge_foreign(observation)
            kept = verdict.observation
            if assignment is None or kept is None:
                dropped.append((observation, verdict.refusal or Refusal.NO_ASSIGNMENT))
                continue
            stored.append(kept)
            drafts += _draft_all((kept,), assignment=assignment, body_hash=self.body_hash)
        self.outcome = Outcome(tuple(stored), tuple(dropped))
        return drafts

    def _judge_foreign(self, observation: Observation) -> tuple[Assignment | None, Verdict]:
        """Judge what a forwarder tells, or a device whose assignment is not known."""
        verdict = Verdict(None, Refusal.NO_ASSIGNMENT)
        if self.credential is not None:
            return None, verdict
        for assignment in self._candidates(observation):
            verdict = _judge(observation, self.registry.ground(assignment, credential=None))
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


def _judge(observation: Observation, grounds: Grounds) -> Verdict:
    return decide(
        observation,
        assignment=grounds.assignment,
        credential=grounds.credential,
        suspensions=grounds.suspensions,
        ever_protected=grounds.ever_protected,
    )


def _draft_all(
    observations: Sequence[Observation], *, assignment: Assignment, body_hash: bytes
) -> list[Draft]:
    """Return the rows of observations under one assignment.

    Raises:
        UnsealedError: no case would seal them; the inbox lets no such assignment in (docs/adr/0026).
    """
    if assignment.case_id <= 0:
        raise UnsealedError(f"assignment {assignment.assignment_id} belongs to no case")
    key, case_id = assignment.person_key, assignment.case_id
    return [
        Draft(
            _OBSERVATION,
            key,
            case_id,
            encode_body(one),
            body_hash,
            one.received_at_ms if one.clock_faulty else one.fixed_at_ms,
        )
        for one in observations
    ]
