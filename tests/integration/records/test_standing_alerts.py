"""An alert that somebody closed while its finding stands: it must not be the last word."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from korgoo.accounts.models import Office
from korgoo.accounts.permissions import Role
from korgoo.alerts.changes import AlertChangedError
from korgoo.alerts.handling import acknowledge_alert, close_alert
from korgoo.alerts.models import Alert, AlertEvent
from korgoo.alerts.standing import _look_again, claim_returning_alerts
from korgoo.engine.findings import Event, Reason
from korgoo.orders.inspections import record_inspection
from korgoo.outbox.models import OutboxMessage
from tests.factories import (
    NOW,
    follow,
    make_finding,
    make_signed_order,
    make_user,
    only_alert,
    tell_engine,
)

if TYPE_CHECKING:
    from datetime import datetime

    from korgoo.accounts.models import User
    from korgoo.people.models import Person

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
NOTE = "the phone shows a wrong place; he answers at home"


def take_and_close(actor: User, *, at: datetime, cause: str = "gnss_error") -> Alert:
    alert = Alert.objects.unscoped("test").exclude(state="closed").get()
    taken = acknowledge_alert(alert.pk, version=alert.version, actor=actor, now=at)
    return close_alert(taken.pk, version=taken.version, cause=cause, note=NOTE, actor=actor, now=at)


def come_back(at: datetime) -> list[Alert]:
    return claim_returning_alerts(limit=10, now=at)


def test_a_false_exit_that_still_stands_comes_back_and_he_may_have_truly_left(
    person: Person, operator: User
) -> None:
    tell_engine(make_finding(person.pk, kind="zone.exit", condition="o1.home"))
    closed = take_and_close(operator, at=NOW)
    assert closed.returns_at == NOW + 15 * MINUTE
    assert come_back(NOW + 14 * MINUTE) == []
    assert come_back(NOW + 15 * MINUTE) == [closed]
    alert = only_alert()
    assert (alert.state, alert.owner, alert.level) == ("reopened", None, 3)
    assert (alert.returns_at, alert.closed_at, alert.due_at) == (None, None, NOW + 30 * MINUTE)
    line = AlertEvent.objects.unscoped("test").order_by("-pk")[0]
    assert (line.action, line.code, line.actor) == ("returned", "still_standing", "system:deadlines")
    assert line.finding_id
    assert come_back(NOW + 15 * MINUTE) == []


def test_what_has_ended_meanwhile_stays_closed(person: Person, operator: User) -> None:
    exit_ = make_finding(person.pk, kind="zone.exit", condition="o1.home")
    tell_engine(exit_)
    take_and_close(operator, at=NOW)
    tell_engine(follow(exit_, Event.CLOSED, code=Reason.RETURNED), now=NOW + MINUTE)
    assert come_back(NOW + 15 * MINUTE) == []
    assert (only_alert().state, only_alert().returns_at) == ("closed", None)
    assert only_alert().cause == "gnss_error"


def test_what_had_ended_when_it_was_closed_and_a_notice_never_come_back(
    person: Person, operator: User
) -> None:
    exit_ = make_finding(person.pk, kind="zone.exit", condition="o1.home")
    tell_engine(exit_)
    tell_engine(follow(exit_, Event.CLOSED, code=Reason.RETURNED))
    assert take_and_close(operator, at=NOW).returns_at is None
    tell_engine(make_finding(person.pk, kind="battery.low", code=Reason.BATTERY_LEVEL))
    assert take_and_close(operator, at=NOW, cause="charging").returns_at is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("contact.lost", [15, 30, 60, 120, 240, 240]), ("zone.enter", [15, 30, 60, 60, 60, 60])],
)
def test_who_closes_it_again_and_again_is_asked_ever_more_seldom(
    person: Person, operator: User, kind: str, expected: list[int]
) -> None:
    tell_engine(make_finding(person.pk, kind=kind, condition="o1.school"))
    at, waits = NOW, []
    for _ in range(6):
        closed = take_and_close(operator, at=at, cause="coverage")
        assert closed.returns_at is not None
        waits.append((closed.returns_at - at) // MINUTE)
        at = closed.returns_at
        assert come_back(at) == [closed]
    assert waits == expected


def test_a_life_threat_comes_back_each_time_as_soon_and_calls_out(person: Person, operator: User) -> None:
    tell_engine(make_finding(person.pk, kind="system.refused", code=Reason.REFUSED))
    at = NOW
    for times in (1, 2, 3):
        closed = take_and_close(operator, at=at)
        assert closed.returns_at == at + 15 * MINUTE
        at = closed.returns_at
        assert come_back(at) == [closed]
        assert only_alert().due_at == at + timedelta(seconds=30)
        assert OutboxMessage.objects.filter(topic="alert.life_threat").count() == 1 + times


def test_an_office_sets_how_long(person: Person, operator: User) -> None:
    Office.objects.filter(pk=person.office_id).update(return_s=300)
    tell_engine(make_finding(person.pk, kind="zone.exit", condition="o1.home"))
    assert take_and_close(operator, at=NOW).returns_at == NOW + 5 * MINUTE
    for seconds in (0, 59, 14_401):
        with pytest.raises(DatabaseError), transaction.atomic():
            Office.objects.filter(pk=person.office_id).update(return_s=seconds)


def test_a_rise_after_the_closing_counts_its_returns_from_the_beginning(
    person: Person, operator: User
) -> None:
    past = make_finding(person.pk, kind="zone.enter", condition="o1.school", live=False)
    tell_engine(past)
    take_and_close(operator, at=NOW)
    come_back(NOW + 15 * MINUTE)
    take_and_close(operator, at=NOW + 15 * MINUTE)
    tell_engine(follow(past, Event.UPDATED, live=True), now=NOW + 20 * MINUTE)
    assert (only_alert().state, only_alert().returns, only_alert().returns_at) == ("reopened", 0, None)


def test_a_strap_that_is_cut_again_after_its_alert_was_closed_reopens_it_at_once(
    person: Person, operator: User
) -> None:
    order = make_signed_order(person)
    strap = make_finding(person.pk, kind="tamper.strap", code=Reason.OPENED_BY_DEVICE)
    tell_engine(strap)
    officer = make_user(Role.PROBATION_OFFICER, office=person.office)
    record_inspection(order, inspected_at=NOW, kinds=(), result="whole", actor=officer, now=NOW)
    take_and_close(operator, at=NOW, cause="device_fault")
    restored = follow(strap, Event.UPDATED, code=Reason.RESTORED)
    tell_engine(restored, now=NOW + MINUTE)
    assert only_alert().state == "closed"
    tell_engine(follow(restored, Event.UPDATED, code=Reason.REPEATED), now=NOW + 2 * MINUTE)
    assert (only_alert().state, only_alert().owner) == ("reopened", None)


def test_while_the_next_episode_is_open_the_one_before_waits(person: Person, operator: User) -> None:
    tell_engine(make_finding(person.pk, kind="contact.lost", code=Reason.SILENT))
    first = take_and_close(operator, at=NOW)
    tell_engine(make_finding(person.pk, kind="position.lost", code=Reason.NO_POSITION), now=NOW + MINUTE)
    assert come_back(NOW + 15 * MINUTE) == []
    states = Alert.objects.unscoped("test").order_by("episode").values_list("state", "returns_at")
    assert list(states) == [("closed", NOW + 30 * MINUTE), ("new", None)]
    second = take_and_close(operator, at=NOW + 20 * MINUTE)
    assert come_back(NOW + 40 * MINUTE) == [first]
    assert Alert.objects.unscoped("test").get(pk=second.pk).state == "closed"


def test_what_is_graver_than_the_episode_that_is_open_raises_it(person: Person, operator: User) -> None:
    tell_engine(make_finding(person.pk, kind="tamper.strap", code=Reason.OPENED_BY_DEVICE))
    order = make_signed_order(person)
    officer = make_user(Role.PROBATION_OFFICER, office=person.office)
    record_inspection(order, inspected_at=NOW, kinds=(), result="whole", actor=officer, now=NOW)
    take_and_close(operator, at=NOW, cause="device_fault")
    tell_engine(make_finding(person.pk, kind="removal.permitted", code=Reason.REMOVED_WITH_PERMIT))
    (raised,) = come_back(NOW + 15 * MINUTE)
    assert (raised.episode, raised.level, raised.state) == (2, 2, "new")
    assert raised.protocol["kind"] == "tamper.strap"


def test_of_two_workers_one_brings_it_back(person: Person, operator: User) -> None:
    tell_engine(make_finding(person.pk, kind="zone.exit", condition="o1.home"))
    read_by_the_second = take_and_close(operator, at=NOW)
    assert len(come_back(NOW + 15 * MINUTE)) == 1
    with pytest.raises(AlertChangedError):
        _look_again(read_by_the_second, now=NOW + 15 * MINUTE)
    lines = AlertEvent.objects.unscoped("test").filter(action="returned")
    assert lines.count() == 1


def test_what_was_closed_before_the_upgrade_and_stands_comes_back(person: Person, operator: User) -> None:
    tell_engine(make_finding(person.pk, kind="zone.exit", condition="o1.home"))
    take_and_close(operator, at=NOW)
    Alert.objects.unscoped("test").update(returns_at=None)
    then = MigrationLoader(connection).project_state(("alerts", "0003_closed_before"))
    import_module("korgoo.alerts.migrations.0003_closed_before").look_again(then.apps, None)
    assert only_alert().returns_at == NOW + 15 * MINUTE


def test_the_database_holds_that_nothing_open_waits_to_come_back(person: Person) -> None:
    tell_engine(make_finding(person.pk))
    with pytest.raises(DatabaseError), transaction.atomic():
        Alert.objects.unscoped("test").update(returns_at=NOW)
