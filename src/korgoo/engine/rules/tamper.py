"""Strap, case, skin contact and tether: latched until a person has inspected the device.

A tamper recorded offline is raised at once when it arrives, whatever came in since. That a sensor later
says intact is worth a line, never an end: a re-taped strap looks whole (New York 2013).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.findings import Event, Param, Reason
from korgoo.engine.rows import SENSORS, Motion
from korgoo.engine.rules import removal
from korgoo.engine.rules.suspicion import UNWORN
from korgoo.engine.state import Suspicion

if TYPE_CHECKING:
    from korgoo.engine.desk import Desk
    from korgoo.engine.force import Force
    from korgoo.engine.rows import Inspection, Observation
    from korgoo.engine.rules.seen import Seen

CONDITION: Final = "device"
_ON_FOOT: Final = (Motion.WALKING, Motion.RUNNING, Motion.CYCLING)


def observe(desk: Desk, force: Force, seen: Seen) -> None:
    """Judge each sensor that the seen.observation speaks of."""
    for sensor in SENSORS:
        intact: bool | None = getattr(seen.observation, sensor)
        if intact is None:
            continue
        kind = f"tamper.{sensor}"
        if intact:
            tell_intact(desk, kind, seen.at_ms)
            removal.end_removal(desk, sensor, seen.at_ms)
        elif kind not in desk.standing and removal.permitted_until(desk, force, seen.at_ms):
            removal.open_removal(desk, sensor, seen.at_ms, desk.point_at(seen.observation, seen.at_ms))
        else:
            _tell_open(desk, kind, seen.observation, seen.at_ms)
        desk.state.tampered_ms[kind] = max(seen.at_ms, desk.state.tampered_ms.get(kind, 0))


def watch_wearer(desk: Desk, force: Force, seen: Seen) -> None:
    """A device without skin contact that walks about is carried, or worn by nobody: say it once."""
    if "tamper.skin" not in desk.standing or seen.observation.motion not in _ON_FOOT:
        return
    known = desk.state.suspicions.setdefault(UNWORN, Suspicion(since_ms=seen.at_ms))
    if seen.at_ms <= known.last_ms or seen.at_ms < desk.standing["tamper.skin"].since_ms:
        return  # a repeat, or steps of before it came off
    known.times, known.last_ms = known.times + 1, seen.at_ms
    if known.times == force.parameters.doubt_times:
        evidence = desk.point_at(seen.observation, seen.at_ms)
        desk.update("tamper.skin", CONDITION, Reason.MOVES_UNWORN, evidence=evidence)


def _tell_open(desk: Desk, kind: str, observation: Observation, at_ms: int) -> None:
    state = desk.state
    standing = state.standing.get(kind)
    evidence = desk.point_at(observation, at_ms)
    if standing is not None:
        standing.last_ms = max(standing.last_ms, standing.since_ms, at_ms)
    if standing is None:
        params: dict[str, Param] = {"device": observation.device}
        if at_ms <= state.inspected_ms:
            params["before_inspection"] = True
        desk.open(kind, CONDITION, Reason.OPENED_BY_DEVICE, since_ms=at_ms, params=params, evidence=evidence)
    elif at_ms < standing.since_ms:
        params = {"previous_since_ms": standing.since_ms}
        standing.since_ms = at_ms
        desk.update(
            kind, CONDITION, Reason.LATE_DATA, event=Event.CORRECTED, params=params, evidence=evidence
        )
    elif standing.count < 0 and at_ms >= state.tampered_ms.get(kind, 0):
        standing.count = 1 - standing.count
        desk.update(kind, CONDITION, Reason.REPEATED, params={"times": standing.count}, evidence=evidence)


def tell_intact(desk: Desk, kind: str, at_ms: int) -> None:
    """Note once that the sensor reads intact again: `count` is negative while it does."""
    standing = desk.state.standing.get(kind)
    if standing is None or standing.count < 0 or at_ms < desk.state.tampered_ms.get(kind, 0):
        return
    if at_ms > standing.since_ms:
        standing.count = -standing.count
        desk.update(kind, CONDITION, Reason.RESTORED)


def inspect(desk: Desk, inspection: Inspection) -> None:
    """A person has looked: tampers of before the inspection end, what was reported after it stays latched."""
    state = desk.state
    if not inspection.kinds:
        state.inspected_ms = max(state.inspected_ms, inspection.inspected_at_ms)
    for sensor in SENSORS:
        kind = f"tamper.{sensor}"
        standing = state.standing.get(kind)
        if standing is None or (inspection.kinds and kind not in inspection.kinds):
            continue
        if max(standing.since_ms, standing.last_ms) <= inspection.inspected_at_ms:
            desk.close(kind, CONDITION, Reason.INSPECTED, until_ms=inspection.inspected_at_ms)
            if sensor == "skin":
                state.suspicions.pop(UNWORN, None)
            if sensor == "tether":
                state.tethered_ms = max(
                    state.tethered_ms, desk.at_ms
                )  # heartbeats are expected anew from now
