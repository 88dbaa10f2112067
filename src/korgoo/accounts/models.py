"""Tables of staff, agencies and territorial offices."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from korgoo.accounts.permissions import Role


class Agency(models.Model):
    """An authority with staff of its own: probation, police, a court, the monitoring centre."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.code


class Office(models.Model):
    """A territorial office. Reforms rename and split districts: `valid_from`/`valid_until` keep the history.

    `path` lists the ids from the root down (`1.4.17.`): an office covers its own path and all below.
    `reaction_s` is how long the police take to arrive there, 0 = unknown: it only ever warns earlier.
    `return_s` is how long an alert stays closed while what it tells of still stands.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=50)
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200, unique=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    reaction_s = models.PositiveIntegerField(default=0, db_default=0)
    return_s = models.PositiveIntegerField(default=900, db_default=900)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("agency", "code", "valid_from"), name="office_code_once"),
            models.CheckConstraint(
                name="office_reaction_within_a_day", condition=models.Q(reaction_s__lte=86_400)
            ),
            # It can be made shorter or longer, never switched off.
            models.CheckConstraint(
                name="office_return_within_hours",
                condition=models.Q(return_s__gte=60, return_s__lte=14_400),
            ),
            models.CheckConstraint(
                name="office_dates_ordered",
                condition=models.Q(valid_until=None) | models.Q(valid_until__gt=models.F("valid_from")),
            ),
            models.CheckConstraint(name="office_path_ends", condition=models.Q(path__endswith=".")),
        )

    def __str__(self) -> str:
        return self.code


class UserManager(BaseUserManager["User"]):
    """Finds accounts by their login name, upper and lower case alike."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the account with that e-mail address, which is how Django's sign-in asks."""
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """An account of staff: what it may do follows from its role, whose data it may see from its office."""

    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=200)
    language = models.CharField(max_length=2, default="ru")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "role"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(
                name="user_role_known", condition=models.Q(role__in=[role.value for role in Role])
            ),
        )

    def __str__(self) -> str:
        return self.audit_name

    @property
    def audit_name(self) -> str:
        """How the audit chain and the timelines name this account."""
        return f"user:{self.pk}"
