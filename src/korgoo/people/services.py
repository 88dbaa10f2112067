"""Registering people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from korgoo.accounts.permissions import Permission, require_within
from korgoo.audit.services import Subject, log_action
from korgoo.people.models import Person
from korgoo.people.national_numbers import Country, NumberInvalidError, read_national_number

if TYPE_CHECKING:
    from datetime import date, datetime

    from korgoo.accounts.models import Office, User

_E164: Final = re.compile(r"\+[1-9][0-9]{7,14}")


class PersonInvalidError(ValueError):
    """A person cannot be registered like this; the message says why, without personal data."""


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    """What is written down about a person. `sex` is "female" or "male"; `phone` is E.164."""

    family_name: str
    given_name: str
    patronymic: str = ""
    country: Country = Country.KG
    national_number: str | None = None
    born_on: date | None = None
    sex: str | None = None
    phone: str = ""
    language: str = "ru"


def register_person(
    details: PersonDetails, *, kind: Person.Kind, office: Office, actor: User, now: datetime
) -> Person:
    """Register a participant or a protected person in an office that the actor's office covers.

    Raises:
        ForbiddenError: the actor may not register people, or not in that office.
        PersonInvalidError: a name is missing, the number or the phone is wrong, or the number is known.
    """
    require_within(actor, Permission.REGISTER_PERSON, office=office)
    warnings = _check(details)
    with transaction.atomic():
        if details.national_number and _known(details, kind):
            raise PersonInvalidError("a person with this number is registered")
        person = Person.objects.create(
            kind=kind,
            family_name=details.family_name.strip(),
            given_name=details.given_name.strip(),
            patronymic=details.patronymic.strip(),
            country=details.country,
            national_number=details.national_number or None,
            born_on=details.born_on,
            sex=details.sex,
            phone=details.phone,
            language=details.language,
            office=office,
            created_at=now,
        )
        log_action(
            Subject("person", person.pk),
            actor=actor.audit_name,
            action=f"register {kind.value}",
            reason="; ".join(warnings),
            now=now,
        )
    return person


def _known(details: PersonDetails, kind: Person.Kind) -> bool:
    people = Person.objects.unscoped("a number is registered once, whoever may see its holder")
    return people.filter(country=details.country, national_number=details.national_number, kind=kind).exists()


def _check(details: PersonDetails) -> tuple[str, ...]:
    """Refuse what cannot be; return what is odd about the number, which is kept but not refused."""
    if not details.family_name.strip() or not details.given_name.strip():
        raise PersonInvalidError("family name and given name are needed")
    if details.phone and not _E164.fullmatch(details.phone):
        raise PersonInvalidError("write the phone as +996700123456")
    if not details.national_number:
        return ()
    try:
        facts = read_national_number(
            details.national_number, country=details.country, born_on=details.born_on, sex=details.sex
        )
    except NumberInvalidError as error:
        raise PersonInvalidError(str(error)) from error
    return facts.warnings
