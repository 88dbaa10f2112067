"""The page on which an administrator says how long the police take to arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.models import Office
from korgoo.accounts.permissions import ForbiddenError, Role
from korgoo.alerts.standing import set_return_time
from korgoo.audit.models import AuditEntry
from korgoo.engine.plan import PairPlan
from korgoo.people.models import Person
from tests.drafts import make_distance
from tests.factories import NOW, make_office, make_person, make_signed_order, make_user, read_inbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def administrator(sign_in: Callable[..., Client]) -> Client:
    return sign_in(user=make_user(Role.ADMINISTRATOR, office=None))


def test_minutes_are_saved_told_and_judged_by(administrator: Client, office: Office) -> None:
    her = make_person(office, kind=Person.Kind.PROTECTED)
    make_signed_order(make_person(office), protected_person=her, distance=make_distance())
    page = administrator.get("/offices/").text
    assert "It never makes a breach of anything" in page
    assert "not set" in page
    typed = {f"office-{office.pk}-minutes": "8"}
    answer = administrator.post(f"/offices/{office.pk}/reaction/", typed, follow=True)
    assert f"Saved for {office.name}. 1 pair is judged by it from now on." in answer.text
    assert "8 min" in answer.text
    written = read_inbox()[-1][1]
    assert isinstance(written, PairPlan)
    assert written.reaction_ms == 480_000
    line = AuditEntry.objects.order_by("-number")[0]
    assert (line.subject_kind, line.subject_id, line.action) == (
        "office",
        str(office.pk),
        "reaction time 480 s",
    )


@pytest.mark.parametrize("minutes", ["", "-1", "1441", "8,5", "soon"])
def test_what_is_no_time_to_arrive_is_refused_beside_its_field(
    administrator: Client, office: Office, minutes: str
) -> None:
    other = make_office("Ленин")
    answer = administrator.post(f"/offices/{office.pk}/reaction/", {f"office-{office.pk}-minutes": minutes})
    assert answer.status_code == 422
    assert answer.text.count("errorlist") == 1
    assert other.name in answer.text
    assert Office.objects.get(pk=office.pk).reaction_s == 0


def test_an_office_outside_his_own_is_not_there(sign_in: Callable[..., Client], office: Office) -> None:
    elsewhere = make_office("Ленин")
    local = sign_in(user=make_user(Role.ADMINISTRATOR, office=office))
    assert elsewhere.name not in local.get("/offices/").text
    typed = {f"office-{elsewhere.pk}-minutes": "8"}
    assert local.post(f"/offices/{elsewhere.pk}/reaction/", typed).status_code == 404


def test_how_long_a_closed_alert_rests_is_set_and_written_down(administrator: Client, office: Office) -> None:
    typed = {f"return-{office.pk}-minutes": "5"}
    answer = administrator.post(f"/offices/{office.pk}/return/", typed, follow=True)
    assert f"Saved for {office.name}. It holds for alerts that are closed from now on." in answer.text
    assert Office.objects.get(pk=office.pk).return_s == 300
    line = AuditEntry.objects.order_by("-number")[0]
    assert (line.subject_id, line.action) == (str(office.pk), "closed alerts come back after 300 s")


@pytest.mark.parametrize("minutes", ["", "0", "241", "never"])
def test_that_a_closed_alert_comes_back_cannot_be_switched_off(
    administrator: Client, office: Office, minutes: str
) -> None:
    answer = administrator.post(f"/offices/{office.pk}/return/", {f"return-{office.pk}-minutes": minutes})
    assert answer.status_code == 422
    assert answer.text.count("errorlist") == 1
    assert Office.objects.get(pk=office.pk).return_s == 900
    with pytest.raises(ValueError, match="four hours"):
        set_return_time(office, return_s=0, actor=make_user(Role.ADMINISTRATOR, office=None), now=NOW)


def test_the_return_of_an_office_outside_his_own_is_not_there(
    sign_in: Callable[..., Client], office: Office
) -> None:
    elsewhere, manager = make_office("Ленин"), make_user(Role.ADMINISTRATOR, office=office)
    typed = {f"return-{elsewhere.pk}-minutes": "8"}
    assert sign_in(user=manager).post(f"/offices/{elsewhere.pk}/return/", typed).status_code == 404
    with pytest.raises(ForbiddenError):
        set_return_time(elsewhere, return_s=600, actor=manager, now=NOW)
