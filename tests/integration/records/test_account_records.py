from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from korgoo.accounts.models import Office, User
from korgoo.accounts.opening import find_administrator, find_office, open_office_at
from korgoo.accounts.permissions import ForbiddenError, Permission, Role, require_within
from korgoo.accounts.scoping import ScopedManager, UnscopedAccessError
from korgoo.accounts.services import (
    AccountInvalidError,
    change_password,
    create_first_administrator,
    create_user,
    deactivate_user,
)
from korgoo.audit.models import AuditEntry
from korgoo.people.models import Person
from korgoo.people.selectors import get_person_for, list_people
from korgoo.people.services import PersonDetails, PersonInvalidError, register_person
from tests.factories import NOW, make_office, make_person, make_user

pytestmark = pytest.mark.django_db(databases="__all__")

PASSWORD = "коргоо-2026-Бишкек"
SCOPED = [model for model in apps.get_models() if isinstance(model._default_manager, ScopedManager)]


def test_the_first_administrator_makes_the_others() -> None:
    admin = create_first_administrator("Admin@korgoo.test", password=PASSWORD, full_name="А", now=NOW)
    with pytest.raises(AccountInvalidError, match="there is an administrator"):
        create_first_administrator("other@korgoo.test", password=PASSWORD, full_name="Б", now=NOW)
    office = make_office()
    operator = create_user(
        "op@korgoo.test",
        password=PASSWORD,
        full_name="В",
        role=Role.OPERATOR,
        office=office,
        actor=admin,
        now=NOW,
    )
    request = RequestFactory().post("/")
    assert authenticate(request, username="OP@korgoo.test", password=PASSWORD) == operator
    deactivate_user(operator, actor=admin, now=NOW)
    assert authenticate(request, username="op@korgoo.test", password=PASSWORD) is None
    with pytest.raises(ForbiddenError):
        create_user(
            "x@korgoo.test",
            password=PASSWORD,
            full_name="Г",
            role=Role.JUDGE,
            office=None,
            actor=operator,
            now=NOW,
        )


@pytest.mark.parametrize("elsewhere", ["another office", "none"])
def test_an_administrator_of_an_office_manages_its_accounts_alone(elsewhere: str) -> None:
    own = make_office()
    local = make_user(Role.ADMINISTRATOR, office=own)
    foreign = make_office("Ленин") if elsewhere == "another office" else None
    values: Any = {"password": PASSWORD, "full_name": "В", "role": Role.OPERATOR, "actor": local, "now": NOW}
    with pytest.raises(ForbiddenError):
        create_user("a@korgoo.test", office=foreign, **values)
    with pytest.raises(ForbiddenError):
        deactivate_user(make_user(Role.OPERATOR, office=foreign), actor=local, now=NOW)
    below = create_user("b@korgoo.test", office=make_office("Участок", parent=own), **values)
    deactivate_user(below, actor=local, now=NOW)
    assert not below.is_active


def test_who_manages_an_account_gives_it_another_password_and_nobody_else_does() -> None:
    office = make_office()
    administrator, colleague = (
        make_user(Role.ADMINISTRATOR, office=office),
        make_user(Role.OPERATOR, office=office),
    )
    operator = make_user(Role.OPERATOR, office=office)
    with pytest.raises(ForbiddenError):
        change_password(operator, password=PASSWORD, actor=colleague, now=NOW)
    change_password(operator, password=PASSWORD, actor=administrator, now=NOW)
    assert authenticate(RequestFactory().post("/"), username=operator.email, password=PASSWORD) == operator
    line = AuditEntry.objects.order_by("-number")[0]
    assert (line.actor, line.action) == (administrator.audit_name, "change password")
    with pytest.raises(AccountInvalidError):
        change_password(operator, password="korgoo", actor=operator, now=NOW)
    deactivate_user(operator, actor=administrator, now=NOW)
    with pytest.raises(AccountInvalidError, match="has ended"):
        change_password(operator, password=PASSWORD, actor=administrator, now=NOW)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("a@korgoo.test", "short"),
        ("a@korgoo.test", "123456789012"),
        ("no address", PASSWORD),
        ("ADMIN@korgoo.test", PASSWORD),
    ],
)
def test_a_weak_password_or_a_wrong_or_taken_address_is_refused(email: str, password: str) -> None:
    admin = create_first_administrator("admin@korgoo.test", password=PASSWORD, full_name="А", now=NOW)
    with pytest.raises(AccountInvalidError):
        create_user(
            email, password=password, full_name="Б", role=Role.JUDGE, office=None, actor=admin, now=NOW
        )
    assert User.objects.count() == 1


