"""One pair at work: its state with the plan made ready, and the live lane over the sorted one.

The same two lanes as for one person (`engine.subject`): fixes in order are judged at once, a late one is
put in its place and the stretch behind it is judged again at the next clock mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine import ring as rings
from korgoo.engine.judged import Change, Trace
from korgoo.engine.live_lane import SPACING, LiveLane
from korgoo.engine.pairs import lane, meeting
from korgoo.engine.pairs.force import PairForce
from korgoo.engine.pairs.judged import PairJudged
from korgoo.engine.pairs.state import PairState
from korgoo.engine.state import Checkpoint

if TYPE_CHECKING:
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.plan import PairPlan
    from korgoo.engine.ring import Fix

_JUDGED: Final = msgspec.msgpack.Decoder(PairJudged)


class Pair(LiveLane[PairState]):
    """A pair's state, ready for work."""

    __slots__ = ("force", "parameters", "wake_ms")

    def __init__(self, state: PairState, parameters: Parameters) -> None:
        """Make the plan of the state ready."""
        super().__init__(state)
        self.parameters = parameters
        self.force: PairForce | None = None
        self.wake_ms = 0  # when the shard's timer looks at this key; 0 = never
        if state.plan is not None:
            self._arm(state.plan)

    def _arm(self, plan: PairPlan) -> PairForce:
        self.force = PairForce(plan, self.parameters, self.state.together, self.state.suspensions)
        return self.force

    def side_of(self, person: str) -> int | None:
        """Return 0 for the participant, 1 for the protected person, none for anybody else."""
        plan = self.state.plan
        if plan is None or person not in (plan.participant, plan.protected):
            return None
        return 0 if person == plan.participant else 1

    def take_plan(self, plan: PairPlan, at_ms: int) -> list[Change]:
        """Change to a plan at that time of the sorted lane; earlier fixes are out of the ring's reach."""
        state, changes = self.state, list[Change]()
        before = self.force
        if before is not None:
            lane.advance(state.judged, before, at_ms, changes)
        state.plan = plan
        force = self._arm(plan)
        state.judged = lane.begin(force, at_ms, state.judged, before)
        meeting.judge_rings(state.judged, force, at_ms, changes)
        state.ring.clear()
        state.checkpoints = []
        self.checkpoint()
        return changes

    def take_in_order(self, fix: Fix, *, trace: Trace | None = None) -> list[Change]:
        """Judge a fix that is not older than all that the sorted lane has seen."""
        state, changes = self.state, list[Change]()
        assert self.force is not None  # noqa: S101 - only a pair with a plan gets fixes
        if rings.count(state.ring) % SPACING == 0:
            self.checkpoint()
        lane.apply(state.judged, self.force, fix, changes, trace=trace)
        state.ring += rings.pack_fix(*fix)
        return changes

    def replay_ring(self, horizon_ms: int) -> tuple[PairJudged, list[Change], Trace, PairJudged]:
        """Judge the ring again from the last checkpoint before the dirty time.

        Returns the new lane, its changes, their trace, and the lane as it stood at the checkpoint.
        """
        state = self.state
        assert self.force is not None  # noqa: S101 - only a pair with a plan is ever dirty
        kept = [c for c in state.checkpoints if c.clock_ms <= state.dirty_ms]
        start = kept[-1]
        judged, before = _JUDGED.decode(start.judged), _JUDGED.decode(start.judged)
        lane.ask_clock(judged, self.force, start.clock_ms)
        state.checkpoints = kept
        trace, changes = Trace(lane.RINGS), list[Change]()
        for position, fix in enumerate(rings.fixes(state.ring, start.position), start.position):
            if position > start.position and position % SPACING == 0:
                packed = msgspec.msgpack.encode(judged)
                state.checkpoints.append(Checkpoint(position, judged.clock_ms, packed))
            lane.apply(judged, self.force, fix, changes, trace=trace)
        lane.advance(judged, self.force, horizon_ms, changes)
        return judged, changes, trace, before

    def trace_ring(self, horizon_ms: int) -> Trace:
        """Follow the last fixes once more to show what each did to belief."""
        state, trace = self.state, Trace(lane.RINGS)
        assert self.force is not None  # noqa: S101 - only a pair with a plan has findings of rings
        if not state.checkpoints:
            return trace
        start = state.checkpoints[-2:][0]
        judged = _JUDGED.decode(start.judged)
        for fix in rings.fixes(state.ring, start.position):
            if fix.at_ms <= horizon_ms:
                lane.apply(judged, self.force, fix, [], trace=trace)
        return trace
