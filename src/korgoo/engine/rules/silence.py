"""Silence: contact lost and position lost are two findings, and neither is ever a breach.

A deadline counts from what we last heard, by our own clock; our own outages are added to it. Whether a loss
calls somebody at once is asked of `rules.loss`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.desk import iso
from korgoo.engine.findings import RECORDED, Reason
from korgoo.engine.rules import loss
from korgoo.engine.rules.loss import CONTACT, POSITION

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.findings import Param
    from korgoo.engine.force import Force
    from korgoo.engine.rules.seen import Seen
    from korgoo.engine.state import PersonState, Standing

CONDITION: Final = "contact"


def observe(desk: Desk, force: Force, seen: Seen) -> None:
    """Something was heard; `placed` in `seen` says whether it holds a position that decisions may use."""
    state = desk.state
    if CONTACT in state.standing:
        state.regained_ms = desk.at_ms
        params = {"silent_s": (desk.at_ms - state.heard_ms) // 1000}
        desk.close(CONTACT, CONDITION, Reason.HEARD_AGAIN, until_ms=desk.at_ms, params=dict(params))
    if state.slack_ms:
        state.regained_ms = desk.at_ms  # a place may have been sent while we were away: it counts from now
    state.heard_ms, state.slack_ms = desk.at_ms, 0
    loss.follow(desk, force, seen)
    if seen.placed:
        if POSITION in state.standing:
            desk.close(POSITION, CONDITION, Reason.POSITION_AGAIN, until_ms=desk.at_ms)
        state.placed_ms = desk.at_ms


def due(desk: Desk, force: Force) -> int:
    """Return when silence becomes a finding, calls somebody, or ends with its order; 0 = never."""
    state, until_ms = desk.state, force.plan.effective_until_ms
    if CONTACT not in state.standing and POSITION not in state.standing:
        return foresee(state, force)
    moments = [until_ms] if until_ms else []
    if CONTACT in state.standing:
        moments += _call_due(desk, force, CONTACT)
    else:
        moments += [_contact_due(state, force), *_call_due(desk, force, POSITION)]
    return min(moments, default=0)


def _call_due(desk: Desk, force: Force, kind: str) -> list[int]:
    """Return when a loss that is told as less than its kind weighs more, as a list of at most one moment."""
    known = desk.standing.get(kind)
    if known is None or not known.priority:
        return []
    weight = loss.weigh(desk, force, kind, known)
    if weight.priority < known.priority or _stirs(desk, force, known):
        return [max(desk.at_ms, force.suspended_until(desk.at_ms))]
    return [weight.until_ms]


def foresee(state: PersonState, force: Force) -> int:
    """Return when silence becomes a finding while none stands; 0 = the order ends before."""
    due_ms = _contact_due(state, force)
    if state.placed_ms < state.heard_ms:  # else a place counts for longer than a word
        due_ms = min(due_ms, _position_due(state, force))
    until_ms = force.plan.effective_until_ms
    return due_ms if until_ms is None or due_ms < until_ms else 0


def _contact_due(state: PersonState, force: Force) -> int:
    return max(state.heard_ms, state.regained_ms) + force.silence_ms + state.slack_ms


def _position_due(state: PersonState, force: Force) -> int:
    since_ms = max(state.placed_ms, state.regained_ms)
    return since_ms + force.silence_ms + force.parameters.position_extra_ms + state.slack_ms


def fire(desk: Desk, force: Force) -> None:
    """Open what is due at this mark; with the end of the order nobody has to be heard any more."""
    state, until_ms = desk.state, force.plan.effective_until_ms
    if until_ms is not None and force.ended(desk.at_ms):
        for kind in (CONTACT, POSITION):
            if kind in state.standing:
                desk.close(kind, CONDITION, Reason.ORDER_CHANGED, until_ms=until_ms)
    elif (resumes_ms := force.suspended_until(desk.at_ms)) > 0:
        state.regained_ms = resumes_ms  # deadlines count from the end of the suspension
    elif CONTACT in state.standing:
        _call(desk, force, CONTACT)
    else:
        _open_due(desk, force)
        _call(desk, force, POSITION)


def _open_due(desk: Desk, force: Force) -> None:
    state = desk.state
    contact_due_ms, position_due_ms = _contact_due(state, force), _position_due(state, force)
    if contact_due_ms <= desk.at_ms:
        limit_ms = force.silence_ms + state.slack_ms
        _open(desk, force, CONTACT, since_ms=state.heard_ms, due_ms=contact_due_ms, limit_ms=limit_ms)
    elif POSITION not in state.standing and position_due_ms <= desk.at_ms:
        limit_ms = force.silence_ms + force.parameters.position_extra_ms
        _open(desk, force, POSITION, since_ms=state.placed_ms, due_ms=position_due_ms, limit_ms=limit_ms)


def _open(desk: Desk, force: Force, kind: str, *, since_ms: int, due_ms: int, limit_ms: int) -> None:
    """Open a loss, with what it is told as and until when, if that is less than its kind."""
    params = _params(desk, since_ms)
    params["limit_s"] = limit_ms // 1000
    memory = loss.ask_memory(desk, force, kind)
    weight = loss.weigh(desk, force, kind, memory)
    resting = kind == POSITION and weight.priority == RECORDED and loss.lies(desk.state, force, desk.at_ms)
    if resting:
        params["resting"] = True
    if weight.priority:
        params["priority"], params["quiet_s"] = weight.priority, (weight.until_ms - since_ms) // 1000
        if memory.usual_ms and desk.coverage is not None:
            params["usual_s"], params["coverage"] = memory.usual_ms // 1000, desk.coverage.version
    code = Reason.SILENT if kind == CONTACT else Reason.NO_POSITION
    desk.open(kind, CONDITION, code, since_ms=since_ms, timer_ms=due_ms, params=params)
    known = desk.standing[kind]
    known.priority, known.usual_ms, known.common = weight.priority, memory.usual_ms, memory.common
    known.resting = resting


def _call(desk: Desk, force: Force, kind: str) -> None:
    """Raise a loss that is told as less than its kind once it weighs more; it never weighs less again."""
    known = desk.standing.get(kind)
    if known is None or not known.priority:
        return
    weight = loss.weigh(desk, force, kind, known)
    if weight.priority < known.priority:
        known.priority, known.resting = weight.priority, False
        params = _params(desk, known.since_ms)
        if weight.priority:
            params["priority"] = weight.priority
        desk.update(kind, CONDITION, Reason.UNEXPLAINED, params=params)
    elif _stirs(desk, force, known):
        known.resting = False
        params = _params(desk, known.since_ms)
        params["priority"] = known.priority
        desk.update(kind, CONDITION, Reason.STIRRED, params=params)


def _stirs(desk: Desk, force: Force, known: Standing) -> bool:
    """Say whether a loss was told as one of a device at rest, and the device no longer tells so."""
    return known.resting and not loss.lies(desk.state, force, desk.at_ms)


def _params(desk: Desk, since_ms: int) -> dict[str, Param]:
    return {"silent_s": (desk.at_ms - since_ms) // 1000, "last_seen": iso(since_ms)}
