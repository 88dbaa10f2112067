"""What is doubted of a device ends with the order: nobody has to be watched any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.findings import Reason
from korgoo.engine.rules import clock, phone, positions, signals
from korgoo.engine.rules.suspicion import CONDITION, kind_of

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.force import Force

KINDS: Final = (*clock.KINDS, *phone.KINDS, *positions.KINDS, *signals.KINDS)


def due(desk: Desk, force: Force) -> int:
    """Return when the order ends under which something is doubted; 0 = never."""
    if not desk.standing or not any(kind_of(slot) in KINDS for slot in desk.standing):
        return 0
    return force.plan.effective_until_ms or 0


def fire(desk: Desk, force: Force) -> None:
    """End what stands with the end of the order."""
    if not force.ended(desk.at_ms):
        return
    desk.state.suspicions.clear()
    for slot in [slot for slot in desk.standing if kind_of(slot) in KINDS]:
        until_ms = max(force.plan.effective_until_ms or 0, desk.standing[slot].since_ms)
        desk.close(kind_of(slot), CONDITION, Reason.ORDER_CHANGED, until_ms=until_ms, slot=slot)
