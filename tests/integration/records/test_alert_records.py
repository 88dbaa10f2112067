from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction
from tests.factories import (
    NOW,
    follow,
    make_finding,
    make_office,
    make_person,
    make_signed_order,
    make_user,
    own_shard,
    read_inbox,
)

from korgoo.accounts.permissions import ForbiddenError, Role
from korgoo.alerts.changes import AlertChangedError
from korgoo.alerts.escalation import _escalate, claim_overdue_alerts
from korgoo.alerts.handling import acknowledge_alert, add_note, close_alert, take_over_alert, verify_alert
from korgoo.alerts.lifecycle import StepRefusedError
from korgoo.alerts.models import Alert, AlertEvent
from korgoo.alerts.opening import open_or_raise_alerts
from korgoo.alerts.selectors import get_alert_for, list_alert_findings, list_open_alerts, list_timeline
from korgoo.engine import rows
from korgoo.engine.findings import Event, Finding, Reason
from korgoo.monitoring.models import Feed
from korgoo.monitoring.recording import CursorMove, record_findings
from korgoo.orders.inspections import record_inspection
from korgoo.outbox.instants import to_ms
from korgoo.outbox.models import OutboxMessage
from korgoo.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from korgoo.accounts.models import User

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
NOTE = "called, he is at the hospital"


@pytest.fixture
def person() -> Person:
    return make_person(make_office())


@pytest.fixture
def operator(person: Person) -> User:
    return make_user(Role.OPERATOR, office=person.office)


def tell_engine(*findings: Finding, now: datetime = NOW) -> None:
    """What the runtime does with findings: one transaction for all that follows from them."""
    with transaction.atomic():
        cursor = CursorMove(max(finding.seq for finding in findings), own_shard())
        open_or_raise_alerts(record_findings(findings, shard=0, cursor=cursor, now=now), now=now)


def only_alert() -> Alert:
    return Alert.objects.unscoped("test").get()


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


def test_the_engine_never_closes_what_a_person_must_look_at(person: Person, operator: User) -> None:
    opened = make_finding(person.pk, condition="o1.home")
    closed = follow(opened, Event.CLOSED, code=Reason.RETURNED)
    tell_engine(opened)
    tell_engine(closed, now=NOW + MINUTE)
    alert = only_alert()
    assert (alert.state, alert.settled, alert.due_at) == ("new", True, NOW + 15 * MINUTE)
    tell_engine(follow(closed, Event.ANNULLED, code=Reason.LATE_DATA), now=NOW + 2 * MINUTE)
    assert only_alert().state == "new"
    assert actions(alert) == ["opened", "closed", "annulled"]
    assert list(list_open_alerts(operator)) == [alert]


def test_a_notice_ends_by_itself_with_its_finding(person: Person) -> None:
    low = make_finding(person.pk, kind="battery.low", code=Reason.BATTERY_LEVEL)
    tell_engine(low)
    assert only_alert().level == 4
    tell_engine(follow(low, Event.CLOSED, code=Reason.CHARGED))
    alert = only_alert()
    assert (alert.state, alert.cause, alert.closed_by) == ("closed", "ended", "system:engine")


def test_a_rise_makes_an_alert_new_again(person: Person, operator: User) -> None:
    tell_engine(make_finding(person.pk, kind="battery.low"))
    acknowledge_alert(only_alert().pk, version=1, actor=operator, now=NOW)
    tell_engine(make_finding(person.pk, kind="battery.critical"), now=NOW + MINUTE)
    alert = only_alert()
    assert (alert.level, alert.state, alert.owner, alert.settled) == (3, "new", None, False)
    assert alert.due_at == NOW + MINUTE + 15 * MINUTE
    assert alert.protocol["kind"] == "battery.critical"
    assert list_alert_findings(operator, alert_id=alert.pk).count() == 2


def test_an_alert_that_waits_is_not_rung_again_for_what_is_no_worse(person: Person, operator: User) -> None:
    tell_engine(make_finding(person.pk, kind="contact.lost"))
    acknowledge_alert(only_alert().pk, version=1, actor=operator, now=NOW)
    tell_engine(make_finding(person.pk, kind="position.lost"), now=NOW + MINUTE)
    assert (only_alert().state, only_alert().owner) == ("acknowledged", operator)


