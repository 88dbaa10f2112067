"""How two ways come near each other: drawn about the instant at which they are nearest."""

from __future__ import annotations

from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.sim.chance import between, key_of
from korgoo.sim.stages.actor import BEGINS_MS, INDOORS, OUTDOORS, Walker, beyond, heading

if TYPE_CHECKING:
    from korgoo.sim.itinerary import Path
    from korgoo.sim.plane import Point

BEFORE_MS: Final = 1_200_000
AFTER_MS: Final = 1_500_000
"""Standing still before the way there and after the way back: enough to be known, and to end a meeting."""
LEAST_LEAD_S: Final = 300
CLEAR: Final = 4.0
"""Ways begin and end at least so many distances away."""
RETURN_SHARE: Final = 1.4
"""How far apart they are between two entries, in distances."""
RETURN_MS: Final = 150_000


class Geometry(StrEnum):
    """In which way they meet."""

    HEAD_ON = "head_on"  # straight towards the other, a little beside
    CROSSING = "crossing"  # at a right angle when both move
    GRAZING = "grazing"  # some minutes just inside the distance
    NEAR_MISS = "near_miss"  # never inside the distance
    TOGETHER = "together"  # a long stay under one roof
    RETURNING = "returning"  # twice inside the distance, in between inside the warning ring
    APART = "apart"  # never inside the warning ring


class Moving(StrEnum):
    """Whose movement brings them together."""

    PARTICIPANT = "participant"
    PROTECTED = "protected"
    BOTH = "both"


class Encounter(NamedTuple):
    """The two ways of one encounter."""

    geometry: Geometry
    participant: Path
    protected: Path


class _Legs(NamedTuple):
    """Velocities as shares of the speed, and where the participant passes, seen from where the other does."""

    one: Point
    other: Point
    beside: Point


class _Timing(NamedTuple):
    """When an encounter begins, how long the way there and the halt last, and what follows."""

    begins: int
    lead_ms: int
    hold_ms: int
    out_m: float
    roof: str


def stage_encounter(
    key: int,
    *,
    geometry: Geometry,
    distance_m: float,
    nearest_m: float,
    speed_ms: float,
    moving: Moving,
    hold_ms: int,
) -> Encounter:
    """Return two ways that are nearest (`nearest_m`) in the middle, held there for `hold_ms`.

    When both move, each goes at `speed_ms`; the protected person passes the middle of the plane.
    """
    legs = _legs(key, geometry, moving)
    lead_s = max(LEAST_LEAD_S, CLEAR * distance_m / speed_ms)
    begins = BEGINS_MS + between(key_of(key, "begins"), 0, 600_000)
    out_m = RETURN_SHARE * distance_m / (2 if moving is Moving.BOTH else 1)
    plan = _Timing(
        begins=begins,
        lead_ms=round(lead_s * 1000),
        hold_ms=hold_ms,
        out_m=out_m if geometry is Geometry.RETURNING else 0.0,
        roof=INDOORS if geometry is Geometry.TOGETHER else OUTDOORS,
    )
    beside = beyond((0.0, 0.0), legs.beside, nearest_m)
    ways = [_way(legs.one, beside, speed_ms, plan), _way(legs.other, (0.0, 0.0), speed_ms, plan)]
    end = max(way.at_ms for way in ways) + AFTER_MS
    for way in ways:
        way.stay(end)
    return Encounter(geometry, ways[0].end(), ways[1].end())


def _legs(key: int, geometry: Geometry, moving: Moving) -> _Legs:
    u = heading(key_of(key, "way"))
    across = (-u[1], u[0])
    none = (0.0, 0.0)
    if moving is Moving.PARTICIPANT:
        return _Legs(u, none, across)
    if moving is Moving.PROTECTED:
        return _Legs(none, u, across)
    if geometry is Geometry.CROSSING:
        # Seen from her he moves along u - across; what is beside that is the sum of both.
        length = sqrt(2.0)
        return _Legs(u, across, ((u[0] + across[0]) / length, (u[1] + across[1]) / length))
    return _Legs(u, (-u[0], -u[1]), across)


def _way(velocity: Point, point: Point, speed_ms: float, timing: _Timing) -> Walker:
    """Draw one way: from afar to the point, a halt there (or once out and in again), and on."""
    arrives = timing.begins + BEFORE_MS + timing.lead_ms
    out_ms = round(timing.out_m / speed_ms * 1000)
    leaves = arrives + timing.hold_ms + (2 * out_ms + RETURN_MS if out_ms else 0)
    if velocity == (0.0, 0.0):
        walker = Walker(timing.begins, point)
        walker.stay(leaves + timing.lead_ms)
        return walker
    far = timing.lead_ms * speed_ms / 1000
    walker = Walker(timing.begins, beyond(point, velocity, -far))
    walker.stay(timing.begins + BEFORE_MS)
    walker.go(point, speed_ms)
    if out_ms:
        walker.go(beyond(point, velocity, timing.out_m), speed_ms)
        walker.stay(walker.at_ms + RETURN_MS, OUTDOORS)
        walker.go(point, speed_ms)
    elif timing.hold_ms:
        walker.stay(arrives + timing.hold_ms, timing.roof)
    walker.go(beyond(point, velocity, far), speed_ms)
    return walker
