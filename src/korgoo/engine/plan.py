"""What an order's version means for the engine: zones, windows, permits, thresholds; immutable.

A plan is compiled outside (`korgoo.planning`), because that needs trigonometry and a time-zone
database. It carries its own local frames and its UTC offsets as (from, seconds) rows, so judging needs
neither: a plan of today judges the same in ten years, whatever tzdata says then.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

# Nothing in a plan can point back at it: `gc=False` spares the collector a hundred objects a person.
FRAME_SHIFT: Final = 20
"""Scale of a frame's factors: centimetres per 1e-7 degree, times 2**20."""


class ZoneKind(StrEnum):
    """What the order asks: be inside, or stay out."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"


class Frame(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A local plane: x = (lon - lon0) * x_scale >> 20, in cm; y likewise. Integers only."""

    lat_e7: int
    lon_e7: int
    x_scale: int
    y_scale: int


class Disc(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A circle in a zone's frame, cm."""

    x_cm: int
    y_cm: int
    radius_cm: int


Ring = tuple[tuple[int, int], ...]
"""Corners (x_cm, y_cm) of one closed ring, the first not repeated."""


class Window(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """When a zone binds, in local wall time.

    `days` is a bit mask (bit 0 = Monday) of the days on which the window begins; `dates` adds single
    days and `except_dates` takes days away, both as days since 1970-01-01. `to_s` at or before `from_s` means
    over midnight. A wall time that the spring change skips is the moment of the change; one that
    autumn repeats opens at its first and closes at its last occurrence.
    """

    days: int
    from_s: int
    to_s: int
    dates: tuple[int, ...] = ()
    except_dates: tuple[int, ...] = ()


class Zone(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One area of one condition. `id` is the condition's id.

    A circle has its centre in the frame's origin (`polygons` empty, `outer` = `inner` = the circle). A
    polygon is a tuple of rings, the first its shell; several polygons make a multipolygon. `outer`
    contains the zone, `inner` lies within it: screening needs no more than those two.
    """

    id: str
    kind: ZoneKind
    frame: Frame
    outer: Disc
    inner: Disc
    polygons: tuple[tuple[Ring, ...], ...] = ()
    windows: tuple[Window, ...] = ()
    grace_ms: int = 0
    beacons: tuple[str, ...] = ()
    order: str = ""
    clause: str = ""


class Permit(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An authorised exception: the zone does not bind from `from_ms` until `until_ms` (absolute).

    `zone` "" permits the removal of the device itself: surgery, an exchange.

    A row with a known `permit_id` replaces the earlier one; `revoked` takes it away.
    """

    permit_id: str
    zone: str
    from_ms: int
    until_ms: int
    revoked: bool = False


class Together(msgspec.Struct, array_like=True, frozen=True):
    """A pair is allowed together from `from_ms` until `until_ms`: a hearing, handing over a child.

    A row with a known `together_id` replaces the earlier one; `revoked` takes it away.
    """

    together_id: str
    from_ms: int
    until_ms: int
    revoked: bool = False


class Place(msgspec.Struct, array_like=True, frozen=True):
    """A place where the protected person lives, works or learns: the distance counts from its border.

    `disclosed`: the participant lawfully knows it. What he does not know, nothing on his side may betray.
    """

    id: str
    frame: Frame
    outer: Disc
    inner: Disc
    polygons: tuple[tuple[Ring, ...], ...] = ()
    disclosed: bool = False


class PairPlan(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The distance that an order sets between a participant and a protected person.

    `participant` and `protected` are keys of persons. `warning_cm` > `distance_cm` > `emergency_cm`.
    `intervals_ms` is how often each side is expected to report, the participant's first. `contacts` are ids
    of radios that she carries, `worn` of those that he carries: whose device hears one of the other side
    stands beside it. `reaction_ms` is how long the police take to arrive, 0 = unknown: it only ever warns.
    `disclosed`: the participant is lawfully told that he comes near her in person. `tether_ms` is how long
    his bracelet may be out of its phone's reach; 0 = there is no tether.
    """

    version: str
    pair: str
    participant: str
    protected: str
    effective_from_ms: int
    distance_cm: int
    warning_cm: int
    emergency_cm: int
    intervals_ms: tuple[int, int]
    silence_grace_ms: int
    effective_until_ms: int | None = None
    places: tuple[Place, ...] = ()
    together: tuple[Together, ...] = ()
    contacts: tuple[str, ...] = ()
    reaction_ms: int = 0
    disclosed: bool = False
    order: str = ""
    clause: str = ""
    worn: tuple[str, ...] = ()
    tether_ms: int = 0


class Plan(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """All that binds one person from `effective_from_ms` on, under every order in force.

    `utc_offsets` are (from_ms, seconds east of UTC) rows, ascending, the first before every window.
    """

    version: str
    effective_from_ms: int
    expected_interval_ms: int
    silence_grace_ms: int
    utc_offsets: tuple[tuple[int, int], ...]
    zones: tuple[Zone, ...] = ()
    permits: tuple[Permit, ...] = ()
    effective_until_ms: int | None = None
    parameters: str = ""
    tzdata: str = ""
    tether_ms: int = 0  # how long the bracelet may be out of its phone's reach; 0 = there is no tether
