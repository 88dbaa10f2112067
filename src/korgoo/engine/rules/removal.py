"""Authorised removal: a permit of its own kind lets a device come off for surgery or an exchange.

What is off at the end of its permit is a tamper from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.findings import Reason
from korgoo.engine.rows import SENSORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.engine.desk import Desk
    from korgoo.engine.findings import Evidence, Param
    from korgoo.engine.force import Force
    from korgoo.engine.plan import Permit

KIND: Final = "removal.permitted"
CONDITION: Final = "device"


def permitted_until(desk: Desk, force: Force, at_ms: int) -> int:
    """Return until when the device may be off at `at_ms`; 0 = it may not."""
    in_force = (p.until_ms for p in _permits(desk, force) if p.from_ms <= at_ms < p.until_ms)
    return max(in_force, default=0)


def _permits(desk: Desk, force: Force) -> Iterator[Permit]:
    known = desk.state.permits
    for permit in (*(p for p in force.plan.permits if p.permit_id not in known), *known.values()):
        if permit.zone == "" and not permit.revoked:
            yield permit


def open_removal(desk: Desk, sensor: str, at_ms: int, evidence: tuple[Evidence, ...]) -> None:
    """Say once that the sensor is open under a permit."""
    slot = f"{KIND}:{sensor}"
    if slot not in desk.standing:
        params: dict[str, Param] = {"sensor": sensor}
        desk.open(
            KIND,
            CONDITION,
            Reason.REMOVED_WITH_PERMIT,
            since_ms=at_ms,
            params=params,
            evidence=evidence,
            slot=slot,
        )


def end_removal(desk: Desk, sensor: str, at_ms: int) -> None:
    """The sensor reads intact again."""
    slot = f"{KIND}:{sensor}"
    if slot in desk.standing:
        desk.close(KIND, CONDITION, Reason.RESTORED, until_ms=at_ms, slot=slot)


def due(desk: Desk, force: Force) -> int:
    """Return when a permit under which the device is off runs out; 0 = never."""
    if not desk.standing:
        return 0
    until_ms = force.plan.effective_until_ms
    if until_ms is not None and any(f"{KIND}:{sensor}" in desk.standing for sensor in SENSORS):
        moments = [until_ms]
    else:
        moments = []
    moments += [
        permitted_until(desk, force, desk.at_ms) or desk.at_ms
        for sensor in SENSORS
        if f"{KIND}:{sensor}" in desk.standing
    ]
    return min(moments, default=0)


def fire(desk: Desk, force: Force) -> None:
    """Make a tamper of what is still off after its permit."""
    for sensor in SENSORS:
        slot, kind = f"{KIND}:{sensor}", f"tamper.{sensor}"
        if slot not in desk.standing:
            continue
        if force.ended(desk.at_ms):
            until_ms = max(force.plan.effective_until_ms or 0, desk.standing[slot].since_ms)
            desk.close(KIND, CONDITION, Reason.ORDER_CHANGED, until_ms=until_ms, slot=slot)
        elif not permitted_until(desk, force, desk.at_ms):
            desk.close(KIND, CONDITION, Reason.PERMIT_ENDED, until_ms=desk.at_ms, slot=slot)
            if kind not in desk.standing:
                desk.open(kind, CONDITION, Reason.PERMIT_ENDED, since_ms=desk.at_ms, timer_ms=desk.at_ms)
