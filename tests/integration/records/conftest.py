"""The records' own fixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.factories import compile_for_tests, make_office, make_person, make_user

from korgoo.accounts.permissions import Role
from korgoo.orders import plan_compilation

if TYPE_CHECKING:
    from korgoo.accounts.models import Office, User
    from korgoo.people.models import Person


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_compilation, "compile_subject", compile_for_tests)


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def officer(office: Office) -> User:
    return make_user(Role.PROBATION_OFFICER, office=office)


@pytest.fixture
def operator(office: Office) -> User:
    return make_user(Role.OPERATOR, office=office)


@pytest.fixture
def person(office: Office) -> Person:
    return make_person(office)
