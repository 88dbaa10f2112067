"""The scope of the picture, whose file on SQLite holds no offices to join with."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

from korgoo.accounts.models import Office
from korgoo.accounts.permissions import Permission, holds
from korgoo.accounts.scoping import ScopedManager

if TYPE_CHECKING:
    from korgoo.accounts.models import User

M = TypeVar("M", bound=models.Model)


class PictureManager(ScopedManager[M]):
    """As every scoped manager, but the offices are looked up first."""

    def __init__(self) -> None:
        """Take the permission that a position needs."""
        super().__init__(office="office", grants={Permission.READ_POSITION: Q()})

    def visible_to(self, user: User) -> models.QuerySet[M]:
        """Return the rows of the offices that the account's office covers."""
        rows = self.unscoped("the offices are filtered here")
        if user.office is None or not holds(user, Permission.READ_POSITION):
            return rows.none()
        offices = Office.objects.filter(path__startswith=user.office.path).values_list("pk", flat=True)
        return rows.filter(office_id__in=list(offices))
