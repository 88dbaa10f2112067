"""Reading a pair's rows: which fixes of which side at what time of our clock, under which plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine import ring as bits
from korgoo.engine.clocks import read_clock
from korgoo.engine.plan import PairPlan
from korgoo.engine.plausibility import classify_place, sense_motion
from korgoo.engine.ring import Fix
from korgoo.engine.rows import Motion, Observation
from korgoo.engine.starts import drop_void

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.rows import Row

SENSED: Final = bits.STIRRED | bits.SPED | bits.RESTING | bits.ON_FOOT


def make_fix(pair: Pair, observation: Observation, seq: int, side: int) -> Fix | None:
    """Return the fix of an observation of one side, at the time our clock gives it; none without a place.

    Call once for each observation, in log order: it follows the clocks of the devices.
    """
    plan = pair.state.plan
    assert plan is not None  # noqa: S101 - only a pair with a plan has sides
    clocks = pair.state.sides[side].clocks
    at_ms = read_clock(clocks, observation, pair.parameters)
    code = bits.PROTECTED if side else 0
    if observation.beacon in (plan.worn if side else plan.contacts):
        return Fix(at_ms, seq, 0, 0, 1, code | bits.CONTACT)
    if observation.lat_e7 is None or observation.lon_e7 is None:
        return None
    sigma_cm, read = classify_place(observation, pair.parameters)
    if observation.motion is not None or observation.speed_cms is not None:
        code |= sense_motion(observation, pair.parameters) & SENSED
    moving = observation.motion in (Motion.VEHICLE, Motion.CYCLING, Motion.RUNNING)
    if moving or (
        observation.speed_cms is not None and observation.speed_cms >= pair.parameters.pair_walk_cms
    ):
        code |= bits.MOVING
    return Fix(at_ms, seq, observation.lat_e7, observation.lon_e7, sigma_cm, code | read)


def read_fixes(shadow: Pair, rows: Sequence[Row], plans: Sequence[Row]) -> Iterator[Fix]:
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


def standing_plans(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of the pair's plans, in the order of seq, without those made void before they began."""
    plans = sorted((row for row in rows if isinstance(row.body, PairPlan)), key=lambda row: row.seq)
    return drop_void(row for row in plans if same_people(plans[0].body, row.body))


def same_people(one: PairPlan, other: PairPlan) -> bool:
    """Say whether two plans are about the same two people: a pair's key never changes hands."""
    return (one.participant, one.protected) == (other.participant, other.protected)
