"""How long the police take to arrive: a parameter of the office in which a protected person lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from korgoo.accounts.offices import require_managed
from korgoo.audit.services import Subject, log_action
from korgoo.orders.drafts import OrderInvalidError
from korgoo.orders.models import Order
from korgoo.orders.pair_plans import write_pair_plan
from korgoo.orders.plans import lock_people

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import Office, User

_LONGEST_S: Final = 86_400


def set_reaction_time(office: Office, *, reaction_s: int, actor: User, now: datetime) -> int:
    """Set it and write the pairs of that office anew; return how many. 0 = unknown. It only ever warns.

    Raises:
        ForbiddenError: the actor may not manage that office.
        OrderInvalidError: not within a day.
    """
    require_managed(actor, office=office)
    if not 0 <= reaction_s <= _LONGEST_S:
        raise OrderInvalidError(("the police arrive within a day",))
    with transaction.atomic():
        office.reaction_s = reaction_s
        office.save(update_fields=["reaction_s"])
        orders = Order.objects.unscoped("every pair of the office").filter(
            state=Order.State.SIGNED, protected_person__office=office
        )
        found = list(orders.select_related("protected_person__office").order_by("pk"))
        for order in found:
            lock_people(order)
            write_pair_plan(order, now=now)
        action = f"reaction time {reaction_s} s"
        log_action(Subject("office", office.pk), actor=actor.audit_name, action=action, now=now)
    return len(found)