def test_a_second_press_of_sos_rings_again_and_raises_the_dispatch_again(
    person: Person, operator: User
) -> None:
    sos = make_finding(person.pk, kind="sos", code=Reason.PRESSED)
    tell_engine(sos)
    acknowledge_alert(only_alert().pk, version=1, actor=operator, now=NOW)
    tell_engine(follow(sos, Event.UPDATED, code=Reason.REPEATED), now=NOW + MINUTE)
    assert (only_alert().state, only_alert().owner) == ("new", None)
    assert OutboxMessage.objects.filter(topic="alert.life_threat").count() == 2


def test_after_closing_the_next_finding_is_the_next_episode(person: Person, operator: User) -> None:
    first = make_finding(person.pk, condition="o1.home")
    tell_engine(first)
    close_alert(only_alert().pk, version=1, cause="excused", note=NOTE, actor=operator, now=NOW)
    tell_engine(follow(first, Event.CLOSED, code=Reason.RETURNED))
    assert only_alert().state == "closed"
    tell_engine(make_finding(person.pk, condition="o1.home"))
    episodes = Alert.objects.unscoped("test").order_by("pk").values_list("episode", "state")
    assert list(episodes) == [(1, "closed"), (2, "new")]


def test_late_data_reopen_a_closed_alert_when_the_breach_still_holds(person: Person, operator: User) -> None:
    past = make_finding(person.pk, kind="zone.enter", condition="o1.school", live=False)
    tell_engine(past)
    assert only_alert().level == 3
    close_alert(only_alert().pk, version=1, cause="coverage", note=NOTE, actor=operator, now=NOW)
    tell_engine(follow(past, Event.UPDATED, live=True), now=NOW + MINUTE)
    alert = only_alert()
    assert (alert.state, alert.level, alert.due_at) == ("reopened", 2, NOW + MINUTE + 2 * MINUTE)
    assert acknowledge_alert(alert.pk, version=alert.version, actor=operator, now=NOW).owner == operator


def test_an_alert_that_comes_late_says_so(person: Person) -> None:
    tell_engine(make_finding(person.pk), now=NOW + timedelta(hours=1))
    assert (only_alert().lag_ms, only_alert().delayed) == (3_600_000, True)


@pytest.mark.usefixtures("compiler")
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


@pytest.mark.usefixtures("compiler")
def test_where_somebody_is_protected_a_breach_is_a_life_threat(person: Person, operator: User) -> None:
    protected = make_person(person.office, kind=Person.Kind.PROTECTED)
    order = make_signed_order(person, protected_person=protected)
    tell_engine(make_finding(person.pk, kind="zone.enter", condition=f"o{order.pk}.home"))
    assert only_alert().level == 1
    tell_engine(make_finding(protected.pk, kind="sos"))
    alerts = list(list_open_alerts(operator))
    assert [alert.level for alert in alerts] == [1, 1]
    assert len({alert.key for alert in alerts}) == 2


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


def test_an_outage_of_ours_is_an_alert_of_the_root_office(person: Person) -> None:
    root = person.office
    tell_engine(make_finding(0, kind="system.outage", subject="system:korgoo", code=Reason.OUTAGE))
    alert = only_alert()
    assert (alert.person, alert.office, alert.level) == (None, root, 1)


def test_an_end_whose_beginning_was_never_told_opens_nothing(person: Person) -> None:
    tell_engine(follow(make_finding(person.pk), Event.CLOSED, code=Reason.RETURNED))
    assert not Alert.objects.unscoped("test").exists()


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


def test_the_timeline_is_append_only(person: Person) -> None:
    tell_engine(make_finding(person.pk))
    lines = AlertEvent.objects.unscoped("test")
    for attack in (lambda: lines.update(note="nothing happened"), lines.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attack()


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "closed"},
        {"state": "closed", "due_at": None},
        {"state": "closed", "due_at": None, "cause": "test", "closed_by": "user:1", "closed_at": NOW},
        {"due_at": None},
        {"level": 0},
        {"state": "asleep"},
    ],
)
def test_the_database_holds_what_no_alert_may_be(person: Person, columns: dict[str, object]) -> None:
    tell_engine(make_finding(person.pk))
    with pytest.raises(DatabaseError), transaction.atomic():
        Alert.objects.unscoped("test").update(**columns)


def test_one_key_has_one_open_alert(person: Person) -> None:
    tell_engine(make_finding(person.pk))
    copy = only_alert()
    copy.pk, copy.episode = None, 2
    with pytest.raises(DatabaseError), transaction.atomic():
        copy.save(force_insert=True)
