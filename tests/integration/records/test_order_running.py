from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.permissions import ForbiddenError, Role
from korgoo.audit.models import AuditEntry
from korgoo.engine import rows
from korgoo.engine.plan import Permit as PlanPermit
from korgoo.engine.plan import Plan
from korgoo.orders.drafting import amend_order, draft_order
from korgoo.orders.drafts import OrderInvalidError
from korgoo.orders.ending import end_expired_orders, end_order
from korgoo.orders.inspections import InspectionInvalidError, record_inspection
from korgoo.orders.issuing import issue_device_under
from korgoo.orders.models import Order, OrderVersion
from korgoo.orders.permits import PermitInvalidError, grant_permit, revoke_permit
from korgoo.orders.selectors import (
    get_order_for,
    list_conditions,
    list_orders,
    list_permits,
    list_versions,
    list_zones,
    was_inspected,
)
from korgoo.orders.signing import sign_order
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from tests.drafts import make_draft
from tests.factories import (
    NOW,
    make_device,
    make_office,
    make_person,
    make_signed_order,
    make_user,
    read_inbox,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.accounts.models import Office, User

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def plans() -> list[Plan]:
    return [body for _, body in read_inbox() if isinstance(body, Plan)]


def test_collection_begins_with_the_order_and_stops_with_it(person: Person, officer: User) -> None:
    order = make_signed_order(person, valid_from=NOW + DAY)
    issued = issue_device_under(
        order, device=make_device(person.office), person=person, actor=officer, now=NOW
    )
    assert issued.assignment.collect_from == NOW + DAY
    assert issued.assignment.collect_until == NOW + 90 * DAY
    end_order(order, reason="revoked", actor=officer, now=NOW + 2 * DAY)
    ended = [body for _, body in read_inbox() if isinstance(body, rows.Assignment)][-1]
    assert ended.collect_until_ms == to_ms(NOW + 2 * DAY)
    with pytest.raises(OrderInvalidError):
        issue_device_under(
            order, device=make_device(person.office), person=person, actor=officer, now=NOW + 2 * DAY
        )


def test_a_device_goes_to_the_people_of_the_order_only(person: Person, officer: User, office: Office) -> None:
    protected = make_person(office, kind=Person.Kind.PROTECTED)
    order = make_signed_order(person, protected_person=protected)
    issued = issue_device_under(order, device=make_device(office), person=protected, actor=officer, now=NOW)
    assert issued.assignment.protected
    with pytest.raises(OrderInvalidError, match="not about"):
        issue_device_under(
            order, device=make_device(office), person=make_person(office), actor=officer, now=NOW
        )


def test_the_calendar_ends_orders_whose_newest_version_is_over(person: Person, officer: User) -> None:
    short = make_signed_order(person, valid_until=NOW + DAY)
    extended = make_signed_order(person, valid_until=NOW + DAY)
    draft = make_draft(number=extended.number, valid_until=NOW + 9 * DAY)
    amend_order(extended, draft=draft, actor=officer, now=NOW)
    sign_order(extended, actor=officer, now=NOW)
    assert end_expired_orders(limit=10, now=NOW + HOUR) == 0
    assert end_expired_orders(limit=10, now=NOW + DAY) == 1
    short.refresh_from_db()
    extended.refresh_from_db()
    assert (short.state, extended.state) == ("ended", "signed")
    assert AuditEntry.objects.filter(actor="system:terms", reason="term").count() == 1


def test_a_permit_is_granted_carried_by_the_next_plan_and_revoked(person: Person, officer: User) -> None:
    order = make_signed_order(person)
    begin, end = NOW + HOUR, NOW + 5 * HOUR
    permit = grant_permit(
        order,
        condition_key="home",
        valid_from=begin,
        valid_until=end,
        reason="night shift",
        actor=officer,
        now=NOW,
    )
    wanted = PlanPermit(
        permit_id=f"permit:{permit.pk}", zone=f"o{order.pk}.home", from_ms=to_ms(begin), until_ms=to_ms(end)
    )
    assert read_inbox()[-1][1] == wanted
    amend_order(order, draft=make_draft(number=order.number), actor=officer, now=NOW)
    sign_order(order, actor=officer, now=NOW)
    assert wanted in plans()[-1].permits
    revoke_permit(permit, actor=officer, now=NOW + HOUR)
    assert read_inbox()[-1][1].revoked
    with pytest.raises(PermitInvalidError):
        revoke_permit(permit, actor=officer, now=NOW + HOUR)


@pytest.mark.parametrize(
    "changes", [{"condition_key": "school"}, {"valid_until": NOW}, {"reason": " "}], ids=str
)
def test_a_permit_without_condition_interval_or_reason_is_refused(
    person: Person, officer: User, changes: dict[str, object]
) -> None:
    order = make_signed_order(person)
    values = {
        "condition_key": "home",
        "valid_from": NOW,
        "valid_until": NOW + HOUR,
        "reason": "clinic",
    } | changes
    with pytest.raises(PermitInvalidError):
        grant_permit(order, actor=officer, now=NOW, **values)  # type: ignore[arg-type]  # one is replaced
    end_order(order, reason="served", actor=officer, now=NOW)
    with pytest.raises(PermitInvalidError):
        grant_permit(
            order,
            condition_key="home",
            valid_from=NOW,
            valid_until=NOW + HOUR,
            reason="clinic",
            actor=officer,
            now=NOW,
        )


def test_an_inspection_is_a_row_of_the_journal(person: Person, officer: User) -> None:
    order = make_signed_order(person)
    inspection = record_inspection(
        order,
        inspected_at=NOW - HOUR,
        kinds=("tamper.strap",),
        result="strap worn through, replaced",
        actor=officer,
        now=NOW,
    )
    assert read_inbox()[-1][1] == rows.Inspection(
        inspection_id=inspection.pk, inspected_at_ms=to_ms(NOW - HOUR), kinds=("tamper.strap",)
    )
    assert was_inspected(person.pk, kind="tamper.strap", since=NOW - 2 * HOUR)
    assert not was_inspected(person.pk, kind="tamper.strap", since=NOW)
    assert not was_inspected(person.pk, kind="tamper.case", since=NOW - 2 * HOUR)
    for changes in ({"inspected_at": NOW + HOUR}, {"result": ""}, {"kinds": ("sos",)}):
        values = {"inspected_at": NOW, "kinds": (), "result": "in order"} | changes
        with pytest.raises(InspectionInvalidError):
            record_inspection(order, actor=officer, now=NOW, **values)  # type: ignore[arg-type]  # one is replaced


def test_another_office_neither_reads_nor_writes_an_order(person: Person, officer: User) -> None:
    order = make_signed_order(person)
    version = OrderVersion.objects.unscoped("test").get()
    stranger = make_user(Role.PROBATION_OFFICER, office=make_office())
    assert list(list_orders(officer, person_id=person.pk)) == [order]
    assert list(list_versions(officer, order_id=order.pk)) == [version]
    assert list_zones(officer, version_id=version.pk).count() == 1
    assert list_conditions(officer, version_id=version.pk).count() == 1
    for nothing in (
        list_orders(stranger),
        list_versions(stranger, order_id=order.pk),
        list_zones(stranger, version_id=version.pk),
        list_conditions(stranger, version_id=version.pk),
        list_permits(stranger, order_id=order.pk),
    ):
        assert not nothing.exists()
    with pytest.raises(Order.DoesNotExist):
        get_order_for(stranger, order.pk)
    sent = len(read_inbox())
    operator = make_user(Role.OPERATOR, office=person.office)  # right office, wrong duty
    attempts: list[Callable[[User], object]] = [
        lambda actor: draft_order(person, draft=make_draft(), actor=actor, now=NOW),
        lambda actor: amend_order(order, draft=make_draft(number=order.number), actor=actor, now=NOW),
        lambda actor: sign_order(order, actor=actor, now=NOW),
        lambda actor: end_order(order, reason="x", actor=actor, now=NOW),
        lambda actor: record_inspection(order, inspected_at=NOW, kinds=(), result="x", actor=actor, now=NOW),
        lambda actor: grant_permit(
            order,
            condition_key="home",
            valid_from=NOW,
            valid_until=NOW + HOUR,
            reason="x",
            actor=actor,
            now=NOW,
        ),
    ]
    for attempt in attempts:
        for actor in (stranger, operator):
            with pytest.raises(ForbiddenError):
                attempt(actor)
    assert len(read_inbox()) == sent
