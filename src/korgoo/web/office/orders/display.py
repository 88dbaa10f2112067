"""The page of one order, which every step on it shows again with its problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.shortcuts import render

from korgoo.accounts.permissions import Permission, holds
from korgoo.devices.models import Assignment
from korgoo.monitoring.erasing import list_erasures
from korgoo.orders.selectors import (
    find_distance,
    list_permits,
    list_places,
    list_together,
    list_versions,
    list_zones,
)
from korgoo.people.models import Person
from korgoo.web.kit.actors import name_actors
from korgoo.web.kit.clock import read_clock
from korgoo.web.office.orders.permit_form import PermitForm
from korgoo.web.office.orders.progress import find_progress
from korgoo.web.office.orders.together_form import TogetherForm
from korgoo.web.office.orders.wording import describe_distance, describe_version, describe_zone

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from korgoo.accounts.models import User
    from korgoo.orders.models import Order, OrderVersion


def show_order_page(
    request: HttpRequest,
    order: Order,
    *,
    problems: list[str] | None = None,
    permit_form: PermitForm | None = None,
    together_form: TogetherForm | None = None,
) -> HttpResponse:
    """Render the page; with `problems` or a wrong form the answer is 422."""
    user = cast("User", request.user)
    versions = list(list_versions(user, order_id=order.pk))
    permits = list(list_permits(user, order_id=order.pk))
    together = list(list_together(user, order_id=order.pk))
    names = name_actors(
        {item.signed_by or "" for item in versions}
        | {permit.granted_by for permit in permits}
        | {interval.granted_by for interval in together}
    )
    told = [_tell_version(user, order, version, names) for version in versions]
    signed = next((item for item in told if item["version"].signed_at), None)
    zones = {zone.condition.key: describe_zone(zone) for zone in signed["zones"]} if signed else {}
    wrong = bool(problems) or any(form and form.errors for form in (permit_form, together_form))
    context = {
        "order": order,
        "person": order.person,
        "protected": _find_protected(user, order),
        "draft": next((item for item in told if item["version"].signed_at is None), None),
        "signed": signed,
        "older": [item for item in told if item["version"].signed_at and item is not signed],
        "permits": [{"permit": permit, "who": names[permit.granted_by]} for permit in permits],
        "together": [{"interval": item, "who": names[item.granted_by]} for item in together],
        "together_form": together_form or TogetherForm(),
        "permit_form": permit_form or PermitForm(zones=zones),
        "assignments": _list_assignments(user, order),
        "may": {
            "draft": holds(user, Permission.DRAFT_ORDER),
            "sign": holds(user, Permission.SIGN_ORDER),
            "permit": holds(user, Permission.GRANT_PERMIT),
            "evidence": holds(user, Permission.HAND_OUT_EVIDENCE),
            "issue": holds(user, Permission.ISSUE_DEVICE),
            "see_person": True,
        },
        "erasures": list_erasures(case_id=order.pk),
        "problems": problems or [],
        "now": read_clock(),
    }
    return render(request, "office/orders/order.html", context, status=422 if wrong else 200)


def describe_conditions(user: User, order: Order) -> dict[str, str]:
    """Return the conditions that bind, by key, in words."""
    for version in list_versions(user, order_id=order.pk):
        if version.signed_at:
            return {
                zone.condition.key: describe_zone(zone) for zone in list_zones(user, version_id=version.pk)
            }
    return {}


def _tell_version(user: User, order: Order, version: OrderVersion, names: dict[str, str]) -> dict[str, Any]:
    zones = list(list_zones(user, version_id=version.pk))
    lines = describe_version(version, zones)
    distance = find_distance(user, version_id=version.pk)
    if distance is not None:
        lines += describe_distance(distance, list_places(user, version_id=version.pk))
    return {
        "version": version,
        "zones": zones,
        "has_distance": distance is not None,
        "lines": lines,
        "signed_by": names[version.signed_by or ""],
        "progress": find_progress(version, person_id=order.person_id),
    }


def _find_protected(user: User, order: Order) -> Person | None:
    """Return the protected person where this reader may know who it is; nobody learns it from an order."""
    if order.protected_person_id is None:
        return None
    return Person.objects.visible_to(user).filter(pk=order.protected_person_id).first()


def _list_assignments(user: User, order: Order) -> list[Assignment]:
    """Return the devices under an order, of people whom this reader may see."""
    assignments = Assignment.objects.visible_to(user).filter(case_id=order.pk)
    visible = Person.objects.visible_to(user).values("pk")
    found = assignments.filter(person_id__in=visible).select_related("device", "person")
    return list(found.order_by("-collect_from", "-pk"))
