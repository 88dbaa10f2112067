"""What the law lets us keep: one pure decision over an observation and the rows in force.

Collection is lawful by the time of the fix, inside the collection interval of the assignment whose
credential spoke. What is outside leaves only a count. One exception stands above all others: an SOS
from a device that was ever issued to a protected person is kept with its position, whatever else is
wrong, as long as the secret matched (the caller has checked that).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from korgoo.engine.rows import Assignment, Credential, Observation, Suspension

TOLERANCE_MS: Final = 60_000
"""How far a device's clock may stray over either end of an interval."""
SUPERSEDED_GRACE_MS: Final = 30 * 86_400_000
"""How long a replaced credential may still deliver what its device recorded before."""
FUTURE_LIMIT_MS: Final = 86_400_000
"""A fix from further ahead than this says nothing about when it was made."""
LATEST_MS: Final = 1 << 62
"""Later than any time: the end of an assignment that has none."""


class Refusal(StrEnum):
    """Why nothing was kept: the labels of the count, and `reason` in the device protocol."""

    OUTSIDE_INTERVAL = "outside_interval"
    FUTURE = "future"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    NO_ASSIGNMENT = "no_assignment"


class Verdict(NamedTuple):
    """Admitted with the observation as it is to be stored, or refused with the reason."""

    observation: Observation | None
    refusal: Refusal | None = None


def decide(
    observation: Observation,
    *,
    assignment: Assignment,
    credential: Credential | None,
    suspensions: Iterable[Suspension] = (),
    ever_protected: bool = False,
) -> Verdict:
    """Decide whether the observation may be kept.

    Now is the observation's own `received_at_ms`, so a replay decides the same. `credential` is None
    for a forwarder, which speaks for a device by its assignment alone. `ever_protected` tells that the
    device, under whatever assignment, was once issued to a protected person.
    """
    refusal = _refuse(observation, assignment=assignment, credential=credential, suspensions=suspensions)
    if observation.sos and (ever_protected or assignment.protected):
        return Verdict(_keep_sos(observation, assignment=assignment))
    if refusal is not None:
        return Verdict(None, refusal)
    if assignment.clock_faulty and not observation.clock_faulty:
        return Verdict(msgspec.structs.replace(observation, clock_faulty=True))
    return Verdict(observation)


class OpenRange(NamedTuple):
    """Times between which nothing of the rows in force speaks against an ordinary observation."""

    from_ms: int
    until_ms: int

    def admits_all(self, observations: Iterable[Observation]) -> bool:
        """Tell without looking at any row that `decide` would keep every observation as it is.

        Almost every message is such; False says nothing, `decide` has to be asked about each.
        """
        from_ms, until_ms = self
        for one in observations:
            at, received = one.fixed_at_ms, one.received_at_ms
            if not from_ms <= at <= until_ms or received < from_ms or at > received + FUTURE_LIMIT_MS:
                return False
            if one.sos or one.clock_faulty:
                return False
        return True


def find_open_range(
    assignment: Assignment, credential: Credential | None, *, suspensions: Iterable[Suspension]
) -> OpenRange | None:
    """Return the range of these rows; None where each observation has to be decided over for itself."""
    if assignment.clock_faulty or any(not one.revoked for one in suspensions):
        return None
    if credential is not None and (credential.revoked or credential.superseded_at_ms is not None):
        return None
    end = assignment.collect_until_ms
    return OpenRange(
        assignment.collect_from_ms - TOLERANCE_MS, LATEST_MS if end is None else end + TOLERANCE_MS
    )


def judged_at(observation: Observation, *, assignment: Assignment) -> int:
    """Return the instant that counts: the device's, or ours where its clock is known to be wrong."""
    if assignment.clock_faulty or observation.clock_faulty:
        return observation.received_at_ms
    return observation.fixed_at_ms


def _refuse(
    observation: Observation,
    *,
    assignment: Assignment,
    credential: Credential | None,
    suspensions: Iterable[Suspension],
) -> Refusal | None:
    at, received = judged_at(observation, assignment=assignment), observation.received_at_ms
    if credential is not None and credential.revoked:
        return Refusal.REVOKED
    if credential is not None and not _may_deliver(at=at, received=received, credential=credential):
        return Refusal.SUPERSEDED
    if at > received + FUTURE_LIMIT_MS:
        return Refusal.FUTURE
    if not _is_inside(at=at, received=received, assignment=assignment):
        return Refusal.OUTSIDE_INTERVAL
    for one in suspensions:
        if one.from_ms <= at < one.until_ms and not one.revoked:
            return Refusal.SUSPENDED
    return None


def _is_inside(*, at: int, received: int, assignment: Assignment) -> bool:
    """Tell whether the fix is of the collection interval.

    What was received before the interval was made before it, whatever a fast clock says.
    """
    if min(at, received) < assignment.collect_from_ms - TOLERANCE_MS:
        return False
    return assignment.collect_until_ms is None or at <= assignment.collect_until_ms + TOLERANCE_MS


def _may_deliver(*, at: int, received: int, credential: Credential) -> bool:
    """Tell whether the credential may deliver this: a replaced one its own interval, for 30 days."""
    end = credential.superseded_at_ms
    if end is None:
        return True
    own = credential.valid_from_ms - TOLERANCE_MS <= at <= end + TOLERANCE_MS
    return own and received <= end + SUPERSEDED_GRACE_MS


def _keep_sos(observation: Observation, *, assignment: Assignment) -> Observation:
    """Return the SOS with a time that can be used: ours, where the device's cannot be right."""
    at, received = observation.fixed_at_ms, observation.received_at_ms
    ahead = at > received + TOLERANCE_MS
    before_issue = at < min(assignment.collect_from_ms, received) - TOLERANCE_MS
    if not (assignment.clock_faulty or observation.clock_faulty or ahead or before_issue):
        return observation
    said = ("device_time_ms", str(at))
    return msgspec.structs.replace(
        observation,
        fixed_at_ms=received,
        clock_faulty=True,
        extras=tuple(sorted({*observation.extras, said})),
    )


def is_collecting(assignment: Assignment, *, now_ms: int) -> bool:
    """Tell whether the collection interval is open now: only then may a message be quarantined."""
    if now_ms < assignment.collect_from_ms - TOLERANCE_MS:
        return False
    return assignment.collect_until_ms is None or now_ms <= assignment.collect_until_ms + TOLERANCE_MS
