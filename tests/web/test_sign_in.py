"""Signing in, staying out, and being locked out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils.html import escape
from django.utils.translation import override

from korgoo.accounts.permissions import Role
from korgoo.web.kit.coming import COMING
from korgoo.web.kit.words import ROLES
from tests.factories import make_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.accounts.models import Office, User

PASSWORD = "correct horse battery"


@pytest.fixture
def operator(office: Office) -> User:
    user = make_user(Role.OPERATOR, office=office)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_a_stranger_is_sent_to_the_sign_in_and_comes_back_after_it(operator: User) -> None:
    browser = Client()
    sent = browser.get("/")
    assert (sent.status_code, sent.headers["Location"]) == (302, "/sign-in/?next=/")
    answer = browser.post("/sign-in/?next=/", {"username": operator.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_wrong_password_says_so_and_keeps_the_address(operator: User) -> None:
    page = Client().post("/sign-in/", {"username": operator.email, "password": "wrong"})
    assert page.status_code == 200
    assert operator.email in page.text
    assert 'role="alert"' in page.text


def test_five_wrong_passwords_close_the_account_even_for_the_right_one(operator: User) -> None:
    browser = Client(headers={"accept-language": "en"})
    for _ in range(5):
        browser.post("/sign-in/", {"username": operator.email, "password": "wrong"})
    page = browser.post("/sign-in/", {"username": operator.email, "password": PASSWORD})
    assert page.status_code == 429
    assert "Too many wrong passwords" in page.text


def test_five_guesses_are_five_however_the_address_is_written(operator: User) -> None:
    one = operator.email
    ways = (one, one.upper(), one.title(), f" {one} ", one.replace("k", "\N{KELVIN SIGN}"))
    for way in ways:
        Client().post("/sign-in/", {"username": way, "password": "wrong"})
    page = Client().post("/sign-in/", {"username": one, "password": PASSWORD})
    assert page.status_code == 429


def test_who_gets_in_begins_with_five_guesses_again(operator: User) -> None:
    operator.email = operator.email.title()
    operator.save()
    for _ in range(2):
        for _ in range(4):
            Client().post("/sign-in/", {"username": operator.email, "password": "wrong"})
        answer = Client().post("/sign-in/", {"username": operator.email, "password": PASSWORD})
        assert answer.status_code == 302


def test_signing_out_needs_a_form_of_ours(sign_in: Callable[..., Client]) -> None:
    browser = sign_in(Role.OPERATOR)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert browser.get("/").status_code == 302


def test_a_form_without_its_token_is_refused_in_words(operator: User) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    page = browser.post("/sign-out/")
    assert page.status_code == 403
    assert "The form was too old" in page.text


def test_a_page_takes_no_address_of_another_site_to_go_on_to(operator: User) -> None:
    answer = Client().post(
        "/sign-in/?next=https://evil.test/", {"username": operator.email, "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/"


def test_pages_allow_no_foreign_and_no_inline_script(office: Office) -> None:
    del office
    page = Client().get("/sign-in/")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", page.text)
    assert page.headers["Cache-Control"].count("no-store")


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in() -> None:
    answer = Client().get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in/")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    "role",
    [Role.POLICE_UNIT, Role.DEFENCE_LAWYER, Role.REPRESENTATIVE, Role.ANALYST, Role.OMBUDSMAN],
)
def test_a_role_without_pages_is_told_what_will_be_there_and_what_to_do(
    sign_in: Callable[..., Client], role: Role, language: str
) -> None:
    page = sign_in(role, language=language).get("/")
    assert page.status_code == 200
    with override(language):
        for text in COMING[role]:
            assert escape(str(text)) in page.text
        assert str(ROLES[role]) in page.text
    assert "<nav" not in page.text or "<li>" not in page.text.partition("</nav>")[0]


def test_every_role_has_a_front_door_or_news_of_one(sign_in: Callable[..., Client]) -> None:
    for role in Role:
        answer = sign_in(role).get("/")
        assert (answer.status_code == 302) != (role in COMING), role
