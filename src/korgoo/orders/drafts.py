"""What an order form hands in, and the checks that need no database; pure."""

from __future__ import annotations

import functools
import re
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shapely import from_geojson
from shapely.errors import ShapelyError

from korgoo.orders.regimes import REGIMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

DAYS: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")

_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LONGEST_GRACE_S: Final = 3600
_SMALLEST_RADIUS_M: Final = 10
_LARGEST_RADIUS_M: Final = 200_000
_INTERVALS_S: Final = range(15, 3601)
_LONGEST_TETHER_S: Final = 3600
_MOST_CONDITIONS: Final = 50
_LONGEST_GEOMETRY: Final = 200_000
_DISTANCES_M: Final = range(10, 100_001)
_MOST_PLACES: Final = 32
_LONGEST_NAME: Final = 100
_CONTACT: Final = re.compile(r"[A-Za-z0-9:._-]{1,64}")


class OrderInvalidError(ValueError):
    """An order cannot be drafted or signed like this. `problems` lists every reason, as sentences."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Keep all problems: a form shows them together."""
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Circle:
    """A circle on the ground: 1e-7 degrees and metres."""

    lat_e7: int
    lon_e7: int
    radius_m: int


@dataclass(frozen=True, kw_only=True)
class ConditionDraft:
    """One condition. `zone` is "inclusion" or "exclusion"; either `circle` or `geometry` (GeoJSON text).

    `windows` are as in PLAN.json: {"days": ["mo", …], "from": "22:00", "to": "06:00"}; none = always.
    """

    key: str
    zone: str
    circle: Circle | None = None
    geometry: str | None = None
    windows: tuple[dict[str, Any], ...] = ()
    grace_s: int = 0
    clause: str = ""


@dataclass(frozen=True, kw_only=True)
class PlaceDraft:
    """A place of the protected person, named for those who may read her; `disclosed`: he knows it too."""

    key: str
    name: str
    circle: Circle | None = None
    geometry: str | None = None
    disclosed: bool = False


@dataclass(frozen=True, kw_only=True)
class DistanceDraft:
    """The distance to keep from the protected person, metres.

    `warning_m` is twice the distance where it is None, `emergency_m` half of it. `contacts` are ids of radios
    that only she carries.
    """

    key: str
    distance_m: int
    warning_m: int | None = None
    emergency_m: int | None = None
    disclosed: bool = False
    places: tuple[PlaceDraft, ...] = ()
    contacts: tuple[str, ...] = ()
    clause: str = ""

    @property
    def rings_m(self) -> tuple[int, int, int]:
        """The warning ring, the distance and the inner ring."""
        warning_m = 2 * self.distance_m if self.warning_m is None else self.warning_m
        emergency_m = self.distance_m // 2 if self.emergency_m is None else self.emergency_m
        return warning_m, self.distance_m, emergency_m


@dataclass(frozen=True, kw_only=True)
class OrderDraft:
    """What an order's version demands.

    `tether_s`: how long the phone may not hear its bracelet; 0 = the two are not paired.
    """

    regime: str
    authority: str
    number: str
    valid_from: datetime
    valid_until: datetime
    tz: str
    expected_interval_s: int = 60
    tether_s: int = 0
    conditions: tuple[ConditionDraft, ...] = ()
    distance: DistanceDraft | None = None


def check_draft(draft: OrderDraft, *, protected: bool) -> None:
    """Check what the law and the engine need; `protected`: a protected person is named.

    Raises:
        OrderInvalidError: with every problem found.
    """
    problems = (*_order_problems(draft, protected=protected), *_condition_problems(draft))
    if draft.distance is not None:
        if not protected:
            problems += ("a distance is kept from a protected person: name her",)
        problems += tuple(f"{draft.distance.key[:40]}: {one}" for one in _distance_problems(draft.distance))
    if problems:
        raise OrderInvalidError(problems)


def _order_problems(draft: OrderDraft, *, protected: bool) -> Iterator[str]:
    regime = REGIMES.get(draft.regime)
    if regime is None:
        yield f"unknown regime {draft.regime}"
    if not draft.authority.strip() or not draft.number.strip():
        yield "an order names its authority and its number"
    if draft.valid_from.tzinfo is None or draft.valid_until.tzinfo is None:
        yield "the dates of an order need a time zone"
    elif draft.valid_until <= draft.valid_from:
        yield "an order ends after it begins"
    elif regime is not None and draft.valid_until - draft.valid_from > regime.longest:
        yield f"this regime lasts {regime.longest.days} days at most"
    if regime is not None and protected != regime.protects:
        yield "this regime names a protected person" if regime.protects else "this regime protects nobody"
    if draft.tz not in _list_time_zones():
        yield f"unknown time zone {draft.tz}"
    if draft.expected_interval_s not in _INTERVALS_S:
        yield "the interval of reports lies between 15 s and an hour"
    elif draft.tether_s and not draft.expected_interval_s <= draft.tether_s <= _LONGEST_TETHER_S:
        yield "the bracelet is expected at most once a report and at least once an hour"


