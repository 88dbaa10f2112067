"""Records for tests, each made by the service that makes it in life where there is one."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction

from korgoo.accounts.models import Agency, Office, User
from korgoo.accounts.permissions import Role
from korgoo.accounts.services import open_office
from korgoo.alerts.models import Alert
from korgoo.alerts.opening import open_or_raise_alerts
from korgoo.devices.models import Device
from korgoo.devices.services import register_device
from korgoo.engine.findings import Event, Finding, Reason
from korgoo.engine.rows import decode_body
from korgoo.monitoring.cursors import claim_shard
from korgoo.monitoring.recording import CursorMove, record_findings
from korgoo.orders.drafting import draft_order
from korgoo.orders.signing import sign_order
from korgoo.outbox.instants import to_ms
from korgoo.outbox.models import JournalInbox
from korgoo.people.models import Person
from korgoo.people.services import PersonDetails, register_person
from tests import drafts
from tests.drafts import make_draft

if TYPE_CHECKING:
    from korgoo.orders.models import Order

NOW = drafts.NOW

_numbers = itertools.count(1)


def make_office(name: str = "Oktyabr", *, parent: Office | None = None) -> Office:
    """An office of probation; without `parent` a root of its own."""
    agency, _ = Agency.objects.get_or_create(code="probation", defaults={"name": "Probation"})
    return open_office(
        agency,
        code=f"{name}-{next(_numbers)}",
        name=name,
        parent=parent,
        valid_from=date(2019, 1, 1),
        actor="system:test",
        now=NOW,
    )


def make_user(role: Role, *, office: Office | None) -> User:
    """An account that cannot sign in by password."""
    user = User(
        email=f"user{next(_numbers)}@korgoo.test",
        full_name="Асанова Айгүл",
        role=role,
        office=office,
        agency=office.agency if office else None,
        created_at=NOW,
    )
    user.set_unusable_password()
    user.save()
    return user


def make_person(office: Office, *, kind: Person.Kind = Person.Kind.PARTICIPANT) -> Person:
    """A participant, or a protected person."""
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    details = PersonDetails(family_name="Осмонов", given_name="Бакыт", phone="+996700123456")
    return register_person(details, kind=kind, office=office, actor=officer, now=NOW)


def make_device(office: Office, *, serial: str = "") -> Device:
    """A bracelet in the keeping of an office."""
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    return register_device(
        serial or f"B-{next(_numbers):05}",
        kind=Device.Kind.BRACELET,
        model="wrist",
        office=office,
        actor=officer,
        now=NOW,
    )


def make_signed_order(person: Person, *, protected_person: Person | None = None, **changes: Any) -> Order:
    """An order in force."""
    officer = make_user(Role.PROBATION_OFFICER, office=person.office)
    if protected_person is not None:
        changes = {"regime": "kg.protection_order"} | changes
        changes.setdefault("valid_until", NOW + timedelta(days=80))
    order = draft_order(
        person, draft=make_draft(**changes), protected_person=protected_person, actor=officer, now=NOW
    )
    sign_order(order, actor=officer, now=NOW)
    return order


def make_finding(person_id: int, **changes: Any) -> Finding:
    """The opening of a finding, as the engine puts it out."""
    kind = changes.get("kind", "curfew.absent")
    seq = changes.pop("seq", next(_numbers))
    values: dict[str, Any] = {
        "id": f"person:{person_id}/home/{kind}/{seq}",
        "number": 0,
        "kind": kind,
        "event": Event.OPENED,
        "subject": f"person:{person_id}",
        "condition": "",
        "at_ms": to_ms(NOW),
        "since_ms": to_ms(NOW),
        "live": True,
        "confidence": 990,
        "code": Reason.OUTSIDE,
        "seq": seq,
    }
    return Finding(**(values | changes))


def follow(finding: Finding, event: Event, **changes: Any) -> Finding:
    """The next event of the same finding."""
    return msgspec.structs.replace(finding, event=event, number=finding.number + 1, **changes)


def own_shard(shard: int = 0) -> str:
    """Claim a shard and return its owner's token."""
    owner = f"worker-{next(_numbers)}"
    claim_shard(shard, owner=owner, now=NOW)
    return owner


def read_inbox() -> list[tuple[JournalInbox, Any]]:
    """The control rows on their way to the journal, in order, with their decoded bodies."""
    return [(row, decode_body(row.kind, bytes(row.body))) for row in JournalInbox.objects.order_by("pk")]


def tell_engine(*findings: Finding, now: datetime = NOW) -> None:
    """What the runtime does with findings: one transaction for all that follows from them."""
    with transaction.atomic():
        cursor = CursorMove(max(finding.seq for finding in findings), own_shard())
        open_or_raise_alerts(record_findings(findings, shard=0, cursor=cursor, now=now), now=now)


def only_alert() -> Alert:
    """The one alert that there is, as it is stored now."""
    return Alert.objects.unscoped("a test looks").select_related("owner", "office", "person").get()
