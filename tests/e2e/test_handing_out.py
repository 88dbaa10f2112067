"""In a browser: a judge takes evidence, an officer lets a device come off, an administrator sets minutes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.e2e.test_pages import PASSWORD, look, make_night, sign_in
from tests.factories import NOW, make_user
from tests.integration.evidence.conftest import write_keys

from korgoo.accounts.permissions import Role
from korgoo.monitoring.evidence_bundles import claim_bundle, fail_bundle, finish_bundle
from korgoo.runtime.bundle_making import locate_bundle

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

    from korgoo.accounts.models import Office, User

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(databases="__all__", transaction=True)]


def enter(page: Page, live_server: LiveServer, role: Role, office: Office | None) -> User:
    user = make_user(role, office=office)
    user.set_password(PASSWORD)
    user.save()
    sign_in(page, live_server, user)
    page.get_by_text("Выйти").wait_for()
    return user


def test_a_judge_takes_evidence_by_keyboard_and_sees_it_become_ready(
    page: Page, live_server: LiveServer, office: Office, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "court_keys").mkdir()
    write_keys(tmp_path / "court_keys")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    ids = make_night(office)
    enter(page, live_server, Role.JUDGE, office)
    page.goto(f"{live_server.url}/orders/{ids['order']}/")
    page.focus("text=Доказательства для суда")
    page.keyboard.press("Enter")
    page.get_by_text("Выдать вывод").wait_for()
    page.focus("#id_finding")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # sealed
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("дело 12/26, судья Асанова")
    page.keyboard.press("Enter")
    page.get_by_text("запечатанный пакет предназначен суду", exact=False).wait_for()
    look(page, "evidence-refused")
    page.select_option("#id_court", "court")
    page.focus("#id_reason")
    page.keyboard.press("Enter")
    page.get_by_text("ждёт очереди").wait_for()
    look(page, "evidence-waits")
    claimed = claim_bundle(now=NOW)
    assert claimed is not None
    path = locate_bundle(settings.ENVIRONMENT, claimed.pk)
    path.parent.mkdir()
    path.write_bytes(b"a bundle")
    digest = hashlib.sha256(b"a bundle").hexdigest()
    finish_bundle(claimed.pk, token=claimed.lease_token, sha256=digest, size=8, stamped=True, now=NOW)
    page.get_by_role("button", name="Скачать").wait_for()  # the list has renewed itself
    with page.expect_download() as started:
        page.get_by_role("button", name="Скачать").click()
    assert Path(started.value.path()).read_bytes() == b"a bundle"
    page.select_option("#id_finding", index=2)
    page.check("input[value=disclosed]")
    page.fill("#id_reason", "дело 12/26, адвокат Иванов")
    page.click("text=Подготовить пакет")
    page.get_by_text("ждёт очереди").wait_for()
    again = claim_bundle(now=NOW)
    assert again is not None
    fail_bundle(again.pk, token=again.lease_token, problem="rows of person:3 were erased")
    page.get_by_text("уничтожено по акту").wait_for()
    look(page, "evidence")


def test_an_officer_lets_the_device_come_off_and_explains_an_alert(
    page: Page, live_server: LiveServer, office: Office
) -> None:
    ids = make_night(office)
    enter(page, live_server, Role.POLICE_DUTY, office)
    page.goto(f"{live_server.url}/people/{ids['person']}/")
    page.fill("#id_removal-valid_until", "21.11.2026 10:00")
    page.fill("#id_removal-reason", "МРТ, больница № 4, звонил врач Эсенов")
    page.keyboard.press("Enter")
    page.get_by_text("Устройство может быть снято до").wait_for()
    look(page, "removal")
    page.goto(f"{live_server.url}/alerts/{ids['alert']}/")
    look(page, "alert-explained")
    page.click("text=Объяснить кому-либо")
    look(page, "explanation-centre")
    page.select_option("#for", "participant")
    page.select_option("#lang", "ky")
    page.focus("text=Показать")
    page.keyboard.press("Enter")
    page.wait_for_url("**lang=ky")
    look(page, "explanation-participant")
    page.emulate_media(media="print")
    assert page.locator("pre").first.is_visible()
    assert not page.locator("h1").is_visible()
    assert not page.locator("header.top").is_visible()


def test_an_administrator_sets_the_minutes_of_an_office(
    page: Page, live_server: LiveServer, office: Office
) -> None:
    enter(page, live_server, Role.ADMINISTRATOR, None)
    page.click("nav >> text=Подразделения")
    field = page.locator(f"#id_office-{office.pk}-minutes")
    field.fill("скоро")
    page.keyboard.press("Enter")
    page.locator(".errorlist").wait_for()
    look(page, "offices-refused")
    field.fill("8")
    page.keyboard.press("Enter")
    page.get_by_text("8 мин", exact=False).first.wait_for()
    look(page, "offices")
