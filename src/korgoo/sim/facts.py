"""What is true, one record a fact: the shapes of TRUTH.jsonl and of the truth beside a scenario.

Times are ms since 1970 UTC, lengths metres. docs/simulation.md gives the fields as they stand in the file.
"""

from __future__ import annotations

import msgspec


class Track(msgspec.Struct, frozen=True, tag_field="fact", tag="track"):
    """Where a person truly was: points (at_ms, lat_e7, lon_e7), on a straight line in between.

    `device` is true for the way of the device where it was left behind, which is told beside the person's.
    """

    person: str
    device: bool
    points: tuple[tuple[int, int, int], ...]


class Crossing(msgspec.Struct, frozen=True, tag_field="fact", tag="crossing"):
    """A stretch on the wrong side of a zone's edge: outside an inclusion, inside an exclusion zone.

    `binding` are the parts of it at which the zone bound, so empty means that it was allowed. `depth_m`
    is the farthest from the edge; `at_30_m_ms` and `at_100_m_ms` are when it first was so deep. `tethered` is
    false where the device stayed behind: no position can show it.
    """

    person: str
    zone: str
    zone_kind: str
    from_ms: int
    until_ms: int
    depth_m: float
    at_30_m_ms: int | None = None
    at_100_m_ms: int | None = None
    speed_ms: float | None = None
    binding: tuple[tuple[int, int], ...] = ()
    tethered: bool = True


class Night(msgspec.Struct, frozen=True, tag_field="fact", tag="night"):
    """One window of a zone that binds by night, and when the person was not there; none = present."""

    person: str
    zone: str
    from_ms: int
    until_ms: int
    absences: tuple[tuple[int, int], ...] = ()


class Meeting(msgspec.Struct, frozen=True, tag_field="fact", tag="meeting"):
    """Two persons, or one and a protected place, within the warning ring; over when they left it for 5 min.

    `warning_at_ms`, `breach_at_ms` and `emergency_at_ms` are when a ring (2 x, 1 x and half the distance)
    was first crossed, None where it never was: `breach_at_ms` None is a near miss. `entries` counts how
    often the distance itself was crossed inwards, `breach_ms` how long they were nearer. `place` names a
    protected place that stands for the protected person, `disclosed` whether the participant knows it.
    """

    pair: str
    participant: str
    protected: str
    distance_m: float
    from_ms: int
    until_ms: int
    nearest_m: float
    nearest_at_ms: int
    warning_at_ms: int | None
    breach_at_ms: int | None
    emergency_at_ms: int | None
    entries: int
    breach_ms: int
    place: str = ""
    disclosed: bool = True
    staging: str = ""


class Deed(msgspec.Struct, frozen=True, tag_field="fact", tag="event"):
    """What was done to a device, with it, or happened to it.

    `cause` tells a fault or a benign loss from a deed: "benign", "deliberate" or "fault". `arrives_ms` is
    when the first message that shows it was received, None where none ever was. `offset_ms` is how much a
    clock was set forward (negative: back).
    """

    person: str
    event: str
    from_ms: int
    until_ms: int
    cause: str = ""
    arrives_ms: int | None = None
    offset_ms: int = 0
    zone: str = ""


class Coverage(msgspec.Struct, frozen=True, tag_field="fact", tag="coverage"):
    """A place known for losing the sky ("gnss"), the network ("network") or both ("both")."""

    place: str
    loses: str
    lat_e7: int
    lon_e7: int
    radius_m: float


Fact = Track | Crossing | Night | Meeting | Deed | Coverage
