"""Zones on the ground: degrees into a local plane of integer centimetres, with their screening circles."""

import math
from typing import Final, NamedTuple

import shapely

from korgoo.engine.plan import FRAME_SHIFT, Disc, Frame, Ring
from korgoo.planning.document import Circle, Geometry, Polygon, Position
from korgoo.planning.errors import PlanError

_AXIS_M: Final = 6_378_137.0  # WGS84 semi-major axis
_ECCENTRICITY_2: Final = 6.694_379_990_141_3e-3  # WGS84 first eccentricity, squared
_CM_PER_E7: Final = 100 / 1e7  # metres per degree into centimetres per 1e-7 degree
_MARGIN_CM: Final = 2  # corners are rounded to cm: the screening circles keep clear of that
_FULL_TURN_E7: Final = 3_600_000_000
MAX_RADIUS_M: Final = 2_000_000
MAX_CORNERS: Final = 20_000

Polygons = tuple[tuple[Ring, ...], ...]


class Shape(NamedTuple):
    """The compiled geometry of a zone; the fields of `korgoo.engine.plan.Zone` of the same names."""

    frame: Frame
    outer: Disc
    inner: Disc
    polygons: Polygons


def frame_at(lat_e7: int, lon_e7: int) -> Frame:
    """Return the local plane whose origin lies there; scales from the WGS84 radii of curvature."""
    latitude = math.radians(lat_e7 / 1e7)
    w_2 = 1 - _ECCENTRICITY_2 * math.sin(latitude) ** 2
    east_m = math.radians(_AXIS_M / math.sqrt(w_2)) * math.cos(latitude)
    north_m = math.radians(_AXIS_M * (1 - _ECCENTRICITY_2) / w_2**1.5)
    scale = _CM_PER_E7 * (1 << FRAME_SHIFT)
    return Frame(lat_e7, lon_e7, max(1, round(east_m * scale)), round(north_m * scale))


def project(frame: Frame, lat_e7: int, lon_e7: int) -> tuple[int, int]:
    """Return (x_cm, y_cm) in the frame, by the engine's own integer rule."""
    return (
        (lon_e7 - frame.lon_e7) * frame.x_scale >> FRAME_SHIFT,
        (lat_e7 - frame.lat_e7) * frame.y_scale >> FRAME_SHIFT,
    )


def compile_circle(circle: Circle, *, path: str) -> Shape:
    """Return a circle's frame, centred on it, and the circle as both of its screening discs.

    Raises:
        PlanError: radius or centre out of range, or it reaches over the antimeridian or a pole.
    """
    lat_e7 = _e7(circle.lat, limit=90, name="lat", path=f"{path}.lat")
    lon_e7 = _e7(circle.lon, limit=180, name="lon", path=f"{path}.lon")
    if not 0 < circle.radius_m <= MAX_RADIUS_M:
        raise PlanError(f"{path}.radius_m", f"must be more than 0 and at most {MAX_RADIUS_M:,} m")
    radius_cm = round(circle.radius_m * 100)
    if radius_cm < 1:
        raise PlanError(f"{path}.radius_m", "must be at least a centimetre")
    frame = frame_at(lat_e7, lon_e7)
    reach_e7 = (radius_cm << FRAME_SHIFT) // frame.x_scale
    if abs(lon_e7) + reach_e7 > _FULL_TURN_E7 // 2:
        raise PlanError(path, "the circle reaches over the antimeridian, where it cannot be judged")
    disc = Disc(0, 0, radius_cm)
    return Shape(frame, disc, disc, ())


def compile_geometry(geometry: Geometry, *, path: str) -> Shape:
    """Return a polygon's or multipolygon's frame, corners in cm, and screening discs.

    Raises:
        PlanError: empty, unclosed, too few corners, crossing itself, without area, out of range, too
            large, or around the antimeridian.
    """
    single = isinstance(geometry, Polygon)
    parts = [geometry.coordinates] if isinstance(geometry, Polygon) else geometry.coordinates
    at = f"{path}.coordinates"
    if not parts or not parts[0]:
        raise PlanError(at, "the geometry is empty")
    degrees = [_corners(rings, path=at if single else f"{at}[{i}]") for i, rings in enumerate(parts)]
    _refuse_size(degrees, path=path)
    frame = _frame_of(degrees, path=path)
    polygons = tuple(
        tuple(tuple(project(frame, lat, lon) for lon, lat in ring) for ring in rings) for rings in degrees
    )
    area = _area(polygons, path=path)
    return Shape(frame, _outer(polygons, area, path=path), _inner(area), polygons)


