"""Reading orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine.rows import Kind, decode_body, pair_key, person_key
from korgoo.orders.models import (
    Condition,
    Distance,
    Inspection,
    Order,
    OrderVersion,
    Permit,
    ProtectedPlace,
    Together,
    Zone,
)
from korgoo.orders.plans import REMOVAL
from korgoo.outbox.models import JournalInbox

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from korgoo.accounts.models import User
    from korgoo.engine.plan import PairPlan, Plan
    from korgoo.people.models import Person


def list_orders(user: User, *, person_id: int | None = None) -> QuerySet[Order]:
    """Return the orders that `user` may see, the newest first."""
    orders = Order.objects.visible_to(user).select_related("person")
    if person_id is not None:
        orders = orders.filter(person_id=person_id)
    return orders.order_by("-pk")


def get_order_for(user: User, order_id: int) -> Order:
    """Return one order.

    Raises:
        Order.DoesNotExist: there is none, or not for this user; the two look the same.
    """
    return Order.objects.visible_to(user).select_related("person__office").get(pk=order_id)


def list_versions(user: User, *, order_id: int) -> QuerySet[OrderVersion]:
    """Return the versions of an order, the newest first."""
    return OrderVersion.objects.visible_to(user).filter(order_id=order_id).order_by("-number")


def list_zones(user: User, *, version_id: int) -> QuerySet[Zone]:
    """Return the zones of a version with their conditions, by key."""
    zones = Zone.objects.visible_to(user).filter(condition__version_id=version_id)
    return zones.select_related("condition").order_by("condition__key")


def find_distance(user: User, *, version_id: int) -> Distance | None:
    """Return the distance of a version with its condition, None where it sets none."""
    distances = Distance.objects.visible_to(user).filter(condition__version_id=version_id)
    return distances.select_related("condition").first()


def list_places(user: User, *, version_id: int) -> QuerySet[ProtectedPlace]:
    """Return the protected places of a version that `user` may know, by key."""
    places = ProtectedPlace.objects.visible_to(user).filter(distance__condition__version_id=version_id)
    return places.order_by("key")


def hides_places(user: User, *, version_id: int) -> bool:
    """Say whether a version holds places that `user` may not know: then he must not write it anew."""
    shown = list_places(user, version_id=version_id).values("pk")
    places = ProtectedPlace.objects.unscoped("only whether there are any is told")
    return places.filter(distance__condition__version_id=version_id).exclude(pk__in=shown).exists()


def list_together(user: User, *, order_id: int) -> QuerySet[Together]:
    """Return the intervals in which the two of an order may be together, the newest first."""
    return Together.objects.visible_to(user).filter(order_id=order_id).order_by("-valid_from", "-pk")


def list_conditions(user: User, *, version_id: int) -> QuerySet[Condition]:
    """Return the conditions of a version, by key."""
    return Condition.objects.visible_to(user).filter(version_id=version_id).order_by("key")


def list_permits(user: User, *, order_id: int) -> QuerySet[Permit]:
    """Return the permits of an order, the newest first."""
    return Permit.objects.visible_to(user).filter(order_id=order_id).order_by("-valid_from", "-pk")


def list_removals(user: User, *, person_id: int) -> QuerySet[Permit]:
    """Return the permits under which a participant's device may be off, the newest first."""
    permits = Permit.objects.visible_to(user).filter(order__person_id=person_id, condition_key=REMOVAL)
    return permits.select_related("order").order_by("-valid_from", "-pk")


def find_removal(user: User, *, person_id: int, at: datetime) -> Permit | None:
    """Return the permit under which the device may be off at `at`, the longest of several; None without."""
    permits = list_removals(user, person_id=person_id).filter(revoked_at=None)
    return permits.filter(valid_from__lte=at, valid_until__gt=at).order_by("-valid_until", "pk").first()


def list_plans(person: Person) -> list[Plan]:
    """Return every plan ever written for a person, as the engine got it, in order.

    For whoever was let through to this person: a plan holds all his orders.
    """
    rows = JournalInbox.objects.filter(kind=str(Kind.PLAN), key=person_key(person.pk)).order_by("pk")
    return [decode_body(Kind.PLAN, bytes(body)) for body in rows.values_list("body", flat=True)]


def list_pair_plans(order_id: int) -> list[PairPlan]:
    """Return every plan ever written for the pair of an order, as the engine got it, in order.

    For whoever was let through to a finding of it: says what the order hides from the participant.
    """
    rows = JournalInbox.objects.filter(kind=str(Kind.PAIR), key=pair_key(order_id)).order_by("pk")
    return [decode_body(Kind.PAIR, bytes(body)) for body in rows.values_list("body", flat=True)]


def find_signed_version(order: Order) -> OrderVersion | None:
    """Return the version that binds, None before the first signature. For services that hold a permission."""
    versions = OrderVersion.objects.unscoped("the caller was let through to this order")
    return versions.filter(order=order, signed_at__isnull=False).order_by("-number").first()


def was_inspected(person_id: int, *, kind: str, since: datetime) -> bool:
    """Whether a person has inspected this participant's device for that kind of finding after `since`."""
    inspections = Inspection.objects.unscoped("a latch opens for whoever may close the alert")
    made = inspections.filter(person_id=person_id, inspected_at__gte=since)
    return any(not inspection.kinds or kind in inspection.kinds for inspection in made)
