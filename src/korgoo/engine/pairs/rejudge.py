"""Judging a pair's past again, from its ring or from the rows of both persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine import ring as bits
from korgoo.engine.clocks import read_clock
from korgoo.engine.episodes import Episode, touched
from korgoo.engine.judged import Change, Trace
from korgoo.engine.pairs import lane
from korgoo.engine.pairs.force import KINDS
from korgoo.engine.pairs.pair import Pair
from korgoo.engine.pairs.state import PairState
from korgoo.engine.pairs.track import WALKING_CMS
from korgoo.engine.plan import PairPlan, Together
from korgoo.engine.plausibility import classify_place
from korgoo.engine.rejudge import make_account
from korgoo.engine.ring import Fix, holds
from korgoo.engine.rows import Motion, Observation, Suspension
from korgoo.engine.starts import drop_void

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.engine.pairs.judged import PairJudged
    from korgoo.engine.rejudge import Account, Recalled
    from korgoo.engine.rows import Row


def make_fix(pair: Pair, observation: Observation, seq: int, side: int) -> Fix | None:
    """Return the fix of an observation of one side, at the time our clock gives it; none without a place.

    Call once for each observation, in log order: it follows the clocks of the devices.
    """
    plan = pair.state.plan
    assert plan is not None  # noqa: S101 - only a pair with a plan has sides
    clocks = pair.state.sides[side].clocks
    at_ms = read_clock(clocks, observation, pair.parameters)
    code = bits.PROTECTED if side else 0
    if observation.beacon is not None and observation.beacon in (plan.worn if side else plan.contacts):
        return Fix(at_ms, seq, 0, 0, 1, code | bits.CONTACT)
    if observation.lat_e7 is None or observation.lon_e7 is None:
        return None
    sigma_cm, read = classify_place(observation, pair.parameters)
    moving = observation.motion in (Motion.VEHICLE, Motion.CYCLING, Motion.RUNNING)
    if moving or (observation.speed_cms is not None and observation.speed_cms >= WALKING_CMS):
        code |= bits.MOVING
    return Fix(at_ms, seq, observation.lat_e7, observation.lon_e7, sigma_cm, code | read)


def settle_ring(pair: Pair, horizon_ms: int) -> Account:
    """Judge the ring again and leave the pair with the new state of its sorted lane."""
    judged, changes, trace, before = pair.replay_ring(horizon_ms)
    open_before = _open_in(before, pair)
    recorded = touched(pair.state.recorded, open_before, before.clock_ms)
    pair.state.judged = judged
    return make_account(open_before, recorded, changes, trace)


def settle_rows(pair: Pair, recalled: Recalled, horizon_ms: int) -> Account:
    """Judge the rows of the pair and of both persons again, and leave the pair with the outcome."""
    state = pair.state
    fresh = PairState(state.key)
    for row in recalled.rows:
        if isinstance(row.body, Together):
            fresh.together[row.body.together_id] = row.body
        elif isinstance(row.body, Suspension):
            fresh.suspensions[row.body.suspension_id] = row.body
    anew = Pair(fresh, pair.parameters)
    shadow = Pair(PairState(state.key), pair.parameters)
    changes, trace = judge_rows(anew, recalled.rows, until_ms=horizon_ms, shadow=shadow)
    if anew.force is not None:
        lane.advance(fresh.judged, anew.force, horizon_ms, changes)
    state.plan, state.judged, state.ring = fresh.plan, fresh.judged, fresh.ring
    state.checkpoints, state.recorded = fresh.checkpoints, list(recalled.recorded)
    state.together, state.suspensions = fresh.together, fresh.suspensions
    for side, followed in zip(state.sides, shadow.state.sides, strict=True):
        side.clocks = followed.clocks
    pair.force = anew.force
    return make_account([], touched(recalled.recorded, [], 0), changes, trace)


def judge_rows(anew: Pair, rows: Sequence[Row], *, until_ms: int, shadow: Pair) -> tuple[list[Change], Trace]:
    """Judge rows in the order of time; `shadow` follows the devices' clocks, in the order of the log."""
    plans = [row for row in rows if isinstance(row.body, PairPlan) and row.body.effective_from_ms <= until_ms]
    plans = drop_void(row for row in plans if same_people(plans[0].body, row.body))
    fixes = sorted(_read_fixes(shadow, rows, plans), key=lambda fix: (fix.at_ms, fix.seq))
    plans.sort(key=lambda row: (row.body.effective_from_ms, row.seq))
    changes: list[Change] = []
    trace = Trace(lane.RINGS)
    for fix in fixes:
        while plans and plans[0].body.effective_from_ms <= fix.at_ms:
            plan = plans.pop(0).body
            changes.extend(anew.take_plan(plan, max(plan.effective_from_ms, anew.state.judged.clock_ms)))
        if anew.force is not None and not holds(anew.state.ring, fix):
            changes.extend(anew.take_in_order(fix, trace=trace))
    for row in plans:
        changes.extend(anew.take_plan(row.body, max(row.body.effective_from_ms, anew.state.judged.clock_ms)))
    return changes, trace


def _read_fixes(shadow: Pair, rows: Sequence[Row], plans: Sequence[Row]) -> Iterator[Fix]:
    """Yield the fixes of both sides in the order of the log, each read under the plan that held when it came.

    What came before the first plan is read under that one.
    """
    if not plans:
        return
    first = plans[0].body
    sides = {first.participant: 0, first.protected: 1}
    for row in rows:
        if not isinstance(row.body, Observation) or row.key not in sides:
            continue
        known = [p for p in plans if p.seq < row.seq and p.body.effective_from_ms <= row.log_at_ms]
        newest = max(known, key=lambda p: (p.body.effective_from_ms, p.seq), default=plans[0])
        shadow.state.plan = newest.body
        fix = make_fix(shadow, row.body, row.seq, sides[row.key])
        if fix is not None:
            yield fix


def same_people(one: PairPlan, other: PairPlan) -> bool:
    """Say whether two plans are about the same two people: a pair's key never changes hands."""
    return (one.participant, one.protected) == (other.participant, other.protected)


def _open_in(judged: PairJudged, pair: Pair) -> list[Episode]:
    if pair.force is None:
        return []
    name = pair.force.plan.pair
    return [
        Episode(name, KINDS[ring], standing.open_ms)
        for ring, standing in enumerate(judged.rings)
        if standing.open_ms
    ]
