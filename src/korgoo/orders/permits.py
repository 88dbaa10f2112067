"""Granting and revoking permits: from a condition, or for taking the device off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import transaction

from korgoo.accounts.permissions import Permission, require_within
from korgoo.audit.services import Subject, log_action
from korgoo.engine.rows import Kind, person_key
from korgoo.orders.models import Order, Permit, Zone
from korgoo.orders.plans import REMOVAL, to_control_row
from korgoo.outbox.journal_inbox import write_control_row

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User


LONGEST_REMOVAL: Final = timedelta(days=14)
"""A stay in hospital; nothing is watched while the device is off, which only a court may want for longer."""


class PermitInvalidError(ValueError):
    """The permit cannot be granted or revoked like this; the message says why."""


class _Wanted(NamedTuple):
    condition_key: str
    valid_from: datetime
    valid_until: datetime
    reason: str


def grant_permit(
    order: Order,
    *,
    condition_key: str,
    valid_from: datetime,
    valid_until: datetime,
    reason: str,
    actor: User,
    now: datetime,
) -> Permit:
    """Except a participant from one condition in an absolute interval, also one that has passed.

    A permit for the past (a hospital, told afterwards) makes the engine judge that time again.

    Raises:
        ForbiddenError: the actor may not grant permits to people of that office.
        PermitInvalidError: no order in force, no such condition, or no interval or reason.
    """
    wanted = _Wanted(condition_key, valid_from, valid_until, reason.strip())
    _check(order, wanted, actor=actor)
    with transaction.atomic():
        _lock_in_force(order)
        # From a distance there is no permit: the two are allowed together instead (`korgoo.orders.together`).
        zones = Zone.objects.unscoped("the actor holds the permission").filter(
            condition__version__order=order,
            condition__version__signed_at__isnull=False,
            condition__key=condition_key,
        )
        if not zones.exists():
            raise PermitInvalidError("the order has no such condition")
        return _add(order, wanted, action="grant permit", actor=actor, now=now)


def grant_removal(
    order: Order, *, valid_from: datetime, valid_until: datetime, reason: str, actor: User, now: datetime
) -> Permit:
    """Let the participant's device come off in an absolute interval: surgery, an examination, an exchange.

    What was a tamper before is not undone by it, so it cannot be granted afterwards. What is still off at its
    end, or when it is taken back, becomes a tamper from then on (docs/adr/0173).

    Raises:
        ForbiddenError: the actor may not grant permits to people of that office.
        PermitInvalidError: no order in force, no interval or reason, too long, or over already.
    """
    wanted = _Wanted(REMOVAL, valid_from, valid_until, reason.strip())
    _check(order, wanted, actor=actor)
    if valid_until - valid_from > LONGEST_REMOVAL:
        raise PermitInvalidError("the device may be off for 14 days at most; for longer, end the order")
    if valid_until <= now:
        raise PermitInvalidError(
            "a device that was off already is a tamper: record an inspection, a permit undoes nothing"
        )
    with transaction.atomic():
        _lock_in_force(order)
        return _add(order, wanted, action="grant removal", actor=actor, now=now)


def _check(order: Order, wanted: _Wanted, *, actor: User) -> None:
    require_within(actor, Permission.GRANT_PERMIT, office=order.person.office)
    if wanted.valid_until <= wanted.valid_from:
        raise PermitInvalidError("a permit ends after it begins")
    if not wanted.reason:
        raise PermitInvalidError("a permit needs a reason")


def _lock_in_force(order: Order) -> None:
    locked = Order.objects.unscoped("held while a permit is added").select_for_update().get(pk=order.pk)
    if locked.state != Order.State.SIGNED:
        raise PermitInvalidError("the order is not in force")


def _add(order: Order, wanted: _Wanted, *, action: str, actor: User, now: datetime) -> Permit:
    permit = Permit.objects.create(
        order=order,
        condition_key=wanted.condition_key,
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        reason=wanted.reason,
        granted_by=actor.audit_name,
        created_at=now,
    )
    _tell(permit, action=action, actor=actor, now=now)
    return permit


def revoke_permit(permit: Permit, *, actor: User, now: datetime) -> None:
    """Take a permit back.

    Raises:
        ForbiddenError: the actor may not grant permits to people of that office.
        PermitInvalidError: it was revoked before.
    """
    require_within(actor, Permission.GRANT_PERMIT, office=permit.order.person.office)
    with transaction.atomic():
        permits = Permit.objects.unscoped("the actor holds the permission")
        if not permits.filter(pk=permit.pk, revoked_at=None).update(revoked_at=now):
            raise PermitInvalidError("the permit was revoked before")
        permit.revoked_at = now
        action = "revoke removal" if permit.is_removal else "revoke permit"
        _tell(permit, action=action, actor=actor, now=now)


def _tell(permit: Permit, *, action: str, actor: User, now: datetime) -> None:
    body = to_control_row(permit)
    write_control_row(
        body,
        kind=Kind.PERMIT,
        key=person_key(permit.order.person_id),
        case_id=permit.order_id,
        now=now,
        fixed_at_ms=body.from_ms,
    )
    log_action(
        Subject("order", permit.order_id),
        actor=actor.audit_name,
        action=f"{action} {permit.pk}",
        reason=permit.reason,
        now=now,
    )
