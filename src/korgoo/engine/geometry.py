"""Where a fix lies relative to a zone: vectorised screening by two circles, exact distance for the rest.

Screening is integer arithmetic and gives the same answer one fix at a time or a million. Signed
distances are positive inside and rounded to whole centimetres, so that the last bits of a library's
floating point never reach a judgement.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from korgoo.engine.plan import FRAME_SHIFT, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.plan import Frame, Zone

FULL_TURN_E7: Final = 3_600_000_000
HALF_TURN_E7: Final = 1_800_000_000
FAR_CM: Final = 2_000_000_000
"""Half the Earth's circumference: coordinates are clamped to it, so that squares fit in 64 bits."""

INSIDE: Final = 1
BETWEEN: Final = 0
OUTSIDE: Final = 255
"""Screening bytes: within the inner circle, beyond the outer one, or neither."""

Integers = npt.NDArray[np.int64]

_POLYGONS: Final = msgspec.msgpack.Decoder(tuple[tuple[tuple[tuple[int, int], ...], ...], ...])
_PLAN: Final = msgspec.msgpack.Decoder(Plan)


class Shape:
    """A zone's geometry made ready: what screening and measuring need, built once a plan."""

    __slots__ = ("_border", "_corners", "_place", "_solid", "frame", "inner", "outer", "radius_cm")

    def __init__(self, zone: Zone, *, kept: tuple[bytes, int] | None = None) -> None:
        """Take what screening needs; polygons are built when a fix is first measured against them.

        Most people never come near most of their polygons, and after a restart all plans come at once:
        packed corners are a tenth of the memory, and building is half of the time. Whoever keeps the packed
        plan anyway says so with `kept`, the plan and the zone's place in it: no corner is kept twice.
        """
        self.frame = zone.frame
        self.outer = zone.outer
        self.inner = zone.inner
        self.radius_cm = zone.outer.radius_cm
        self._corners = (kept[0] if kept else msgspec.msgpack.encode(zone.polygons)) if zone.polygons else b""
        self._place = kept[1] if kept else None
        self._solid: Any = None
        self._border: Any = None

    def _build(self) -> None:
        if self._place is None:
            polygons = _POLYGONS.decode(self._corners)
        else:
            polygons = _PLAN.decode(self._corners).zones[self._place].polygons
        parts = [shapely.Polygon(rings[0], rings[1:]) for rings in polygons]
        self._solid = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
        self._border = self._solid.boundary
        shapely.prepare(self._solid)
        self._corners = b""

    def locate(self, lat_e7: int, lon_e7: int) -> tuple[int, int]:
        """Return (x_cm, y_cm) in the zone's frame."""
        return locate(self.frame, lat_e7, lon_e7)

    def measure(self, x_cm: int, y_cm: int, enough_cm: float = math.inf) -> int:
        """Return the signed distance to the zone's border, cm, positive inside.

        Where it is surely `enough_cm` or more, a lower bound of it serves: the circles give one at once, and
        most fixes are far from most polygons.
        """
        if self._corners or self._solid is not None:
            outer, inner = self.outer, self.inner
            off_x, off_y = x_cm - outer.x_cm, y_cm - outer.y_cm
            beyond_cm = math.isqrt(off_x * off_x + off_y * off_y) - outer.radius_cm - 1
            if beyond_cm >= enough_cm:
                return -beyond_cm
            off_x, off_y = x_cm - inner.x_cm, y_cm - inner.y_cm
            within_cm = inner.radius_cm - math.isqrt(off_x * off_x + off_y * off_y) - 2
            if within_cm >= enough_cm:
                return within_cm
        if self._corners:
            self._build()
        if self._solid is None:
            off_x, off_y = x_cm - self.outer.x_cm, y_cm - self.outer.y_cm
            return self.radius_cm - math.isqrt(off_x * off_x + off_y * off_y)
        # One geometry with another: the functions over arrays take twice as long for a single fix.
        point = shapely.points((x_cm, y_cm))
        distance_cm: int = round(point.distance(self._border))
        return distance_cm if self._solid.intersects(point) else -distance_cm

    def screen(self, lat_e7: int, lon_e7: int) -> int:
        """Return the screening byte of one fix: the same as `screen` gives in a batch."""
        x_cm, y_cm = locate(self.frame, lat_e7, lon_e7)
        inner, outer = self.inner, self.outer
        off_x, off_y, radius_cm = x_cm - inner.x_cm, y_cm - inner.y_cm, inner.radius_cm
        if 0 < radius_cm * radius_cm >= off_x * off_x + off_y * off_y:
            return INSIDE
        off_x, off_y, radius_cm = x_cm - outer.x_cm, y_cm - outer.y_cm, outer.radius_cm
        return OUTSIDE if off_x * off_x + off_y * off_y > radius_cm * radius_cm else BETWEEN

    def columns(self) -> tuple[int, ...]:
        """Return the numbers of this zone for `ZoneTable`, in its order of columns."""
        frame, outer, inner = self.frame, self.outer, self.inner
        return (
            *(frame.lat_e7, frame.lon_e7, frame.x_scale, frame.y_scale),
            *(outer.x_cm, outer.y_cm, outer.radius_cm**2, outer.radius_cm + 1),
            *(inner.x_cm, inner.y_cm, inner.radius_cm**2 or -1),
            math.isqrt(inner.radius_cm**2 // 2),  # half the side of its inscribed square
        )


def locate(frame: Frame, lat_e7: int, lon_e7: int) -> tuple[int, int]:
    """Return a fix in a frame, cm, clamped to half the Earth."""
    east_e7 = lon_e7 - frame.lon_e7
    if not -HALF_TURN_E7 <= east_e7 < HALF_TURN_E7:
        east_e7 = (east_e7 + HALF_TURN_E7) % FULL_TURN_E7 - HALF_TURN_E7
    x_cm = east_e7 * frame.x_scale >> FRAME_SHIFT
    y_cm = (lat_e7 - frame.lat_e7) * frame.y_scale >> FRAME_SHIFT
    if -FAR_CM <= x_cm <= FAR_CM and -FAR_CM <= y_cm <= FAR_CM:
        return x_cm, y_cm
    return max(-FAR_CM, min(FAR_CM, x_cm)), max(-FAR_CM, min(FAR_CM, y_cm))


class Screened(NamedTuple):
    """The zones of fix 0, then of fix 1, and so on: those of fix i begin at `starts[i]`.

    `flags` are the screening bytes, `x_cm` and `y_cm` the fix in the zone's frame, `columns` the zone.
    """

    flags: npt.NDArray[np.uint8]
    starts: Integers
    x_cm: Integers
    y_cm: Integers
    columns: Integers


class ZoneTable:
    """The zones of many people in columns: a slot each, so that a batch is screened in one go."""

    COLUMNS: Final = 12

    def __init__(self) -> None:
        """Start empty."""
        self._columns = np.zeros((self.COLUMNS, 64), dtype=np.int64)
        self._used = 0
        self._free: dict[int, list[int]] = {}

    def add(self, shapes: Sequence[Shape]) -> int:
        """Give consecutive slots to these zones and return the first."""
        count = len(shapes)
        reused = self._free.get(count)
        if reused:
            first = reused.pop()
        else:
            first = self._used
            self._used += count
            if self._used > self._columns.shape[1]:
                width = self._columns.shape[1]  # a quarter more: doubled, it would be 400 bytes a person
                wider = np.zeros((self.COLUMNS, max(self._used, width + width // 4)), dtype=np.int64)
                wider[:, :width] = self._columns
                self._columns = wider
        for offset, shape in enumerate(shapes):
            self._columns[:, first + offset] = shape.columns()
        return first

    def remove(self, first: int, count: int) -> None:
        """Give slots back for another plan with as many zones."""
        self._free.setdefault(count, []).append(first)

    def screen(
        self, lat_e7: Sequence[int], lon_e7: Sequence[int], first: Sequence[int], count: Sequence[int]
    ) -> Screened:
        """Screen each fix against its zones.

        `first` and `count` give each fix's slots, at least one. All are sequences of one length.
        """
        counts = np.asarray(count, dtype=np.int64)
        starts = np.cumsum(counts) - counts
        slots = np.arange(int(counts.sum()), dtype=np.int64) + np.repeat(
            np.asarray(first, dtype=np.int64) - starts, counts
        )
        columns = self._columns[:, slots]
        lat0, lon0, xs, ys, ox, oy, o2, _, ix, iy, i2, _ = columns
        east = np.repeat(np.asarray(lon_e7, dtype=np.int64), counts) - lon0
        east = (east + HALF_TURN_E7) % FULL_TURN_E7 - HALF_TURN_E7
        x = np.clip(east * xs >> FRAME_SHIFT, -FAR_CM, FAR_CM)
        y = np.repeat(np.asarray(lat_e7, dtype=np.int64), counts) - lat0
        y = np.clip(y * ys >> FRAME_SHIFT, -FAR_CM, FAR_CM)
        outside = (x - ox) ** 2 + (y - oy) ** 2 > o2
        inside = (x - ix) ** 2 + (y - iy) ** 2 <= i2
        flags = np.where(inside, INSIDE, np.where(outside, OUTSIDE, BETWEEN)).astype(np.uint8)
        return Screened(flags, starts, x, y, columns)
