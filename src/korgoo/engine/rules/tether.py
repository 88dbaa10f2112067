"""Expected heartbeats of the tether: a bracelet that its phone no longer hears is an event by its absence.

An app that is cut off from the bracelet's radio says nothing at all (Spain 2024: unpaired in 11 seconds,
no alert). So what counts is when the tether was last said to be in reach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.desk import iso
from korgoo.engine.findings import Reason
from korgoo.engine.rules.tamper import tell_intact

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.findings import Param
    from korgoo.engine.force import Force
    from korgoo.engine.rules.seen import Seen
    from korgoo.engine.state import PersonState

KIND: Final = "tamper.tether"
CONDITION: Final = "device"


def observe(desk: Desk, force: Force, seen: Seen) -> None:
    """Remember when the tether was last in reach; under an order that expects it, from the first message."""
    if not force.plan.tether_ms:
        return
    stored = desk.at_ms - seen.at_ms > force.plan.tether_ms + force.parameters.clock_fresh_ms
    if not desk.state.tethered_ms or (seen.observation.tether and not stored):
        desk.state.tethered_ms = desk.at_ms
        if KIND in desk.standing:
            tell_intact(desk, KIND, seen.at_ms)


def due(desk: Desk, force: Force) -> int:
    """Return when the missing heartbeat becomes a finding; 0 = never.

    Only while the phone itself is heard: its silence is `contact.lost`.
    """
    return 0 if KIND in desk.standing or "contact.lost" in desk.standing else foresee(desk.state, force)


def foresee(state: PersonState, force: Force) -> int:
    """Return what `due` says while nothing stands."""
    if not force.plan.tether_ms or not state.tethered_ms:
        return 0
    if state.heard_ms <= state.tethered_ms:
        return 0  # nothing has been heard since: the phone is silent, not the tether
    due_ms = max(state.tethered_ms, state.regained_ms) + force.plan.tether_ms + state.slack_ms
    return 0 if force.ended(due_ms) else due_ms


def fire(desk: Desk, force: Force) -> None:
    """Open what is due at this mark; it latches like every tamper.

    A suspension delays it: `silence.fire`, which comes first, has moved `regained_ms` to its end.
    """
    state, due_ms = desk.state, due(desk, force)
    if not due_ms or due_ms > desk.at_ms:
        return
    params: dict[str, Param] = {
        "silent_s": (desk.at_ms - state.tethered_ms) // 1000,
        "limit_s": force.plan.tether_ms // 1000,
        "last_seen": iso(state.tethered_ms),
    }
    desk.open(
        KIND,
        CONDITION,
        Reason.HEARTBEAT_MISSING,
        since_ms=state.tethered_ms,
        timer_ms=due_ms,
        params=params,
    )
