"""Edges: a finding that drift may have raised is told again, as a rise, once he is truly away.

An alarm that drift has raised at the edge stands while positions go on lying there. Whoever closed it as
false, or put it by, has to hear of the walk that follows: the finding itself is open already (ADR 0395). So
it is with one that was told far outside of a device that spoke of no way out (ADR 0405).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine import motion, mute
from korgoo.engine.geometry import FAR_CM
from korgoo.engine.plan import ZoneKind

if TYPE_CHECKING:
    from korgoo.engine.belief import ZoneBelief
    from korgoo.engine.force import Force
    from korgoo.engine.judged import Judged
    from korgoo.engine.parameters import Parameters

RISES: Final = -1
"""In place of since when it is watched: it rises."""


def watch(judged: Judged, force: Force, index: int, at_ms: int) -> None:
    """Note that the finding of an inclusion zone was told at `at_ms`, if it may have to be told again.

    It was told at the edge, or of a device that tells its movement and told of none on the way out. What a
    sensor says of a device that a network alone puts at one and the same place is no way out (ADR 0441).
    """
    zone, parameters = judged.zones[index], force.parameters
    zone.edge_ms, zone.afar_ms, zone.near_cm, zone.risen, zone.sprang_ms = 0, 0, 0, False, 0
    if force.zones[index].kind is not ZoneKind.INCLUSION:
        return
    if judged.used_lat:
        shape = force.shapes[index]
        zone.near_cm = max(0, -shape.measure(*shape.locate(judged.used_lat, judged.used_lon)))
    unseen = _is_unseen(judged, zone.side_ms, at_ms, parameters) or _stands(judged, zone, at_ms, parameters)
    zone.unseen = zone.near_cm > parameters.edge_cm and unseen
    if zone.unseen or zone.near_cm <= parameters.edge_cm:
        zone.edge_ms = at_ms


def _is_unseen(judged: Judged, left_ms: int, at_ms: int, parameters: Parameters) -> bool:
    """Say whether the device spoke of no way out at `left_ms`: once alone is a slip of its sensor."""
    unseen = judged.going_ms < left_ms - parameters.still_lead_ms
    return unseen and not mute.is_mute(judged, at_ms, parameters)


def _stands(judged: Judged, zone: ZoneBelief, at_ms: int, parameters: Parameters) -> bool:
    """Say whether a network alone told of him, at one place: a sensor's *walking* there is no way out."""
    put_out = motion.was_put_out(judged, zone, at_ms, parameters) and not zone.strode
    return put_out and not mute.is_mute(judged, at_ms, parameters)


def enough(zone: ZoneBelief) -> int:
    """Return how far out the watch has to know the distance, cm."""
    return FAR_CM * 4 if zone.edge_ms > 0 else 0


def follow(judged: Judged, force: Force, index: int, distance_cm: int, at_ms: int, *, leaps: bool) -> None:
    """Take a used fix at that signed distance from the border of a zone.

    What is watched rises with the second fix in a row that lies farther out than `afar_cm`. One that lies
    beyond `edge_cm` within `edge_ms` of the telling belongs to the walk that was told, if one was seen: the
    watch ends without a word. It begins again where fixes have called him home for so long without being
    believed. Drift goes in and out all night: what has risen before, and what left unseen, rises only where
    the device has spoken of movement since and lies farther out by more than `edge_cm` than where it set out.
    A ride may begin and end between two fixes, without a word of the device: what `leaps` outward, as
    satellites tell, rises once it has stayed away for `leap_hold_ms`.
    """
    zone, parameters = judged.zones[index], force.parameters
    if zone.edge_ms < 0:
        return
    if not zone.edge_ms:
        called = zone.turn_ms and distance_cm >= 0 and at_ms - zone.turn_ms >= parameters.edge_ms
        if called and zone.open_ms and force.zones[index].kind is ZoneKind.INCLUSION:
            zone.edge_ms, zone.near_cm, zone.sprang_ms, zone.unseen = zone.turn_ms, 0, 0, False
        return
    out_cm = max(0, -distance_cm)
    under_way = judged.moved_ms >= max(zone.edge_ms, at_ms - parameters.still_lead_ms)
    if leaps and not (under_way or zone.sprang_ms):
        zone.sprang_ms = at_ms
    zone.near_cm = min(zone.near_cm, out_cm) if under_way or zone.sprang_ms else out_cm
    if out_cm - zone.near_cm <= parameters.edge_cm:
        zone.sprang_ms = 0
    if out_cm > parameters.edge_cm and at_ms - zone.edge_ms <= parameters.edge_ms:
        if not (zone.unseen or _is_unseen(judged, zone.edge_ms, at_ms, parameters)):
            zone.edge_ms = 0
            return
        zone.unseen = True
    if zone.risen or zone.unseen:
        goes = under_way and out_cm - zone.near_cm > parameters.edge_cm
    else:
        goes = out_cm > parameters.afar_cm
    stays = bool(zone.sprang_ms) and at_ms - zone.sprang_ms >= parameters.leap_hold_ms
    if stays or (goes and zone.afar_ms):
        zone.edge_ms, zone.afar_ms = RISES, 0
    else:
        zone.afar_ms = at_ms if goes else 0


def go_on(judged: Judged, force: Force, index: int, at_ms: int) -> None:
    """Note that a rise was told: what positions alone have raised goes on being watched."""
    zone, parameters = judged.zones[index], force.parameters
    zone.risen, zone.sprang_ms = True, 0
    zone.edge_ms = at_ms if _is_unseen(judged, at_ms, at_ms, parameters) else 0
