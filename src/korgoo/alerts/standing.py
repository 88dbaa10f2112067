"""Alerts that were closed while what they tell of still stood: they come back (ADR 390).

A person may close an alert as false while the engine's finding stands. Should it then become true, the engine
has nothing new to say: its finding is open already. So the alert is looked at again after a while.
"""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.db import transaction

from korgoo.accounts.offices import require_managed
from korgoo.alerts.changes import AlertChangedError, call_out, change_alert, tell
from korgoo.alerts.lifecycle import NOTICE, State, Step, next_state
from korgoo.alerts.models import Alert, AlertFinding
from korgoo.audit.services import Subject, log_action
from korgoo.monitoring.models import FindingRecord

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from korgoo.accounts.models import Office, User

SYSTEM_DEADLINES: Final = "system:deadlines"
STILL_STANDING: Final = "still_standing"
"""The reason in the timeline."""

STOOD_DOWN: Final = frozenset({"sos", "pair.tamper"})
"""Kinds that closing their alert ends, by a row in the journal."""

_DOUBLINGS: Final = MappingProxyType({1: 0, 2: 2, 3: 4})
"""By level, how often the time may double: 15 min stay that, or become an hour, or four."""

_WHY: Final = "deadlines know no office"
_DEFAULT_S: Final = 900
SHORTEST_S: Final = 60
LONGEST_S: Final = 14_400


def set_return_time(office: Office, *, return_s: int, actor: User, now: datetime) -> None:
    """Set how long alerts of an office rest that are closed from now on; it cannot be switched off.

    Raises:
        ForbiddenError: the actor may not manage accounts, or not that office.
        ValueError: not within a minute and four hours.
    """
    require_managed(actor, office=office)
    if not SHORTEST_S <= return_s <= LONGEST_S:
        raise ValueError("a closed alert comes back within a minute to four hours")
    with transaction.atomic():
        office.return_s = return_s
        office.save(update_fields=["return_s"])
        action = f"closed alerts come back after {return_s} s"
        log_action(Subject("office", office.pk), actor=actor.audit_name, action=action, now=now)


def find_return(alert: Alert, *, now: datetime) -> datetime | None:
    """Return when an alert that is closed now comes back; None: nothing of it stands, or it is a notice.

    A life threat comes back after the same time each time; anything else after twice the time of before, up
    to four or sixteen times as long, for somebody has looked at it in between.
    """
    if alert.level == NOTICE or not list_standing(alert).exists():
        return None
    wait_s = alert.office.return_s if alert.office else _DEFAULT_S
    return now + timedelta(seconds=wait_s << min(alert.returns, _DOUBLINGS[alert.level]))


def outlives_closing(alert: Alert) -> bool:
    """Say whether something stands that closing the alert does not end: its pages say that it comes back."""
    return alert.level != NOTICE and list_standing(alert).exclude(kind__in=STOOD_DOWN).exists()


def list_standing(alert: Alert) -> QuerySet[FindingRecord]:
    """Return the findings of an alert that stand open."""
    ids = AlertFinding.objects.unscoped(_WHY).filter(alert=alert).values("finding_id")
    findings = FindingRecord.objects.unscoped(_WHY).filter(pk__in=ids, state=FindingRecord.State.OPEN)
    return findings.order_by("opened_at", "pk")


def claim_returning_alerts(*, limit: int, now: datetime) -> list[Alert]:
    """Look again at up to `limit` closed alerts whose time has come; return those that call again by that.

    Each is its own transaction; deadline and version are compared and swapped, so of several workers one
    brings it back. What the engine or a colleague is about to change is left for the next time.
    """
    due = Alert.objects.unscoped(_WHY).filter(returns_at__lte=now).select_related("office")
    returned = []
    for alert in due.order_by("level", "returns_at", "pk")[:limit]:
        try:
            with transaction.atomic():
                called = _look_again(alert, now=now) if _lock_episodes(alert.key) else None
        except AlertChangedError:
            continue
        if called is not None:
            returned.append(called)
    return returned


def _lock_episodes(key: str) -> bool:
    """Lock every episode of a key, which the engine locks before it opens another; False: one is locked."""
    episodes = Alert.objects.unscoped(_WHY).filter(key=key)
    locked = episodes.select_for_update(skip_locked=True).values_list("pk", flat=True)
    return len(locked) == episodes.count()


def _look_again(alert: Alert, *, now: datetime) -> Alert | None:
    """Bring an alert back where its finding stands; another episode that is open carries it instead."""
    standing = list_standing(alert).first()
    if standing is None:
        change_alert(alert, returns_at=None)
        return None
    other = Alert.objects.unscoped(_WHY).filter(key=alert.key).exclude(state=State.CLOSED).first()
    if other is None:
        returns = alert.returns + 1
        _call_again(alert, step=Step.RETURN, like=alert, finding_id=standing.pk, returns=returns, now=now)
        return alert
    # Somebody has the matter in hand already: when that is closed, this is looked at again.
    change_alert(alert, returns_at=find_return(alert, now=now))
    if other.level <= alert.level:
        return None
    _call_again(other, step=Step.RAISE, like=alert, finding_id=standing.pk, returns=other.returns, now=now)
    return other


def _call_again(
    alert: Alert, *, step: Step, like: Alert, finding_id: str, returns: int, now: datetime
) -> None:
    """Make an alert new, by the level and protocol of `like`."""
    change_alert(
        alert,
        state=next_state(alert.state, step, level=like.level),
        level=like.level,
        owner=None,
        due_at=now + timedelta(seconds=like.protocol["acknowledge_s"]),
        escalation=0,
        protocol=like.protocol,
        lag_ms=0,
        delayed=False,
        settled=False,
        closed_at=None,
        returns_at=None,
        returns=returns,
    )
    tell(
        alert, action="returned", actor=SYSTEM_DEADLINES, now=now, finding_id=finding_id, code=STILL_STANDING
    )
    call_out(alert, now=now)
