"""A silent side: nobody can tell how near they are. Found by our own clock, never a breach by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.desk import iso
from korgoo.engine.findings import Reason
from korgoo.engine.pairs import meeting
from korgoo.engine.pairs.telling import SIDES, pair_params

if TYPE_CHECKING:
    from korgoo.engine.desk import Notes
    from korgoo.engine.findings import Param
    from korgoo.engine.pairs.pair import Pair

KIND: Final = "pair.silent"
LIFE: Final = 1


def hear(notes: Notes, pair: Pair, side: int) -> None:
    """One side was heard: its silence is over."""
    state = pair.state
    name = _standing_name(side)
    if name in state.standing:
        state.sides[side].regained_ms = notes.at_ms
        silent_s = (notes.at_ms - state.sides[side].heard_ms) // 1000
        params: dict[str, Param] = {"side": SIDES[side], "silent_s": silent_s}
        condition = _condition(pair)
        notes.close(KIND, condition, Reason.HEARD_AGAIN, until_ms=notes.at_ms, params=params, slot=name)
    if state.slack_ms:
        for known in state.sides:
            known.regained_ms = notes.at_ms
        state.slack_ms = 0
    state.sides[side].heard_ms = notes.at_ms


def due(pair: Pair) -> int:
    """Return when a silence becomes a finding; 0 = never."""
    if pair.force is None:
        return 0
    silent = [_standing_name(side) in pair.state.standing for side in (0, 1)]
    moments = [_due_of(pair, side) for side in (0, 1) if not silent[side]]
    until_ms = pair.force.plan.effective_until_ms
    if until_ms is not None:
        moments = [moment for moment in moments if moment < until_ms] + [until_ms] * any(silent)
    return min(moments, default=0)


def _due_of(pair: Pair, side: int) -> int:
    assert pair.force is not None  # noqa: S101 - asked only under a plan
    known = pair.state.sides[side]
    since_ms = max(known.heard_ms, known.regained_ms, pair.force.plan.effective_from_ms)
    return since_ms + pair.force.silence_ms[side] + pair.state.slack_ms


def fire(notes: Notes, pair: Pair) -> None:
    """Open what is due at this mark. Within the warning ring a silence is a matter of life."""
    force, state = pair.force, pair.state
    if force is None:
        return
    if force.ended(notes.at_ms):
        for side in (0, 1):
            state.sides[side].regained_ms = notes.at_ms  # nobody has to be heard any more
            if (name := _standing_name(side)) in state.standing:
                notes.close(KIND, _condition(pair), Reason.ORDER_CHANGED, until_ms=notes.at_ms, slot=name)
        return
    if (resumes_ms := force.suspended_until(notes.at_ms)) > 0:
        for known in state.sides:
            known.regained_ms = resumes_ms
        return
    for side in (0, 1):
        due_ms, name = _due_of(pair, side), _standing_name(side)
        if name in state.standing or due_ms > notes.at_ms:
            continue
        heard_ms = state.sides[side].heard_ms
        params = pair_params(notes, pair, 0)
        params |= {"side": SIDES[side], "silent_s": (notes.at_ms - heard_ms) // 1000}
        params |= {"limit_s": (force.silence_ms[side] + state.slack_ms) // 1000, "last_seen": iso(heard_ms)}
        if meeting.in_warning(state.judged):
            params["priority"] = LIFE
        notes.open(
            KIND,
            _condition(pair),
            Reason.SILENT,
            since_ms=heard_ms,
            timer_ms=due_ms,
            params=params,
            slot=name,
        )


def _standing_name(side: int) -> str:
    return f"{KIND}:{SIDES[side]}"


def _condition(pair: Pair) -> str:
    assert pair.force is not None  # noqa: S101 - asked only under a plan
    return pair.force.plan.pair
