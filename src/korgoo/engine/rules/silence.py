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
    state.heard_ms, state.slack_ms = desk.at_ms, 0
    if seen.placed:
        if POSITION in state.standing:
            desk.close(POSITION, CONDITION, Reason.POSITION_AGAIN, until_ms=desk.at_ms)
        state.placed_ms = desk.at_ms


def due(desk: Desk, force: Force) -> int:
    """Return when silence becomes a finding; 0 = never."""
    state = desk.state
    if CONTACT in state.standing:
        return 0
    contact_ms = state.heard_ms + force.silence_ms + state.slack_ms
    if POSITION in state.standing:
        return contact_ms
    return min(contact_ms, _position_due(desk, force))


def _position_due(desk: Desk, force: Force) -> int:
    state = desk.state
    since_ms = max(state.placed_ms, state.regained_ms)
    return since_ms + force.silence_ms + force.parameters.position_extra_ms + state.slack_ms


def fire(desk: Desk, force: Force) -> None:
    """Open what is due at this mark."""
    state = desk.state
    if force.suspended(desk.at_ms):
        state.heard_ms = state.placed_ms = desk.at_ms
        return
    if CONTACT in state.standing:
        return
    contact_due_ms = state.heard_ms + force.silence_ms + state.slack_ms
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
    elif POSITION not in state.standing and _position_due(desk, force) <= desk.at_ms:
        desk.open(
            POSITION,
            CONDITION,
            Reason.NO_POSITION,
            since_ms=state.placed_ms,
            timer_ms=_position_due(desk, force),
            params={
                "silent_s": (desk.at_ms - state.placed_ms) // 1000,
                "limit_s": (force.silence_ms + force.parameters.position_extra_ms) // 1000,
                "last_seen": iso(state.placed_ms),
            },
        )
