"""Tables of findings, the engine's cursors and snapshots, the feed and the picture."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from korgoo.accounts.permissions import Permission
from korgoo.accounts.scoping import ScopedManager
from korgoo.monitoring.picture_scope import PictureManager
from korgoo.orders.models import Order
from korgoo.people.models import Person


class FindingRecord(models.Model):
    """A finding as it stands: the sum of its events, kept for lists and alerts. The id is the engine's.

    `other` is the protected person in a finding about a pair: a page names her only to who may read her.
    """

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open"
        CLOSED = "closed"
        ANNULLED = "annulled"

    id = models.CharField(max_length=250, primary_key=True)
    kind = models.CharField(max_length=50)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    condition = models.CharField(max_length=100)
    case_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices)
    opened_at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    live = models.BooleanField()
    confidence = models.PositiveIntegerField()
    last_number = models.IntegerField()
    last_seq = models.BigIntegerField()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="person__office",
        grants={
            Permission.READ_FINDING: Q(),
            # Which findings there are, to choose what goes to a court; their events stay closed.
            Permission.HAND_OUT_EVIDENCE: Q(case_id__isnull=False),
        },
        # That we were not there ourselves concerns every office, and nobody's data are in it.
        of_all=Q(kind="system.outage", person__isnull=True),
    )

    class Meta:
        indexes = (models.Index(fields=("person", "-opened_at"), name="finding_person"),)
        constraints = (
            models.CheckConstraint(
                name="finding_state_known", condition=Q(state__in=("open", "closed", "annulled"))
            ),
        )

    def __str__(self) -> str:
        return self.id


class FindingEvent(models.Model):
    """One event of a finding, as the engine put it out; append-only. Evidence names rows, never places."""

    finding = models.ForeignKey(FindingRecord, on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()
    event = models.CharField(max_length=10)
    at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    live = models.BooleanField()
    confidence = models.PositiveIntegerField()
    code = models.CharField(max_length=50)
    params = models.JSONField()
    evidence = models.JSONField()
    seq = models.BigIntegerField()

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="finding__person__office",
        grants={Permission.READ_FINDING: Q()},
        of_all=Q(finding__kind="system.outage", finding__person__isnull=True),
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=("finding", "number"), name="finding_event_once"),)

    def __str__(self) -> str:
        return f"{self.finding_id} {self.number} {self.event}"


class EvidenceBundle(models.Model):
    """A bundle that somebody asked for, from the request until its file is deleted; the row stays.

    `court` names the key that a sealed one is for, `court_fingerprint` that key. Who makes it holds the lease
    (`lease_token` until `lease_until`). `problem` says why there is none. The file lies beside the records,
    named by this id, until `kept_until`.
    """

    class Profile(models.TextChoices):
        """Everything, for the court's key alone; or what the participant's side may read."""

        SEALED = "sealed"
        DISCLOSED = "disclosed"

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        RUNNING = "running"
        READY = "ready"
        FAILED = "failed"
        GONE = "gone"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    finding = models.ForeignKey(FindingRecord, on_delete=models.PROTECT, related_name="+")
    profile = models.CharField(max_length=9, choices=Profile.choices)
    court = models.CharField(max_length=100, default="")
    court_fingerprint = models.CharField(max_length=32, default="")
    reason = models.CharField(max_length=500)
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    lease_token = models.CharField(max_length=43, default="")
    lease_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, default="")
    size = models.PositiveBigIntegerField(null=True)
    stamped = models.BooleanField(default=False)
    problem = models.CharField(max_length=500, default="")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="order__person__office", grants={Permission.HAND_OUT_EVIDENCE: Q()}
    )

    class Meta:
        indexes = (
            models.Index(
                fields=("id",), name="evidence_bundle_open", condition=Q(state__in=("waiting", "running"))
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="evidence_bundle_sealed_to_a_court",
                condition=Q(profile="sealed", court__gt="") | Q(profile="disclosed", court=""),
            ),
            models.CheckConstraint(
                name="evidence_bundle_state_known",
                condition=Q(state__in=("waiting", "running", "ready", "failed", "gone")),
            ),
            models.CheckConstraint(
                name="evidence_bundle_ready_whole",
                condition=~Q(state="ready")
                | Q(made_at__isnull=False, kept_until__isnull=False, sha256__gt=""),
            ),
        )

    def __str__(self) -> str:
        return f"evidence bundle {self.pk}"


class ShardCursor(models.Model):
    """How far one shard's findings are recorded. Only who holds `owner` may move it."""

    shard = models.IntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    owner = models.CharField(max_length=64, default="")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"shard {self.shard} at {self.seq}"


class Snapshot(models.Model):
    """A part of the engine's packed state of one shard after row `seq`; whole with all `parts` (ADR 0100)."""

    shard = models.IntegerField()
    seq = models.BigIntegerField()
    part = models.IntegerField(db_default=0)
    parts = models.IntegerField(db_default=1)
    blob = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("shard", "seq", "part"), name="snapshot_part_once"),)

    def __str__(self) -> str:
        return f"shard {self.shard} at {self.seq}, part {self.part} of {self.parts}"


class StartingPoint(models.Model):
    """A person's judged past up to `clock_ms`, packed: what is late is judged again from there (ADR 0120).

    A cache: every one can be lost, and holds only while the rows after it speak of later moments and
    `made_by` is the engine that reads it. `cases` are the cases of its rows as ",7,12,": an erasure takes
    it with them.
    """

    key = models.TextField()
    clock_ms = models.BigIntegerField()
    seq = models.BigIntegerField()
    made_by = models.TextField()
    cases = models.TextField()
    blob = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "clock_ms"), name="starting_point_once"),)
        indexes = (models.Index(fields=("cases", "id"), name="starting_point_cases"),)

    def __str__(self) -> str:
        return f"start of {self.key} at {self.clock_ms}"


class Feed(models.Model):
    """What the live process sends to open pages, read without Django (docs/adr/0041).

    `scope` is an office's path: a page of an account whose own path is a beginning of it may get the row.
    The payload names records and states, never people or places.
    """

    at_ms = models.BigIntegerField()
    scope = models.TextField()
    topic = models.TextField()
    payload = models.JSONField()

    class Meta:
        db_table = "feed"
        indexes = (models.Index(fields=("at_ms",), name="feed_at"),)

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class Picture(models.Model):
    """The newest known position of a person: one row each, overwritten, in its own file on SQLite.

    No foreign keys: they cannot cross files. `office_id` scopes the row.
    """

    person_id = models.BigIntegerField(primary_key=True)
    lat_e7 = models.IntegerField(null=True)
    lon_e7 = models.IntegerField(null=True)
    accuracy_cm = models.BigIntegerField(null=True)
    fixed_at_ms = models.BigIntegerField()
    received_at_ms = models.BigIntegerField()
    seq = models.BigIntegerField()
    battery_percent = models.IntegerField(null=True)
    verdict = models.TextField()
    office_id = models.BigIntegerField(db_index=True)

    objects: ClassVar[PictureManager[Self]] = PictureManager()

    class Meta:
        db_table = "picture"

    def __str__(self) -> str:
        return f"picture of {self.person_id}"
