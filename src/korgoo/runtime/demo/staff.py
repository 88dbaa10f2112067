"""The demonstration's staff: one agency, its offices, an account for every duty that has pages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.accounts.models import Agency
from korgoo.accounts.permissions import Role
from korgoo.accounts.services import create_first_administrator, create_user, open_office
from korgoo.runtime.demo.card import Account
from korgoo.sim.town import NAME

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import Office, User

_ACTOR: Final = "system:demo"
_DOMAIN: Final = "demo.example"
ADMINISTRATOR: Final = "Администраторов Демо"
STAFF: Final = (
    (Role.OPERATOR, "operator", "Операторова Демо"),
    (Role.SHIFT_HEAD, "shift", "Старшинов Демо"),
    (Role.PROBATION_OFFICER, "officer", "Инспекторова Демо"),
    (Role.POLICE_DUTY, "police", "Дежурнов Демо"),
    (Role.TECHNICIAN, "technician", "Техников Демо"),
)


class Staff(NamedTuple):
    """The people who work in the demonstration, and where the monitored people belong."""

    office: Office
    operator: User
    officer: User
    technician: User
    accounts: tuple[Account, ...]


def hire_staff(*, password: str, now: datetime) -> Staff:
    """Open the offices and make the accounts, all with one password."""
    agency = Agency.objects.create(code="demo", name="Демонстрация")
    opened = (now - timedelta(days=400)).date()
    centre = open_office(
        agency, code="centre", name="Центр", parent=None, valid_from=opened, actor=_ACTOR, now=now
    )
    town = open_office(
        agency, code="town", name=NAME, parent=centre, valid_from=opened, actor=_ACTOR, now=now
    )
    address = f"admin@{_DOMAIN}"
    administrator = create_first_administrator(address, password=password, full_name=ADMINISTRATOR, now=now)
    users = {}
    for role, name, full_name in STAFF:
        users[role] = create_user(
            f"{name}@{_DOMAIN}",
            password=password,
            full_name=full_name,
            role=role,
            office=centre,
            actor=administrator,
            now=now,
        )
    accounts = [Account(user.email, role.replace("_", " ")) for role, user in users.items()]
    return Staff(
        office=town,
        operator=users[Role.OPERATOR],
        officer=users[Role.PROBATION_OFFICER],
        technician=users[Role.TECHNICIAN],
        accounts=(*accounts, Account(address, "administrator")),
    )
