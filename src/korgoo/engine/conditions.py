"""Conditions: zone x windows x permits turn belief into met, not met or cannot tell, with the order's grace.

The clock decides too: absence when a window opens is found without a new fix, and evidence that has
run out turns a verdict into *cannot tell*, which opens nothing and closes nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from korgoo.engine import edges
from korgoo.engine.findings import Reason
from korgoo.engine.judged import Change
from korgoo.engine.plan import ZoneKind

if TYPE_CHECKING:
    from korgoo.engine.force import Force
    from korgoo.engine.judged import Judged


def rebind(judged: Judged, force: Force, at_ms: int, *, everything: bool = False) -> None:
    """Ask the clock which zones bind from now on."""
    for index, zone in enumerate(judged.zones):
        if everything or (zone.change_ms and zone.change_ms <= at_ms):
            binds = force.binds(index, at_ms)
            if binds and not zone.binds:
                zone.bound_ms = force.bound_since(index, at_ms)
            zone.binds = binds
            zone.change_ms = force.next_change(index, at_ms)


def next_due(judged: Judged, force: Force) -> int:
    """Return when the clock decides next, if no fix comes before; 0 = never."""
    due_ms = 0
    known_ms = judged.used_ms + force.hold_ms
    for zone in judged.zones:
        change_ms, grace_due_ms = zone.change_ms, zone.grace_due_ms
        if change_ms and (not due_ms or change_ms < due_ms):
            due_ms = change_ms
        if grace_due_ms and (not due_ms or grace_due_ms < due_ms):
            due_ms = grace_due_ms
        if zone.verdict:
            ends_ms = max(known_ms, zone.known_ms)
            if not due_ms or ends_ms < due_ms:
                due_ms = ends_ms
    return due_ms


def next_edge(judged: Judged) -> int:
    """Return when the clock decides whatever is heard before: windows, permits, grace; 0 = never."""
    moments = [moment for zone in judged.zones for moment in (zone.change_ms, zone.grace_due_ms) if moment]
    return min(moments, default=0)


def expire(judged: Judged, force: Force, at_ms: int) -> None:
    """Let verdicts end whose last fix no longer speaks for the present.

    A person last seen far outside cannot be back before the distance is travelled: until then it is known.
    """
    if at_ms < judged.used_ms + force.hold_ms:
        return
    for index, zone in enumerate(judged.zones):
        if not zone.verdict or at_ms < zone.known_ms:
            continue
        if zone.verdict < 0 and not zone.known_ms and judged.used_lat:
            x_cm, y_cm = force.shapes[index].locate(judged.used_lat, judged.used_lon)
            outer = force.zones[index].outer
            beyond_cm = math.isqrt((x_cm - outer.x_cm) ** 2 + (y_cm - outer.y_cm) ** 2) - outer.radius_cm
            zone.known_ms = judged.used_ms + beyond_cm * 1000 // force.parameters.reach_speed_cms
            if zone.known_ms > at_ms:
                continue
        zone.verdict = 0


def judge_conditions(judged: Judged, force: Force, at_ms: int, changes: list[Change]) -> None:
    """Compare every verdict with what binds at `at_ms`; append what changed."""
    for index, zone in enumerate(judged.zones):
        wanted = 1 if force.zones[index].kind is ZoneKind.INCLUSION else -1
        if zone.binds and zone.verdict == -wanted:
            _not_met(judged, force, index, at_ms, changes)
            continue
        if zone.grace_due_ms:
            zone.grace_due_ms = 0
        if not zone.open_ms:
            continue
        if not zone.binds:
            code = Reason.SUSPENDED if force.suspended(at_ms) else Reason.WINDOW_ENDED
            _tell(
                changes, "close", force, index, when_ms=at_ms, since_ms=at_ms, code=code, belief=zone.belief
            )
        elif zone.verdict == wanted:
            _tell(
                changes,
                "close",
                force,
                index,
                when_ms=at_ms,
                since_ms=max(zone.side_ms, zone.open_ms),
                code=Reason.RETURNED,
                belief=zone.belief,
            )
        else:
            if not zone.doubt:
                zone.doubt = True
                _tell(
                    changes,
                    "doubt",
                    force,
                    index,
                    when_ms=at_ms,
                    since_ms=at_ms,
                    code=Reason.CANNOT_TELL,
                    belief=zone.belief,
                )
            continue
        zone.open_ms, zone.doubt, zone.edge_ms, zone.afar_ms = 0, False, 0, 0


def _not_met(judged: Judged, force: Force, index: int, at_ms: int, changes: list[Change]) -> None:
    """Open the finding once the order's grace has passed, or go on with the open one."""
    zone = judged.zones[index]
    if zone.open_ms:
        if zone.doubt:
            zone.doubt = False
            _tell(
                changes,
                "known",
                force,
                index,
                when_ms=at_ms,
                since_ms=at_ms,
                code=Reason.KNOWN_AGAIN,
                belief=zone.belief,
            )
        if zone.edge_ms == edges.RISES:
            edges.go_on(judged, force, index, at_ms)
            code = Reason.DEPARTED
            _tell(changes, "rise", force, index, when_ms=at_ms, since_ms=at_ms, code=code, belief=zone.belief)
        return
    since_ms = max(zone.side_ms, zone.bound_ms)
    grace_ends_ms = since_ms + force.zones[index].grace_ms
    if at_ms < grace_ends_ms:
        zone.grace_due_ms = grace_ends_ms
        return
    zone.grace_due_ms, zone.open_ms, zone.doubt = 0, since_ms, False
    edges.watch(judged, force, index, at_ms)
    kind = force.finding_kinds[index]
    if kind == "curfew.absent":
        code = Reason.LEFT_DURING if since_ms > zone.bound_ms else Reason.ABSENT_AT_START
    else:
        code = Reason.INSIDE if kind == "zone.enter" else Reason.OUTSIDE
    _tell(changes, "open", force, index, when_ms=at_ms, since_ms=since_ms, code=code, belief=zone.belief)


def _tell(
    changes: list[Change],
    what: str,
    force: Force,
    index: int,
    *,
    when_ms: int,
    since_ms: int,
    code: Reason,
    belief: int,
) -> None:
    zone = force.zones[index]
    changes.append(Change(what, zone.id, force.finding_kinds[index], when_ms, since_ms, code, belief, index))
