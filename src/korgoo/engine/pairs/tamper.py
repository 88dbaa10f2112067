"""Strap, case, skin or tether of the participant within the warning ring: a matter of life.

What his device reports open, and a bracelet that his phone no longer hears: who unpairs the two near her has
said nothing at all. It latches until a person has looked. The same far from her is `tamper.*` of his own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.findings import Reason
from korgoo.engine.pairs import meeting
from korgoo.engine.pairs.force import KINDS, WARNING
from korgoo.engine.pairs.telling import order_params, pair_params
from korgoo.engine.rows import SENSORS

if TYPE_CHECKING:
    from korgoo.engine.desk import Notes
    from korgoo.engine.findings import Param
    from korgoo.engine.pairs.force import PairForce
    from korgoo.engine.pairs.pair import Pair
    from korgoo.engine.rows import Observation

KIND: Final = "pair.tamper"


def observe(notes: Notes, pair: Pair, force: PairForce, observation: Observation) -> None:
    """Judge what the participant's device says of itself, and remember when its tether was in reach."""
    state = pair.state
    if force.plan.tether_ms and (observation.tether or not state.tethered_ms):
        state.tethered_ms = notes.at_ms
    told = [sensor for sensor in SENSORS if getattr(observation, sensor) is False]
    since_ms = min(observation.fixed_at_ms, notes.at_ms)
    if not told or KIND in state.standing:
        return
    near = meeting.in_warning(state.judged)
    if not near and not _was_near(pair, since_ms):
        return
    # Told later, the distance of now would speak of another moment than the finding does.
    params: dict[str, Param] = pair_params(notes, pair, WARNING) if near else order_params(pair, WARNING)
    params |= {"sensor": told[0], "device": observation.device}
    notes.open(KIND, force.plan.pair, Reason.TAMPER_NEAR, since_ms=since_ms, params=params)


def _was_near(pair: Pair, at_ms: int) -> bool:
    """Say whether the pair was within the warning ring then: a tamper may be told hours later."""
    warning = KINDS[WARNING]
    return any(
        r.kind == warning and r.since_ms <= at_ms <= r.until_ms for r in pair.state.recorded if r.until_ms
    )


def due(pair: Pair) -> int:
    """Return when a tether that is not said to be in reach becomes a finding; 0 = never.

    Only within the warning ring, and only while the phone itself is heard: its silence is `pair.silent`.
    """
    force, state = pair.force, pair.state
    if force is None or not state.tethered_ms or not force.plan.tether_ms or KIND in state.standing:
        return 0
    his = state.sides[0]
    if his.heard_ms <= state.tethered_ms or not meeting.in_warning(state.judged):
        return 0
    return max(state.tethered_ms, his.regained_ms) + force.plan.tether_ms + state.slack_ms


def fire(notes: Notes, pair: Pair) -> None:
    """Open what is due at this mark."""
    force, state, due_ms = pair.force, pair.state, due(pair)
    if force is None or not due_ms or due_ms > notes.at_ms:
        return
    params = pair_params(notes, pair, WARNING)
    params |= {"sensor": "tether", "silent_s": (notes.at_ms - state.tethered_ms) // 1000}
    params["limit_s"] = force.plan.tether_ms // 1000
    code, since_ms = Reason.HEARTBEAT_MISSING, state.tethered_ms
    notes.open(KIND, force.plan.pair, code, since_ms=since_ms, timer_ms=due_ms, params=params)


def end(notes: Notes, pair: Pair, at_ms: int, code: Reason) -> None:
    """A person has looked at the device, or stood the finding down: what was so before ends."""
    standing = pair.state.standing.get(KIND)
    if standing is not None and pair.force is not None and standing.since_ms <= at_ms:
        notes.close(KIND, pair.force.plan.pair, code, until_ms=at_ms)
        if pair.state.tethered_ms:
            pair.state.tethered_ms = notes.at_ms  # heartbeats are expected anew from now
