from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from korgoo.accounts.permissions import ForbiddenError, Role
from korgoo.alerts.changes import AlertChangedError
from korgoo.alerts.escalation import _escalate, claim_overdue_alerts
from korgoo.alerts.handling import acknowledge_alert, add_note, close_alert, take_over_alert, verify_alert
from korgoo.alerts.lifecycle import StepRefusedError
from korgoo.alerts.models import Alert, AlertEvent
from korgoo.alerts.selectors import get_alert_for, list_alert_findings, list_open_alerts, list_timeline
from korgoo.engine import rows
from korgoo.engine.findings import Reason
from korgoo.monitoring.models import Feed
from korgoo.orders.inspections import record_inspection
from korgoo.outbox.instants import to_ms
from korgoo.outbox.models import OutboxMessage
from tests.factories import (
    NOW,
    make_finding,
    make_office,
    make_signed_order,
    make_user,
    only_alert,
    read_inbox,
    tell_engine,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from korgoo.accounts.models import User
    from korgoo.people.models import Person

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
NOTE = "called, he is at the hospital"


def actions(alert: Alert) -> list[str]:
    lines = AlertEvent.objects.unscoped("test").filter(alert=alert).order_by("pk")
    return [line.action for line in lines]


def test_an_absence_opens_an_alert_that_somebody_takes_verifies_and_closes(
    person: Person, operator: User
) -> None:
    tell_engine(make_finding(person.pk, condition="o1.home"), now=NOW + 2 * SECOND)
    alert = only_alert()
    assert (alert.level, alert.state, alert.lag_ms, alert.delayed) == (3, "new", 2000, False)
    assert alert.due_at == NOW + 2 * SECOND + 15 * MINUTE
    assert (alert.key, alert.episode) == (f"person:{person.pk}/1/o1.home", 1)
    taken = acknowledge_alert(alert.pk, version=alert.version, actor=operator, now=NOW + MINUTE)
    assert (taken.owner, taken.due_at) == (operator, NOW + MINUTE + timedelta(hours=4))
    verified = verify_alert(alert.pk, version=taken.version, actor=operator, now=NOW + MINUTE)
    add_note(alert.pk, note="no answer", actor=operator, now=NOW + 2 * MINUTE)
    closed = close_alert(
        alert.pk,
        version=verified.version,
        cause="excused",
        note=NOTE,
        actor=operator,
        now=NOW + 3 * MINUTE,
    )
    assert (closed.state, closed.cause, closed.note, closed.due_at) == ("closed", "excused", NOTE, None)
    assert actions(closed) == ["opened", "acknowledge", "verify", "note", "close"]
    assert not list_open_alerts(operator).exists()
    feed = Feed.objects.filter(topic="alert").order_by("pk")
    assert [row.payload["state"] for row in feed][-1] == "closed"
    assert {row.scope for row in feed} == {person.office.path}


def test_of_two_operators_one_gets_the_alert(person: Person, operator: User) -> None:
    tell_engine(make_finding(person.pk))
    seen = only_alert().version
    acknowledge_alert(only_alert().pk, version=seen, actor=operator, now=NOW)
    colleague = make_user(Role.OPERATOR, office=person.office)
    with pytest.raises(AlertChangedError):
        acknowledge_alert(only_alert().pk, version=seen, actor=colleague, now=NOW)
    with pytest.raises(StepRefusedError):
        acknowledge_alert(only_alert().pk, version=seen + 1, actor=colleague, now=NOW)
    with pytest.raises(StepRefusedError, match="take the alert over"):
        close_alert(only_alert().pk, version=seen + 1, cause="unknown", note=NOTE, actor=colleague, now=NOW)
    take_over_alert(only_alert().pk, version=seen + 1, actor=colleague, now=NOW)
    assert only_alert().owner == colleague


def test_the_swap_itself_decides_when_both_read_the_same_version(
    person: Person, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_engine(make_finding(person.pk))
    stale = only_alert()
    acknowledge_alert(stale.pk, version=stale.version, actor=operator, now=NOW)
    monkeypatch.setattr("korgoo.alerts.handling._load", lambda *_args, **_kwargs: stale)
    colleague = make_user(Role.OPERATOR, office=person.office)
    with pytest.raises(AlertChangedError):
        acknowledge_alert(stale.pk, version=stale.version, actor=colleague, now=NOW)
    assert only_alert().owner == operator


def test_a_life_threat_is_acknowledged_and_never_closed_without_cause_and_note(
    person: Person, operator: User
) -> None:
    sos = make_finding(person.pk, kind="sos", code=Reason.PRESSED)
    tell_engine(sos)
    alert = only_alert()
    assert (alert.level, alert.due_at) == (1, NOW + 30 * SECOND)
    assert OutboxMessage.objects.get().payload == {"alert": alert.pk, "version": 1}

    def close(version: int, cause: str, note: str) -> Alert:
        return close_alert(alert.pk, version=version, cause=cause, note=note, actor=operator, now=NOW)

    with pytest.raises(StepRefusedError, match="acknowledged"):
        close(1, "test", NOTE)
    acknowledge_alert(alert.pk, version=1, actor=operator, now=NOW)
    for cause, note in (("", NOTE), ("test", " "), ("ended", NOTE)):
        with pytest.raises(StepRefusedError):
            close(2, cause, note)
    assert close(2, "test", NOTE).state == "closed"
    row, body = read_inbox()[-1]
    assert body == rows.StandDown(finding_id=sos.id, at_ms=to_ms(NOW))
    assert row.key == f"person:{person.pk}"


def test_a_latched_tamper_closes_only_after_an_inspection(person: Person, operator: User) -> None:
    order = make_signed_order(person)
    strap = make_finding(person.pk, kind="tamper.strap", code=Reason.OPENED_BY_DEVICE)
    tell_engine(strap)
    alert = acknowledge_alert(only_alert().pk, version=1, actor=operator, now=NOW)
    officer = make_user(Role.PROBATION_OFFICER, office=person.office)

    def inspect(kinds: tuple[str, ...], at: datetime) -> None:
        record_inspection(
            order, inspected_at=at, kinds=kinds, result="looked", actor=officer, now=NOW + MINUTE
        )

    def close() -> Alert:
        return close_alert(
            alert.pk, version=alert.version, cause="device_fault", note=NOTE, actor=operator, now=NOW
        )

    inspect(("tamper.case",), NOW + MINUTE)
    inspect(("tamper.strap",), NOW - MINUTE)
    with pytest.raises(StepRefusedError, match=r"tamper\.strap"):
        close()
    inspect((), NOW + MINUTE)
    assert close().state == "closed"


def test_a_deadline_climbs_the_ladder_and_always_gets_a_successor(person: Person) -> None:
    tell_engine(make_finding(person.pk, kind="sos"))
    assert claim_overdue_alerts(limit=10, now=NOW + 29 * SECOND) == []
    (alert,) = claim_overdue_alerts(limit=10, now=NOW + 30 * SECOND)
    assert claim_overdue_alerts(limit=10, now=NOW + 30 * SECOND) == []
    assert (alert.escalation, alert.due_at) == (1, NOW + 90 * SECOND)
    for minute in (2, 3, 4):
        assert len(claim_overdue_alerts(limit=10, now=NOW + minute * MINUTE)) == 1
    told = OutboxMessage.objects.filter(topic="alert.overdue").order_by("pk")
    assert [message.payload["to"] for message in told] == [
        *("shift_head", "duty_officer", "duty_officer", "duty_officer"),
    ]
    assert only_alert().state == "new"


def test_an_operator_who_acts_at_the_deadline_wins(person: Person, operator: User) -> None:
    tell_engine(make_finding(person.pk, kind="sos"))
    read_by_the_worker = only_alert()
    acknowledge_alert(read_by_the_worker.pk, version=1, actor=operator, now=NOW)
    with pytest.raises(AlertChangedError):
        _escalate(read_by_the_worker, now=NOW + MINUTE)
    assert (only_alert().escalation, only_alert().owner) == (0, operator)
    assert not OutboxMessage.objects.filter(topic="alert.overdue").exists()


def test_a_deadline_that_passes_takes_nothing_out_of_the_operators_hand(
    person: Person, operator: User
) -> None:
    """He reads for longer than a deadline lasts, and writes his note for longer than the next."""
    tell_engine(make_finding(person.pk, kind="sos"))
    shown = only_alert()
    assert len(claim_overdue_alerts(limit=10, now=NOW + MINUTE)) == 1
    acknowledge_alert(shown.pk, version=shown.version, actor=operator, now=NOW + MINUTE)
    shown = only_alert()
    assert (shown.owner, shown.escalation) == (operator, 0)
    for minute in (10, 12):
        assert len(claim_overdue_alerts(limit=10, now=NOW + minute * MINUTE)) == 1
    close_alert(
        shown.pk, version=shown.version, cause="test", note=NOTE, actor=operator, now=NOW + 13 * MINUTE
    )
    assert only_alert().state == "closed"


def test_of_two_workers_one_carries_a_deadline_up(person: Person) -> None:
    tell_engine(make_finding(person.pk, kind="sos"))
    read_by_both = only_alert()
    assert len(claim_overdue_alerts(limit=10, now=NOW + MINUTE)) == 1
    with pytest.raises(AlertChangedError):
        _escalate(read_by_both, now=NOW + MINUTE)
    assert OutboxMessage.objects.filter(topic="alert.overdue").count() == 1


def test_another_office_and_another_duty_cannot_handle_it(person: Person) -> None:
    tell_engine(make_finding(person.pk))
    alert = only_alert()
    stranger = make_user(Role.OPERATOR, office=make_office())
    officer = make_user(Role.PROBATION_OFFICER, office=person.office)  # may read, not handle
    attempts: list[Callable[[User], object]] = [
        lambda actor: acknowledge_alert(alert.pk, version=1, actor=actor, now=NOW),
        lambda actor: take_over_alert(alert.pk, version=1, actor=actor, now=NOW),
        lambda actor: verify_alert(alert.pk, version=1, actor=actor, now=NOW),
        lambda actor: add_note(alert.pk, note=NOTE, actor=actor, now=NOW),
        lambda actor: close_alert(alert.pk, version=1, cause="test", note=NOTE, actor=actor, now=NOW),
    ]
    for attempt in attempts:
        with pytest.raises(Alert.DoesNotExist):
            attempt(stranger)
        with pytest.raises(ForbiddenError):
            attempt(officer)
    assert not list_timeline(stranger, alert_id=alert.pk).exists()
    assert not list_alert_findings(stranger, alert_id=alert.pk).exists()
    with pytest.raises(Alert.DoesNotExist):
        get_alert_for(stranger, alert.pk)
    assert get_alert_for(officer, alert.pk) == alert
    assert list_timeline(officer, alert_id=alert.pk).count() == 1
