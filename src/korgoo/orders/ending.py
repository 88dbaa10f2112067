"""Ending orders: by a person's decision, and by their term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import OuterRef, Subquery

from korgoo.accounts.permissions import Permission, require_within
from korgoo.audit.services import Subject, log_action
from korgoo.devices.models import Assignment
from korgoo.devices.services import close_assignment
from korgoo.orders.lifecycle import Step, next_state
from korgoo.orders.models import Order, OrderVersion
from korgoo.orders.pair_plans import write_pair_plan
from korgoo.orders.plans import lock_people, write_plan, write_protected_plan

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User

SYSTEM_TERMS: Final = "system:terms"
"""The actor that records what the calendar did."""


def end_order(order: Order, *, reason: str, actor: User, now: datetime) -> None:
    """End an order now: collection under it stops, its conditions leave the plan.

    Raises:
        ForbiddenError: the actor may not sign orders for people of that office.
        StepRefusedError: the order has ended.
    """
    require_within(actor, Permission.SIGN_ORDER, office=order.person.office)
    _end(order, reason=reason, actor=actor.audit_name, now=now)


def end_expired_orders(*, limit: int, now: datetime) -> int:
    """Record the end of orders whose term is over; returns how many. Called by the worker.

    Nothing waits for it: collection and conditions ended to the millisecond by the assignment and the plan.
    """
    newest = (
        OrderVersion.objects.unscoped("the calendar knows no office")
        .filter(order=OuterRef("pk"), signed_at__isnull=False)
        .order_by("-number")
    )
    orders = Order.objects.unscoped("the calendar knows no office").filter(state=Order.State.SIGNED)
    over = orders.annotate(until=Subquery(newest.values("valid_until")[:1])).filter(until__lte=now)
    expired = list(over.order_by("pk")[:limit])
    for order in expired:
        _end(order, reason="term", actor=SYSTEM_TERMS, now=now)
    return len(expired)


def _end(order: Order, *, reason: str, actor: str, now: datetime) -> None:
    with transaction.atomic():
        lock_people(order)
        order.refresh_from_db()
        signed = order.state == Order.State.SIGNED
        order.state, order.ended_at = next_state(order.state, Step.END), now
        order.save(update_fields=["state", "ended_at"])
        assignments = Assignment.objects.unscoped("they follow their order")
        for assignment in assignments.filter(case_id=order.pk, collect_until__gt=now).order_by("pk"):
            close_assignment(assignment, at=now, now=now)
        if signed:
            write_plan(order, now=now)
            write_protected_plan(order, now=now)
            write_pair_plan(order, now=now)
        log_action(Subject("order", order.pk), actor=actor, action="end", reason=reason, now=now)
