"""A protection order from its signature to the alert: records, journal, engine, commands."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import pytest

from korgoo.accounts.permissions import Role
from korgoo.alerts.handling import acknowledge_alert, close_alert
from korgoo.alerts.models import Alert
from korgoo.devices.models import DeviceCommand
from korgoo.engine.rows import Kind, decode_body
from korgoo.monitoring.models import FindingRecord
from korgoo.orders.ending import end_order
from korgoo.orders.issuing import issue_device_under
from korgoo.orders.together import allow_together
from korgoo.outbox.instants import from_ms, to_ms
from korgoo.people.models import Person
from korgoo.runtime.wishes import list_waiting, tell_outcome
from tests.drafts import make_distance
from tests.factories import NOW, make_device, make_office, make_person, make_signed_order, make_user
from tests.integration.runtime.installation import Installation, told
from tests.stories import fix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from korgoo.accounts.models import User
    from korgoo.engine.rows import Observation
    from korgoo.orders.models import Order

pytestmark = pytest.mark.django_db(databases="__all__")

START = to_ms(NOW)
EVERY = 30_000


class Case(NamedTuple):
    """The two of an order, and who works on it."""

    order: Order
    him: int
    her: int
    officer: User
    operator: User


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path, now_ms=START)
    yield installation
    installation.journal.close()


@pytest.fixture
def case(installed: Installation) -> Case:
    office = make_office()
    person = make_person(office)
    protected = make_person(office, kind=Person.Kind.PROTECTED)
    distance = make_distance(places=(), disclosed=True)
    order = make_signed_order(
        person, protected_person=protected, distance=distance, conditions=(), expected_interval_s=30
    )
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    for who, serial in ((person, "HIS"), (protected, "HERS")):
        issue_device_under(
            order, device=make_device(office, serial=serial), person=who, actor=officer, now=NOW
        )
    installed.drain_inbox()
    return Case(order, person.pk, protected.pk, officer, make_user(Role.OPERATOR, office=office))


def walk(installed: Installation, case: Case, *ways_m: float) -> None:
    """Let both report each 30 s: she at home, he so many metres east of her."""
    for way_m in ways_m:
        at_ms = installed.now_ms + EVERY
        seen: list[tuple[int, Observation]] = [
            (case.her, fix(at_ms, 0, device="HERS")),
            (case.him, fix(at_ms + 1_000, way_m, device="HIS")),
        ]
        for person, one in seen:
            installed.receive(person, [one])
    installed.tick_until(installed.now_ms + 5_000)
    installed.judge()


def approach(installed: Installation, case: Case) -> None:
    walk(installed, case, 2_000, 1_700, 1_400, 1_100, 800, 500, 450, 400, 350, 250, 240, 230, 230)


def alerts(group: str = "pair") -> list[Alert]:
    rows = Alert.objects.unscoped("test").filter(key__endswith=f"/{group}")
    return list(rows.select_related("person").order_by("episode"))


def test_an_approach_is_one_alert_that_rises_and_ends_when_they_may_be_together(
    installed: Installation, case: Case
) -> None:
    approach(installed, case)
    (alert,) = alerts()
    assert (alert.level, alert.state, alert.case_id) == (1, "new", case.order.pk)
    assert (alert.protocol["kind"], alert.protocol["acknowledge_s"]) == ("proximity.breach", 60)
    assert alert.person_id == case.him
    found = FindingRecord.objects.unscoped("test").filter(kind__startswith="proximity.")
    assert {(f.kind, f.person_id, f.other_id) for f in found} == {
        ("proximity.warning", case.him, case.her),
        ("proximity.breach", case.him, case.her),
    }
    alert = acknowledge_alert(alert.pk, version=alert.version, actor=case.operator, now=installed.clock())

    walk(installed, case, 500, 500, 500, 500, 240, 230, 230)
    (alert,) = alerts()
    assert (alert.state, alert.owner_id) == ("new", None), "he came back within the meeting"

    alert = acknowledge_alert(alert.pk, version=alert.version, actor=case.operator, now=installed.clock())
    walk(installed, case, 100, 60, 60, 60)
    (alert,) = alerts()
    assert (alert.state, alert.protocol["kind"]) == ("new", "proximity.emergency")
    assert alert.protocol["handle_s"] == 90

    now = installed.clock()
    allow_together(
        case.order,
        valid_from=now,
        valid_until=now + timedelta(hours=2),
        reason="суд",
        actor=case.officer,
        now=now,
    )
    installed.drain_inbox()
    walk(installed, case, 60, 60)
    (alert,) = alerts()
    assert (alert.settled, alert.state) == (True, "new"), "only a person closes it"
    assert set(found.values_list("state", flat=True)) == {"closed"}


def test_an_alert_closed_in_mid_meeting_is_reopened_by_the_inner_ring(
    installed: Installation, case: Case
) -> None:
    approach(installed, case)
    (alert,) = alerts()
    alert = acknowledge_alert(alert.pk, version=alert.version, actor=case.operator, now=installed.clock())
    close_alert(
        alert.pk,
        version=alert.version,
        cause="unknown",
        note="no answer",
        actor=case.operator,
        now=installed.clock(),
    )
    walk(installed, case, 100, 60, 60, 60)
    (alert,) = alerts()
    assert (alert.state, alert.episode) == ("reopened", 1)


def test_the_next_meeting_is_the_next_alert(installed: Installation, case: Case) -> None:
    approach(installed, case)
    walk(installed, case, *([2_000] * 14))
    (alert,) = alerts()
    assert alert.settled
    alert = acknowledge_alert(alert.pk, version=alert.version, actor=case.operator, now=installed.clock())
    close_alert(alert.pk, version=alert.version, cause="real_breach", note="x", actor=case.operator, now=NOW)
    walk(installed, case, 900, 500, 250, 230, 230, 230)
    assert [(one.episode, one.state) for one in alerts()] == [(1, "closed"), (2, "new")]


def test_a_silence_within_the_warning_ring_is_a_life_threat_of_its_own(
    installed: Installation, case: Case
) -> None:
    walk(installed, case, 2_000, 1_500, 1_000, 500, 450, 450, 450, 450)
    (alert,) = alerts()
    assert alert.level == 2
    for _ in range(10):
        installed.receive(case.him, [fix(installed.now_ms + EVERY, 450, device="HIS")])
    installed.tick_until(installed.now_ms + 10_000)
    installed.judge()
    (silent,) = alerts("pair.silent")
    assert (silent.level, silent.protocol["acknowledge_s"], silent.person_id) == (1, 30, case.him)


def test_the_end_of_the_order_closes_what_stands(installed: Installation, case: Case) -> None:
    approach(installed, case)
    end_order(case.order, reason="суд отменил", actor=case.officer, now=installed.clock())
    installed.drain_inbox()
    installed.tick_until(installed.now_ms + 10_000)
    installed.judge()
    found = FindingRecord.objects.unscoped("test").filter(kind__startswith="proximity.")
    assert set(found.values_list("state", flat=True)) == {"closed"}
    assert all(one.settled for one in alerts())


def test_a_wish_is_one_command_a_journal_row_and_has_an_outcome(installed: Installation, case: Case) -> None:
    approach(installed, case)
    commands = DeviceCommand.objects.unscoped("test").select_related("assignment__device")
    assert {c.assignment.device.serial for c in commands} == {"HIS", "HERS"}
    newest = commands.filter(assignment__device__serial="HIS").order_by("-created_at_ms")[0]
    assert (newest.name, newest.payload, newest.state) == ("interval", '{"interval_s": 15}', "queued")
    older = commands.filter(assignment__device__serial="HIS").exclude(pk=newest.pk)
    assert set(older.values_list("state", "detail")) <= {("expired", "superseded")}
    before = commands.count()
    installed.engine = installed.new_engine()  # judges the tail again
    installed.judge()
    assert commands.count() == before

    commands.filter(pk=newest.pk).update(state="delivered")
    (waiting,) = [c for c in list_waiting() if c.pk == newest.pk]
    assert not tell_outcome(waiting, reader=installed.journal, now=installed.clock())
    for _ in range(6):
        installed.receive(case.him, [fix(installed.now_ms + 15_000, 230, device="HIS")])
    assert tell_outcome(waiting, reader=installed.journal, now=installed.clock())
    assert commands.get(pk=newest.pk).outcome == "honoured"
    installed.drain_inbox()
    rows = installed.journal.rows_of(f"person:{case.him}", after_seq=0, until_seq=99_999)
    told_rows = [decode_body(r.kind, r.body) for r in rows if r.kind == Kind.COMMAND and r.body]
    assert [row.state for row in told_rows if row.command_id == newest.pk] == ["queued", "honoured"]
    assert not list_waiting() or newest.pk not in [c.pk for c in list_waiting()]


def test_the_id_that_his_device_reads_counts_no_commands_to_hers(installed: Installation, case: Case) -> None:
    approach(installed, case)
    numbers = sorted(DeviceCommand.objects.unscoped("test").values_list("pk", flat=True))
    assert len(numbers) > 1
    assert min(after - before for before, after in pairwise(numbers)) > 1_000
    assert numbers[-1] < 2**53, "clients read numbers as doubles"


def test_a_participant_is_not_asked_for_what_he_may_not_know(installed: Installation) -> None:
    office = make_office()
    person = make_person(office)
    protected = make_person(office, kind=Person.Kind.PROTECTED)
    order = make_signed_order(
        person,
        protected_person=protected,
        distance=make_distance(places=(), disclosed=False),
        conditions=(),
        expected_interval_s=30,
    )
    officer = make_user(Role.PROBATION_OFFICER, office=office)
    for who, serial in ((person, "HIS"), (protected, "HERS")):
        issue_device_under(
            order, device=make_device(office, serial=serial), person=who, actor=officer, now=NOW
        )
    installed.drain_inbox()
    approach(installed, Case(order, person.pk, protected.pk, officer, officer))
    asked = DeviceCommand.objects.unscoped("test").values_list("assignment__device__serial", flat=True)
    assert set(asked) == {"HERS"}
    assert alerts()[0].level == 1


def test_an_old_wish_after_an_outage_asks_nothing(installed: Installation, case: Case) -> None:
    real = installed.clock
    installed.engine.clock = lambda: real() + timedelta(hours=1)
    approach(installed, case)
    assert not DeviceCommand.objects.unscoped("test").exists()
    assert told("proximity.breach"), "what was found is told all the same"
    assert from_ms(START) == NOW
