from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from django.db import DatabaseError, transaction

from korgoo.alerts.handling import acknowledge_alert, close_alert
from korgoo.alerts.models import Alert, AlertEvent
from korgoo.alerts.opening import raise_quiet_losses
from korgoo.alerts.selectors import list_alert_findings, list_open_alerts
from korgoo.engine.findings import RECORDED, Event, Reason
from korgoo.monitoring.models import FindingRecord
from korgoo.outbox.models import OutboxMessage
from korgoo.people.models import Person
from tests.factories import (
    NOW,
    follow,
    make_finding,
    make_person,
    make_signed_order,
    only_alert,
    tell_engine,
)

if TYPE_CHECKING:
    from korgoo.accounts.models import User

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
NOTE = "called, he is at the hospital"


def actions(alert: Alert) -> list[str]:
    lines = AlertEvent.objects.unscoped("test").filter(alert=alert).order_by("pk")
    return [line.action for line in lines]


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


def test_who_was_found_at_the_edge_and_is_far_away_rings_again(person: Person, operator: User) -> None:
    opened = make_finding(person.pk, condition="o1.home")
    tell_engine(opened)
    acknowledge_alert(only_alert().pk, version=1, actor=operator, now=NOW)
    close_alert(only_alert().pk, version=2, actor=operator, cause="gnss_error", note=NOTE, now=NOW + MINUTE)
    tell_engine(follow(opened, Event.UPDATED, code=Reason.CANNOT_TELL), now=NOW + 2 * MINUTE)
    assert only_alert().state == "closed"
    departed = msgspec.structs.replace(follow(opened, Event.UPDATED, code=Reason.DEPARTED), number=2)
    tell_engine(departed, now=NOW + 3 * MINUTE)
    alert = only_alert()
    assert (alert.state, alert.owner, alert.due_at) == ("reopened", None, NOW + 18 * MINUTE)
    assert actions(alert)[-1] == "raised"


def test_an_alert_that_waits_is_not_rung_again_for_what_is_no_worse(person: Person, operator: User) -> None:
    tell_engine(make_finding(person.pk, kind="contact.lost"))
    acknowledge_alert(only_alert().pk, version=1, actor=operator, now=NOW)
    tell_engine(make_finding(person.pk, kind="position.lost"), now=NOW + MINUTE)
    assert (only_alert().state, only_alert().owner) == ("acknowledged", operator)


def test_coming_back_into_a_forbidden_zone_rings_again(person: Person, operator: User) -> None:
    first = make_finding(person.pk, kind="zone.enter", condition="o1.school", code=Reason.INSIDE)
    tell_engine(first)
    acknowledge_alert(only_alert().pk, version=1, actor=operator, now=NOW)
    tell_engine(follow(first, Event.CLOSED, code=Reason.OUTSIDE), now=NOW + MINUTE)
    assert (only_alert().state, only_alert().settled) == ("acknowledged", True)
    again = make_finding(person.pk, kind="zone.enter", condition="o1.school", code=Reason.INSIDE)
    tell_engine(again, now=NOW + 2 * MINUTE)
    assert (only_alert().state, only_alert().settled, only_alert().level) == ("new", False, 2)


def test_a_breach_that_began_and_ended_in_one_batch_keeps_its_level(person: Person) -> None:
    first = make_finding(person.pk, kind="zone.enter", condition="o1.school", code=Reason.INSIDE)
    tell_engine(first, follow(first, Event.CLOSED, code=Reason.OUTSIDE, live=False))
    assert (only_alert().level, only_alert().state, only_alert().settled) == (2, "new", True)
    assert actions(only_alert()) == ["opened", "closed"]


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


def test_where_somebody_is_protected_a_breach_is_a_life_threat(person: Person, operator: User) -> None:
    protected = make_person(person.office, kind=Person.Kind.PROTECTED)
    order = make_signed_order(person, protected_person=protected)
    tell_engine(make_finding(person.pk, kind="zone.enter", condition=f"o{order.pk}.home"))
    assert only_alert().level == 1
    tell_engine(make_finding(protected.pk, kind="sos"))
    alerts = list(list_open_alerts(operator))
    assert [alert.level for alert in alerts] == [1, 1]
    assert len({alert.key for alert in alerts}) == 2


def test_an_outage_of_ours_is_an_alert_of_the_root_office(person: Person) -> None:
    root = person.office
    tell_engine(make_finding(0, kind="system.outage", subject="system:korgoo", code=Reason.OUTAGE))
    alert = only_alert()
    assert (alert.person, alert.office, alert.level) == (None, root, 1)


def test_an_end_whose_beginning_was_never_told_opens_nothing(person: Person) -> None:
    tell_engine(follow(make_finding(person.pk), Event.CLOSED, code=Reason.RETURNED))
    assert not Alert.objects.unscoped("test").exists()


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


