"""Offices by the address AGENCY/OFFICE that commands name them by, and the opening of new ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.db import transaction

from korgoo.accounts.models import Agency, Office, User
from korgoo.accounts.offices import require_over
from korgoo.accounts.permissions import Role
from korgoo.accounts.services import AccountInvalidError, open_office

if TYPE_CHECKING:
    from datetime import date, datetime

_ADDRESS: Final = re.compile(r"([a-z0-9_-]{1,50})/([a-z0-9_-]{1,50})")


def find_administrator(email: str | None = None) -> User:
    """Return the administrator of that address; without one the first who manages all offices.

    Raises:
        AccountInvalidError: there is none.
    """
    administrators = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    if email is None:
        found = administrators.filter(office=None).first()
    else:
        found = administrators.filter(email__iexact=email).first()
    if found is None:
        raise AccountInvalidError("there is no such administrator; the first is made by korgoo init --admin")
    return found


def find_office(address: str) -> Office:
    """Return the office that is open under an address.

    Raises:
        AccountInvalidError: there is none.
    """
    agency, code = _split(address)
    found = Office.objects.filter(agency__code=agency, code=code, valid_until=None).first()
    if found is None:
        raise AccountInvalidError(f"there is no office {address}")
    return found


def open_office_at(
    address: str,
    *,
    name: str,
    under: Office | None,
    valid_from: date,
    actor: User,
    now: datetime,
    agency_name: str = "",
) -> Office:
    """Open an office, and its agency with its first office; `under` None is the root of a country.

    Raises:
        AccountInvalidError: the address is taken or cannot be one, or a name is missing.
        ForbiddenError: the actor does not manage accounts there.
    """
    require_over(actor, office=under)
    if not name.strip():
        raise AccountInvalidError("the office needs a name")
    agency_code, code = _split(address)
    with transaction.atomic():
        agency = Agency.objects.filter(code=agency_code).first()
        if agency is None:
            if not agency_name.strip():
                raise AccountInvalidError(f"agency {agency_code} is new: say its name")
            agency = Agency.objects.create(code=agency_code, name=agency_name.strip())
        if Office.objects.filter(agency=agency, code=code, valid_until=None).exists():
            raise AccountInvalidError(f"there is an office {address}")
        return open_office(
            agency,
            code=code,
            name=name.strip(),
            parent=under,
            valid_from=valid_from,
            actor=actor.audit_name,
            now=now,
        )


def _split(address: str) -> tuple[str, str]:
    matched = _ADDRESS.fullmatch(address)
    if matched is None:
        raise AccountInvalidError(f"an office is named as AGENCY/OFFICE in small letters, not {address!r}")
    return matched[1], matched[2]
