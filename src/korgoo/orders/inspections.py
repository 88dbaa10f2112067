"""What a person has seen or decided that ends a latch: inspections and stand-downs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from korgoo.accounts.permissions import Permission, require_within
from korgoo.audit.services import Subject, log_action
from korgoo.engine import rows
from korgoo.engine.findings import KINDS
from korgoo.engine.rows import Kind, person_key
from korgoo.orders.models import Inspection
from korgoo.outbox.instants import to_ms
from korgoo.outbox.journal_inbox import write_control_row

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User
    from korgoo.orders.models import Order
    from korgoo.people.models import Person


class InspectionInvalidError(ValueError):
    """The inspection cannot be recorded like this; the message says why."""


def record_inspection(
    order: Order,
    *,
    inspected_at: datetime,
    kinds: tuple[str, ...],
    result: str,
    actor: User,
    now: datetime,
    person: Person | None = None,
) -> Inspection:
    """Record that the actor has looked at a person's device and found it in order.

    It ends tampers of this person alone: of the participant, or of `person`, the other one of the order.
    `kinds` names the findings that are thereby explained; empty means the whole device.

    Raises:
        ForbiddenError: the actor may not inspect devices of that office.
        InspectionInvalidError: it lies in the future, its result is missing, a kind is no tamper, or the
            order is not about the person.
    """
    person = person or order.person
    require_within(actor, Permission.INSPECT_DEVICE, office=person.office)
    if person.pk not in {order.person_id, order.protected_person_id}:
        raise InspectionInvalidError("the order is not about this person")
    if inspected_at > now:
        raise InspectionInvalidError("an inspection is recorded after it was made")
    if not result.strip():
        raise InspectionInvalidError("write down what was found")
    if any(kind not in KINDS or not kind.startswith("tamper.") for kind in kinds):
        raise InspectionInvalidError("an inspection explains tamper findings only")
    with transaction.atomic():
        inspection = Inspection.objects.create(
            person=person,
            order=order,
            inspected_at=inspected_at,
            kinds=list(kinds),
            result=result.strip(),
            inspector=actor.audit_name,
            created_at=now,
        )
        body = rows.Inspection(inspection_id=inspection.pk, inspected_at_ms=to_ms(inspected_at), kinds=kinds)
        key = person_key(person.pk)
        write_control_row(
            body,
            kind=Kind.INSPECTION,
            key=key,
            case_id=order.pk,
            now=now,
            fixed_at_ms=body.inspected_at_ms,
        )
        log_action(Subject("person", person.pk), actor=actor.audit_name, action="inspect device", now=now)
    return inspection


def stand_down(finding_id: str, *, person_id: int, case_id: int, now: datetime) -> None:
    """Tell the engine that a person has closed an SOS; the next press is a new one.

    Part of closing the alert, in its transaction and under its permission.
    """
    write_control_row(
        rows.StandDown(finding_id=finding_id, at_ms=to_ms(now)),
        kind=Kind.STAND_DOWN,
        key=person_key(person_id),
        case_id=case_id,
        now=now,
    )
