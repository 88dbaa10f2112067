"""Opening offices and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from korgoo.accounts.models import Agency, Office, User
from korgoo.accounts.offices import require_over
from korgoo.accounts.permissions import Role
from korgoo.audit.services import Subject, log_action

if TYPE_CHECKING:
    from datetime import date, datetime

SYSTEM_INIT: Final = "system:init"
"""The actor of what an installation does to itself when it is set up."""


class AccountInvalidError(ValueError):
    """An account or office cannot be made like this; the message says why."""


def open_office(
    agency: Agency,
    *,
    code: str,
    name: str,
    parent: Office | None,
    valid_from: date,
    actor: str,
    now: datetime,
) -> Office:
    """Open an office under `parent` (None: the root of a country)."""
    with transaction.atomic():
        office = Office(agency=agency, parent=parent, code=code, name=name, valid_from=valid_from)
        office.path = f"new {agency.pk} {code}."  # its id is known only after the insert
        office.save()
        office.path = f"{parent.path if parent else ''}{office.pk}."
        office.save(update_fields=["path"])
        log_action(Subject("office", office.pk), actor=actor, action="open", now=now)
    return office


def create_user(
    email: str,
    *,
    password: str,
    full_name: str,
    role: Role,
    office: Office | None,
    actor: User,
    now: datetime,
    language: str = "ru",
) -> User:
    """Make an account.

    Raises:
        ForbiddenError: the actor may not manage accounts, or not of that office.
        AccountInvalidError: the address is taken or wrong, or the password too weak.
    """
    require_over(actor, office=office)
    user = _build_user(email, full_name=full_name, role=role, office=office, language=language, now=now)
    return _save_user(user, password=password, actor=actor.audit_name, now=now)


def create_first_administrator(email: str, *, password: str, full_name: str, now: datetime) -> User:
    """Make the administrator of a new installation, who makes every other account.

    Raises:
        AccountInvalidError: there is an administrator already, or as for `create_user`.
    """
    with transaction.atomic():
        if User.objects.filter(role=Role.ADMINISTRATOR).exists():
            raise AccountInvalidError("there is an administrator; ask him for an account")
        user = _build_user(
            email, full_name=full_name, role=Role.ADMINISTRATOR, office=None, language="ru", now=now
        )
        return _save_user(user, password=password, actor=SYSTEM_INIT, now=now)


def change_password(user: User, *, password: str, actor: User, now: datetime) -> None:
    """Give an account another password: its own holder, or who manages it; its sessions end.

    Raises:
        ForbiddenError: the actor is somebody else and may not manage accounts, or not of that office.
        AccountInvalidError: the password is too weak, or the account has ended.
    """
    if actor.pk != user.pk:
        require_over(actor, office=user.office)
    _check_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=True).update(password=user.password):
            raise AccountInvalidError("this account has ended")
        log_action(Subject("user", user.pk), actor=actor.audit_name, action="change password", now=now)


def deactivate_user(user: User, *, actor: User, now: datetime) -> None:
    """End an account's access; its name stays in every log.

    Raises:
        ForbiddenError: the actor may not manage accounts, or not of that office.
    """
    require_over(actor, office=user.office)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        user.is_active = False
        log_action(Subject("user", user.pk), actor=actor.audit_name, action="deactivate", now=now)


def _build_user(
    email: str, *, full_name: str, role: Role, office: Office | None, language: str, now: datetime
) -> User:
    return User(
        email=email.strip(),
        full_name=full_name.strip(),
        role=role,
        office=office,
        agency=office.agency if office else None,
        language=language,
        created_at=now,
    )


def _save_user(user: User, *, password: str, actor: str, now: datetime) -> User:
    try:
        validate_email(user.email)
    except ValidationError as error:
        raise AccountInvalidError(" ".join(error.messages)) from error
    _check_password(password, user)
    with transaction.atomic():
        if User.objects.filter(email__iexact=user.email).exists():
            raise AccountInvalidError("this address has an account")
        user.set_password(password)
        user.save()
        log_action(Subject("user", user.pk), actor=actor, action=f"create {user.role}", now=now)
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountInvalidError(" ".join(error.messages)) from error
