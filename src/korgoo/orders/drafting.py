"""Drafting an order and amending it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction

from korgoo.accounts.permissions import Permission, require_within
from korgoo.audit.services import Subject, log_action
from korgoo.orders.drafts import OrderInvalidError, check_draft
from korgoo.orders.lifecycle import Step, next_state
from korgoo.orders.models import Condition, Distance, Order, OrderVersion, ProtectedPlace, Zone
from korgoo.people.models import Person

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User
    from korgoo.orders.drafts import Circle, DistanceDraft, OrderDraft


def draft_order(
    person: Person, *, draft: OrderDraft, protected_person: Person | None = None, actor: User, now: datetime
) -> Order:
    """Write down a decision about a participant; nothing is collected until it is signed.

    Raises:
        ForbiddenError: the actor may not draft orders for people of that office.
        OrderInvalidError: with every reason.
    """
    require_within(actor, Permission.DRAFT_ORDER, office=person.office)
    check_draft(draft, protected=protected_person is not None)
    if person.kind != Person.Kind.PARTICIPANT:
        raise OrderInvalidError(("an order is about a participant",))
    if protected_person is not None and protected_person.kind != Person.Kind.PROTECTED:
        raise OrderInvalidError(("the person to protect is registered as a participant",))
    with transaction.atomic():
        _require_new_number(draft)
        order = Order.objects.create(
            regime=draft.regime,
            authority=draft.authority.strip(),
            number=draft.number.strip(),
            person=person,
            protected_person=protected_person,
            created_at=now,
        )
        _add_version(order, number=1, draft=draft, now=now)
        log_action(Subject("order", order.pk), actor=actor.audit_name, action="draft", now=now)
    return order


def amend_order(order: Order, *, draft: OrderDraft, actor: User, now: datetime) -> OrderVersion:
    """Write a new version, or replace the one that is not signed yet; it binds when it is signed.

    Regime, authority and number belong to the decision and stay; a key that stays keeps belief and latches.

    Raises:
        ForbiddenError: the actor may not draft orders for people of that office.
        OrderInvalidError: with every reason.
        StepRefusedError: the order has ended.
    """
    require_within(actor, Permission.DRAFT_ORDER, office=order.person.office)
    check_draft(draft, protected=order.protected_person_id is not None)
    if (draft.regime, draft.authority.strip(), draft.number.strip()) != (
        order.regime,
        order.authority,
        order.number,
    ):
        raise OrderInvalidError(("another regime, authority or number is another order",))
    with transaction.atomic():
        locked = Order.objects.unscoped("held while a version is added").select_for_update().get(pk=order.pk)
        next_state(locked.state, Step.AMEND)
        versions = OrderVersion.objects.unscoped("the actor holds the permission").filter(order=order)
        versions.filter(signed_at=None).delete()
        newest = versions.order_by("-number").first()
        version = _add_version(order, number=newest.number + 1 if newest else 1, draft=draft, now=now)
        log_action(
            Subject("order", order.pk),
            actor=actor.audit_name,
            action=f"amend to version {version.number}",
            now=now,
        )
    return version


def _require_new_number(draft: OrderDraft) -> None:
    orders = Order.objects.unscoped("a decision is registered once")
    if orders.filter(authority=draft.authority.strip(), number=draft.number.strip()).exists():
        raise OrderInvalidError(("this authority's order with this number is registered",))


def _add_version(order: Order, *, number: int, draft: OrderDraft, now: datetime) -> OrderVersion:
    version = OrderVersion.objects.create(
        order=order,
        number=number,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        tz=draft.tz,
        expected_interval_s=draft.expected_interval_s,
        tether_s=draft.tether_s,
        created_at=now,
    )
    for wanted in draft.conditions:
        condition = Condition.objects.create(version=version, key=wanted.key, clause=wanted.clause)
        shape = _shape(wanted.circle, wanted.geometry)
        Zone.objects.create(
            condition=condition,
            kind=wanted.zone,
            windows=list(wanted.windows),
            grace_s=wanted.grace_s,
            lat_e7=shape.lat_e7,
            lon_e7=shape.lon_e7,
            radius_m=shape.radius_m,
            geometry=shape.geometry,
        )
    if draft.distance is not None:
        _add_distance(version, draft.distance)
    return version


def _add_distance(version: OrderVersion, wanted: DistanceDraft) -> None:
    condition = Condition.objects.create(version=version, key=wanted.key, clause=wanted.clause)
    warning_m, distance_m, emergency_m = wanted.rings_m
    distance = Distance.objects.create(
        condition=condition,
        distance_m=distance_m,
        warning_m=warning_m,
        emergency_m=emergency_m,
        disclosed=wanted.disclosed,
        contacts=list(wanted.contacts),
    )
    for place in wanted.places:
        shape = _shape(place.circle, place.geometry)
        ProtectedPlace.objects.create(
            distance=distance,
            key=place.key,
            name=place.name.strip(),
            disclosed=place.disclosed,
            lat_e7=shape.lat_e7,
            lon_e7=shape.lon_e7,
            radius_m=shape.radius_m,
            geometry=shape.geometry,
        )


class _Shape(NamedTuple):
    """The columns of an area: a circle, or a GeoJSON geometry."""

    lat_e7: int | None
    lon_e7: int | None
    radius_m: int | None
    geometry: Any


def _shape(circle: Circle | None, geometry: str | None) -> _Shape:
    area = json.loads(geometry) if geometry else None
    if circle is None:
        return _Shape(None, None, None, area)
    return _Shape(circle.lat_e7, circle.lon_e7, circle.radius_m, area)
