"""Every URL x every role: who gets in is what the table says, and nothing is outside the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from tests.factories import make_user

from korgoo.accounts.permissions import Role, holds
from korgoo.web.pages import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.accounts.models import Office, User


def _walk(resolver: object, names: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in resolver.url_patterns:  # type: ignore[attr-defined]  # Django's resolver, untyped here
        if isinstance(item, URLPattern):
            yield ":".join((*names, item.name or "")), tuple(item.pattern.regex.groupindex)
        else:
            yield from _walk(item, (*names, item.namespace) if item.namespace else names)


ROUTES = dict(_walk(get_resolver()))


def test_every_url_is_in_the_table_and_nothing_else() -> None:
    assert set(ROUTES) == set(PAGES)


@pytest.fixture
def accounts(office: Office) -> dict[Role, User]:
    return {role: make_user(role, office=office) for role in Role}


def _address(name: str) -> str:
    return reverse(name, kwargs=dict.fromkeys(ROUTES[name], 987_654_321))


@pytest.mark.django_db(databases="__all__")  # positions have a database of their own
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_opens_for_the_roles_of_the_table_only(name: str, accounts: dict[Role, User]) -> None:
    page = PAGES[name]
    for role, user in accounts.items():
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        opens = not page.permissions or any(holds(user, permission) for permission in page.permissions)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            status = client.generic(method, _address(name)).status_code
            if method not in page.methods:
                assert status == 405, (name, role, method)
            elif not opens:
                assert status == 403, (name, role, method)
            else:  # let in: what follows is the view's answer, also "no such record"
                assert status not in {403, 405, 500}, (name, role, method)
            if page.methods == ("POST",) and method == "POST" and name == "web:sign-out":
                client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, page in PAGES.items() if not page.public))
def test_a_stranger_gets_into_no_page(name: str) -> None:
    for method in PAGES[name].methods:
        answer = Client().generic(method, _address(name))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in/")
