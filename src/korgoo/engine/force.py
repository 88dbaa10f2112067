"""What is in force for one person: the plan made ready, with permits and suspensions beside it.

Binding is a question of the clock alone: a zone binds in its windows, except under a permit or while
monitoring is suspended.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine import windows
from korgoo.engine.geometry import Shape
from korgoo.engine.plan import Plan, ZoneKind

if TYPE_CHECKING:
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.plan import Permit, Zone
    from korgoo.engine.rows import Suspension

_PLAN: Final = msgspec.msgpack.Decoder(Plan)


class Force:
    """A plan ready for judging. Zones and shapes stand in the plan's order."""

    __slots__ = (
        *("_grounds", "_packed", "beacons", "finding_kinds", "hold_ms", "learners", "parameters"),
        *("permits", "plan", "shapes", "silence_ms", "suspensions", "zones"),
    )

    def __init__(
        self,
        plan: Plan,
        parameters: Parameters,
        permits: dict[str, Permit] | None = None,
        suspensions: dict[int, Suspension] | None = None,
        *,
        packed: bytes = b"",
    ) -> None:
        """Build the shapes once; the rest is looked up. `packed` is the plan as the caller keeps it."""
        self.shapes = tuple(
            Shape(zone, kept=(packed, place) if packed else None) for place, zone in enumerate(plan.zones)
        )
        self._packed = packed
        self._grounds = () if packed else tuple(ground(zone) for zone in plan.zones)
        # The corners live on in the shapes and in the packed plan; here they would be most of the memory.
        bare = tuple(msgspec.structs.replace(zone, polygons=()) for zone in plan.zones)
        self.plan = msgspec.structs.replace(plan, zones=bare)
        self.parameters = parameters
        self.permits = {} if permits is None else permits
        self.suspensions = {} if suspensions is None else suspensions
        self.zones: tuple[Zone, ...] = bare
        self.learners = tuple(
            index
            for index, shape in enumerate(self.shapes)
            if 0 < shape.radius_cm <= parameters.learn_radius_cm
        )
        self.beacons = {
            beacon: index for index, zone in reversed(tuple(enumerate(plan.zones))) for beacon in zone.beacons
        }
        self.finding_kinds = tuple(finding_kind(zone) for zone in plan.zones)
        self.hold_ms = parameters.hold_intervals * plan.expected_interval_ms + parameters.hold_extra_ms
        self.silence_ms = parameters.silence_intervals * plan.expected_interval_ms + plan.silence_grace_ms

    def name_grounds(self) -> tuple[bytes, ...]:
        """Name every zone's duty and ground: asked when a plan takes the place of another, and never else."""
        if self._packed:
            return tuple(ground(zone) for zone in _PLAN.decode(self._packed).zones)
        return self._grounds

    def change_exceptions(self, permits: dict[str, Permit], suspensions: dict[int, Suspension]) -> None:
        """Take the permits and suspensions as they are now: those of an account made anew are its own."""
        self.permits, self.suspensions = permits, suspensions

    def ended(self, at_ms: int) -> bool:
        """Say whether the order has ended by then."""
        return self.plan.effective_until_ms is not None and at_ms >= self.plan.effective_until_ms

    def watches(self, at_ms: int) -> bool:
        """Say whether anybody may be judged then: the order is in force and not suspended."""
        return not self.ended(at_ms) and not (self.suspensions and self.suspended_until(at_ms))

    def suspended(self, at_ms: int) -> bool:
        """Say whether monitoring is suspended then."""
        return self.suspended_until(at_ms) > 0

    def suspended_until(self, at_ms: int) -> int:
        """Return when the suspension in force then ends; 0 = none is."""
        return suspended_until(self.suspensions, at_ms)

    def _exceptions(self, zone_id: str) -> list[tuple[int, int]]:
        """Return the (from, until) intervals in which the zone does not bind whatever its windows say."""
        permits = [p for p in self.plan.permits if p.permit_id not in self.permits]
        permits.extend(self.permits.values())
        return [
            *((p.from_ms, p.until_ms) for p in permits if p.zone == zone_id and not p.revoked),
            *((s.from_ms, s.until_ms) for s in self.suspensions.values() if not s.revoked),
        ]

    def binds(self, index: int, at_ms: int) -> bool:
        """Say whether the zone binds at that instant."""
        zone = self.zones[index]
        if self.ended(at_ms):
            return False
        if zone.windows and not windows.binds_at(zone.windows, self.plan.utc_offsets, at_ms):
            return False
        return not any(start <= at_ms < end for start, end in self._exceptions(zone.id))

    def next_change(self, index: int, at_ms: int) -> int:
        """Return the next instant at which the zone may begin or cease to bind; 0 = never."""
        zone = self.zones[index]
        instants = [edge for pair in self._exceptions(zone.id) for edge in pair if edge > at_ms]
        until = self.plan.effective_until_ms
        if until is not None and until > at_ms:
            instants.append(until)
        if zone.windows:
            change = windows.next_change(zone.windows, self.plan.utc_offsets, at_ms)
            if change is not None:
                instants.append(change)
        return min(instants, default=0)

    def bound_since(self, index: int, at_ms: int) -> int:
        """Return when the zone began to bind, for a zone that binds at `at_ms`."""
        zone = self.zones[index]
        starts = [self.plan.effective_from_ms]
        if zone.windows:
            start = windows.window_start(zone.windows, self.plan.utc_offsets, at_ms)
            if start is not None:
                starts.append(start)
        starts.extend(end for _, end in self._exceptions(zone.id) if end <= at_ms)
        return max(starts)


def suspended_until(suspensions: dict[int, Suspension], at_ms: int) -> int:
    """Return when the suspension in force then ends; 0 = none is."""
    in_force = (s for s in suspensions.values() if s.from_ms <= at_ms < s.until_ms and not s.revoked)
    return max((s.until_ms for s in in_force), default=0)


def finding_kind(zone: Zone) -> str:
    """Name the one finding that a zone can open: only `curfew.absent` where an inclusion zone has windows."""
    if zone.kind is ZoneKind.EXCLUSION:
        return "zone.enter"
    return "curfew.absent" if zone.windows else "zone.exit"


def ground(zone: Zone) -> bytes:
    """Name the duty and its ground: belief about one zone holds for another of the same name."""
    meaning = (zone.kind, zone.frame, zone.outer, zone.inner, zone.polygons)
    return blake2b(msgspec.msgpack.encode(meaning), digest_size=16).digest()
