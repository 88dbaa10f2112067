"""Erasing a case: what its devices have told is destroyed, under a certificate, for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from korgoo.accounts.permissions import Permission, holds, require
from korgoo.audit.services import Subject, log_action
from korgoo.engine.rows import SYSTEM_KEY, Erasure, Kind, decode_body
from korgoo.monitoring.evidence_bundles import withdraw_bundles
from korgoo.monitoring.models import Picture
from korgoo.orders.models import Order
from korgoo.outbox.instants import from_ms
from korgoo.outbox.journal_inbox import write_control_row
from korgoo.outbox.models import JournalInbox

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from korgoo.accounts.models import User

LONGEST_CERTIFICATE: Final = 100
LONGEST_REASON: Final = 500
_WHY: Final = "an erasure is asked for by number; nothing of the case is shown"


class ErasureRefusedError(ValueError):
    """A case cannot be erased like this; the message says why, and tells nothing about the case."""


@dataclass(frozen=True)
class ErasureRequest:
    """One erasure that was asked for. `row_id` is its row in the journal's inbox."""

    row_id: int
    case_id: int
    certificate: str
    requested_at: datetime


def erase_case(
    case_id: int, *, order_number: str, certificate: str, reason: str, actor: User, now: datetime
) -> int:
    """Ask the journal to destroy the keys of a case, and return the id of the inbox row that asks it.

    `order_number` is the number on the decision: who types both cannot have mistaken one case for another.
    The gateway's writer carries it out; from then on `korgoo verify` names the certificate. The last known
    position goes at once, unless another order goes on, and bundles of evidence that still lie ready go too.
    Records of the order, its findings (which name no place) and the audit chain stay: their retention is
    another matter.

    Raises:
        ForbiddenError: the actor may not erase.
        ErasureRefusedError: no ended order of the actor's office has these numbers, it was asked before, or a
            text is missing.
    """
    require(actor, Permission.ERASE_CASE)
    certificate, reason = " ".join(certificate.split()), " ".join(reason.split())
    if not certificate:
        raise ErasureRefusedError("the number of the certificate is missing")
    if not reason:
        raise ErasureRefusedError("the reason is missing")
    for text, longest in ((certificate, LONGEST_CERTIFICATE), (reason, LONGEST_REASON)):
        if len(text) > longest or not text.isprintable():
            raise ErasureRefusedError(f"such a text has {longest} printable characters at most")
    with transaction.atomic():
        order = _lock_ended(case_id, order_number=order_number.strip(), actor=actor)
        if list_erasures(case_id=case_id):
            raise ErasureRefusedError("this case has been erased, or is about to be")
        _forget_position(order)
        withdraw_bundles(order)
        row_id = write_control_row(
            Erasure(case_id, certificate, 0),  # the journal itself counts the rows
            kind=Kind.ERASURE,
            key=SYSTEM_KEY,
            case_id=case_id,
            now=now,
        )
        said = f"certificate {certificate}: {reason}"
        log_action(Subject("order", case_id), actor=actor.audit_name, action="erase", reason=said, now=now)
    return row_id


def list_erasures(*, case_id: int | None = None) -> list[ErasureRequest]:
    """Return the erasures that were asked for, the newest first. They name cases and nobody."""
    rows = JournalInbox.objects.filter(kind=str(Kind.ERASURE)).order_by("-pk")
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    return [
        ErasureRequest(
            row.pk,
            row.case_id,
            decode_body(Kind.ERASURE, bytes(row.body)).certificate,
            from_ms(row.created_at_ms),
        )
        for row in rows
    ]


def list_erasures_for(user: User) -> list[ErasureRequest]:
    """Return the erasures of the cases that an account could ask for: without an office of its own, all."""
    if not holds(user, Permission.ERASE_CASE):
        return []
    cases = set(_list_cases(user).values_list("pk", flat=True))
    return [asked for asked in list_erasures() if asked.case_id in cases]


def _list_cases(actor: User) -> QuerySet[Order]:
    orders = Order.objects.unscoped(_WHY)
    return orders.filter(person__office__path__startswith=actor.office.path) if actor.office else orders


def _lock_ended(case_id: int, *, order_number: str, actor: User) -> Order:
    """Lock the order of a case, so that two requests at once are one after the other."""
    found = _list_cases(actor).select_for_update(of=("self",)).filter(pk=case_id).first()
    if found is None or found.number != order_number:
        raise ErasureRefusedError("no case has this case number and this number of the decision")
    if found.state != Order.State.ENDED:
        raise ErasureRefusedError("the order has not ended: first it is ended, and with it all collection")
    return found


def _forget_position(order: Order) -> None:
    others = Order.objects.unscoped(_WHY).filter(person_id=order.person_id, state=Order.State.SIGNED)
    if not others.exists():
        Picture.objects.unscoped(_WHY).filter(person_id=order.person_id).delete()
