"""From orders to the document that the plan's compiler takes; pure.

The document is a subject of PLAN.json. What that format does not carry (which order, which clause, from when
until when, ids of permits) travels beside it in a `PlanRequest`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from korgoo.engine.plan import Permit
from korgoo.engine.rows import pair_key, person_key


@dataclass(frozen=True, kw_only=True)
class ZoneFacts:
    """A zone of a signed version; `shape` is {"circle": …} or {"geometry": …} of PLAN.json."""

    key: str
    kind: str
    shape: dict[str, Any]
    windows: list[dict[str, Any]]
    grace_s: int
    clause: str


@dataclass(frozen=True, kw_only=True)
class OrderFacts:
    """An order that binds at some time after the plan's beginning; times in ms since 1970 UTC, or in s."""

    case_id: int
    number: str
    version: int
    from_ms: int
    until_ms: int
    expected_interval_s: int
    tether_s: int = 0
    zones: tuple[ZoneFacts, ...]
    permits: tuple[Permit, ...]


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """What is to be compiled. `origin` maps a zone's id to (order number, clause)."""

    document: dict[str, Any]
    version: str
    effective_from_ms: int
    effective_until_ms: int
    origin: dict[str, tuple[str, str]]
    permits: tuple[Permit, ...]


def name_zone(case_id: int, key: str) -> str:
    """Return the id of a condition in plans and findings, unique over all orders of a person."""
    return f"o{case_id}.{key}"


def find_case(condition: str) -> int | None:
    """Return the case id in a condition's id, None for a condition of no order."""
    head, dot, _key = condition.partition(".")
    digits = head.removeprefix("o")
    if not dot or head == digits or not digits.isascii() or not digits.isdigit():
        return None
    return int(digits)


def find_pair(key: str) -> int | None:
    """Return the case id in a pair's key, None for any other key."""
    return _number_after(pair_key(""), key)


def find_person(key: str) -> int | None:
    """Return the number of the person in a key, None for any other key."""
    return _number_after(person_key(""), key)


def _number_after(prefix: str, key: str) -> int | None:
    digits = key.removeprefix(prefix)
    return int(digits) if digits != key and digits.isascii() and digits.isdigit() else None


def build_plan_request(
    person_id: int, *, orders: tuple[OrderFacts, ...], now_ms: int, interval_s: int
) -> PlanRequest:
    """Merge all orders that bind a person from now on into one plan.

    An order whose term is shorter than the plan's gets permits for the rest of the time: its conditions bind
    to the millisecond from its beginning to its end, whatever process happens to be down at that moment.
    No orders: a plan that is over, which ends every judgement; `interval_s` then says how often was reported.
    """
    orders = tuple(sorted(orders, key=lambda order: order.case_id))
    begin = max(now_ms, min((order.from_ms for order in orders), default=now_ms))
    end = max((order.until_ms for order in orders), default=now_ms)
    zones: list[dict[str, Any]] = []
    origin: dict[str, tuple[str, str]] = {}
    permits: list[Permit] = []
    for order in orders:
        for zone in order.zones:
            zone_id = name_zone(order.case_id, zone.key)
            zones.append(_zone_document(zone, zone_id))
            origin[zone_id] = (order.number, zone.clause)
            permits.extend(_out_of_term(order, zone_id, begin=begin, end=end))
        permits.extend(permit for permit in order.permits if permit.until_ms > begin)
    document: dict[str, Any] = {
        "id": str(person_id),
        "expected_interval_s": min((o.expected_interval_s for o in orders), default=interval_s),
        "zones": zones,
    }
    tethers_s = [order.tether_s for order in orders if order.tether_s]
    if tethers_s:
        document["tether_s"] = min(tethers_s)
    return PlanRequest(
        document=document,
        version="+".join(f"o{order.case_id}v{order.version}" for order in orders) or "none",
        effective_from_ms=begin,
        effective_until_ms=end,
        origin=origin,
        permits=tuple(sorted(permits, key=lambda permit: permit.permit_id)),
    )


def _zone_document(zone: ZoneFacts, zone_id: str) -> dict[str, Any]:
    document = {"id": zone_id, "kind": zone.kind, **zone.shape, "grace_s": zone.grace_s}
    if zone.windows:
        document["windows"] = zone.windows
    return document


def _out_of_term(order: OrderFacts, zone_id: str, *, begin: int, end: int) -> list[Permit]:
    gaps = (("before", begin, order.from_ms), ("after", order.until_ms, end))
    return [
        Permit(permit_id=f"{side}:{zone_id}", zone=zone_id, from_ms=start, until_ms=stop)
        for side, start, stop in gaps
        if start < stop
    ]
