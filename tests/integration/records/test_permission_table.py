from __future__ import annotations

import re
from pathlib import Path

import pytest

from korgoo.accounts.models import User
from korgoo.accounts.permissions import GRANTS, ForbiddenError, Permission, Role, holds, require


def test_every_role_stands_in_the_table_and_nothing_else() -> None:
    assert set(GRANTS) == set(Role)
    assert all(granted <= set(Permission) for granted in GRANTS.values())


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_what_is_not_written_is_denied(role: Role, permission: Permission) -> None:
    user = User(role=role)
    if permission in GRANTS[role]:
        require(user, permission)
    else:
        with pytest.raises(ForbiddenError):
            require(user, permission)


@pytest.mark.parametrize("role", ["", "superuser", "OPERATOR"])
def test_an_unknown_role_holds_nothing(role: str) -> None:
    assert not any(holds(User(role=role), permission) for permission in Permission)


def test_an_account_that_was_ended_holds_nothing() -> None:
    user = User(role=Role.OPERATOR, is_active=False)
    assert not any(holds(user, permission) for permission in Permission)


def test_duties_that_must_not_meet_in_one_account() -> None:
    assert not any(
        Permission.MANAGE_ACCOUNT in GRANTS[role] and Permission.READ_PARTICIPANT in GRANTS[role]
        for role in Role
    )
    assert not any(
        Permission.ERASE_CASE in GRANTS[role] and Permission.READ_ORDER in GRANTS[role] for role in Role
    )
    for role in (Role.DEFENCE_LAWYER, Role.PROSECUTOR, Role.TECHNICIAN, Role.ANALYST):
        assert Permission.READ_PROTECTED not in GRANTS[role]
        assert Permission.READ_POSITION not in GRANTS[role]


def test_the_page_about_roles_says_what_the_table_says() -> None:
    page = (Path(__file__).parents[3] / "docs" / "roles.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    told = {re.findall(r"`(\w+)`", row[0])[0]: set(re.findall(r"`([a-z_.]+)`", row[1])) for row in rows}
    assert told == {str(role): {str(one) for one in granted} for role, granted in GRANTS.items()}
