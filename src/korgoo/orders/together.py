"""Intervals in which the two of an order are allowed together: a hearing, handing over a child."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from korgoo.accounts.permissions import Permission, require_within
from korgoo.audit.services import Subject, log_action
from korgoo.engine.rows import Kind, pair_key
from korgoo.orders.models import Distance, Order, Together
from korgoo.orders.pair_plans import to_control_row
from korgoo.orders.selectors import find_signed_version
from korgoo.outbox.journal_inbox import write_control_row

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User

LONGEST: Final = timedelta(days=1)
"""A hearing or a handing over takes hours; who may live together again needs another order."""


class TogetherInvalidError(ValueError):
    """The interval cannot be allowed or taken back like this; the message says why."""


def allow_together(
    order: Order, *, valid_from: datetime, valid_until: datetime, reason: str, actor: User, now: datetime
) -> Together:
    """Let the two of an order be together in an absolute interval, also in one that has passed.

    An interval for the past (a hearing, told afterwards) makes the engine judge that time again.

    Raises:
        ForbiddenError: the actor may not grant permits to people of that office.
        TogetherInvalidError: no order in force, no distance in it, or no interval, too long, no reason.
    """
    require_within(actor, Permission.GRANT_PERMIT, office=order.person.office)
    if valid_until <= valid_from:
        raise TogetherInvalidError("the interval ends after it begins")
    if valid_until - valid_from > LONGEST:
        raise TogetherInvalidError("they may be together for a day at most")
    if not reason.strip():
        raise TogetherInvalidError("being together needs a reason")
    with transaction.atomic():
        locked = Order.objects.unscoped("held while an interval is added").select_for_update()
        version = find_signed_version(order)
        distances = Distance.objects.unscoped("the actor holds the permission")
        if locked.get(pk=order.pk).state != Order.State.SIGNED or version is None:
            raise TogetherInvalidError("the order is not in force")
        if not distances.filter(condition__version=version).exists():
            raise TogetherInvalidError("the order sets no distance")
        together = Together.objects.create(
            order=order,
            valid_from=valid_from,
            valid_until=valid_until,
            reason=reason.strip(),
            granted_by=actor.audit_name,
            created_at=now,
        )
        _tell(together, action="allow together", actor=actor, now=now)
    return together


def revoke_together(together: Together, *, actor: User, now: datetime) -> None:
    """Take an interval back: the distance binds again, also within what is left of it.

    Raises:
        ForbiddenError: the actor may not grant permits to people of that office.
        TogetherInvalidError: it was taken back before.
    """
    require_within(actor, Permission.GRANT_PERMIT, office=together.order.person.office)
    with transaction.atomic():
        rows = Together.objects.unscoped("the actor holds the permission")
        if not rows.filter(pk=together.pk, revoked_at=None).update(revoked_at=now):
            raise TogetherInvalidError("the interval was taken back before")
        together.revoked_at = now
        _tell(together, action="forbid together", actor=actor, now=now)


def _tell(together: Together, *, action: str, actor: User, now: datetime) -> None:
    body = to_control_row(together)
    write_control_row(
        body,
        kind=Kind.TOGETHER,
        key=pair_key(together.order_id),
        case_id=together.order_id,
        now=now,
        fixed_at_ms=body.from_ms,
    )
    log_action(
        Subject("order", together.order_id),
        actor=actor.audit_name,
        action=f"{action} {together.pk}",
        reason=together.reason,
        now=now,
    )
