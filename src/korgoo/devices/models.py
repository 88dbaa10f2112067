"""Tables of devices, assignments, credentials and commands."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from korgoo.accounts.models import Office
from korgoo.accounts.permissions import Permission
from korgoo.accounts.scoping import ScopedManager
from korgoo.people.models import Person


class Device(models.Model):
    """A bracelet, phone or home unit in the keeping of an office. Its serial is its name in the journal."""

    class Kind(models.TextChoices):
        """What it is."""

        PHONE = "phone"
        BRACELET = "bracelet"
        HOME_UNIT = "home_unit"

    serial = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    model = models.CharField(max_length=100, default="")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="office", grants={Permission.READ_DEVICE: Q()}
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="device_kind_known", condition=Q(kind__in=("phone", "bracelet", "home_unit"))
            ),
        )

    def __str__(self) -> str:
        return self.serial


class Assignment(models.Model):
    """A device given to a person under an order, lawful from `collect_from` until `collect_until`.

    `case_id` and `order_number` name the order without a foreign key (docs/adr/0040). The database refuses
    two assignments of one device whose intervals overlap.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case_id = models.BigIntegerField(db_index=True)
    order_number = models.CharField(max_length=100)
    protected = models.BooleanField()
    collect_from = models.DateTimeField()
    collect_until = models.DateTimeField()
    clock_faulty = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="person__office", grants={Permission.READ_DEVICE: Q()}
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                # Equal ends: given and taken back before collection began.
                name="assignment_interval_ordered",
                condition=Q(collect_until__gte=models.F("collect_from")),
            ),
        )

    def __str__(self) -> str:
        return f"assignment {self.pk}"


class DeviceCredential(models.Model):
    """A device's secret, as SHA-256. The secret itself was shown once, when it was made."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    public_id = models.CharField(max_length=32, unique=True)
    secret_sha256 = models.BinaryField(max_length=32)
    valid_from = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    revoked = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("assignment",), condition=Q(superseded_at=None), name="credential_current_once"
            ),
        )

    def __str__(self) -> str:
        return self.public_id


class DeviceCommand(models.Model):
    """A command to a device. The gateway delivers it and writes what became of it, without Django.

    Names and types of the columns are a contract (docs/adr/0041). Ids are drawn (`secrets.draw_command_id`).
    `payload` is JSON as text. `wish` names the engine's wish behind a command, so that a restart asks once;
    `outcome` is what the device then did, which the gateway neither reads nor writes (docs/adr/0151).
    """

    class State(models.TextChoices):
        """What became of it."""

        QUEUED = "queued"
        DELIVERED = "delivered"
        ACKNOWLEDGED = "acknowledged"
        FAILED = "failed"
        EXPIRED = "expired"

    class Outcome(models.TextChoices):
        """Whether the device did as asked, as far as its reports show."""

        HONOURED = "honoured"
        IGNORED = "ignored"
        IMPOSSIBLE = "impossible"

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    payload = models.TextField()
    state = models.TextField(choices=State.choices)
    created_at_ms = models.BigIntegerField()
    expires_at_ms = models.BigIntegerField()
    changed_at_ms = models.BigIntegerField()
    detail = models.TextField(default="")
    wish = models.TextField(null=True, unique=True)
    outcome = models.TextField(choices=Outcome.choices, default="", db_default="")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="assignment__person__office", grants={Permission.READ_DEVICE: Q()}
    )

    class Meta:
        db_table = "device_command"
        indexes = (
            models.Index(
                fields=("assignment", "id"),
                name="device_command_open",
                condition=Q(state__in=("queued", "delivered")),
            ),
            models.Index(
                fields=("created_at_ms",),
                name="device_command_unjudged",
                condition=Q(name="interval", outcome=""),
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="device_command_state_known",
                condition=Q(state__in=("queued", "delivered", "acknowledged", "failed", "expired")),
            ),
            models.CheckConstraint(
                name="device_command_outcome_known",
                condition=Q(outcome__in=("", "honoured", "ignored", "impossible")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
