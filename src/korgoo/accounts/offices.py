"""Offices that an account manages: the ones whose parameters it may set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.accounts.models import Office
from korgoo.accounts.permissions import ForbiddenError, Permission, covers, holds, require

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from korgoo.accounts.models import User


def list_managed_offices(user: User) -> QuerySet[Office]:
    """Return the offices that an account manages, by path: without an office of its own all there are."""
    if not holds(user, Permission.MANAGE_ACCOUNT):
        return Office.objects.none()
    offices = Office.objects.filter(valid_until=None).select_related("agency").order_by("path")
    return offices if user.office is None else offices.filter(path__startswith=user.office.path)


def require_over(user: User, *, office: Office | None) -> None:
    """Let pass who manages the accounts of an office; those without one only who has none himself.

    Raises:
        ForbiddenError: the account may not manage accounts, or not there.
    """
    require(user, Permission.MANAGE_ACCOUNT)
    if user.office is not None and (office is None or not covers(user, office)):
        raise ForbiddenError("the office is outside the actor's")


def require_managed(user: User, *, office: Office) -> None:
    """Let pass who manages an office.

    Raises:
        ForbiddenError: the account may not manage accounts, or not that office.
    """
    require(user, Permission.MANAGE_ACCOUNT)
    if not list_managed_offices(user).filter(pk=office.pk).exists():
        raise ForbiddenError("the office is outside the actor's")
