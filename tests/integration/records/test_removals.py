"""Permits for taking the device off, expected heartbeats of its tether, and the police's time to arrive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, transaction

from korgoo.accounts.offices import list_managed_offices
from korgoo.accounts.permissions import ForbiddenError, Role
from korgoo.audit.models import AuditEntry
from korgoo.engine.plan import PairPlan, Plan
from korgoo.engine.plan import Permit as PlanPermit
from korgoo.orders.drafting import amend_order
from korgoo.orders.drafts import OrderInvalidError
from korgoo.orders.ending import end_order
from korgoo.orders.models import OrderVersion
from korgoo.orders.permits import PermitInvalidError, grant_removal, revoke_permit
from korgoo.orders.reaction import set_reaction_time
from korgoo.orders.signing import sign_order
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from tests.drafts import make_distance, make_draft
from tests.factories import NOW, make_office, make_person, make_signed_order, make_user, read_inbox

if TYPE_CHECKING:
    from korgoo.accounts.models import Office, User
    from korgoo.orders.models import Order, Permit

pytestmark = pytest.mark.django_db(databases="__all__")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def permit(order: Order, officer: User, **changes: Any) -> Permit:
    values: dict[str, Any] = {"valid_from": NOW, "valid_until": NOW + 5 * HOUR, "reason": "МРТ, больница № 4"}
    return grant_removal(order, **(values | changes), actor=officer, now=NOW)


def plans() -> list[Plan]:
    return [body for _, body in read_inbox() if isinstance(body, Plan)]


def test_a_removal_is_a_permit_of_no_zone_carried_by_the_next_plan_and_taken_back(
    person: Person, officer: User
) -> None:
    order = make_signed_order(person)
    granted = permit(order, officer)
    wanted = PlanPermit(f"permit:{granted.pk}", "", to_ms(NOW), to_ms(NOW + 5 * HOUR))
    row, body = read_inbox()[-1]
    assert (row.kind, row.key, row.case_id, body) == ("permit", f"person:{person.pk}", order.pk, wanted)
    amend_order(order, draft=make_draft(number=order.number), actor=officer, now=NOW)
    sign_order(order, actor=officer, now=NOW)
    assert wanted in plans()[-1].permits
    revoke_permit(granted, actor=officer, now=NOW + HOUR)
    assert read_inbox()[-1][1].revoked is True
    deeds = AuditEntry.objects.filter(subject_kind="order", subject_id=str(order.pk)).order_by("number")
    told = [line.action for line in deeds if "removal" in line.action]
    assert told == [f"grant removal {granted.pk}", f"revoke removal {granted.pk}"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"valid_until": NOW}, "ends after it begins"),
        ({"valid_from": NOW - 2 * HOUR, "valid_until": NOW}, "undoes nothing"),
        ({"valid_until": NOW + 14 * DAY + timedelta(minutes=1)}, "14 days"),
        ({"reason": " "}, "needs a reason"),
    ],
)
def test_what_would_undo_a_tamper_or_never_end_is_refused(
    person: Person, officer: User, changes: dict[str, Any], said: str
) -> None:
    order = make_signed_order(person)
    before = len(read_inbox())
    with pytest.raises(PermitInvalidError, match=said):
        permit(order, officer, **changes)
    assert len(read_inbox()) == before


def test_nobody_permits_a_removal_elsewhere_or_after_the_end(person: Person, officer: User) -> None:
    order = make_signed_order(person)
    for other in (
        make_user(Role.OPERATOR, office=person.office),
        make_user(Role.PROBATION_OFFICER, office=make_office()),
    ):
        with pytest.raises(ForbiddenError):
            permit(order, other)
    end_order(order, reason="срок", actor=officer, now=NOW)
    with pytest.raises(PermitInvalidError, match="not in force"):
        permit(order, officer)


def test_the_tether_of_an_order_is_the_participants_and_not_hers(office: Office) -> None:
    him, her = make_person(office), make_person(office, kind=Person.Kind.PROTECTED)
    make_signed_order(him, protected_person=her, tether_s=120)
    by_key = {row.key: body for row, body in read_inbox() if isinstance(body, Plan)}
    assert by_key[f"person:{him.pk}"].tether_ms == 120_000
    assert by_key[f"person:{her.pk}"].tether_ms == 0


def test_of_two_orders_the_stricter_tether_binds(person: Person) -> None:
    make_signed_order(person, tether_s=300)
    make_signed_order(person)
    assert plans()[-1].tether_ms == 300_000
    make_signed_order(person, tether_s=90)
    assert plans()[-1].tether_ms == 90_000


@pytest.mark.parametrize("tether_s", [59, 3601, -1])
def test_a_tether_that_no_report_could_keep_is_refused(person: Person, tether_s: int) -> None:
    with pytest.raises(OrderInvalidError, match="the bracelet is expected"):
        make_signed_order(person, tether_s=tether_s)


def test_a_signed_version_still_cannot_change(person: Person) -> None:
    """The migration that added the tether made the table anew on SQLite: its triggers had to come back."""
    order = make_signed_order(person, tether_s=120)
    versions = OrderVersion.objects.unscoped("a test tries").filter(order=order)
    for attempt in (lambda: versions.update(tether_s=0), versions.delete):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            attempt()


def test_an_administrator_without_an_office_manages_all_and_another_his_own(office: Office) -> None:
    elsewhere, below = make_office("Ленин"), make_office("Пост 2", parent=office)
    everywhere = make_user(Role.ADMINISTRATOR, office=None)
    here = make_user(Role.ADMINISTRATOR, office=office)
    assert {*list_managed_offices(everywhere)} == {office, elsewhere, below}
    assert [*list_managed_offices(here)] == [office, below]
    assert not list_managed_offices(make_user(Role.SHIFT_HEAD, office=office)).exists()
    with pytest.raises(ForbiddenError):
        set_reaction_time(elsewhere, reaction_s=60, actor=here, now=NOW)
    her = make_person(elsewhere, kind=Person.Kind.PROTECTED)
    make_signed_order(make_person(office), protected_person=her, distance=make_distance())
    assert set_reaction_time(elsewhere, reaction_s=480, actor=everywhere, now=NOW) == 1
    written = read_inbox()[-1][1]
    assert isinstance(written, PairPlan)
    assert written.reaction_ms == 480_000
