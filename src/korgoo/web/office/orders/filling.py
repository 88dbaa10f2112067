"""From a stored version back to the form, for an amendment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from korgoo.orders.drafts import DAYS
from korgoo.orders.models import Zone
from korgoo.web.office.orders.distance_form import DISTANCE, PLACES
from korgoo.web.office.orders.forms import HOME, KEEP_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from korgoo.orders.models import Distance, Order, OrderVersion, ProtectedPlace


class FormTooSmallError(ValueError):
    """The version has conditions that the form cannot show; saving it would lose them."""


def fill_form(order: Order, version: OrderVersion, zones: Iterable[Zone]) -> dict[str, Any]:
    """Return the form's initial values for a version.

    Raises:
        FormTooSmallError: the version holds more than a curfew and an exclusion zone.
    """
    values: dict[str, Any] = {
        "regime": order.regime,
        "authority": order.authority,
        "number": order.number,
        "protected_person": order.protected_person_id,
        "valid_from": version.valid_from,
        "valid_until": version.valid_until,
        "expected_interval_s": version.expected_interval_s,
        "tether_s": version.tether_s or None,
    }
    for zone in zones:
        key, kind = zone.condition.key, zone.kind
        if key == HOME and kind == Zone.Kind.INCLUSION and zone.geometry is None:
            values |= _fill_home(zone)
        elif key == KEEP_OUT and kind == Zone.Kind.EXCLUSION and not zone.windows and not zone.grace_s:
            values |= _fill_keep_out(zone)
        else:
            raise FormTooSmallError(f"the form cannot show the condition {key}")
    return values


def fill_distance(
    distance: Distance | None, places: Iterable[ProtectedPlace], *, hides: bool
) -> dict[str, Any]:
    """Return the form's initial values for a version's distance; `hides`: the reader may not know it all.

    Raises:
        FormTooSmallError: saving the form would lose something.
    """
    rows = list(places)
    if distance is None:
        return {}
    if hides or distance.condition.key != DISTANCE or len(rows) > len(PLACES):
        raise FormTooSmallError("the form cannot show the places of this distance")
    values: dict[str, Any] = {
        "far_on": True,
        "far_distance_m": distance.distance_m,
        "far_warning_m": distance.warning_m,
        "far_emergency_m": distance.emergency_m,
        "far_clause": distance.condition.clause,
        "far_contacts": ", ".join(distance.contacts),
        "far_disclosed": distance.disclosed,
    }
    for number, place in zip(PLACES, rows, strict=False):
        if place.key != f"place-{number}":
            raise FormTooSmallError("a place would change its key")
        values |= {
            f"near_{number}_name": place.name,
            f"near_{number}_lat": place.lat_e7,
            f"near_{number}_lon": place.lon_e7,
            f"near_{number}_radius_m": place.radius_m,
            f"near_{number}_geojson": json.dumps(place.geometry, ensure_ascii=False)
            if place.geometry
            else "",
            f"near_{number}_disclosed": place.disclosed,
        }
    return values


def _fill_home(zone: Zone) -> dict[str, Any]:
    hours: dict[str, str] = {f"home_{day}_{side}": "" for day in DAYS for side in ("from", "to")}
    for window in zone.windows:
        for day in window["days"]:
            if hours[f"home_{day}_from"]:
                raise FormTooSmallError("the form has one interval a day")
            hours[f"home_{day}_from"], hours[f"home_{day}_to"] = window["from"], window["to"]
    if zone.grace_s % 60:
        raise FormTooSmallError("the form has whole minutes of grace")
    return hours | {
        "home_on": True,
        "home_lat": zone.lat_e7,
        "home_lon": zone.lon_e7,
        "home_radius_m": zone.radius_m,
        "home_grace_min": zone.grace_s // 60,
        "home_clause": zone.condition.clause,
        "home_always": not zone.windows,
    }


def _fill_keep_out(zone: Zone) -> dict[str, Any]:
    return {
        "out_on": True,
        "out_lat": zone.lat_e7,
        "out_lon": zone.lon_e7,
        "out_radius_m": zone.radius_m,
        "out_geojson": json.dumps(zone.geometry, ensure_ascii=False) if zone.geometry else "",
        "out_clause": zone.condition.clause,
    }
