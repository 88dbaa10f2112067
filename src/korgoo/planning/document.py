"""PLAN.json as typed values: what a person or another system writes down, before it is compiled.

The format is described in docs/backtest.md. These are shapes only; `korgoo.planning.reading` reads and
checks them.
"""

import msgspec

from korgoo.engine.plan import ZoneKind

Position = list[float]  # lon, lat and, as GeoJSON allows, an altitude that is not read


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the document: an unknown field is refused, never ignored."""


class Circle(_Part, frozen=True):
    """A centre in degrees and a radius in metres."""

    lat: float
    lon: float
    radius_m: float


class Polygon(_Part, frozen=True, tag_field="type", tag="Polygon"):
    """GeoJSON polygon: rings of positions, the shell first, then its holes."""

    coordinates: list[list[Position]]


class MultiPolygon(_Part, frozen=True, tag_field="type", tag="MultiPolygon"):
    """GeoJSON multipolygon."""

    coordinates: list[list[list[Position]]]


Geometry = Polygon | MultiPolygon


class WindowDocument(_Part, frozen=True, rename={"from_": "from", "except_": "except"}):
    """When a zone binds, in the local time of the plan's `tz`."""

    from_: str
    to: str
    days: list[str] = []
    dates: list[str] = []
    except_: list[str] = []


class ZoneDocument(_Part, frozen=True):
    """One area of one condition; a circle or a geometry, one of the two."""

    id: str
    kind: ZoneKind
    circle: Circle | None = None
    geometry: Geometry | None = None
    windows: list[WindowDocument] = []
    grace_s: float = 0
    beacons: list[str] | None = None
    order: str = ""
    clause: str = ""


class PermitDocument(_Part, frozen=True, rename={"from_": "from"}):
    """An authorised exception with an absolute start and end."""

    zone: str
    from_: str
    to: str
    id: str | None = None


class InspectionDocument(_Part, frozen=True):
    """A person has inspected the device at this instant."""

    at: str


class SubjectDocument(_Part, frozen=True):
    """A person under orders, and all that binds him."""

    id: str
    expected_interval_s: float = 60
    silence_grace_s: float = 60
    effective_from: str | None = None
    zones: list[ZoneDocument] = []
    permits: list[PermitDocument] = []
    inspections: list[InspectionDocument] = []


class PlaceDocument(_Part, frozen=True):
    """Where the protected person lives, works or learns; a circle or a geometry, one of the two."""

    id: str
    circle: Circle | None = None
    geometry: Geometry | None = None
    disclosed: bool = False


class TogetherDocument(_Part, frozen=True, rename={"from_": "from"}):
    """An interval in which they are allowed together."""

    from_: str
    to: str
    id: str | None = None


class PairDocument(_Part, frozen=True):
    """The distance that an order sets between a participant and a protected person.

    `warning_m` is twice the distance where it is not given, `emergency_m` half of it.
    """

    id: str
    participant: str
    protected: str
    distance_m: float
    warning_m: float | None = None
    emergency_m: float | None = None
    places: list[PlaceDocument] = []
    together: list[TogetherDocument] = []
    contacts: list[str] = []
    worn: list[str] = []
    reaction_s: float = 0
    disclosed: bool = False
    effective_from: str | None = None
    order: str = ""
    clause: str = ""


class PlanDocument(_Part, frozen=True):
    """The whole of PLAN.json."""

    tz: str
    subjects: list[SubjectDocument]
    pairs: list[PairDocument] = []
