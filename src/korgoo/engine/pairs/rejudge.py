"""Judging a pair's past again, from its ring or from the rows of both persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from korgoo.engine.episodes import Episode, fold, touched
from korgoo.engine.judged import Change, Trace
from korgoo.engine.pairs import lane
from korgoo.engine.pairs.force import KINDS
from korgoo.engine.pairs.pair import Pair
from korgoo.engine.pairs.reading import read_fixes, standing_plans
from korgoo.engine.pairs.starts import (
    PairStart,
    first_pair_start,
    recall_pair_plans,
    shadow_of,
    take_up_pair,
    unpack_pair_start,
)
from korgoo.engine.pairs.state import pack_pair
from korgoo.engine.rejudge import make_account
from korgoo.engine.ring import Fix, holds
from korgoo.engine.timing import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.pairs.judged import PairJudged
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rejudge import Account, Recalled
    from korgoo.engine.rows import Row


def settle_ring(pair: Pair, horizon_ms: int) -> Account:
    """Judge the ring again and leave the pair with the new state of its sorted lane."""
    judged, changes, trace, before = pair.replay_ring(horizon_ms)
    open_before = _open_in(before, pair)
    recorded = touched(pair.state.recorded, open_before, before.clock_ms)
    pair.state.judged = judged
    return make_account(open_before, recorded, changes, trace)


def settle_rows(pair: Pair, recalled: Recalled, horizon_ms: int) -> Account:
    """Judge the rows of the pair and of both persons again, and leave the pair with the outcome.

    A start gives the bytes that the whole history gives.
    """
    state = pair.state
    start = unpack_pair_start(recalled.start) if recalled.start is not None else first_pair_start(state.key)
    run = _judge_on(start, recalled.rows, pair.parameters, until_ms=horizon_ms)
    fresh = run.anew.state
    if run.anew.force is not None:
        lane.advance(fresh.judged, run.anew.force, horizon_ms, run.changes)
    state.plan, state.judged, state.ring = fresh.plan, fresh.judged, fresh.ring
    state.checkpoints, state.recorded = fresh.checkpoints, list(recalled.recorded)
    state.together, state.suspensions = fresh.together, fresh.suspensions
    for side, followed in zip(state.sides, run.shadow.state.sides, strict=True):
        side.clocks = followed.clocks
    pair.force = run.anew.force
    return make_account(start.episodes, recalled.recorded, run.changes, run.trace)


def make_pair_start(
    before: PairStart, rows: Sequence[Row], parameters: Parameters, *, clock_ms: int
) -> PairStart:
    """Go on from a start over the rows from its `first_seq` on, and halt at `clock_ms`.

    Nothing that these rows tell may contradict `before`.
    """
    run = _judge_on(before, rows, parameters, until_ms=clock_ms)
    seq = max([before.seq, *(row.seq for row in rows)])
    first_seq = min((fix.seq for fix in run.fixes if fix.at_ms > clock_ms), default=seq + 1)
    shadow = shadow_of(before, run.anew.state.key, parameters)
    for _ in read_fixes(shadow, [row for row in rows if row.seq < first_seq], run.plans):
        pass  # the clocks as they were read before the first row that the next run has to read
    one, other = (Reading(side.clocks) for side in shadow.state.sides)
    return PairStart(
        clock_ms,
        seq,
        first_seq,
        pack_pair(run.anew.state),
        fold(before.episodes, run.changes),
        [list(shown) for shown in run.trace.zones],
        [(row.seq, row.log_at_ms, row.body) for row in run.plans],
        (one, other),
    )


class _Run(NamedTuple):
    """What a run over rows came to. `shadow` followed the devices' clocks, in the order of the log."""

    anew: Pair
    shadow: Pair
    plans: list[Row]
    fixes: list[Fix]
    changes: list[Change]
    trace: Trace


def _judge_on(start: PairStart, rows: Sequence[Row], parameters: Parameters, *, until_ms: int) -> _Run:
    """Take a start up and judge the rows after it in the order of time."""
    state = take_up_pair(start, rows)
    anew, shadow = Pair(state, parameters), shadow_of(start, state.key, parameters)
    if anew.force is not None:
        # Exceptions for a later time may have come since: the clock has to look at them when they begin.
        lane.ask_clock(state.judged, anew.force, state.judged.clock_ms)
    trace = Trace(lane.RINGS)
    for kept, shown in zip(trace.zones, start.trace, strict=False):  # before everything nothing is shown
        kept.extend(shown)
    plans = standing_plans(recall_pair_plans(start, rows))
    fixes = list(read_fixes(shadow, rows, plans))
    to_enter = [row for row in plans if start.clock_ms < row.body.effective_from_ms <= until_ms]
    to_judge = [fix for fix in fixes if start.clock_ms < fix.at_ms <= until_ms]
    changes = _judge_fixes(anew, to_judge, to_enter, trace)
    return _Run(anew, shadow, plans, fixes, changes, trace)


def _judge_fixes(anew: Pair, fixes: list[Fix], plans: list[Row], trace: Trace) -> list[Change]:
    """Judge fixes in the order of time, each under the plan that was in force then."""
    changes: list[Change] = []
    plans = sorted(plans, key=lambda row: (row.body.effective_from_ms, row.seq))
    for fix in sorted(fixes, key=lambda fix: (fix.at_ms, fix.seq)):
        while plans and plans[0].body.effective_from_ms <= fix.at_ms:
            changes.extend(_enter_plan(anew, plans.pop(0)))
        if anew.force is not None and not holds(anew.state.ring, fix):
            changes.extend(anew.take_in_order(fix, trace=trace))
    for row in plans:
        changes.extend(_enter_plan(anew, row))
    return changes


def _enter_plan(anew: Pair, row: Row) -> list[Change]:
    return anew.take_plan(row.body, row.body.effective_from_ms)


def _open_in(judged: PairJudged, pair: Pair) -> list[Episode]:
    assert pair.force is not None  # noqa: S101 - only a pair with a plan is ever dirty
    name = pair.force.plan.pair
    return [
        Episode(name, KINDS[ring], standing.open_ms)
        for ring, standing in enumerate(judged.rings)
        if standing.open_ms
    ]
