"""The page on which a court, a prosecutor or the head of the shift takes evidence of one finding."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.permissions import Role
from korgoo.audit.models import AuditEntry
from korgoo.audit.selectors import list_reads
from korgoo.audit.services import Subject
from korgoo.monitoring.evidence_bundles import KEPT, claim_bundle, fail_bundle, finish_bundle
from korgoo.monitoring.models import EvidenceBundle, FindingRecord
from korgoo.people.models import Person
from korgoo.replay.evidence.bundles import NOT_SHOWN
from korgoo.runtime.bundle_making import locate_bundle
from korgoo.runtime.court_keys import list_court_keys
from tests.factories import (
    NOW,
    make_finding,
    make_office,
    make_person,
    make_signed_order,
    make_user,
    only_alert,
    tell_engine,
)
from tests.integration.evidence.conftest import write_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

    from korgoo.accounts.models import Office
    from korgoo.conf.environment import Environment
    from korgoo.orders.models import Order

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def environment(tmp_path: Path, settings: Settings) -> Environment:
    """An installation with the key of one court, named "court"."""
    (tmp_path / "court_keys").mkdir()
    write_keys(tmp_path / "court_keys")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    return settings.ENVIRONMENT  # type: ignore[no-any-return]  # Django's settings know no types


@pytest.fixture
def order(office: Office, environment: Environment) -> Order:
    del environment
    order = make_signed_order(make_person(office))
    tell_engine(make_finding(order.person_id, condition=f"o{order.pk}.home"))
    return order


def typed(**changes: str) -> dict[str, str]:
    finding = FindingRecord.objects.unscoped("a test looks").get(kind="curfew.absent")
    values = {"finding": finding.pk, "profile": "disclosed", "court": "", "reason": "дело 12/26, суд"}
    return values | changes


def only_bundle() -> EvidenceBundle:
    return EvidenceBundle.objects.unscoped("a test looks").get()


def make(environment: Environment, content: bytes = b"a bundle") -> EvidenceBundle:
    claimed = claim_bundle(now=NOW)
    assert claimed is not None
    path = locate_bundle(environment, claimed.pk)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    digest = hashlib.sha256(b"a bundle").hexdigest()
    assert finish_bundle(claimed.pk, token=claimed.lease_token, sha256=digest, size=8, stamped=False, now=NOW)
    return claimed


@pytest.mark.parametrize("role", [Role.JUDGE, Role.PROSECUTOR, Role.SHIFT_HEAD])
def test_from_the_order_to_the_file_and_its_trace(
    sign_in: Callable[..., Client], environment: Environment, order: Order, role: Role
) -> None:
    user = make_user(role, office=order.person.office)
    browser = sign_in(user=user)
    page = f"/orders/{order.pk}/evidence/"
    assert f'href="{page}"' in browser.get(f"/orders/{order.pk}/").text
    assert browser.post(page, typed(), follow=True).redirect_chain == [(page, 302)]
    assert "waits to be made" in browser.get(page).text
    part = browser.get(page, headers={"HX-Request": "true"}).text
    assert 'hx-trigger="every 3s"' in part
    assert "<html" not in part
    made = make(environment)
    part = browser.get(page, headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in part  # nothing is being made any more
    assert "without a time-stamp" in part
    before = AuditEntry.objects.count()
    file = browser.post(f"/evidence/{made.pk}/")
    assert (file.content, file.headers["Content-Type"]) == (b"a bundle", "application/zip")
    assert file.headers["Content-Disposition"] == (
        f'attachment; filename="evidence-{order.pk}-{made.pk}-disclosed.zip"'
    )
    assert file.headers["Cache-Control"] == "no-store"
    (line,) = list(AuditEntry.objects.order_by("number"))[before:]
    assert (line.actor, line.action) == (user.audit_name, "hand out evidence, disclosed")
    assert hashlib.sha256(b"a bundle").hexdigest() in line.reason


def test_a_sealed_one_goes_to_a_key_of_this_installation_only(
    sign_in: Callable[..., Client], environment: Environment, order: Order
) -> None:
    browser, page = sign_in(Role.JUDGE), f"/orders/{order.pk}/evidence/"
    (court,) = list_court_keys(environment)
    assert court.fingerprint in browser.get(page).text
    for wrong in ("", "mine"):
        assert browser.post(page, typed(profile="sealed", court=wrong)).status_code == 422
    browser.post(page, typed(profile="sealed", court="court"))
    asked = only_bundle()
    assert (asked.profile, asked.court, asked.court_fingerprint) == ("sealed", "court", court.fingerprint)


def test_no_part_of_the_page_is_read_without_a_trace(
    sign_in: Callable[..., Client], order: Order, settings: Settings
) -> None:
    looked, part = list_reads(Subject("person", order.person_id)), {"HX-Request": "true"}
    judge, page, before = sign_in(Role.JUDGE), f"/orders/{order.pk}/evidence/", looked.count()
    judge.get(page, headers=part)
    assert looked.count() == before + 1  # by itself, without the page before it
    judge.get(page, headers=part)
    assert looked.count() == before + 1  # it fetches itself each three seconds
    settings.KORGOO_CLOCK = lambda: NOW + timedelta(minutes=10)
    judge.get(page, headers=part)
    assert looked.count() == before + 2
    sign_in(user=make_user(Role.JUDGE, office=order.person.office)).get(page, headers=part)
    assert looked.count() == before + 3  # another's look is no trace of his


@pytest.mark.parametrize("changes", [{"reason": ""}, {"finding": "person:1/x/sos/1"}, {"profile": "plain"}])
def test_what_is_missing_asks_for_nothing(
    sign_in: Callable[..., Client], order: Order, changes: dict[str, str]
) -> None:
    looked = list_reads(Subject("person", order.person_id))
    before = looked.count()
    answer = sign_in(Role.JUDGE).post(f"/orders/{order.pk}/evidence/", typed(**changes))
    assert answer.status_code == 422
    assert looked.count() == before + 1  # the page shows his findings
    assert "message error" in answer.text
    assert not EvidenceBundle.objects.unscoped("a test looks").exists()


def test_without_a_court_key_or_authority_the_page_says_what_to_do(
    sign_in: Callable[..., Client], environment: Environment, order: Order
) -> None:
    (environment.data / "court_keys" / "court.pub").unlink()
    page = sign_in(Role.JUDGE).get(f"/orders/{order.pk}/evidence/").text
    assert "folder court_keys" in page
    assert "KORGOO_TSA_URL" in page


def test_a_failure_says_why_and_what_to_do_next(sign_in: Callable[..., Client], order: Order) -> None:
    judge = sign_in(Role.JUDGE, language="ru")
    judge.post(f"/orders/{order.pk}/evidence/", typed())
    claimed = claim_bundle(now=NOW)
    assert claimed is not None
    fail_bundle(claimed.pk, token=claimed.lease_token, problem=NOT_SHOWN)
    page = judge.get(f"/orders/{order.pk}/evidence/").text
    assert "ничего показать нельзя. Запросите запечатанный пакет." in page
    answer = judge.post(f"/evidence/{claimed.pk}/", follow=True)
    assert "больше не хранится: запросите его снова" in answer.text


@pytest.mark.parametrize("content", [b"another file", b""])
def test_a_file_that_is_not_the_recorded_one_does_not_leave(
    sign_in: Callable[..., Client], environment: Environment, order: Order, content: bytes
) -> None:
    judge = sign_in(Role.JUDGE)
    judge.post(f"/orders/{order.pk}/evidence/", typed())
    made = make(environment, content)
    before = AuditEntry.objects.filter(action__startswith="hand out").count()
    answer = judge.post(f"/evidence/{made.pk}/", follow=True)
    assert "no longer kept: ask for it again" in answer.text
    locate_bundle(environment, made.pk).unlink()
    assert judge.post(f"/evidence/{made.pk}/").status_code == 302
    assert AuditEntry.objects.filter(action__startswith="hand out").count() == before


def test_after_its_day_it_is_not_handed_out(
    sign_in: Callable[..., Client], environment: Environment, order: Order, settings: Settings
) -> None:
    judge = sign_in(Role.JUDGE)
    judge.post(f"/orders/{order.pk}/evidence/", typed())
    made = make(environment)
    settings.KORGOO_CLOCK = lambda: NOW + KEPT
    assert judge.post(f"/evidence/{made.pk}/").status_code == 302


def test_orders_and_bundles_of_another_office_are_not_there(
    sign_in: Callable[..., Client], environment: Environment, order: Order
) -> None:
    sign_in(Role.JUDGE).post(f"/orders/{order.pk}/evidence/", typed())
    made = make(environment)
    stranger = sign_in(user=make_user(Role.JUDGE, office=make_office("Ленин")))
    assert stranger.get(f"/orders/{order.pk}/evidence/").status_code == 404
    assert stranger.post(f"/orders/{order.pk}/evidence/", typed()).status_code == 404
    assert stranger.post(f"/evidence/{made.pk}/").status_code == 404


def test_what_is_hers_is_not_there_for_a_prosecutor(
    sign_in: Callable[..., Client], environment: Environment, order: Order, office: Office
) -> None:
    her = make_person(office, kind=Person.Kind.PROTECTED)
    tell_engine(make_finding(her.pk, kind="sos", condition=f"o{order.pk}.x"))
    sos = FindingRecord.objects.unscoped("a test looks").get(kind="sos").pk
    judge, prosecutor = sign_in(Role.JUDGE), sign_in(Role.PROSECUTOR)
    page = f"/orders/{order.pk}/evidence/"
    assert judge.post(page, typed(finding=sos)).status_code == 302
    made = make(environment)
    assert sos not in prosecutor.get(page).text
    assert "SOS" not in prosecutor.get(page).text
    assert prosecutor.post(page, typed(finding=sos)).status_code == 422
    assert prosecutor.post(f"/evidence/{made.pk}/").status_code == 404
    assert judge.post(f"/evidence/{made.pk}/").status_code == 200


def test_the_head_of_the_shift_comes_from_the_incident_with_the_finding_chosen(
    sign_in: Callable[..., Client], order: Order
) -> None:
    alert = only_alert().pk
    finding = typed()["finding"]
    link = f"/orders/{order.pk}/evidence/?finding={finding.replace('/', '%2F').replace(':', '%3A')}#hand-out"
    head = sign_in(Role.SHIFT_HEAD)
    incident = head.get(f"/alerts/{alert}/").text
    assert link.replace("%2F", "/") in incident.replace("%2F", "/")
    assert f'<option value="{finding}" selected>' in head.get(link.partition("#")[0]).text
    assert "Hand out as evidence" not in sign_in(Role.OPERATOR).get(f"/alerts/{alert}/").text
