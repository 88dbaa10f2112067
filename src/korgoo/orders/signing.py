"""Signing an order: from here on it binds, and its plan is on the way to the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from korgoo.accounts.permissions import Permission, require_within
from korgoo.audit.services import Subject, log_action
from korgoo.devices.models import Assignment
from korgoo.devices.services import move_assignment_end
from korgoo.orders.drafts import OrderInvalidError
from korgoo.orders.lifecycle import Step, next_state
from korgoo.orders.models import Order, OrderVersion
from korgoo.orders.pair_plans import write_pair_plan
from korgoo.orders.plans import lock_people, write_plan, write_protected_plan

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User


def sign_order(order: Order, *, actor: User, now: datetime) -> OrderVersion:
    """Sign the version that waits, in one transaction.

    1. Both people are locked: a plan is made of all orders of its person. 2. The version becomes immutable.
    3. The assignments under the order end when it now ends. 4. The plans of both and of the pair go into the
    journal's inbox, so that the pair finds both.

    Raises:
        ForbiddenError: the actor may not sign orders for people of that office.
        OrderInvalidError: nothing waits to be signed, its term is over, or the compiler refuses it.
        StepRefusedError: the order has ended.
        DeviceTakenError: a device is promised to somebody else before the new end.
    """
    require_within(actor, Permission.SIGN_ORDER, office=order.person.office)
    with transaction.atomic():
        lock_people(order)
        order.refresh_from_db()
        state = next_state(order.state, Step.SIGN)
        version = _find_draft(order, now=now)
        version.signed_at, version.signed_by = now, actor.audit_name
        version.save(update_fields=["signed_at", "signed_by"])
        order.state = state
        order.save(update_fields=["state"])
        assignments = Assignment.objects.unscoped("they follow their order")
        for assignment in assignments.filter(case_id=order.pk, collect_until__gt=now).order_by("pk"):
            move_assignment_end(assignment, until=version.valid_until, now=now)
        write_plan(order, now=now)
        write_protected_plan(order, now=now)
        write_pair_plan(order, now=now)
        log_action(
            Subject("order", order.pk),
            actor=actor.audit_name,
            action=f"sign version {version.number}",
            now=now,
        )
    return version


def _find_draft(order: Order, *, now: datetime) -> OrderVersion:
    versions = OrderVersion.objects.unscoped("the actor holds the permission")
    version = versions.filter(order=order, signed_at=None).first()
    if version is None:
        raise OrderInvalidError(("nothing waits to be signed",))
    if version.valid_until <= now:
        raise OrderInvalidError(("the term of this order is over",))
    return version