def test_a_loss_that_explains_itself_is_kept_and_calls_nobody_until_it_does(person: Person) -> None:
    lost = make_finding(
        person.pk, kind="position.lost", code=Reason.NO_POSITION, params={"priority": RECORDED}
    )
    tell_engine(lost)
    assert not Alert.objects.unscoped("test").exists()
    assert FindingRecord.objects.unscoped("test").get().state == "open"
    tell_engine(follow(lost, Event.UPDATED, code=Reason.UNEXPLAINED, params={}), now=NOW + MINUTE)
    assert (only_alert().level, only_alert().state, only_alert().opened_at) == (3, "new", NOW + MINUTE)
    assert only_alert().due_at == NOW + 16 * MINUTE


def test_a_loss_that_ends_quietly_never_was_an_alert(person: Person) -> None:
    lost = make_finding(person.pk, kind="position.lost", params={"priority": RECORDED})
    tell_engine(lost)
    tell_engine(follow(lost, Event.CLOSED, code=Reason.POSITION_AGAIN))
    assert not Alert.objects.unscoped("test").exists()
    assert FindingRecord.objects.unscoped("test").get().state == "closed"


@pytest.mark.parametrize("side", ["participant", "protected"])
def test_where_somebody_is_protected_every_loss_calls(person: Person, side: str) -> None:
    """Also where the finding names no order, or another one of the same person."""
    protected = make_person(person.office, kind=Person.Kind.PROTECTED)
    make_signed_order(person, protected_person=protected)
    about = person if side == "participant" else protected
    tell_engine(make_finding(about.pk, kind="position.lost", params={"priority": RECORDED}))
    assert only_alert().level <= 3


@pytest.mark.parametrize("side", ["participant", "protected"])
def test_a_loss_of_a_device_at_rest_calls_where_somebody_is_protected_once_it_stirs(
    person: Person, side: str
) -> None:
    """While it rests its pair goes on to be judged by that."""
    protected = make_person(person.office, kind=Person.Kind.PROTECTED)
    make_signed_order(person, protected_person=protected)
    about = person if side == "participant" else protected
    resting = {"priority": RECORDED, "resting": True}
    lost = make_finding(about.pk, kind="position.lost", params=resting)
    tell_engine(lost)
    raise_quiet_losses({person.pk, protected.pk}, now=NOW + MINUTE)
    assert not Alert.objects.unscoped("test").exists()
    stirs = follow(lost, Event.UPDATED, code=Reason.STIRRED, params={"priority": RECORDED})
    tell_engine(stirs, now=NOW + 2 * MINUTE)
    assert (only_alert().level <= 3, only_alert().opened_at) == (True, NOW + 2 * MINUTE)


@pytest.mark.parametrize("side", ["participant", "protected"])
def test_an_order_signed_while_a_loss_is_kept_quiet_calls_for_it_at_once(person: Person, side: str) -> None:
    protected = make_person(person.office, kind=Person.Kind.PROTECTED)
    about = person if side == "participant" else protected
    tell_engine(make_finding(about.pk, kind="position.lost", params={"priority": RECORDED}))
    raise_quiet_losses({person.pk, protected.pk}, now=NOW + MINUTE)
    assert not Alert.objects.unscoped("test").exists()  # nobody is protected yet
    make_signed_order(person, protected_person=protected)
    signed = NOW + 60 * MINUTE
    raise_quiet_losses({person.pk, protected.pk}, now=signed)
    raise_quiet_losses({person.pk, protected.pk}, now=signed + MINUTE)
    alert = only_alert()
    assert (alert.level, alert.state, alert.opened_at, alert.delayed) == (3, "new", signed, False)
    assert actions(alert) == ["opened"]


def test_a_notice_of_a_loss_is_raised_by_the_order_and_an_ended_one_is_not(person: Person) -> None:
    lost = make_finding(person.pk, kind="position.lost", params={"priority": 4})
    tell_engine(lost)
    ended = make_finding(make_person(person.office).pk, kind="position.lost", params={"priority": RECORDED})
    tell_engine(ended, follow(ended, Event.CLOSED, code=Reason.POSITION_AGAIN))
    assert only_alert().level == 4
    make_signed_order(person, protected_person=make_person(person.office, kind=Person.Kind.PROTECTED))
    raise_quiet_losses({person.pk, int(ended.subject.removeprefix("person:"))}, now=NOW + MINUTE)
    assert (only_alert().level, only_alert().state) == (3, "new")
    assert actions(only_alert()) == ["opened", "raised"]


def test_one_percent_of_charge_is_no_life_threat(person: Person) -> None:
    tell_engine(make_finding(person.pk, kind="battery.critical", params={"level": 1}))
    assert only_alert().level == 3
    assert not OutboxMessage.objects.filter(topic="alert.life_threat").exists()
