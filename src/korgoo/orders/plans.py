"""Writing the plans of an order's people to the journal, in the transaction of what changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from korgoo.engine import plan as engine_plan
from korgoo.engine.rows import Kind, person_key
from korgoo.orders.drafts import OrderInvalidError
from korgoo.orders.models import Order, OrderVersion, Permit, Zone
from korgoo.orders.plan_compilation import compile_plan
from korgoo.orders.plan_document import OrderFacts, ZoneFacts, build_plan_request, name_zone
from korgoo.outbox.instants import to_ms
from korgoo.outbox.journal_inbox import write_control_row
from korgoo.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Shaped(Protocol):
    """A record with an area: a circle's columns or a GeoJSON geometry."""

    lat_e7: int | None
    lon_e7: int | None
    radius_m: int | None
    geometry: Any


REMOVAL: Final = ""
"""The condition key of a permit that excepts from no condition: the device may come off."""

_WHY: Final = "a plan holds every order of its person"


def lock_person(person_id: int) -> Person:
    """Lock a person while his plan changes: two orders signed at once give two plans, the later with both."""
    return Person.objects.unscoped(_WHY).select_for_update().get(pk=person_id)


def lock_people(order: Order) -> None:
    """Lock both people of an order in one order of ids, so that two signatures cannot wait for each other."""
    ids = [pk for pk in (order.person_id, order.protected_person_id) if pk is not None]
    list(Person.objects.unscoped(_WHY).filter(pk__in=ids).order_by("pk").select_for_update())


def write_plan(order: Order, *, now: datetime) -> None:
    """Compile all that binds the participant of `order` from now on and put it into the journal's inbox.

    Belongs into the transaction that changed `order`, after `lock_people`.

    Raises:
        OrderInvalidError: the compiler refuses, or the person's orders use different time zones.
    """
    versions = list_binding_versions(now=now, person_id=order.person_id)
    zones = {version.tz for version in versions}
    if len(zones) > 1:
        raise OrderInvalidError(("the orders of this person use different time zones",))
    _write(order.person_id, order, tuple(_read_facts(version) for version in versions), versions, now=now)


def write_protected_plan(order: Order, *, now: datetime) -> None:
    """Put the plan of the person whom `order` protects into the inbox: no duties, only how often she reports.

    With it a silent or empty device of hers is found out like any other. Nothing binds her.
    """
    if order.protected_person_id is None:
        return
    versions = list_binding_versions(now=now, protected_person_id=order.protected_person_id)
    facts = tuple(_read_facts(version, binds=False) for version in versions)
    _write(order.protected_person_id, order, facts, versions, now=now)


def _write(
    person_id: int,
    order: Order,
    facts: tuple[OrderFacts, ...],
    versions: Sequence[OrderVersion],
    *,
    now: datetime,
) -> None:
    shown = versions or [_newest_signed(order)]
    interval_s = shown[0].expected_interval_s
    request = build_plan_request(person_id, orders=facts, now_ms=to_ms(now), interval_s=interval_s)
    write_control_row(
        compile_plan(request, tz=shown[0].tz),
        kind=Kind.PLAN,
        key=person_key(person_id),
        case_id=order.pk,
        now=now,
        fixed_at_ms=request.effective_from_ms,
    )


def find_interval(versions: Sequence[OrderVersion], *, otherwise: OrderVersion) -> int:
    """Return how often a person reports under these versions, s: as often as the strictest asks."""
    return min((one.expected_interval_s for one in versions), default=otherwise.expected_interval_s)


def to_control_row(permit: Permit) -> engine_plan.Permit:
    """Return the journal's form of a permit."""
    return engine_plan.Permit(
        permit_id=f"permit:{permit.pk}",
        # No zone has an empty id: such a permit is for removal (docs/adr/0173).
        zone="" if permit.is_removal else name_zone(permit.order_id, permit.condition_key),
        from_ms=to_ms(permit.valid_from),
        until_ms=to_ms(permit.valid_until),
        revoked=permit.revoked_at is not None,
    )


def list_binding_versions(*, now: datetime, **orders_of: int) -> list[OrderVersion]:
    """Return the newest signed version of each order with these columns that has not ended."""
    orders = Order.objects.unscoped(_WHY).filter(state=Order.State.SIGNED, **orders_of)
    newest = [_newest_signed(order) for order in orders.order_by("pk")]
    return [version for version in newest if version.valid_until > now]


def _newest_signed(order: Order) -> OrderVersion:
    versions = OrderVersion.objects.unscoped(_WHY).filter(order=order, signed_at__isnull=False)
    return versions.select_related("order").latest("number")


def _read_facts(version: OrderVersion, *, binds: bool = True) -> OrderFacts:
    """Return what a version asks; `binds=False`: of the person whom it protects, so no duties."""
    zones = Zone.objects.unscoped(_WHY).filter(condition__version=version).select_related("condition")
    if not binds:
        zones = zones.none()
    keys = [zone.condition.key for zone in zones]
    if binds:
        keys.append(REMOVAL)
    permits = Permit.objects.unscoped(_WHY).filter(
        order=version.order, condition_key__in=keys, revoked_at=None
    )
    return OrderFacts(
        case_id=version.order_id,
        number=version.order.number,
        version=version.number,
        from_ms=to_ms(version.valid_from),
        until_ms=to_ms(version.valid_until),
        expected_interval_s=version.expected_interval_s,
        tether_s=version.tether_s if binds else 0,
        zones=tuple(_read_zone(zone) for zone in zones.order_by("condition__key")),
        permits=tuple(to_control_row(permit) for permit in permits.order_by("pk")),
    )


def _read_zone(zone: Zone) -> ZoneFacts:
    return ZoneFacts(
        key=zone.condition.key,
        kind=zone.kind,
        shape=read_shape(zone),
        windows=zone.windows,
        grace_s=zone.grace_s,
        clause=zone.condition.clause,
    )


def read_shape(zone: Shaped) -> dict[str, Any]:
    """Return an area as PLAN.json writes it: {"circle": …} or {"geometry": …}."""
    if zone.lat_e7 is None or zone.lon_e7 is None:
        return {"geometry": zone.geometry}
    # The nearest float to a number of 1e-7 degrees rounds back to it: nothing is lost on the way.
    return {
        "circle": {
            "lat": zone.lat_e7 / 1e7,
            "lon": zone.lon_e7 / 1e7,
            "radius_m": zone.radius_m,
        }
    }
