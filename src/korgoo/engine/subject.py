"""One key at work: its state with the plan made ready, and the live lane over the sorted one.

Fixes in order go straight to the sorted lane. A late fix, or a control row for the past, is put in its
place and waits for the next clock mark, when the stretch behind it is judged again from a checkpoint and
both accounts are compared; so an upload of hours is settled once, not once a fix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine import belief as beliefs
from korgoo.engine import motion
from korgoo.engine import ring as rings
from korgoo.engine.conditions import next_due, next_edge, rebind
from korgoo.engine.enclosure import NOWHERE
from korgoo.engine.force import Force
from korgoo.engine.geometry import INSIDE, OUTSIDE, locate
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
    """A person's state, ready for work.

    A fix that passes quietly goes into the ring and no further; `state` takes up what such fixes have left
    there (`_catch_up`) before anybody reads it. `kept` is the same state as it stands: it lags behind in what
    quiet fixes change, and in nothing else.
    """

    __slots__ = (
        *("behind", "calm", "due_ms", "edge_ms", "enclosure", "expected", "first", "force", "heard_ms"),
        *("kept", "learning", "parameters", "rests", "said", "seated", "seats", "told", "wake_ms"),
    )

    first: int

    def __init__(self, state: PersonState, parameters: Parameters, plan: Plan | None = None) -> None:
        """Make the plan of the state ready; `plan` spares decoding it again."""
        super().__init__(state)
        self.parameters = parameters
        self.force: Force | None = None
        if plan is None and state.plan:
            plan = _PLAN.decode(state.plan)
        if plan is not None:
            self.force = Force(plan, parameters, state.permits, state.suspensions, packed=state.plan)
        self.seats = 0  # of its zones in the shard's zone table; where there are any, `first` is their slot
        self.seated: tuple[Shape, ...] | None = None  # whose zones stand there
        self.said = ""  # how the sorted lane took the last fix in order
        self.wake_ms = 0  # when the shard's timer looks at this key; 0 = never
        self.calm = False  # nothing but the position needs a look
        self.rests = False  # the device is known to rest: what it says of motion needs a look
        self.told = state.told  # what the device last said of itself
        self.due_ms = state.judged.due_ms  # as in the sorted lane, once that has caught up
        self.edge_ms = -1  # see `next_due`
        self.heard_ms = state.heard_ms  # log time of the last fix, also while the state is behind
        self.expected = b""
        self.learning: tuple[tuple[int, Frame], ...] | None = None  # see `learners`
        self.enclosure = NOWHERE  # where screening is known to say `expected`
        self.expect()

    @property
    def state(self) -> PersonState:
        """All that is known of the person, with what the last fixes have taught."""
        if self.behind >= 0:
            self._catch_up()
        return self.kept

    @state.setter
    def state(self, state: PersonState) -> None:
        self.kept = state
        self.behind = -1  # byte of the ring at which the fixes begin that wait to be caught up; -1 = none

    def _catch_up(self) -> None:
        """Do for the fixes that passed quietly what `judgement.apply` and the rules do for all others.

        Many at once, because each person's numbers lie somewhere else in memory: to fetch them takes longer
        than to reckon with them.
        """
        state, learning = self.kept, self.learning if self.learning is not None else self.learners()
        judged, ring = state.judged, state.ring
        fixes = [*rings.unpack_fixes(ring[self.behind :] if self.behind else ring)]
        before_ms = judged.used_ms
        for index, frame in learning:
            steps, since_ms = [], before_ms
            for at_ms, _, lat_e7, lon_e7, _, code in fixes:
                if not code or rings.heard(code) != index:
                    x_cm, y_cm = locate(frame, lat_e7, lon_e7)
                    steps.append((x_cm, y_cm, at_ms - since_ms))
                since_ms = at_ms
            beliefs.learn_scatter(judged.zones[index], steps, self.parameters)
        for at_ms, _, _, _, _, code in fixes:
            if not code & rings.NETWORKED:
                judged.satellite_ms = at_ms
            if code & motion.TELLS:
                motion.follow(judged, at_ms, code)
        at_ms, state.last_seq, judged.used_lat, judged.used_lon, judged.used_sigma, code = fixes[-1]
        judged.clock_ms = judged.used_ms = at_ms
        judged.stirred, judged.rode, judged.doubted_ms = not code & rings.STILL, not code & motion.FOOT, 0
        judged.due_ms = self.due_ms
        state.heard_ms = state.placed_ms = self.heard_ms
        self.behind = -1

    def next_due(self, force: Force) -> int:
        """Return what `conditions.next_due` says of the state, without catching up."""
        judged = self.kept.judged
        if self.behind < 0 or not judged.zones:
            return next_due(self.state.judged, force)
        # All zones are believed for certain, or no fix had passed: only the time of the last one moves.
        if self.edge_ms < 0:
            self.edge_ms = next_edge(judged)
        ring = self.kept.ring
        ends_ms: int = rings.unpack_place(ring, len(ring) - rings.WIDTH)[0] + force.hold_ms
        return min(self.edge_ms or ends_ms, ends_ms)

    def expect(self) -> None:
        """Note which screening bytes would change nothing: saturated belief confirmed by geometry alone."""
        saturation = self.parameters.saturation_mn
        codes = bytearray()
        for zone in self.state.judged.zones:
            if zone.known_ms or zone.turn_ms or zone.edge_ms > 0:
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
        # From the last checkpoint on where that shows enough; not while a late fix waits to be judged.
        starts = state.checkpoints[-2:]
        for start in reversed(starts) if shown is not None and not state.dirty_ms else starts[:1]:
            trace = Trace(len(zones), shown)
            judged = _JUDGED.decode(start.judged)
            for fix in rings.fixes(state.ring, start.position):
                if fix.at_ms <= horizon_ms:
                    apply(judged, self.force, fix, [], trace=trace)
            if all(len(trace.zones[index]) >= SHOWN for index in shown or ()):
                break
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
        self.force, self.learning = (
            Force(plan, self.parameters, state.permits, state.suspensions, packed=state.plan),
            None,
        )
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
