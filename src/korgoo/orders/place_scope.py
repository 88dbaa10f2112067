"""The scope of protected places: they are hers, so her office counts and not the participant's."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

from korgoo.accounts.permissions import Permission, holds
from korgoo.accounts.scoping import ScopedManager

if TYPE_CHECKING:
    from korgoo.accounts.models import User

M = TypeVar("M", bound=models.Model)


class PlaceManager(ScopedManager[M]):
    """As every scoped manager, with two doors: what is hers, and what the participant lawfully knows."""

    def __init__(self, *, order: str) -> None:
        """Take the lookup from the model to its order."""
        super().__init__(office=f"{order}__protected_person__office", grants={Permission.READ_PROTECTED: Q()})
        self._order = order

    def visible_to(self, user: User) -> models.QuerySet[M]:
        """Return her places to who may read her within her office, disclosed ones to readers of the order."""
        rows = self.unscoped("narrowed below to what this account may read")
        if user.office is None:
            return rows.none()
        path, doors = user.office.path, Q(pk__in=())
        if holds(user, Permission.READ_ORDER) and holds(user, Permission.READ_PROTECTED):
            doors |= Q(**{f"{self._order}__protected_person__office__path__startswith": path})
        if holds(user, Permission.READ_ORDER):
            doors |= Q(**{f"{self._order}__person__office__path__startswith": path, "disclosed": True})
        return rows.filter(doors)