def _e7(degrees: float, *, limit: int, name: str, path: str) -> int:
    if not -limit <= degrees <= limit:
        raise PlanError(path, f"{name} must be within -{limit}..{limit} degrees")
    return round(degrees * 1e7)


def _corners(rings: list[list[Position]], *, path: str) -> list[list[tuple[int, int]]]:
    """Return the rings as (lon_e7, lat_e7) corners, the first not repeated."""
    if not rings:
        raise PlanError(path, "the polygon is empty")
    compiled = []
    for index, ring in enumerate(rings):
        at = f"{path}[{index}]"
        corners = [_corner(position, path=f"{at}[{i}]") for i, position in enumerate(ring)]
        if not corners:
            raise PlanError(at, "the ring is empty")
        if ring[0][:2] != ring[-1][:2]:
            raise PlanError(at, "the ring is not closed: its last position must repeat its first")
        if len(corners) < 4:  # noqa: PLR2004 - three corners and the repeated first
            raise PlanError(at, "a ring needs at least 3 corners and its first repeated")
        compiled.append(corners[:-1])
    return compiled


def _corner(position: Position, *, path: str) -> tuple[int, int]:
    if len(position) not in (2, 3):
        raise PlanError(path, "a position is [lon, lat]")
    return (
        _e7(position[0], limit=180, name="lon", path=f"{path}[0]"),
        _e7(position[1], limit=90, name="lat", path=f"{path}[1]"),
    )


def _refuse_size(parts: list[list[list[tuple[int, int]]]], *, path: str) -> None:
    corners = [corner for rings in parts for ring in rings for corner in ring]
    if len(corners) > MAX_CORNERS:
        raise PlanError(path, f"has {len(corners):,} corners; {MAX_CORNERS:,} are allowed")
    if max(lon for lon, _ in corners) - min(lon for lon, _ in corners) > _FULL_TURN_E7 // 2:
        raise PlanError(path, "spans more than 180 degrees: a zone cannot lie across the antimeridian")


def _frame_of(parts: list[list[list[tuple[int, int]]]], *, path: str) -> Frame:
    """Return a frame whose origin lies inside the geometry."""
    area = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in parts])
    if not area.is_valid or area.area <= 0:
        raise PlanError(path, f"is no area: {_fault(area)}")
    point = shapely.point_on_surface(area)
    return frame_at(round(point.y), round(point.x))


def _area(polygons: Polygons, *, path: str) -> shapely.MultiPolygon:
    area = shapely.MultiPolygon([(rings[0], rings[1:]) for rings in polygons])
    if not area.is_valid or area.area <= 0:
        raise PlanError(path, f"is no area once rounded to centimetres: {_fault(area)}")
    return area


def _fault(area: shapely.MultiPolygon) -> str:
    """Say what is wrong without the coordinates that shapely appends: they are in no unit of the reader's."""
    fault = str(shapely.is_valid_reason(area)).partition("[")[0].strip()
    if fault == "Valid Geometry":
        return "zero area"
    return "its lines cross or touch (self-intersection)" if fault == "Self-intersection" else fault.lower()


def _outer(polygons: Polygons, area: shapely.MultiPolygon, *, path: str) -> Disc:
    """Return a circle around every corner: shapely's smallest one, its radius measured again in cm."""
    radius_cm = float(shapely.minimum_bounding_radius(area))
    if radius_cm > MAX_RADIUS_M * 100:
        raise PlanError(path, "a zone must fit into a circle of 2,000 km")
    centre = shapely.minimum_bounding_circle(area).centroid
    x, y = round(centre.x), round(centre.y)
    reach = max(math.hypot(cx - x, cy - y) for rings in polygons for cx, cy in rings[0])
    return Disc(x, y, math.ceil(reach) + _MARGIN_CM)


def _inner(area: shapely.MultiPolygon) -> Disc:
    """Return a circle wholly inside; radius 0 where the zone is narrower than the margin."""
    tolerance = math.sqrt(area.area) / 1000  # a per mille of its size is fine for screening
    found = shapely.maximum_inscribed_circle(area, tolerance=tolerance)
    x, y = (round(value) for value in found.coords[0])
    centre = shapely.Point(x, y)
    if not area.contains(centre):
        return Disc(x, y, 0)
    return Disc(x, y, max(0, math.floor(area.boundary.distance(centre)) - _MARGIN_CM))
