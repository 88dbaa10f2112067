"""Judging again: the account of one person's sorted lane, made anew and compared with what was recorded.

Small disorder is settled from the ring; anything older from the person's rows, which the caller recalls.
Both end in the same comparison, so what has to be said does not depend on how it was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from korgoo.engine import ring as rings
from korgoo.engine.clocks import read_clock
from korgoo.engine.episodes import Episode, Recorded, compare, fold, touched
from korgoo.engine.judged import Change, Judged, Trace
from korgoo.engine.judgement import advance
from korgoo.engine.plan import Permit, Plan
from korgoo.engine.plausibility import classify
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Observation, Suspension
from korgoo.engine.state import PersonState, unpack_state
from korgoo.engine.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from korgoo.engine.episodes import Difference
    from korgoo.engine.rows import Row


class Recalled(msgspec.Struct, frozen=True):
    """What the caller remembers of one key, up to and including a seq.

    `rows` are all its rows (with `start`, those judged after `start`'s clock and all control rows);
    `recorded` the findings of the sorted lane that were put out. `start` is a packed state that no later
    row has contradicted, or none.
    """

    rows: Sequence[Row]
    recorded: Sequence[Recorded]
    start: bytes | None = None


class Account(msgspec.Struct):
    """The new account of a stretch: where the lane stands now and what happened in it."""

    changes: list[Change]
    trace: Trace
    episodes: list[Episode]
    differences: list[Difference]


def settle_ring(subject: Subject, horizon_ms: int) -> Account:
    """Judge the ring again and leave the subject with the new state of its sorted lane."""
    judged, changes, trace, before = subject.replay_ring(horizon_ms)
    open_before = _open_in(before, subject)
    recorded = touched(subject.state.recorded, open_before, before.clock_ms)
    subject.state.judged = judged
    return _account(open_before, recorded, changes, trace)


def settle_rows(subject: Subject, recalled: Recalled, horizon_ms: int) -> Account:
    """Judge all recalled rows again in the order of time and leave the subject with the outcome."""
    state = subject.state
    fresh = unpack_state(recalled.start) if recalled.start is not None else PersonState(state.key)
    fresh.permits, fresh.suspensions = exceptions_of(recalled.rows)
    anew = Subject(fresh, subject.parameters)
    from_ms = fresh.judged.clock_ms
    before = _open_in(fresh.judged, anew)
    after_ms = from_ms if recalled.start is not None else -1
    changes, trace = judge_rows(anew, recalled.rows, after_ms=after_ms, until_ms=horizon_ms)
    if anew.force is not None:
        advance(fresh.judged, anew.force, horizon_ms, changes)
    recorded = touched(recalled.recorded, before, from_ms)
    state.plan, state.judged, state.ring = fresh.plan, fresh.judged, fresh.ring
    state.checkpoints, state.recorded = fresh.checkpoints, list(recorded)
    state.carried = fresh.carried
    subject.force = anew.force
    return _account(before, recorded, changes, trace)


def judge_rows(
    anew: Subject, rows: Sequence[Row], *, after_ms: int, until_ms: int
) -> tuple[list[Change], Trace]:
    """Judge rows in the order of time: plans by the time they take effect, fixes by (time, seq)."""
    events = sorted(_events(anew, rows, after_ms=after_ms, until_ms=until_ms), key=lambda event: event[:2])
    changes: list[Change] = []
    trace = Trace(0)
    for at_ms, seq, body in events:
        if isinstance(body, Plan):
            changes.extend(anew.take_plan(body, at_ms))
            trace = Trace(len(anew.state.judged.zones))
        elif anew.force is not None:
            fix = make_fix(body, seq, anew, at_ms)
            if fix is not None and not rings.holds(anew.state.ring, fix):
                changes.extend(anew.take_in_order(fix, trace=trace))
    return changes, trace


def _events(
    anew: Subject, rows: Sequence[Row], *, after_ms: int, until_ms: int
) -> Iterator[tuple[int, int, Plan | Observation]]:
    """Yield (time, seq, body) of plans and observations; clocks are read in the order of the log."""
    clocks = anew.state.clocks
    for row in rows:
        if isinstance(row.body, Plan):
            if after_ms < row.body.effective_from_ms <= until_ms:
                yield row.body.effective_from_ms, row.seq, row.body
        elif isinstance(row.body, Observation):
            at_ms = read_clock(clocks, row.body, anew.parameters)
            if at_ms > after_ms:
                yield at_ms, row.seq, row.body


def make_fix(observation: Observation, seq: int, subject: Subject, at_ms: int) -> Fix | None:
    """Return the fix of an observation at that time of our clock, or none if it tells no place."""
    if observation.lat_e7 is None and observation.beacon is None:
        return None
    assert subject.force is not None  # noqa: S101 - only a subject with a plan gets fixes
    sigma_cm, code = classify(observation, subject.force)
    return Fix(at_ms, seq, observation.lat_e7 or 0, observation.lon_e7 or 0, sigma_cm, code)


def exceptions_of(rows: Iterable[Row]) -> tuple[dict[str, Permit], dict[int, Suspension]]:
    """Return the permits and suspensions as the last rows left them."""
    permits: dict[str, Permit] = {}
    suspensions: dict[int, Suspension] = {}
    for row in rows:
        if isinstance(row.body, Permit):
            permits[row.body.permit_id] = row.body
        elif isinstance(row.body, Suspension):
            suspensions[row.body.suspension_id] = row.body
    return permits, suspensions


def _open_in(judged: Judged, subject: Subject) -> list[Episode]:
    """Return the episodes that stand open in a state of the sorted lane."""
    if subject.force is None:
        return []
    return [
        Episode(zone.id, subject.force.finding_kinds[index], judged.zones[index].open_ms)
        for index, zone in enumerate(subject.force.zones)
        if judged.zones[index].open_ms
    ]


def _account(
    before: list[Episode], recorded: Sequence[Recorded], changes: list[Change], trace: Trace
) -> Account:
    episodes = fold(before, changes)
    return Account(changes, trace, episodes, compare(recorded, episodes))
