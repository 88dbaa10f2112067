"""The engine over journal and records: outages, restarts, late uploads, orders edited in mid-breach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from msgspec.structs import replace

from korgoo.accounts.permissions import Role
from korgoo.alerts.models import Alert
from korgoo.engine.rows import Motion, Observation
from korgoo.monitoring import cursors
from korgoo.monitoring.cursors import find_snapshot
from korgoo.monitoring.models import FindingEvent, Picture, ShardCursor, Snapshot
from korgoo.orders.drafting import amend_order
from korgoo.orders.signing import sign_order
from korgoo.outbox.instants import to_ms
from korgoo.outbox.journal_inbox import find_last_id
from korgoo.outbox.models import JournalInbox
from korgoo.people.models import Person
from korgoo.runtime import engine as engines
from korgoo.runtime.engine import StoresApartError
from tests.drafts import make_draft
from tests.factories import NOW, make_office, make_person, make_signed_order, make_user
from tests.integration.runtime.installation import Installation, standing, told
from tests.stories import HOUR, MINUTE, fix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from korgoo.orders.models import Order

pytestmark = pytest.mark.django_db(databases="__all__")

TEN_PM = to_ms(NOW) + 24 * HOUR  # the curfew of `make_draft` begins: 22:00 in Bishkek


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path, now_ms=TEN_PM - 31 * MINUTE)
    yield installation
    installation.journal.close()


@pytest.fixture
def order(installed: Installation) -> Order:
    person = make_person(make_office())
    signed = make_signed_order(person)
    installed.drain_inbox()
    installed.receive(person.pk, minutes(TEN_PM - 30 * MINUTE, 20))
    return signed


def minutes(start: int, count: int, *, east_m: float = 0, late_ms: int = 900) -> list[Observation]:
    return [fix(start + n * MINUTE, east_m, n % 3, late_ms=late_ms) for n in range(count)]


def test_a_walk_out_at_night_becomes_one_alert_with_its_explanation(
    installed: Installation, order: Order
) -> None:
    person = order.person_id
    installed.receive(
        person, [*minutes(TEN_PM - 10 * MINUTE, 20), *minutes(TEN_PM + 10 * MINUTE, 5, east_m=300)]
    )
    installed.judge()
    alert = Alert.objects.unscoped("test").get()
    event = FindingEvent.objects.unscoped("test").get()
    assert (event.event, event.finding.kind, event.code) == ("opened", "curfew.absent", "left_during")
    assert (alert.level, alert.state) == (3, "new")
    assert to_ms(event.since) == TEN_PM + 10 * MINUTE
    picture = Picture.objects.unscoped("test").get(person_id=person)
    assert (picture.verdict, picture.fixed_at_ms) == ("not_met", TEN_PM + 14 * MINUTE)


def test_absence_when_the_window_opens_needs_no_new_fix(installed: Installation, order: Order) -> None:
    installed.receive(order.person_id, minutes(TEN_PM - 10 * MINUTE, 9, east_m=500))
    installed.tick_until(TEN_PM - 5_000)
    installed.judge()
    assert told("curfew.absent") == []
    installed.tick_until(TEN_PM + 7_000)
    installed.judge()
    assert told("curfew.absent") == [("opened", "curfew.absent")]


def test_an_hour_without_the_gateway_is_our_outage_and_nobodys_silence(
    installed: Installation, order: Order
) -> None:
    installed.receive(order.person_id, minutes(TEN_PM - 10 * MINUTE, 10))
    installed.jump(HOUR)
    stored = minutes(installed.now_ms - HOUR, 60)  # sent in one go once the gateway answers again
    arrived_ms = installed.now_ms + 2_000
    installed.receive(order.person_id, [replace(seen, received_at_ms=arrived_ms) for seen in stored])
    installed.receive(order.person_id, minutes(installed.now_ms, 3))
    installed.judge()
    assert told() == [("opened", "system.outage")]


def test_an_hour_without_the_engine_is_caught_up_with_the_times_of_the_log(
    installed: Installation, order: Order
) -> None:
    installed.receive(order.person_id, minutes(TEN_PM - 10 * MINUTE, 20))
    installed.judge()
    installed.receive(order.person_id, minutes(TEN_PM + 10 * MINUTE, 50, east_m=400))
    installed.engine = installed.new_engine()
    installed.judge()
    event = FindingEvent.objects.unscoped("test").get()
    assert (to_ms(event.at) - TEN_PM) // MINUTE == 12  # a mute device (ADR 385), not the hour after
    alert = Alert.objects.unscoped("test").get()
    assert alert.delayed
    assert alert.lag_ms > 40 * MINUTE


def test_a_wall_clock_set_back_an_hour_loses_and_opens_nothing(installed: Installation, order: Order) -> None:
    installed.receive(order.person_id, minutes(TEN_PM - 10 * MINUTE, 10))
    logged = installed.now_ms
    installed.now_ms -= HOUR
    installed.journal.mark(now_ms=installed.now_ms)
    assert installed.journal.head().log_at_ms == logged  # log time never goes back
    installed.now_ms += HOUR
    installed.receive(order.person_id, minutes(logged, 10))
    installed.judge()
    assert told() == []


def test_who_left_while_offline_and_is_still_away_is_found_on_reconnecting(
    installed: Installation, order: Order
) -> None:
    person = order.person_id
    installed.receive(person, minutes(TEN_PM - 10 * MINUTE, 30))
    installed.tick_until(TEN_PM + 3 * HOUR)
    installed.judge()
    assert told() == [("opened", "contact.lost")]
    away = [fix(TEN_PM + (20 + n) * MINUTE, 250, late_ms=(160 - n) * MINUTE + n * 20) for n in range(160)]
    installed.receive(person, away)
    installed.tick_until(TEN_PM + 3 * HOUR + MINUTE)
    installed.judge()
    opened = FindingEvent.objects.unscoped("test").get(finding__kind="curfew.absent", event="opened")
    assert opened.live
    assert to_ms(opened.at) - (TEN_PM + 3 * HOUR) <= MINUTE
    # What arrives from before the moment at which evidence had run out is settled at the next mark.
    record = opened.finding
    record.refresh_from_db()
    assert abs(to_ms(record.since) - (TEN_PM + 20 * MINUTE)) <= MINUTE
    assert ("contact.lost", "contact", "closed") in standing()
    assert ("curfew.absent", f"o{order.pk}.home", "open") in standing()


def test_an_order_that_protects_calls_for_the_loss_that_was_kept_quiet_before_it(
    installed: Installation, order: Order
) -> None:
    person = order.person
    rests = [
        Observation(at := TEN_PM - (10 - n) * MINUTE + 900, at, device="b", motion=Motion.STILL)
        for n in range(25)
    ]
    walks = [
        fix(at, motion=Motion.WALKING) for at in range(TEN_PM - 13 * MINUTE, TEN_PM - 10 * MINUTE, MINUTE)
    ]
    installed.receive(person.pk, [*walks, *rests])
    installed.judge()
    assert told() == [("opened", "position.lost")]
    assert not Alert.objects.unscoped("test").exists()
    make_signed_order(person, protected_person=make_person(person.office, kind=Person.Kind.PROTECTED))
    installed.drain_inbox()
    installed.judge()
    alert = Alert.objects.unscoped("test").get()
    assert (alert.level, alert.opened_at, alert.delayed) == (3, installed.clock(), False)


def test_an_order_edited_in_mid_breach_closes_nothing(installed: Installation, order: Order) -> None:
    person = order.person_id
    installed.receive(person, [*minutes(TEN_PM - 10 * MINUTE, 15), fix(TEN_PM + 5 * MINUTE, strap=False)])
    installed.receive(person, minutes(TEN_PM + 6 * MINUTE, 5, east_m=300))
    installed.judge()
    officer = make_user(Role.PROBATION_OFFICER, office=order.person.office)
    draft = make_draft(number=order.number, valid_until=NOW.replace(year=2027, month=1, day=20))
    amend_order(order, draft=draft, actor=officer, now=installed.clock())
    sign_order(order, actor=officer, now=installed.clock())
    installed.drain_inbox()
    installed.receive(person, minutes(TEN_PM + 12 * MINUTE, 5, east_m=300))
    installed.judge()
    assert standing() == [
        ("tamper.strap", "device", "open"),
        ("curfew.absent", f"o{order.pk}.home", "open"),
    ]


def breaches(installed: Installation, order: Order) -> None:
    """Two walks out, a silence and a late upload in between."""
    person = order.person_id
    installed.receive(person, minutes(TEN_PM - 10 * MINUTE, 20))
    installed.receive(person, minutes(TEN_PM + 10 * MINUTE, 6, east_m=300))
    installed.receive(person, minutes(TEN_PM + 16 * MINUTE, 14))
    late = [fix(TEN_PM + (12 + n) * MINUTE + MINUTE // 2, 5, late_ms=20 * MINUTE + n) for n in range(3)]
    installed.receive(person, late)
    installed.tick_until(TEN_PM + 45 * MINUTE)
    installed.receive(person, minutes(TEN_PM + 45 * MINUTE, 10, east_m=200))


def everything() -> list[tuple[object, ...]]:
    events = FindingEvent.objects.unscoped("test").order_by("finding_id", "number")
    return [(e.finding_id, e.number, e.event, e.at, e.since, e.until, e.code) for e in events]


def test_alerts_do_not_wait_for_a_long_snapshot_and_memory_starts_anew_with_it(
    installed: Installation, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursors, "PART_BYTES", 100)
    installed.judge()
    first = find_snapshot(0)  # of the first mark, when there was nobody yet: one part
    breaches(installed, order)
    installed.engine.turn()
    assert Alert.objects.unscoped("test").exists()
    assert find_snapshot(0) == first
    assert Snapshot.objects.count() == 2  # a part each turn
    installed.judge()
    straight = everything()
    for _ in range(200):
        installed.engine.turn()
    found = find_snapshot(0)
    assert found is not None
    assert Snapshot.objects.count() == -(-len(found[1]) // 100) + 1  # and the one before it
    recalled = len(installed.engine.owned[0].memory._since.get(f"person:{order.person_id}", ()))
    assert recalled < len(straight)  # only what came after the snapshot
    installed.engine = installed.new_engine()
    installed.judge()
    assert everything() == straight


@pytest.mark.parametrize("snapshot_rows", [1, 40, 10_000])
def test_a_restart_at_any_turn_neither_loses_nor_doubles(
    installed: Installation, order: Order, monkeypatch: pytest.MonkeyPatch, snapshot_rows: int
) -> None:
    breaches(installed, order)
    installed.judge()
    straight = everything()
    alerts = list(Alert.objects.unscoped("test").values_list("key", "state", "level"))
    assert len(straight) >= 6, straight

    monkeypatch.setattr(engines, "SNAPSHOT_ROWS", snapshot_rows)
    monkeypatch.setattr(engines, "READ_ROWS", 37)
    ShardCursor.objects.all().delete()
    Snapshot.objects.all().delete()
    for turns in (1, 2, 4, 8, 16, 3):  # each time a new process, which finds much of it again
        installed.engine = installed.new_engine()
        for _ in range(turns):
            installed.engine.turn()
    installed.engine = installed.new_engine()
    installed.judge()
    assert everything() == straight
    assert list(Alert.objects.unscoped("test").values_list("key", "state", "level")) == alerts


def test_an_older_journal_beside_newer_records_is_refused_and_nothing_is_recorded(
    installed: Installation, order: Order
) -> None:
    breaches(installed, order)
    installed.judge()
    before = everything()
    ShardCursor.objects.update(seq=installed.journal.head().seq + 1)
    with pytest.raises(StoresApartError, match="but the journal ends with row"):
        installed.new_engine()
    assert everything() == before


def test_older_records_beside_a_newer_journal_are_refused_for_their_orders_would_not_be_applied(
    installed: Installation, order: Order
) -> None:
    del order
    installed.judge()
    installed.new_engine()
    newest = find_last_id()
    JournalInbox.objects.all().delete()
    installed.new_engine()  # rows that were cleared away were given all the same
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('journal_inbox', 'id'), %s)", [newest - 1])
        else:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = 'journal_inbox'", [newest - 1])
    with pytest.raises(StoresApartError, match="the journal applied control row"):
        installed.new_engine()
