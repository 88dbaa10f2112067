from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction

from korgoo.audit.models import AuditEntry
from korgoo.audit.verification import verify_audit_chain
from korgoo.devices.models import Assignment
from korgoo.engine.plan import Plan
from korgoo.orders import plan_compilation
from korgoo.orders.drafting import amend_order, draft_order
from korgoo.orders.drafts import OrderInvalidError
from korgoo.orders.ending import end_order
from korgoo.orders.issuing import issue_device_under
from korgoo.orders.lifecycle import StepRefusedError
from korgoo.orders.models import Condition, Order, OrderVersion, Zone
from korgoo.orders.signing import sign_order
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from tests.drafts import make_draft
from tests.factories import NOW, make_device, make_person, make_signed_order, read_inbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.accounts.models import Office, User

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def plans() -> list[Plan]:
    return [body for _, body in read_inbox() if isinstance(body, Plan)]


def test_a_draft_watches_nobody(person: Person, officer: User) -> None:
    order = draft_order(person, draft=make_draft(), actor=officer, now=NOW)
    assert order.state == "draft"
    assert read_inbox() == []
    with pytest.raises(OrderInvalidError, match="no order in force"):
        issue_device_under(order, device=make_device(person.office), person=person, actor=officer, now=NOW)


def test_signing_sends_the_plan_in_the_same_transaction(person: Person, officer: User) -> None:
    order = draft_order(person, draft=make_draft(number="УД-9/26"), actor=officer, now=NOW)
    version = sign_order(order, actor=officer, now=NOW)
    ((row, plan),) = read_inbox()
    assert (row.kind, row.key, row.case_id) == ("plan", f"person:{person.pk}", order.pk)
    assert plan.version == f"o{order.pk}v1"
    assert (plan.effective_from_ms, plan.effective_until_ms) == (to_ms(NOW), to_ms(NOW + 90 * DAY))
    assert [(zone.id, zone.order, zone.clause) for zone in plan.zones] == [
        (f"o{order.pk}.home", "УД-9/26", "п. 2")
    ]
    assert (version.signed_by, order.state) == (officer.audit_name, "signed")
    assert AuditEntry.objects.filter(action="sign version 1", subject_id=str(order.pk)).exists()
    assert verify_audit_chain().broken_at is None


def test_what_the_compiler_refuses_is_not_signed(
    person: Person, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_document: object, *, tz: str, **_years: int) -> Plan:
        raise ValueError(f"$.zones[0]: refused in {tz}")

    monkeypatch.setattr(plan_compilation, "compile_subject", refuse)
    order = draft_order(person, draft=make_draft(), actor=officer, now=NOW)
    with pytest.raises(OrderInvalidError, match="zones"):
        sign_order(order, actor=officer, now=NOW)
    stored = Order.objects.unscoped("test").get()
    assert stored.state == "draft"
    assert OrderVersion.objects.unscoped("test").get().signed_at is None
    assert read_inbox() == []


def test_a_term_that_is_over_and_an_empty_signature_are_refused(person: Person, officer: User) -> None:
    order = draft_order(person, draft=make_draft(), actor=officer, now=NOW)
    with pytest.raises(OrderInvalidError, match="over"):
        sign_order(order, actor=officer, now=NOW + 91 * DAY)
    sign_order(order, actor=officer, now=NOW)
    with pytest.raises(OrderInvalidError, match="nothing waits"):
        sign_order(order, actor=officer, now=NOW)


def test_an_order_is_about_a_participant_and_registered_once(
    person: Person, officer: User, office: Office
) -> None:
    draft = make_draft()
    draft_order(person, draft=draft, actor=officer, now=NOW)
    with pytest.raises(OrderInvalidError, match="registered"):
        draft_order(person, draft=draft, actor=officer, now=NOW)
    protected = make_person(office, kind=Person.Kind.PROTECTED)
    with pytest.raises(OrderInvalidError, match="participant"):
        draft_order(protected, draft=make_draft(), actor=officer, now=NOW)
    dv = make_draft(regime="kg.protection_order", valid_until=NOW + 80 * DAY)
    with pytest.raises(OrderInvalidError, match="participant"):
        draft_order(person, draft=dv, protected_person=make_person(office), actor=officer, now=NOW)


def test_an_amendment_binds_when_it_is_signed_and_keys_keep_their_ids(person: Person, officer: User) -> None:
    order = make_signed_order(person)
    issued = issue_device_under(
        order, device=make_device(person.office), person=person, actor=officer, now=NOW
    )
    draft = make_draft(number=order.number, valid_until=NOW + 30 * DAY)
    amend_order(order, draft=draft, actor=officer, now=NOW)
    amend_order(order, draft=draft, actor=officer, now=NOW)  # a draft is replaced, not numbered on
    assert len(plans()) == 1
    version = sign_order(order, actor=officer, now=NOW + HOUR)
    first, second = plans()
    assert version.number == 2
    assert [zone.id for zone in first.zones] == [zone.id for zone in second.zones]
    assert second.effective_until_ms == to_ms(NOW + 30 * DAY)
    assert Assignment.objects.unscoped("test").get().collect_until == NOW + 30 * DAY
    assert read_inbox()[-2][1].assignment_id == issued.assignment.pk
    with pytest.raises(OrderInvalidError, match="another order"):
        amend_order(order, draft=make_draft(), actor=officer, now=NOW)


@pytest.mark.parametrize(
    "attack",
    [
        lambda: OrderVersion.objects.unscoped("test").update(valid_until=NOW + 999 * DAY),
        lambda: OrderVersion.objects.unscoped("test").update(signed_at=None, signed_by=None),
        lambda: Condition.objects.unscoped("test").update(key="elsewhere"),
        lambda: Zone.objects.unscoped("test").update(radius_m=100_000),
        lambda: Zone.objects.unscoped("test").delete(),
        lambda: Condition.objects.create(
            version=OrderVersion.objects.unscoped("test").get(), key="extra", clause=""
        ),
    ],
)
def test_a_signed_version_cannot_change_even_at_the_database(
    person: Person, attack: Callable[[], object]
) -> None:
    make_signed_order(person)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        attack()


def test_two_orders_of_one_person_make_one_plan_and_the_end_of_one_leaves_the_other(
    person: Person, officer: User
) -> None:
    first = make_signed_order(person, valid_until=NOW + 10 * DAY)
    second = make_signed_order(person)
    both = plans()[-1]
    assert [zone.id for zone in both.zones] == [f"o{first.pk}.home", f"o{second.pk}.home"]
    assert [(permit.zone, permit.from_ms) for permit in both.permits] == [
        (f"o{first.pk}.home", to_ms(NOW + 10 * DAY))
    ]
    end_order(first, reason="acquitted", actor=officer, now=NOW + DAY)
    assert [zone.id for zone in plans()[-1].zones] == [f"o{second.pk}.home"]
    end_order(second, reason="served", actor=officer, now=NOW + 2 * DAY)
    last = plans()[-1]
    assert (last.zones, last.effective_until_ms) == ((), to_ms(NOW + 2 * DAY))
    with pytest.raises(StepRefusedError):
        amend_order(second, draft=make_draft(number=second.number), actor=officer, now=NOW)


def test_orders_of_one_person_share_a_time_zone(person: Person, officer: User) -> None:
    make_signed_order(person)
    order = draft_order(person, draft=make_draft(tz="Asia/Almaty"), actor=officer, now=NOW)
    with pytest.raises(OrderInvalidError, match="time zones"):
        sign_order(order, actor=officer, now=NOW)
