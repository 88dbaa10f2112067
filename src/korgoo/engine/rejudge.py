"""Judging again: the account of one person's sorted lane, made anew and compared with what was recorded.

Small disorder is settled from the ring; anything older from the person's rows, which the caller recalls.
Both end in the same comparison, so what has to be said does not depend on how it was found.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from korgoo.engine import ring as rings
from korgoo.engine.conditions import next_due, rebind
from korgoo.engine.episodes import Episode, Recorded, compare, fold, touched
from korgoo.engine.judged import Change, Judged, Trace
from korgoo.engine.judgement import advance
from korgoo.engine.plan import Plan
from korgoo.engine.plausibility import classify
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Observation
from korgoo.engine.starts import Start, drop_void, first_start, recall_plans, take_up, unpack_start
from korgoo.engine.state import pack_state
from korgoo.engine.subject import Subject
from korgoo.engine.timing import Reading, copy_reading, read_times

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.engine.episodes import Difference
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Row


class Recalled(msgspec.Struct, frozen=True):
    """What the caller remembers of one key, up to and including a seq.

    `rows` are all its rows in the order of seq; with `start`, a packed `Start` that no later row has
    contradicted, those from the start's `first_seq` on. `recorded` are the findings of the sorted lane that
    were put out.
    """

    rows: Sequence[Row]
    recorded: Sequence[Recorded]
    start: bytes | None = None


Event = tuple[int, int, Plan | Observation]
"""(our time, seq, body) of what the sorted lane reads."""


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
    return make_account(open_before, recorded, changes, trace)


def settle_rows(subject: Subject, recalled: Recalled, horizon_ms: int) -> Account:
    """Judge all recalled rows again in the order of time and leave the subject with the outcome.

    A start gives the bytes that the whole history gives.
    """
    state = subject.state
    start = unpack_start(recalled.start) if recalled.start is not None else first_start(state.key)
    timed = list(read_times(copy_reading(start.reading), recalled.rows, subject.parameters))
    anew, changes, trace = _judge_on(start, recalled.rows, timed, subject.parameters, until_ms=horizon_ms)
    fresh = anew.state
    if anew.force is not None:
        advance(fresh.judged, anew.force, horizon_ms, changes)
    state.plan, state.judged, state.ring = fresh.plan, fresh.judged, fresh.ring
    state.checkpoints, state.recorded = fresh.checkpoints, list(recalled.recorded)
    state.carried = fresh.carried
    subject.force, subject.learning = anew.force, None
    return make_account(start.episodes, recalled.recorded, changes, trace)


def make_start(before: Start, rows: Sequence[Row], parameters: Parameters, *, clock_ms: int) -> Start:
    """Go on from a start over the rows from its `first_seq` on, and halt at `clock_ms`.

    Nothing that these rows tell may contradict `before`.
    """
    timed = list(read_times(copy_reading(before.reading), rows, parameters))
    seq = max([before.seq, *(row.seq for row in rows)])
    first_seq = min((row.seq for at_ms, row in timed if at_ms > clock_ms), default=seq + 1)
    reading = copy_reading(before.reading)
    for _ in read_times(reading, (row for row in rows if row.seq < first_seq), parameters):
        pass  # the clocks as they were read before the first row that the next run has to read
    anew, changes, trace = _judge_on(before, rows, timed, parameters, until_ms=clock_ms)
    plans = drop_void(row for row in recall_plans(before, rows) if isinstance(row.body, Plan))
    return Start(
        clock_ms,
        seq,
        first_seq,
        pack_state(anew.state),
        fold(before.episodes, changes),
        [list(zone) for zone in trace.zones],
        [(row.seq, row.log_at_ms, row.body) for row in plans if row.body.effective_from_ms > clock_ms],
        reading,
    )


def _judge_on(
    start: Start,
    rows: Sequence[Row],
    timed: Sequence[tuple[int, Row]],
    parameters: Parameters,
    *,
    until_ms: int,
) -> tuple[Subject, list[Change], Trace]:
    """Take a start up and judge the rows after it in the order of time; `timed` are its observations."""
    fresh = take_up(start, rows)
    anew = Subject(fresh, parameters)
    if anew.force is not None:
        # Permits for a later time may have come since: the clock has to look at them when they begin.
        rebind(fresh.judged, anew.force, fresh.judged.clock_ms, everything=True)
        fresh.judged.due_ms = next_due(fresh.judged, anew.force)
    trace = Trace(len(start.trace))
    for kept, shown in zip(trace.zones, start.trace, strict=True):
        kept.extend(shown)
    after_ms = start.clock_ms
    events: list[Event] = [event for event in _plans(recall_plans(start, rows)) if event[0] > after_ms]
    events += [(at_ms, row.seq, row.body) for at_ms, row in timed if at_ms > after_ms]
    changes, trace = judge_events(anew, [event for event in events if event[0] <= until_ms], trace)
    return anew, changes, trace


def judge_rows(anew: Subject, rows: Sequence[Row], *, until_ms: int) -> tuple[list[Change], Trace]:
    """Judge all rows of a person from the first on: plans by when they take effect, fixes by (time, seq)."""
    timed = read_times(Reading(), rows, anew.parameters)
    events = [*_plans(rows), *((at_ms, row.seq, row.body) for at_ms, row in timed)]
    return judge_events(anew, [event for event in events if event[0] <= until_ms], Trace(0))


def _plans(rows: Sequence[Row]) -> Iterator[Event]:
    for row in drop_void(row for row in rows if isinstance(row.body, Plan)):
        yield row.body.effective_from_ms, row.seq, row.body


def judge_events(anew: Subject, events: Sequence[Event], trace: Trace) -> tuple[list[Change], Trace]:
    """Judge (time, seq, body) of plans and observations in the order of time."""
    changes: list[Change] = []
    for at_ms, seq, body in sorted(events, key=itemgetter(0, 1)):
        if isinstance(body, Plan):
            changes.extend(anew.take_plan(body, at_ms))
            trace = Trace(len(anew.state.judged.zones))
        elif anew.force is not None:
            fix = make_fix(body, seq, anew, at_ms)
            if fix is not None and not rings.holds(anew.state.ring, fix):
                changes.extend(anew.take_in_order(fix, trace=trace))
    return changes, trace


def make_fix(observation: Observation, seq: int, subject: Subject, at_ms: int) -> Fix | None:
    """Return the fix of an observation at that time of our clock, or none if it tells no place."""
    if observation.lat_e7 is None and observation.beacon is None:
        return None
    assert subject.force is not None  # noqa: S101 - only a subject with a plan gets fixes
    sigma_cm, code = classify(observation, subject.force)
    return Fix(at_ms, seq, observation.lat_e7 or 0, observation.lon_e7 or 0, sigma_cm, code)


def _open_in(judged: Judged, subject: Subject) -> list[Episode]:
    """Return the episodes that stand open in a state of the sorted lane."""
    if subject.force is None:
        return []
    return [
        Episode(zone.id, subject.force.finding_kinds[index], judged.zones[index].open_ms)
        for index, zone in enumerate(subject.force.zones)
        if judged.zones[index].open_ms
    ]


def make_account(
    before: list[Episode], recorded: Sequence[Recorded], changes: list[Change], trace: Trace
) -> Account:
    """Return the account of a stretch, compared with what was recorded of it."""
    episodes = fold(before, changes)
    return Account(changes, trace, episodes, compare(recorded, episodes))
