"""One key at work: its state with the plan made ready, and the live lane over the sorted one.

Fixes in order go straight to the sorted lane. A late fix, or a control row for the past, is put in its
place and waits for the next clock mark, when the stretch behind it is judged again from a checkpoint and
both accounts are compared; so an upload of hours is settled once, not once a fix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine import ring as rings
from korgoo.engine.conditions import next_due, rebind
from korgoo.engine.enclosure import NOWHERE
from korgoo.engine.force import Force
from korgoo.engine.geometry import INSIDE, OUTSIDE
from korgoo.engine.judged import SHOWN, Change, Judged, Trace
from korgoo.engine.judgement import advance, apply, begin
from korgoo.engine.live_lane import SPACING, LiveLane
from korgoo.engine.plan import Plan, ZoneKind
from korgoo.engine.state import Checkpoint, PersonState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.findings import Evidence
    from korgoo.engine.geometry import Shape
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.plan import Frame
    from korgoo.engine.ring import Fix

NEVER_QUIET: Final = 2
"""A screening byte that no fix has: this zone needs a full look."""

_JUDGED: Final = msgspec.msgpack.Decoder(Judged)
_PLAN: Final = msgspec.msgpack.Decoder(Plan)


class Subject(LiveLane[PersonState]):
    """A person's state, ready for work."""

    __slots__ = (
        *("calm", "enclosure", "expected", "first", "force", "learning", "parameters", "said"),
        *("seated", "seats", "wake_ms"),
    )

    def __init__(self, state: PersonState, parameters: Parameters, plan: Plan | None = None) -> None:
        """Make the plan of the state ready; `plan` spares decoding it again."""
        super().__init__(state)
        self.parameters = parameters
        self.force: Force | None = None
        if plan is None and state.plan:
            plan = _PLAN.decode(state.plan)
        if plan is not None:
            self.force = Force(plan, parameters, state.permits, state.suspensions)
        self.first = -1  # slot in the shard's zone table
        self.seats = 0
        self.seated: tuple[Shape, ...] | None = None  # whose zones stand there
        self.said = ""  # how the sorted lane took the last fix in order
        self.wake_ms = 0  # when the shard's timer looks at this key; 0 = never
        self.calm = False  # nothing but the position needs a look
        self.expected = b""
        self.learning: tuple[tuple[int, Frame], ...] | None = None  # see `learners`
        self.enclosure = NOWHERE  # where screening is known to say `expected`
        self.expect()

    def expect(self) -> None:
        """Note which screening bytes would change nothing: saturated belief confirmed by geometry alone."""
        saturation = self.parameters.saturation_mn
        codes = bytearray()
        for zone in self.state.judged.zones:
            if zone.known_ms or zone.turn_ms or zone.edge_ms:
                codes.append(NEVER_QUIET)
            elif zone.verdict > 0 and zone.belief == saturation:
                codes.append(INSIDE)
            elif zone.verdict < 0 and zone.belief == -saturation:
                codes.append(OUTSIDE)
            else:
                codes.append(NEVER_QUIET)
        if codes != self.expected:
            self.expected = bytes(codes)
            self.learning = None
            self.forget_enclosure()

    def learners(self) -> tuple[tuple[int, Frame], ...]:
        """Return, and keep, index and frame of the zones that learn from a fix where it is expected."""
        force, expected = self.force, self.expected
        indices = force.learners if force is not None else ()
        zones = force.zones if force is not None else ()
        self.learning = tuple((index, zones[index].frame) for index in indices if expected[index] == INSIDE)
        return self.learning

    def forget_enclosure(self) -> None:
        """Nothing is known of the neighbourhood any more: the belief or the ground has changed."""
        self.enclosure = NOWHERE

    def checkpoint(self) -> None:
        """Keep the sorted lane as it stands before the next fix; forget what is older than the ring."""
        state = self.state
        if state.carried and state.ring:
            state.carried = {}  # the ring shows enough by now
        super().checkpoint()

    def take_in_order(
        self, fix: Fix, *, settled: Sequence[bool] | None = None, trace: Trace | None = None
    ) -> list[Change]:
        """Judge a fix that is newer than all that the sorted lane has seen."""
        state = self.state
        assert self.force is not None  # noqa: S101 - only a subject with a plan gets fixes
        if rings.count(state.ring) % SPACING == 0:
            self.checkpoint()
        changes: list[Change] = []
        self.said = apply(state.judged, self.force, fix, changes, trace=trace, settled=settled)
        state.ring += rings.pack_fix(*fix)
        return changes

    def replay_ring(self, horizon_ms: int) -> tuple[Judged, list[Change], Trace, Judged]:
        """Judge the ring again from the last checkpoint before the dirty time.

        Returns the new lane, its changes, their trace, and the lane as it stood at the checkpoint.
        """
        state = self.state
        assert self.force is not None  # noqa: S101 - only a subject with a plan is ever dirty
        kept = [c for c in state.checkpoints if c.clock_ms <= state.dirty_ms]
        start = kept[-1]
        judged = _JUDGED.decode(start.judged)
        before = _JUDGED.decode(start.judged)
        rebind(judged, self.force, start.clock_ms, everything=True)
        judged.due_ms = next_due(judged, self.force)
        state.checkpoints = kept
        trace, changes = Trace(len(judged.zones)), list[Change]()
        for position, fix in enumerate(rings.fixes(state.ring, start.position), start.position):
            if position > start.position and position % SPACING == 0:
                packed = msgspec.msgpack.encode(judged)
                state.checkpoints.append(Checkpoint(position, judged.clock_ms, packed))
            apply(judged, self.force, fix, changes, trace=trace)
        advance(judged, self.force, horizon_ms, changes)
        return judged, changes, trace, before

    def trace_ring(self, horizon_ms: int, condition: str | None = None) -> Trace:
        """Follow the last fixes once more to show what each did to belief, about one zone or about all."""
        state = self.state
        assert self.force is not None  # noqa: S101 - only a subject with a plan has findings of zones
        zones = self.force.zones
        shown = None if condition is None else [i for i, zone in enumerate(zones) if zone.id == condition]
        trace = Trace(len(zones), shown)
        if not state.checkpoints:
            return trace
        start = state.checkpoints[max(0, len(state.checkpoints) - 2)]
        judged = _JUDGED.decode(start.judged)
        for fix in rings.fixes(state.ring, start.position):
            if fix.at_ms <= horizon_ms:
                apply(judged, self.force, fix, [], trace=trace)
        return trace

    def take_plan(self, plan: Plan, at_ms: int) -> list[Change]:
        """Change to a plan at that time of the sorted lane; earlier fixes are out of the ring's reach."""
        state, changes = self.state, list[Change]()
        previous = None
        evidence: dict[str, tuple[Evidence, ...]] = {}
        if self.force is not None:
            advance(state.judged, self.force, at_ms, changes)
            previous, evidence = (state.judged, self.force), self._evidence_against(at_ms)
        state.plan = msgspec.msgpack.encode(plan)
        self.force, self.learning = Force(plan, self.parameters, state.permits, state.suspensions), None
        state.judged = begin(self.force, at_ms, previous, changes)
        state.carried = {
            zone.id: evidence[zone.id]
            for zone, belief in zip(plan.zones, state.judged.zones, strict=True)
            if zone.id in evidence and belief.verdict
        }
        state.ring.clear()
        state.checkpoints = []
        self.checkpoint()
        return [
            msgspec.structs.replace(change, evidence=evidence.get(change.condition, ()))
            if change.what == "open"
            else change
            for change in changes
        ]

    def _evidence_against(self, at_ms: int) -> dict[str, tuple[Evidence, ...]]:
        """Return, by condition, the last fixes of every zone on whose wrong side the person is believed."""
        state, force = self.state, self.force
        assert force is not None  # noqa: S101 - the plan that is about to be replaced
        against = [
            index
            for index, zone in enumerate(force.zones)
            if state.judged.zones[index].verdict == (-1 if zone.kind is ZoneKind.INCLUSION else 1)
        ]
        if not against:
            return {}
        trace, names = self.trace_ring(at_ms), [zone.id for zone in force.zones]
        return {
            names[index]: (*state.carried.get(names[index], ()), *trace.show(index))[-SHOWN:]
            for index in against
        }
