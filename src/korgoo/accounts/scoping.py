"""How records with personal data are reached: `visible_to(user)` or `unscoped(reason)`, nothing else.

A manager that could answer `all()` would be used, one day, by a page that forgot to ask who is reading.
Here `all`, `filter`, `get` and every other plain query raise.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from django.db import models
from django.db.models import Q

from korgoo.accounts.permissions import Permission, holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from korgoo.accounts.models import User

M = TypeVar("M", bound=models.Model)


class UnscopedAccessError(RuntimeError):
    """Personal data were asked for without saying for whom or why: a mistake in the program."""


class ScopedManager(models.Manager[M]):
    """The only manager of a model with personal data.

    `office` is the lookup from the model to the office that scopes it, such as `person__office`.
    `grants` maps each permission to the condition on the rows that it opens; a row is visible where one
    of the permissions that the account holds opens it, and the account's office is the row's own or above it.
    `of_all` is the condition on rows that speak of nobody and so belong to every office, if there are such.
    """

    def __init__(self, *, office: str, grants: Mapping[Permission, Q], of_all: Q | None = None) -> None:
        """Keep the rule of this model."""
        super().__init__()
        self._office = office
        self._grants = grants
        self._of_all = of_all

    def get_queryset(self) -> NoReturn:
        """Refuse: every plain query passes here.

        Raises:
            UnscopedAccessError: always.
        """
        raise UnscopedAccessError(f"reach {self.model.__name__} by visible_to(user) or unscoped(reason)")

    def visible_to(self, user: User) -> models.QuerySet[M]:
        """Return the rows that this account may read; none where it holds no permission or no office."""
        rows = super().get_queryset()
        held = [rows_opened for permission, rows_opened in self._grants.items() if holds(user, permission)]
        if not held or user.office is None:
            return rows.none()
        opened = Q() if not all(held) else reduce(or_, held)  # an empty condition opens every row
        own = Q(**{f"{self._office}__path__startswith": user.office.path})
        return rows.filter(opened, own if self._of_all is None else own | self._of_all)

    def unscoped(self, reason: str) -> models.QuerySet[M]:
        """Return all rows, for work that no account does, such as the engine's; `reason` is for the reader.

        Raises:
            UnscopedAccessError: no reason is given.
        """
        if not reason.strip():
            raise UnscopedAccessError("say why all rows are needed")
        return super().get_queryset()

    def create(self, **values: Any) -> M:  # noqa: ANN401 - columns of the model
        """Insert one row; what may be written is decided by the service that calls."""
        return super().get_queryset().create(**values)

    def bulk_create(  # type: ignore[override]  # fewer options than Django's: what our services use
        self, rows: Iterable[M], *, ignore_conflicts: bool = False
    ) -> list[M]:
        """Insert many rows."""
        return super().get_queryset().bulk_create(rows, ignore_conflicts=ignore_conflicts)
