"""Writing the plan of a pair: the distance that an order sets, in the transaction of what changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from korgoo.engine import plan as engine_plan
from korgoo.engine.rows import Kind, pair_key
from korgoo.orders.drafts import OrderInvalidError
from korgoo.orders.models import Distance, Order, ProtectedPlace, Together
from korgoo.orders.plans import find_interval, list_binding_versions, read_shape
from korgoo.outbox.instants import to_ms
from korgoo.outbox.journal_inbox import write_control_row
from korgoo.planning.errors import PlanError
from korgoo.planning.subjects import compile_pair_document

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.engine.plan import PairPlan
    from korgoo.orders.models import OrderVersion

_WHY: Final = "the engine judges the whole order"


def write_pair_plan(order: Order, *, now: datetime) -> None:
    """Put the pair of `order` into the journal's inbox: as its newest signed version says, or as over.

    Belongs into the transaction that changed `order`, after `lock_people`. An order that never held a
    distance writes nothing.

    Raises:
        OrderInvalidError: the compiler refuses.
    """
    distances = Distance.objects.unscoped(_WHY).filter(
        condition__version__order=order, condition__version__signed_at__isnull=False
    )
    last = distances.select_related("condition__version").order_by("-condition__version__number").first()
    if last is None:
        return
    version = last.condition.version
    binding = [one.pk for one in list_binding_versions(now=now, pk=order.pk)]
    begin_ms = max(to_ms(now), to_ms(version.valid_from))
    until_ms = to_ms(version.valid_until)
    if version.pk not in binding:  # ended, or the newest version holds no distance any more
        until_ms = begin_ms  # of one that was still to begin: it ends in the moment in which it begins
    plan = msgspec.structs.replace(
        _compile(order, last, now=now),
        version=f"o{order.pk}v{version.number}",
        effective_from_ms=begin_ms,
        effective_until_ms=until_ms,
        together=_list_together(order, after_ms=begin_ms),
    )
    key = pair_key(order.pk)
    write_control_row(plan, kind=Kind.PAIR, key=key, case_id=order.pk, now=now, fixed_at_ms=begin_ms)


def to_control_row(together: Together) -> engine_plan.Together:
    """Return the journal's form of an interval together."""
    return engine_plan.Together(
        together_id=f"together:{together.pk}",
        from_ms=to_ms(together.valid_from),
        until_ms=to_ms(together.valid_until),
        revoked=together.revoked_at is not None,
    )


def _compile(order: Order, distance: Distance, *, now: datetime) -> PairPlan:
    protected = order.protected_person
    if protected is None:
        raise OrderInvalidError(("a distance is kept from a protected person: name her",))
    version: OrderVersion = distance.condition.version
    sides = (
        _describe_side(version, now=now, person_id=order.person_id),
        _describe_side(version, now=now, protected_person_id=protected.pk),
    )
    places = ProtectedPlace.objects.unscoped(_WHY).filter(distance=distance).order_by("key")
    document = {
        "id": str(order.pk),
        "participant": str(order.person_id),
        "protected": str(protected.pk),
        "distance_m": distance.distance_m,
        "warning_m": distance.warning_m,
        "emergency_m": distance.emergency_m,
        "places": [{"id": one.key, "disclosed": one.disclosed, **read_shape(one)} for one in places],
        "contacts": distance.contacts,
        "reaction_s": protected.office.reaction_s,
        "disclosed": distance.disclosed,
        "order": order.number,
        "clause": distance.condition.clause,
    }
    try:
        return compile_pair_document(document, subjects=sides, tz=version.tz)
    except PlanError as error:
        raise OrderInvalidError((str(error),)) from error


def _describe_side(version: OrderVersion, *, now: datetime, **orders_of: int) -> dict[str, Any]:
    """Return one of the two as a subject: how often that side reports, and how long his tether may be out."""
    ((name, person_id),) = orders_of.items()
    binding = list_binding_versions(now=now, **orders_of)
    side = {"id": str(person_id), "expected_interval_s": find_interval(binding, otherwise=version)}
    tethers_s = [one.tether_s for one in binding if one.tether_s and name == "person_id"]
    return {**side, "tether_s": min(tethers_s)} if tethers_s else side


def _list_together(order: Order, *, after_ms: int) -> tuple[engine_plan.Together, ...]:
    rows = Together.objects.unscoped(_WHY).filter(order=order, revoked_at=None).order_by("pk")
    known = (to_control_row(row) for row in rows)
    return tuple(row for row in known if row.until_ms > after_ms)