def test_the_database_holds_roles_and_addresses() -> None:
    make_user(Role.JUDGE, office=None)
    email = User.objects.get().email.upper()
    for values in ({"email": email, "role": "judge"}, {"email": "new@korgoo.test", "role": "superuser"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(full_name="x", created_at=NOW, **values)


def test_an_office_covers_what_lies_below_it_only() -> None:
    root = make_office("Country")
    oblast = make_office("Oblast", parent=root)
    district, neighbour = make_office("District", parent=oblast), make_office("Other", parent=root)
    chief = make_user(Role.PROBATION_OFFICER, office=oblast)
    for office in (oblast, district):
        require_within(chief, Permission.SIGN_ORDER, office=office)
    for office in (root, neighbour):
        with pytest.raises(ForbiddenError):
            require_within(chief, Permission.SIGN_ORDER, office=office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Office.objects.filter(pk=district.pk).update(valid_until=date(2001, 1, 1))


def test_which_models_hold_personal_data() -> None:
    assert {model.__name__ for model in SCOPED} == {
        *("Person", "Device", "Assignment", "DeviceCommand"),
        *("Order", "OrderVersion", "Condition", "Zone", "Permit", "Inspection"),
        *("Distance", "ProtectedPlace", "Together", "EvidenceBundle"),
        *("FindingRecord", "FindingEvent", "Picture"),
        *("Alert", "AlertFinding", "AlertEvent"),
    }


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: str(model.__name__))
def test_personal_data_cannot_be_asked_for_without_saying_for_whom(model: type[Person]) -> None:
    manager = model.objects
    for query in (
        manager.all,
        manager.first,
        manager.count,
        lambda: manager.filter(pk=1),
        lambda: manager.get(pk=1),
    ):
        with pytest.raises(UnscopedAccessError):
            query()
    with pytest.raises(UnscopedAccessError):
        manager.unscoped(" ")
    assert not manager.unscoped("a test").exists()


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: str(model.__name__))
def test_who_has_no_office_or_no_permission_sees_nothing(model: type[Person]) -> None:
    assert not model.objects.visible_to(make_user(Role.OPERATOR, office=None)).exists()
    assert not model.objects.visible_to(make_user(Role.DEFENCE_LAWYER, office=make_office())).exists()
    assert not model.objects.visible_to(make_user(Role.OPERATOR, office=make_office())).exists()


def test_an_officer_of_another_office_sees_nobody() -> None:
    here, there = make_office(), make_office()
    person = make_person(here)
    mine = make_user(Role.PROBATION_OFFICER, office=here)
    other = make_user(Role.PROBATION_OFFICER, office=there)
    assert list(list_people(mine)) == [person]
    assert list(list_people(other)) == []
    with pytest.raises(Person.DoesNotExist):
        get_person_for(other, person.pk)


def test_who_may_read_participants_only_does_not_meet_the_protected() -> None:
    office = make_office()
    participant = make_person(office)
    protected = make_person(office, kind=Person.Kind.PROTECTED)
    prosecutor = make_user(Role.PROSECUTOR, office=office)
    assert list(list_people(prosecutor)) == [participant]
    operator = make_user(Role.OPERATOR, office=office)
    assert set(list_people(operator)) == {participant, protected}
    assert list(list_people(operator, kind=Person.Kind.PROTECTED)) == [protected]


@pytest.mark.parametrize(
    "changes",
    [{"family_name": " "}, {"phone": "0700123456"}, {"national_number": "123"}],
)
def test_a_person_is_registered_with_names_and_readable_numbers(changes: dict[str, Any]) -> None:
    office = make_office()
    details = replace(PersonDetails(family_name="Осмонов", given_name="Бакыт"), **changes)
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    with pytest.raises(PersonInvalidError):
        register_person(details, kind=Person.Kind.PARTICIPANT, office=office, actor=officer, now=NOW)


def test_a_number_is_registered_once_on_each_side_and_its_oddity_is_kept() -> None:
    office = make_office()
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    details = PersonDetails(
        family_name="Осмонова", given_name="Айжан", national_number="21503199000123", sex="female"
    )
    register_person(details, kind=Person.Kind.PROTECTED, office=office, actor=officer, now=NOW)
    register_person(details, kind=Person.Kind.PARTICIPANT, office=office, actor=officer, now=NOW)
    with pytest.raises(PersonInvalidError, match="registered"):
        register_person(details, kind=Person.Kind.PROTECTED, office=office, actor=officer, now=NOW)
    line = AuditEntry.objects.filter(action="register protected").get()
    assert line.reason == "sex differs from the number"


def test_nobody_registers_people_for_an_office_beside_his() -> None:
    officer = make_user(Role.PROBATION_OFFICER, office=make_office())
    details = PersonDetails(family_name="Осмонов", given_name="Бакыт")
    with pytest.raises(ForbiddenError):
        register_person(details, kind=Person.Kind.PARTICIPANT, office=make_office(), actor=officer, now=NOW)


def test_an_office_is_opened_where_the_administrator_manages_and_named_by_its_address() -> None:
    admin = make_user(Role.ADMINISTRATOR, office=None)
    at: dict[str, Any] = {"valid_from": date(2026, 11, 20), "now": NOW}
    with pytest.raises(AccountInvalidError, match="agency probation is new"):
        open_office_at("probation/centre", name="Центр", under=None, actor=admin, **at)
    centre = open_office_at(
        "probation/centre", name="Центр", agency_name="Пробация", under=None, actor=admin, **at
    )
    town = open_office_at("probation/town", name="Город", under=centre, actor=admin, **at)
    assert (find_office("probation/town"), town.path) == (town, f"{centre.path}{town.pk}.")
    local = make_user(Role.ADMINISTRATOR, office=town)
    below = open_office_at("police/town", name="РОВД", agency_name="МВД", under=town, actor=local, **at)
    assert below.path.startswith(town.path)
    for under in (None, centre):
        with pytest.raises(ForbiddenError):
            open_office_at("police/centre", name="ГУВД", under=under, actor=local, **at)
    with pytest.raises(ForbiddenError):
        open_office_at("police/x", name="x", under=town, actor=make_user(Role.OPERATOR, office=town), **at)
    for address, wrong in (("probation/town", "there is an office"), ("Город", "AGENCY/OFFICE")):
        with pytest.raises(AccountInvalidError, match=wrong):
            open_office_at(address, name="Ещё", under=None, actor=admin, **at)
    with pytest.raises(AccountInvalidError, match="needs a name"):
        open_office_at("probation/new", name=" ", under=None, actor=admin, **at)
    assert AuditEntry.objects.filter(action="open", actor=admin.audit_name).count() == 2
    assert find_administrator() == admin
    assert find_administrator(local.email) == local
    with pytest.raises(AccountInvalidError):
        find_administrator("nobody@korgoo.test")
