"""Everybody changes his own password, and nobody another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from korgoo.accounts.permissions import Role
from korgoo.audit.models import AuditEntry
from tests.factories import make_user

if TYPE_CHECKING:
    from pytest_django import Settings

    from korgoo.accounts.models import Office, User

OLD, NEW = "correct horse battery", "rainy tuesday teapot"


@pytest.fixture
def operator(office: Office) -> User:
    user = make_user(Role.OPERATOR, office=office)
    user.set_password(OLD)
    user.save()
    return user


def browse(user: User, password: str = OLD) -> Client:
    """Return a browser in which the account has signed in."""
    browser = Client()
    answer = browser.post("/sign-in/", {"username": user.email, "password": password})
    assert answer.status_code == 302, "the password is another"
    browser.cookies["django_language"] = "en"
    return browser


def typed(old: str = OLD, new: str = NEW, again: str | None = None) -> dict[str, str]:
    return {"old": old, "new": new, "again": new if again is None else again}


def test_a_new_password_opens_the_old_one_no_longer_and_other_sessions_end(operator: User) -> None:
    here, elsewhere = browse(operator), browse(operator)
    assert 'href="/password/"' in here.get("/alerts/").text
    page = here.post("/password/", typed(), follow=True)
    assert "Your password is changed" in page.text
    assert here.get("/alerts/").status_code == 200, "who changed it stays"
    assert elsewhere.get("/alerts/").status_code == 302, "who was signed in elsewhere does not"
    assert Client().post("/sign-in/", {"username": operator.email, "password": OLD}).status_code == 200
    browse(operator, NEW)
    line = AuditEntry.objects.order_by("-number")[0]
    told = (line.actor, line.subject_kind, line.subject_id, line.action)
    assert told == (operator.audit_name, "user", str(operator.pk), "change password")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (typed(old="guessed it"), "not your password until now"),
        (typed(again="rainy teapot tuesday"), "written differently"),
        (typed(new="teapot"), "too short"),
        (typed(new="123456789012345"), "entirely numeric"),
        (typed(new=OLD), "Choose another one"),
        (typed(old=""), "This field is required"),
        ({}, "This field is required"),
    ],
    ids=["old", "again", "short", "digits", "same", "nothing", "empty"],
)
def test_what_cannot_be_is_said_beside_its_field_and_changes_nothing(
    operator: User, wrong: dict[str, str], said: str
) -> None:
    page = browse(operator).post("/password/", wrong)
    assert page.status_code == 422
    assert said in page.text
    assert not any(secret in page.text for secret in wrong.values() if secret), "no secret comes back"
    assert not AuditEntry.objects.filter(action="change password").exists()
    browse(operator)


def test_five_wrong_guesses_at_an_open_pc_close_the_account(operator: User) -> None:
    browser = browse(operator)
    for _ in range(5):
        browser.post("/password/", typed(old="guessed it"))
    page = browser.post("/password/", typed())
    assert page.status_code == 429
    assert not AuditEntry.objects.filter(action="change password").exists()


def test_who_knows_it_begins_with_five_guesses_again(operator: User) -> None:
    browser = browse(operator)
    for _ in range(4):
        browser.post("/password/", typed(old="guessed it"))
    assert browser.post("/password/", typed()).status_code == 302
    for _ in range(4):
        assert browser.post("/password/", typed(old=OLD, new=OLD + "!")).status_code == 422
    assert browser.post("/password/", typed(old=NEW, new=OLD)).status_code == 302


def test_in_the_demonstration_they_stay_as_its_card_says(operator: User, settings: Settings) -> None:
    settings.KORGOO_DEMO = True
    browser = browse(operator)
    page = browser.get("/password/")
    assert "passwords stay as its card says" in page.text
    assert "<input" not in page.text.split("<main")[1]
    assert browser.post("/password/", typed()).status_code == 422
    browse(operator)