@functools.cache
def _list_time_zones() -> set[str]:
    """Return the names of all time zones; finding them walks a directory of 600 files."""
    return zoneinfo.available_timezones()


def _condition_problems(draft: OrderDraft) -> Iterator[str]:
    keys = [condition.key for condition in draft.conditions]
    if draft.distance is not None:
        keys.append(draft.distance.key)
    if not keys:
        yield "an order without conditions monitors nothing"
    if len(keys) > _MOST_CONDITIONS:
        yield f"an order has {_MOST_CONDITIONS} conditions at most"
    if len(set(keys)) < len(keys):
        yield "two conditions have the same key"
    for condition in draft.conditions:
        for problem in _zone_problems(condition):
            yield f"{condition.key[:40]}: {problem}"


def _zone_problems(condition: ConditionDraft) -> Iterator[str]:
    if not _KEY.fullmatch(condition.key):
        yield "a key is made of small letters, digits, - and _"
    if condition.zone not in {"inclusion", "exclusion"}:
        yield "a zone is for staying in or for keeping out"
    if (condition.circle is None) == (condition.geometry is None):
        yield "a zone is either a circle or a polygon"
    if condition.circle is not None and not _circle_fits(condition.circle):
        yield f"a circle lies on the earth; its radius is {_SMALLEST_RADIUS_M} to {_LARGEST_RADIUS_M} m"
    if condition.geometry is not None and not _geometry_fits(condition.geometry):
        yield "the area is not a valid polygon on the earth"
    if not 0 <= condition.grace_s <= _LONGEST_GRACE_S:
        yield "the grace is an hour at most"
    for window in condition.windows:
        if not _window_fits(window):
            yield "a window has days, from and to (HH:MM), which differ"


def _distance_problems(distance: DistanceDraft) -> Iterator[str]:
    if not _KEY.fullmatch(distance.key):
        yield "a key is made of small letters, digits, - and _"
    warning_m, distance_m, emergency_m = distance.rings_m
    if distance_m not in _DISTANCES_M:
        yield f"the distance is {_DISTANCES_M.start} to {_DISTANCES_M.stop - 1} m"
    if not 0 < emergency_m < distance_m < warning_m <= 2 * _DISTANCES_M.stop:
        yield "the inner ring is smaller than the distance, the warning ring larger"
    if len(distance.places) > _MOST_PLACES:
        yield f"a distance has {_MOST_PLACES} places at most"
    keys = [place.key for place in distance.places]
    if len(set(keys)) < len(keys):
        yield "two places have the same key"
    if any(not _CONTACT.fullmatch(contact) for contact in distance.contacts):
        yield "the id of a radio is 1 to 64 letters, digits, and : . _ -"
    elif len(set(distance.contacts)) < len(distance.contacts):
        yield "a radio is named twice"
    for place in distance.places:
        yield from _place_problems(place)


def _place_problems(place: PlaceDraft) -> Iterator[str]:
    if not _KEY.fullmatch(place.key):
        yield "a key is made of small letters, digits, - and _"
    if not place.name.strip() or len(place.name) > _LONGEST_NAME:
        yield f"a place has a name of {_LONGEST_NAME} characters at most"
    if (place.circle is None) == (place.geometry is None):
        yield "a place is either a circle or a polygon"
    if place.circle is not None and not _circle_fits(place.circle):
        yield f"a circle lies on the earth; its radius is {_SMALLEST_RADIUS_M} to {_LARGEST_RADIUS_M} m"
    if place.geometry is not None and not _geometry_fits(place.geometry):
        yield "the area is not a valid polygon on the earth"


def _circle_fits(circle: Circle) -> bool:
    on_earth = abs(circle.lat_e7) <= 850_000_000 and abs(circle.lon_e7) <= 1_800_000_000  # noqa: PLR2004 - degrees
    return on_earth and _SMALLEST_RADIUS_M <= circle.radius_m <= _LARGEST_RADIUS_M


def _geometry_fits(text: str) -> bool:
    if len(text) > _LONGEST_GEOMETRY:
        return False
    try:
        area = from_geojson(text)
    except ShapelyError:
        return False
    if area is None or area.geom_type not in {"Polygon", "MultiPolygon"} or area.is_empty:
        return False
    west, south, east, north = area.bounds
    on_earth = -180 <= west <= east <= 180 and -85 <= south <= north <= 85  # noqa: PLR2004 - degrees
    return bool(on_earth and area.is_valid)


def _window_fits(window: dict[str, Any]) -> bool:
    if set(window) != {"days", "from", "to"}:
        return False
    days, begin, end = window["days"], window["from"], window["to"]
    if not isinstance(days, list) or not days or any(day not in DAYS for day in days):
        return False
    if not isinstance(begin, str) or not isinstance(end, str):
        return False
    return bool(_TIME.fullmatch(begin) and _TIME.fullmatch(end) and begin != end)
