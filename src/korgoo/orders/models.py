"""Tables of orders: versions, conditions, zones, distances, permits, inspections."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from korgoo.accounts.permissions import Permission
from korgoo.accounts.scoping import ScopedManager
from korgoo.orders.place_scope import PlaceManager
from korgoo.people.models import Person


class Order(models.Model):
    """A legal decision about one participant. Its id is the case: the key that seals its data has that id.

    What it demands stands in its versions; a signed version never changes, an amendment is a new one.
    """

    class State(models.TextChoices):
        """Where the case stands."""

        DRAFT = "draft"
        SIGNED = "signed"
        ENDED = "ended"

    regime = models.CharField(max_length=50)
    authority = models.CharField(max_length=200)
    number = models.CharField(max_length=100)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    protected_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="person__office", grants={Permission.READ_ORDER: Q()}
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("authority", "number"), name="order_number_once"),
            models.CheckConstraint(name="order_end_dated", condition=Q(state="ended") ^ Q(ended_at=None)),
            models.CheckConstraint(
                name="order_state_known", condition=Q(state__in=("draft", "signed", "ended"))
            ),
        )

    def __str__(self) -> str:
        return f"order {self.pk}"


class OrderVersion(models.Model):
    """What an order demands, and when. Immutable once signed: triggers guard it and its conditions.

    `tether_s` is how long the phone may not hear the participant's bracelet; 0 = the two are not paired.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    tz = models.CharField(max_length=64)
    expected_interval_s = models.PositiveIntegerField()
    tether_s = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=100, null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="order__person__office", grants={Permission.READ_ORDER: Q()}
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("order", "number"), name="version_number_once"),
            models.UniqueConstraint(
                fields=("order",), condition=Q(signed_at=None), name="version_draft_once"
            ),
            models.CheckConstraint(
                name="version_dates_ordered", condition=Q(valid_until__gt=F("valid_from"))
            ),
            models.CheckConstraint(
                name="version_signature_whole", condition=Q(signed_at=None) ^ Q(signed_by__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"order {self.order_id} version {self.number}"


class Condition(models.Model):
    """One duty of a version. `key` stays the same over the versions while the duty's meaning does."""

    version = models.ForeignKey(OrderVersion, on_delete=models.CASCADE, related_name="+")
    key = models.SlugField(max_length=40)
    clause = models.CharField(max_length=200, default="")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="version__order__person__office", grants={Permission.READ_ORDER: Q()}
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "key"), name="condition_key_once"),)

    def __str__(self) -> str:
        return f"condition {self.key}"


class Zone(models.Model):
    """The area of a condition: a circle, or a GeoJSON polygon or multipolygon; no windows = always."""

    class Kind(models.TextChoices):
        """Be inside, or stay out."""

        INCLUSION = "inclusion"
        EXCLUSION = "exclusion"

    condition = models.OneToOneField(Condition, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    lat_e7 = models.IntegerField(null=True)
    lon_e7 = models.IntegerField(null=True)
    radius_m = models.PositiveIntegerField(null=True)
    geometry = models.JSONField(null=True)
    windows = models.JSONField(default=list)
    grace_s = models.PositiveIntegerField(default=0)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="condition__version__order__person__office", grants={Permission.READ_ORDER: Q()}
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="zone_one_shape",
                condition=Q(lat_e7__isnull=False, lon_e7__isnull=False, radius_m__gt=0, geometry__isnull=True)
                | Q(lat_e7__isnull=True, lon_e7__isnull=True, radius_m__isnull=True, geometry__isnull=False),
            ),
            models.CheckConstraint(name="zone_kind_known", condition=Q(kind__in=("inclusion", "exclusion"))),
        )

    def __str__(self) -> str:
        return f"zone {self.pk}"  # no place: this text reaches logs


class Distance(models.Model):
    """How near the participant may come to the protected person: a condition of its own, metres.

    `disclosed`: he is lawfully told that he comes near her in person. `contacts` are ids of radios that only
    she carries.
    """

    condition = models.OneToOneField(Condition, on_delete=models.CASCADE, related_name="+")
    distance_m = models.PositiveIntegerField()
    warning_m = models.PositiveIntegerField()
    emergency_m = models.PositiveIntegerField()
    disclosed = models.BooleanField(default=False)
    contacts = models.JSONField(default=list)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="condition__version__order__person__office", grants={Permission.READ_ORDER: Q()}
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="distance_rings_ordered",
                condition=Q(
                    emergency_m__gt=0, distance_m__gt=F("emergency_m"), warning_m__gt=F("distance_m")
                ),
            ),
        )

    def __str__(self) -> str:
        return f"distance {self.pk}"


class ProtectedPlace(models.Model):
    """Where the protected person lives, works or learns: the distance counts from its border too.

    It belongs to her. Who may not read protected persons sees only what the participant lawfully knows
    (`disclosed`); see `PlaceManager`.
    """

    distance = models.ForeignKey(Distance, on_delete=models.CASCADE, related_name="+")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=100)
    lat_e7 = models.IntegerField(null=True)
    lon_e7 = models.IntegerField(null=True)
    radius_m = models.PositiveIntegerField(null=True)
    geometry = models.JSONField(null=True)
    disclosed = models.BooleanField(default=False)

    objects: ClassVar[PlaceManager[Self]] = PlaceManager(order="distance__condition__version__order")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("distance", "key"), name="place_key_once"),
            models.CheckConstraint(
                name="place_one_shape",
                condition=Q(lat_e7__isnull=False, lon_e7__isnull=False, radius_m__gt=0, geometry__isnull=True)
                | Q(lat_e7__isnull=True, lon_e7__isnull=True, radius_m__isnull=True, geometry__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"place {self.pk}"  # no name, no place: this text reaches logs


class Together(models.Model):
    """An interval in which the two of an order are allowed together: a hearing, handing over a child."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    granted_by = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="order__person__office", grants={Permission.READ_ORDER: Q()}
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="together_interval_ordered", condition=Q(valid_until__gt=F("valid_from"))
            ),
        )

    def __str__(self) -> str:
        return f"together {self.pk}"


class Permit(models.Model):
    """An authorised exception from one condition, with absolute ends; without a key the device may be off."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    condition_key = models.SlugField(max_length=40)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    granted_by = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="order__person__office", grants={Permission.READ_ORDER: Q()}
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="permit_interval_ordered", condition=Q(valid_until__gt=F("valid_from"))
            ),
        )

    def __str__(self) -> str:
        return f"permit {self.pk}"

    @property
    def is_removal(self) -> bool:
        """Whether it lets the device come off, instead of excepting from a condition."""
        return not self.condition_key


class Inspection(models.Model):
    """A person has looked at the device on the participant: what ends a latched tamper."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    inspected_at = models.DateTimeField()
    kinds = models.JSONField(default=list)  # finding kinds found in order; empty = the whole device
    result = models.CharField(max_length=500)
    inspector = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="person__office", grants={Permission.READ_ORDER: Q(), Permission.READ_FINDING: Q()}
    )

    def __str__(self) -> str:
        return f"inspection {self.pk}"
