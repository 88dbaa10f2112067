"""An order in plain words, so that who signs it reads what it will mean and not how it was typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from korgoo.orders.drafts import DAYS as DAY_CODES
from korgoo.orders.models import Zone
from korgoo.web.kit.times import duration, local
from korgoo.web.kit.words import DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from korgoo.orders.models import Distance, OrderVersion, ProtectedPlace


def describe_version(version: OrderVersion, zones: Iterable[Zone]) -> list[str]:
    """Return what a version demands, one sentence a line."""
    days = (version.valid_until - version.valid_from).total_seconds()
    lines = [
        gettext("In force from %(begin)s until %(end)s, that is %(length)s.")
        % {"begin": local(version.valid_from), "end": local(version.valid_until), "length": duration(days)},
        gettext("The device reports every %(interval)s. Nothing is collected before and after the term.")
        % {"interval": duration(version.expected_interval_s)},
    ]
    if version.tether_s:
        lines.append(
            gettext(
                "The phone must hear its bracelet at least every %(time)s; for longer unheard is a tamper."
            )
            % {"time": duration(version.tether_s)}
        )
    return lines + [describe_zone(zone) for zone in zones]


def describe_zone(zone: Zone) -> str:
    """Return one condition as a sentence or two."""
    duty = gettext("Must stay inside") if zone.kind == Zone.Kind.INCLUSION else gettext("Must keep out of")
    parts = [f"{duty} {_describe_area(zone)}: {describe_windows(zone.windows)}."]
    if zone.grace_s:
        parts.append(gettext("Reported only when it lasts longer than %s.") % duration(zone.grace_s))
    if zone.condition.clause:
        parts.append(gettext("Clause of the order: %s.") % zone.condition.clause)
    return " ".join(parts)


def describe_distance(distance: Distance, places: Iterable[ProtectedPlace]) -> list[str]:
    """Return a distance in words, then each place that the reader may know."""
    parts = [
        gettext("Must keep %(distance)s m away from the protected person and her places.")
        % {"distance": distance.distance_m},
        gettext("The warning ring is %(warning)s m, the inner ring %(emergency)s m.")
        % {"warning": distance.warning_m, "emergency": distance.emergency_m},
        gettext("The participant is told when he comes near her.")
        if distance.disclosed
        else gettext("The participant is never told that he comes near her."),
    ]
    if distance.condition.clause:
        parts.append(gettext("Clause of the order: %s.") % distance.condition.clause)
    return [" ".join(parts), *(_describe_place(place) for place in places)]


def _describe_place(place: ProtectedPlace) -> str:
    known = gettext("the participant knows it") if place.disclosed else gettext("hidden from the participant")
    text = gettext("Her place “%(name)s”: %(area)s; %(known)s.")
    return text % {"name": place.name, "area": _describe_area(place), "known": known}


def describe_windows(windows: list[dict[str, Any]]) -> str:
    """Return when a zone binds."""
    if not windows:
        return gettext("at all times")
    return "; ".join(_describe_window(window) for window in windows)


def _describe_window(window: dict[str, Any]) -> str:
    begin, end = window["from"], window["to"]
    days = [code for code in DAY_CODES if code in window["days"]]
    which = gettext("every day") if len(days) == len(DAY_CODES) else ", ".join(str(DAYS[day]) for day in days)
    if end > begin:
        return gettext("%(days)s from %(begin)s to %(end)s") % {"days": which, "begin": begin, "end": end}
    text = gettext("%(days)s from %(begin)s to %(end)s of the next day")
    return text % {"days": which, "begin": begin, "end": end}


def _describe_area(zone: Zone | ProtectedPlace) -> str:
    if zone.lat_e7 is not None and zone.lon_e7 is not None:
        return gettext("the circle of %(radius)s m around %(lat)s, %(lon)s") % {
            "radius": zone.radius_m,
            "lat": f"{zone.lat_e7 / 1e7:.5f}",
            "lon": f"{zone.lon_e7 / 1e7:.5f}",
        }
    return gettext("the drawn area with %s corners") % _count_corners(zone.geometry)


def _count_corners(geometry: Any) -> int:  # noqa: ANN401 - GeoJSON
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return sum(len(ring) - 1 for polygon in polygons for ring in polygon)
