"""Every URL x every role x every record of somebody else's: as if it were not there, and nothing changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from korgoo.accounts.models import Office
from korgoo.accounts.permissions import GRANTS, Permission, Role
from korgoo.audit.models import AuditEntry
from korgoo.engine.findings import Reason
from korgoo.gateway.quarantine import Quarantine
from korgoo.monitoring.models import EvidenceBundle, FindingRecord
from korgoo.monitoring.picture import PicturePoint, paint_picture
from korgoo.orders.issuing import issue_device_under
from korgoo.orders.permits import grant_permit
from korgoo.orders.together import allow_together
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from korgoo.people.services import PersonDetails, register_person
from korgoo.web.console import tracks
from korgoo.web.pages import PAGES, may_open
from tests.drafts import make_distance, make_draft
from tests.factories import (
    NOW,
    make_device,
    make_finding,
    make_office,
    make_signed_order,
    make_user,
    tell_engine,
)
from tests.web.test_maps import FakeJournal
from tests.web.test_matrix import ROUTES

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from pytest_django import Settings

    from korgoo.accounts.models import User

pytestmark = pytest.mark.django_db(databases="__all__")

HIM, HER, SERIAL = "Чужой", "Скрытая", "FOREIGN-1"
ABSENT = 987_654_321
LISTS = (
    *("/people/", "/people/?q=999888", "/devices/", "/alerts/"),
    *(
        "/alerts/?show=closed",
        "/alerts/list/",
        "/map/",
        "/map/points.json",
        "/map/levels.json",
        "/devices/issue/",
    ),
    *("/offices/", "/erasures/", "/quarantine/", "/", "/people/register/", "/devices/register/"),
)


class Case(NamedTuple):
    """A whole case: two people, an order, a device each, permits, an alert with findings, a bundle."""

    office: Office
    ids: dict[str, tuple[int, ...]]
    protected: int


def register(office: Office, family: str, kind: Person.Kind) -> Person:
    details = PersonDetails(family_name=family, given_name="Бакыт", phone="+996700999888")
    return register_person(
        details, kind=kind, office=office, actor=make_user(Role.PROBATION_OFFICER, office=office), now=NOW
    )


def make_case(office: Office) -> Case:
    him, her = register(office, HIM, Person.Kind.PARTICIPANT), register(office, HER, Person.Kind.PROTECTED)
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    conditions = make_draft().conditions
    order = make_signed_order(him, protected_person=her, distance=make_distance(), conditions=conditions)
    issued = [
        issue_device_under(
            order, device=make_device(office, serial=serial), person=one, actor=officer, now=NOW
        ).assignment.pk
        for serial, one in ((SERIAL, him), ("FOREIGN-2", her))
    ]
    until = order_until(NOW)
    span: dict[str, Any] = {"valid_from": NOW, "valid_until": until, "actor": officer, "now": NOW}
    permit = grant_permit(order, condition_key="home", reason="суд", **span)
    together = allow_together(order, reason="суд", **span)
    tell_engine(
        make_finding(him.pk, kind="zone.exit", condition=f"o{order.pk}.home"),
        make_finding(him.pk, kind="sos", code=Reason.PRESSED),
    )
    finding = FindingRecord.objects.unscoped("test").filter(case_id=order.pk).order_by("pk")[0]
    bundle = EvidenceBundle.objects.create(
        order=order, finding=finding, profile="disclosed", reason="x", asked_by="user:1", asked_at=NOW
    )
    at = to_ms(NOW)
    points = [
        PicturePoint(one.pk, 428_700_000, 746_000_000, 500, at, at, 7, 50, "", office.pk)
        for one in (him, her)
    ]
    paint_picture(points)
    messages = [quarantine(assignment) for assignment in issued]
    alerts = apps.get_model("alerts", "Alert").objects.unscoped("test").values_list("pk", flat=True)
    ids = {
        "person_id": (him.pk, her.pk),
        "order_id": (order.pk,),
        "assignment_id": tuple(issued),
        "permit_id": (permit.pk,),
        "together_id": (together.pk,),
        "alert_id": tuple(alerts),
        "bundle_id": (bundle.pk,),
        "office_id": (office.pk,),
        "message_id": tuple(messages),
    }
    return Case(office, ids, her.pk)


def quarantine(assignment_id: int) -> int:
    """A message of a device that could not be read, and names both."""
    data = settings.ENVIRONMENT.data
    kept = Quarantine(data / "quarantine.db", key_path=data / "quarantine.key")
    body = f"{HIM} {HER}".encode()
    number = kept.put(
        body, assignment_id=assignment_id, format_name="korgoo", reason="malformed", now_ms=to_ms(NOW)
    )
    kept.close()
    return number


def order_until(now: datetime) -> datetime:
    return now.replace(hour=22)


def count_rows() -> dict[str, int]:
    """How many rows each table has, and how often any alert, order or permit was changed."""
    watched = {"alerts", "orders", "devices", "people", "monitoring", "outbox"}
    models = [model for model in apps.get_models() if model._meta.app_label in watched]
    counted = {model._meta.label: model._base_manager.count() for model in models}
    versions = apps.get_model("alerts", "Alert").objects.unscoped("test").values_list("version", flat=True)
    counted["versions"] = sum(versions)
    counted["returns"] = sum(Office.objects.values_list("return_s", flat=True))
    counted["reactions"] = sum(Office.objects.values_list("reaction_s", flat=True))
    return counted


def browse(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client


FORM = {
    "version": 1,
    "cause": "test",
    "note": "x",
    "reason": "why",
    "name": "locate",
    "life_min": 60,
    "minutes": 5,
    "inspection-result": "x",
    "inspection-inspected_at_0": "2026-11-20",
    "inspection-inspected_at_1": "20:00",
}


@pytest.fixture(autouse=True)
def _no_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "open_reader", FakeJournal)
    tracks.close_reader()


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)


@pytest.fixture
def case(db: None) -> Case:
    del db
    make_office("Ленин")  # so that no id of the one case equals one of the other by chance
    return make_case(make_office("Далёкий"))


def open_all(user: User, case: Case) -> list[tuple[str, str]]:
    """Open every URL that takes a record with every id; return those that did not answer as for no such.

    Only pages that the role may open at all: the gate before the others is test_matrix's.
    """
    client, betrayed = browse(user), []
    for name, kwargs in ROUTES.items():
        if not kwargs or not may_open(user, name):
            continue
        (key,) = kwargs
        for method in PAGES[name].methods:
            data = FORM | {f"office-{case.office.pk}-minutes": 5, f"return-{case.office.pk}-minutes": 5}
            data |= {"order": case.ids["order_id"][0]}
            ask = getattr(client, method.lower())
            query = "?reason=check" if name == "web:person-track" else ""
            nobody = ask(reverse(name, kwargs={key: ABSENT}) + query, data if method == "POST" else {})
            for number in case.ids[key]:
                answer = ask(reverse(name, kwargs={key: number}) + query, data if method == "POST" else {})
                same = answer.status_code == nobody.status_code and nobody.status_code in {403, 404}
                if not same or HIM in answer.text or HER in answer.text:
                    betrayed.append(
                        (f"{method} {name} {number}", f"{answer.status_code} {nobody.status_code}")
                    )
    return betrayed


@pytest.mark.parametrize("role", Role)
def test_records_of_another_office_are_not_there(case: Case, role: Role) -> None:
    user = make_user(role, office=make_office("Октябрь"))
    before, looks = count_rows(), AuditEntry.objects.count()
    assert open_all(user, case) == []
    assert count_rows() == before
    assert AuditEntry.objects.count() == looks  # nothing was shown, so nothing was read
    client = browse(user)
    for address in LISTS:
        shown = client.get(address, follow=True).text
        assert not any(word in shown for word in (HIM, HER, SERIAL, "Далёкий")), (role, address)


@pytest.mark.parametrize("role", [Role.SHIFT_HEAD, Role.PROBATION_OFFICER, Role.TECHNICIAN])
def test_an_account_without_an_office_sees_no_record_at_all(case: Case, role: Role) -> None:
    user = make_user(role, office=None)
    assert open_all(user, case) == []
    client = browse(user)
    for address in LISTS:
        shown = client.get(address, follow=True).text
        assert not any(word in shown for word in (HIM, HER, SERIAL)), (role, address)


UNKNOWING = [role for role, held in GRANTS.items() if held and Permission.READ_PROTECTED not in held]


@pytest.mark.parametrize("role", UNKNOWING)
def test_who_may_not_know_protected_persons_finds_her_nowhere_in_his_own_office(
    case: Case, role: Role
) -> None:
    user = make_user(role, office=case.office)
    client = browse(user)
    for address in LISTS:
        assert HER not in client.get(address, follow=True).text, (role, address)
    for name, kwargs in ROUTES.items():
        for key in kwargs:
            for number in case.ids[key]:
                if "GET" in PAGES[name].methods and may_open(user, name):
                    answer = client.get(reverse(name, kwargs={key: number}), {"reason": "check"})
                    assert HER not in answer.text, (role, name)
                    if key == "person_id" and number == case.protected:
                        assert answer.status_code in {403, 404}, (role, name)


def test_the_owner_of_the_case_opens_them_all(case: Case) -> None:
    """Else the tests above would say nothing: the same addresses answer to whom they belong."""
    officer = make_user(Role.PROBATION_OFFICER, office=case.office)
    client = browse(officer)
    shown = {
        name: client.get(reverse(name, kwargs={key: case.ids[key][0]}), {"reason": "check"}).status_code
        for name, kwargs in ROUTES.items()
        for key in kwargs
        if "GET" in PAGES[name].methods and may_open(officer, name)
    }
    assert set(shown.values()) <= {200, 302}  # 302: a form with nothing to change
    assert len(shown) > 8
