"""A browser without a browser: accounts of every role, and the installation's clock standing still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from tests.factories import NOW, make_office, make_user

from korgoo.accounts.permissions import Role
from korgoo.web.locale_build import compile_catalogues

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

    from korgoo.accounts.models import Office, User


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    compile_catalogues()


@pytest.fixture(autouse=True)
def _still_clock(settings: Settings) -> None:
    settings.KORGOO_CLOCK = lambda: NOW
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: no secret here


@pytest.fixture
def office(db: None) -> Office:
    del db
    return make_office()


@pytest.fixture
def sign_in(office: Office) -> Callable[..., Client]:
    """Signs an account in and returns its browser: of a role in `office`, or the account given."""

    def sign_in(role: Role | None = None, *, user: User | None = None, language: str = "en") -> Client:
        client = Client(enforce_csrf_checks=False)
        client.force_login(user or make_user(role or Role.OPERATOR, office=office), backend=_BACKEND)
        client.cookies["django_language"] = language
        return client

    return sign_in


_BACKEND = "django.contrib.auth.backends.ModelBackend"
