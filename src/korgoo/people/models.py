"""The table of people."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from korgoo.accounts.models import Office
from korgoo.accounts.permissions import Permission
from korgoo.accounts.scoping import ScopedManager


class Person(models.Model):
    """A participant or a protected person.

    The same human in both roles is two records: who reads the one must not find the other.
    """

    class Kind(models.TextChoices):
        """On which side of an order."""

        PARTICIPANT = "participant"
        PROTECTED = "protected"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    family_name = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100)
    patronymic = models.CharField(max_length=100, default="")
    country = models.CharField(max_length=2)
    national_number = models.CharField(max_length=14, null=True)
    born_on = models.DateField(null=True)
    sex = models.CharField(max_length=6, null=True)
    phone = models.CharField(max_length=16, default="")
    language = models.CharField(max_length=2, default="ru")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="office",
        grants={
            Permission.READ_PARTICIPANT: Q(kind="participant"),
            Permission.READ_PROTECTED: Q(kind="protected"),
        },
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="person_kind_known", condition=Q(kind__in=("participant", "protected"))
            ),
            models.UniqueConstraint(fields=("country", "national_number", "kind"), name="person_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"  # no name: this text reaches logs

    @property
    def full_name(self) -> str:
        """Family name, given name and patronymic where there is one."""
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)
