"""Giving a device to one of the two people of an order that is in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from korgoo.devices.services import OrderReference, issue_device
from korgoo.orders.drafts import OrderInvalidError
from korgoo.orders.models import Order
from korgoo.orders.plans import lock_person
from korgoo.orders.selectors import find_signed_version

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User
    from korgoo.devices.models import Device
    from korgoo.devices.services import IssuedDevice
    from korgoo.people.models import Person


def issue_device_under(
    order: Order, *, device: Device, person: Person, actor: User, now: datetime
) -> IssuedDevice:
    """Issue a device; collection begins now, or with the order if that begins later, and ends with it.

    Raises:
        OrderInvalidError: the order is not signed or is over, or is not about this person.
        ForbiddenError, DeviceTakenError, AssignmentOverError: as `korgoo.devices.services.issue_device`.
    """
    with transaction.atomic():
        # An order that ends at this moment either ends the assignment too, or forbids it.
        lock_person(order.person_id)
        order.refresh_from_db()
        version = find_signed_version(order)
        if order.state != Order.State.SIGNED or version is None or version.valid_until <= now:
            raise OrderInvalidError(("no order in force, no device",))
        if person.pk not in {order.person_id, order.protected_person_id}:
            raise OrderInvalidError(("the order is not about this person",))
        return issue_device(
            device,
            person=person,
            order=OrderReference(order.pk, order.number, version.valid_until),
            collect_from=max(now, version.valid_from),
            actor=actor,
            now=now,
        )
