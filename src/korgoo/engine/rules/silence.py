"""Silence: contact lost and position lost are two findings, and neither is ever a breach.

A deadline counts from what we last heard, by our own clock; our own outages are added to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.desk import iso
from korgoo.engine.findings import Reason

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.force import Force
    from korgoo.engine.rules.seen import Seen
    from korgoo.engine.state import PersonState

CONTACT: Final = "contact.lost"
POSITION: Final = "position.lost"
CONDITION: Final = "contact"


def observe(desk: Desk, _force: Force | None, seen: Seen) -> None:
    """Something was heard; `placed` in `seen` says whether it holds a position that decisions may use."""
    state = desk.state
    if CONTACT in state.standing:
        state.regained_ms = desk.at_ms
        params = {"silent_s": (desk.at_ms - state.heard_ms) // 1000}
        desk.close(CONTACT, CONDITION, Reason.HEARD_AGAIN, until_ms=desk.at_ms, params=dict(params))
    if state.slack_ms:
        state.regained_ms = desk.at_ms  # a place may have been sent while we were away: it counts from now
    state.heard_ms, state.slack_ms = desk.at_ms, 0
    if seen.placed:
        if POSITION in state.standing:
            desk.close(POSITION, CONDITION, Reason.POSITION_AGAIN, until_ms=desk.at_ms)
        state.placed_ms = desk.at_ms


def due(desk: Desk, force: Force) -> int:
    """Return when silence becomes a finding, or ends with its order; 0 = never."""
    state, until_ms = desk.state, force.plan.effective_until_ms
    if CONTACT in state.standing:
        return until_ms or 0
    if POSITION not in state.standing:
        return foresee(state, force)
    due_ms = _contact_due(state, force)
    return due_ms if until_ms is None else min(due_ms, until_ms)


def foresee(state: PersonState, force: Force) -> int:
    """Return when silence becomes a finding while none stands; 0 = the order ends before."""
    due_ms = min(_contact_due(state, force), _position_due(state, force))
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
    elif CONTACT not in state.standing:
        _open_due(desk, force)


def _open_due(desk: Desk, force: Force) -> None:
    state = desk.state
    contact_due_ms, position_due_ms = _contact_due(state, force), _position_due(state, force)
    if contact_due_ms <= desk.at_ms:
        desk.open(
            CONTACT,
            CONDITION,
            Reason.SILENT,
            since_ms=state.heard_ms,
            timer_ms=contact_due_ms,
            params={
                "silent_s": (desk.at_ms - state.heard_ms) // 1000,
                "limit_s": (force.silence_ms + state.slack_ms) // 1000,
                "last_seen": iso(state.heard_ms),
            },
        )
    elif POSITION not in state.standing and position_due_ms <= desk.at_ms:
        desk.open(
            POSITION,
            CONDITION,
            Reason.NO_POSITION,
            since_ms=state.placed_ms,
            timer_ms=position_due_ms,
            params={
                "silent_s": (desk.at_ms - state.placed_ms) // 1000,
                "limit_s": (force.silence_ms + force.parameters.position_extra_ms) // 1000,
                "last_seen": iso(state.placed_ms),
            },
        )
