"""Tables of alerts, their findings and their timeline."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from korgoo.accounts.models import Office, User
from korgoo.accounts.permissions import Permission
from korgoo.accounts.scoping import ScopedManager
from korgoo.alerts.lifecycle import State
from korgoo.monitoring.models import FindingRecord
from korgoo.people.models import Person


class Alert(models.Model):
    """A person's work item. `key` names person, order and group of conditions; `episode` counts its alerts.

    `version` changes with every change but that of a deadline: who acts on an old version has lost the race.
    `protocol` is the snapshot from its opening. An alert of the system itself has no person and lies in the
    root office.
    `returns_at` is when a closed alert is looked at again because a finding of it stood when it was closed;
    `returns` counts how often it has come back by that.
    """

    key = models.CharField(max_length=200)
    episode = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    case_id = models.BigIntegerField(null=True)
    level = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in State])
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    escalation = models.PositiveIntegerField(default=0)
    protocol = models.JSONField()
    lag_ms = models.BigIntegerField()
    delayed = models.BooleanField()
    settled = models.BooleanField(default=False)
    cause = models.CharField(max_length=20, null=True)
    note = models.TextField(default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=100, null=True)
    returns_at = models.DateTimeField(null=True)
    returns = models.PositiveIntegerField(default=0, db_default=0)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="office", grants={Permission.READ_ALERT: Q()}
    )

    class Meta:
        indexes = (
            models.Index(fields=("due_at",), name="alert_due", condition=~Q(state="closed")),
            models.Index(fields=("level", "opened_at"), name="alert_open", condition=~Q(state="closed")),
            models.Index(fields=("returns_at",), name="alert_returns", condition=Q(returns_at__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(fields=("key", "episode"), name="alert_episode_once"),
            models.UniqueConstraint(fields=("key",), condition=~Q(state="closed"), name="alert_open_once"),
            models.CheckConstraint(name="alert_level_known", condition=Q(level__in=(1, 2, 3, 4))),
            models.CheckConstraint(
                name="alert_state_known", condition=Q(state__in=[state.value for state in State])
            ),
            # An open alert always has a deadline: nothing can be forgotten.
            models.CheckConstraint(
                name="alert_open_due", condition=Q(state="closed") ^ Q(due_at__isnull=False)
            ),
            models.CheckConstraint(
                name="alert_returns_when_closed", condition=Q(state="closed") | Q(returns_at=None)
            ),
            models.CheckConstraint(
                name="alert_closed_with_cause",
                condition=~Q(state="closed")
                | Q(cause__isnull=False, closed_by__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="alert_closed_with_note", condition=~Q(state="closed") | Q(level=4) | ~Q(note="")
            ),
        )

    def __str__(self) -> str:
        return f"alert {self.pk} P{self.level} {self.state}"


class AlertFinding(models.Model):
    """That a finding belongs to an alert; to one only."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    finding = models.OneToOneField(FindingRecord, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="alert__office", grants={Permission.READ_ALERT: Q()}
    )

    def __str__(self) -> str:
        return f"alert {self.alert_id} {self.finding_id}"


class AlertEvent(models.Model):
    """One line of an alert's timeline; append-only."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    action = models.CharField(max_length=20)
    state = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField()
    finding_id = models.CharField(max_length=250, default="")
    code = models.CharField(max_length=50, default="")
    note = models.TextField(default="")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(
        office="alert__office", grants={Permission.READ_ALERT: Q()}
    )

    class Meta:
        indexes = (models.Index(fields=("alert", "id"), name="alert_timeline"),)

    def __str__(self) -> str:
        return f"alert {self.alert_id} {self.action}"
