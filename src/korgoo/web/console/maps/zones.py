"""Zones of orders as shapes to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from korgoo.orders.plan_document import name_zone
from korgoo.orders.selectors import list_orders, list_versions, list_zones
from korgoo.web.console.alerts.findings import name_zone_in_words

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User
    from korgoo.orders.models import OrderVersion, Zone


def list_zones_between(
    user: User, *, person_id: int, since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """Return the zones of the signed versions that bound a person at some time of an interval.

    A version binds until the next one was signed; each zone is told once, by its condition.
    """
    found: dict[str, dict[str, Any]] = {}
    for order in list_orders(user, person_id=person_id):
        if order.ended_at is not None and order.ended_at <= since:
            continue
        for version in _binding(user, order.pk, since=since, until=until):
            for zone in list_zones(user, version_id=version.pk):
                condition = name_zone(order.pk, zone.condition.key)
                found.setdefault(condition, {"order": order.number, **describe_zone(zone, condition)})
    return list(found.values())


def _binding(user: User, order_id: int, *, since: datetime, until: datetime) -> list[OrderVersion]:
    """Return the versions in force in an interval, the newest first."""
    binding = []
    replaced_at: datetime | None = None
    for version in list_versions(user, order_id=order_id):
        if version.signed_at is None:
            continue
        begins = max(version.valid_from, version.signed_at)
        ends = min(version.valid_until, replaced_at) if replaced_at else version.valid_until
        if begins < until and ends > since:
            binding.append(version)
        replaced_at = begins
    return binding


def describe_zone(zone: Zone, condition: str) -> dict[str, Any]:
    """Return one zone: a circle as `lat`, `lon`, `radius_m`, or a GeoJSON `geometry`."""
    described: dict[str, Any] = {
        "condition": condition,
        "kind": zone.kind,
        "name": name_zone_in_words(zone.condition.key),
        "clause": zone.condition.clause,
        "windows": zone.windows,
    }
    if zone.lat_e7 is not None and zone.lon_e7 is not None:
        return described | {"lat": zone.lat_e7 / 1e7, "lon": zone.lon_e7 / 1e7, "radius_m": zone.radius_m}
    return described | {"geometry": zone.geometry}
