"""The records' own fixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.permissions import Role
from tests.factories import make_office, make_person, make_user

if TYPE_CHECKING:
    from korgoo.accounts.models import Office, User
    from korgoo.people.models import Person


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
