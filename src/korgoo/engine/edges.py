"""Edges: a finding told at the edge of a zone is told again, as a rise, once he is truly away.

An alarm that drift has raised at the edge stands while positions go on lying there. Whoever closed it as
false, or put it by, has to hear of the walk that follows: the finding itself is open already (ADR 0395).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from korgoo.engine.plan import ZoneKind

if TYPE_CHECKING:
    from korgoo.engine.belief import ZoneBelief
    from korgoo.engine.force import Force
    from korgoo.engine.judged import Judged
    from korgoo.engine.parameters import Parameters

RISES: Final = -1
"""In place of since when it is watched: it rises."""


def watch(judged: Judged, force: Force, index: int, at_ms: int) -> None:
    """Note that the finding of an inclusion zone was told at `at_ms`, the last place at its edge."""
    zone, shape, edge_cm = judged.zones[index], force.shapes[index], force.parameters.edge_cm
    zone.edge_ms, zone.afar_ms, zone.risen = 0, 0, False
    if force.zones[index].kind is not ZoneKind.INCLUSION:
        return
    if judged.used_lat:
        place = shape.locate(judged.used_lat, judged.used_lon)
        if -shape.measure(*place) > edge_cm:
            return
    zone.edge_ms = at_ms


def enough(zone: ZoneBelief, parameters: Parameters) -> int:
    """Return how far out the watch has to know the distance, cm."""
    return parameters.afar_cm + 1 if zone.edge_ms > 0 else 0


def follow(judged: Judged, force: Force, index: int, distance_cm: int, at_ms: int) -> None:
    """Take a used fix at that signed distance from the border of a zone.

    What is watched rises with the second fix in a row that lies farther out than `afar_cm`. One that lies
    beyond `edge_cm` within `edge_ms` of the telling belongs to the walk that was told: the watch ends without
    a word. It begins again where fixes have called him home for so long without being believed; then it rises
    a second time only if the device itself has spoken of movement since: drift goes in and out all night.
    """
    zone, parameters = judged.zones[index], force.parameters
    if zone.edge_ms < 0:
        return
    if not zone.edge_ms:
        called = zone.turn_ms and distance_cm >= 0 and at_ms - zone.turn_ms >= parameters.edge_ms
        if called and zone.open_ms and force.zones[index].kind is ZoneKind.INCLUSION:
            zone.edge_ms = zone.turn_ms
    elif -distance_cm > parameters.edge_cm and at_ms - zone.edge_ms <= parameters.edge_ms:
        zone.edge_ms = 0
    elif -distance_cm <= parameters.afar_cm:
        zone.afar_ms = 0
    elif not zone.afar_ms:
        zone.afar_ms = at_ms
    else:
        moved = judged.moved_ms >= zone.edge_ms or not zone.risen
        zone.edge_ms, zone.afar_ms, zone.risen = RISES if moved else 0, 0, True
