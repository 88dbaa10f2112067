from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction

from korgoo.accounts.permissions import Role
from korgoo.engine.findings import Event, Evidence, Finding, Reason
from korgoo.monitoring import cursors
from korgoo.monitoring.cursors import (
    ShardLostError,
    claim_shard,
    find_snapshot,
    save_snapshot,
    write_snapshot,
)
from korgoo.monitoring.feed import prune_feed
from korgoo.monitoring.models import Feed, FindingEvent, FindingRecord, ShardCursor, Snapshot
from korgoo.monitoring.picture import PicturePoint, paint_picture
from korgoo.monitoring.recording import CursorMove, RecordedEvent, record_findings
from korgoo.monitoring.selectors import list_events, list_findings, list_positions
from korgoo.orders.issuing import issue_device_under
from korgoo.outbox.instants import to_ms
from tests.factories import (
    NOW,
    follow,
    make_device,
    make_finding,
    make_office,
    make_person,
    make_signed_order,
    make_user,
    own_shard,
)

if TYPE_CHECKING:
    from korgoo.people.models import Person

pytestmark = pytest.mark.django_db(databases="__all__")

MINUTE = timedelta(minutes=1)


def record(*findings: Finding, owner: str, seq: int = 10) -> list[RecordedEvent]:
    with transaction.atomic():  # the engine's, which alerts and wishes share
        return record_findings(findings, shard=0, cursor=CursorMove(seq, owner), now=NOW)


def test_the_story_of_a_finding_is_kept_and_its_record_is_the_sum(person: Person) -> None:
    opened = make_finding(
        person.pk,
        evidence=(Evidence(seq=9, fixed_at_ms=5, distance_m=-80.5),),
        params={"distance_m": 80.5},
    )
    updated = follow(opened, Event.UPDATED, code=Reason.CANNOT_TELL, confidence=500)
    closed = follow(
        updated, Event.CLOSED, code=Reason.RETURNED, live=False, until_ms=to_ms(NOW + MINUTE), seq=99
    )
    assert len(record(opened, updated, closed, owner=own_shard())) == 3
    stored = FindingRecord.objects.unscoped("test").get()
    assert (stored.pk, stored.state, stored.confidence) == (opened.id, "closed", 500)
    assert (stored.since, stored.until, stored.last_seq) == (NOW, NOW + MINUTE, 99)
    operator = make_user(Role.OPERATOR, office=person.office)
    events = list_events(operator, finding_ids=[opened.id])
    assert [event.event for event in events] == ["opened", "updated", "closed"]
    assert events[0].evidence == [{"seq": 9, "fixed_at_ms": 5, "distance_m": -80.5}]
    assert events[0].params == {"distance_m": 80.5}
    assert Feed.objects.filter(topic="finding", scope=person.office.path).count() == 3


def test_what_is_told_twice_is_recorded_once(person: Person) -> None:
    owner, opened = own_shard(), make_finding(person.pk)
    closed = follow(opened, Event.CLOSED, code=Reason.RETURNED)
    assert len(record(opened, opened, closed, owner=owner)) == 2
    assert record(opened, closed, owner=owner) == []
    later = follow(closed, Event.ANNULLED, code=Reason.LATE_DATA)
    assert [entry.event.number for entry in record(closed, later, owner=owner)] == [2]
    assert FindingRecord.objects.unscoped("test").get().state == "annulled"
    assert FindingEvent.objects.unscoped("test").count() == 3
    assert Feed.objects.count() == 3


def test_a_finding_of_the_past_that_still_holds_is_promoted(person: Person) -> None:
    opened = make_finding(person.pk, live=False, code=Reason.LATE_DATA)
    promoted = follow(opened, Event.UPDATED, live=True)
    entries = record(opened, promoted, owner=own_shard())
    assert [entry.promoted for entry in entries] == [False, True]


def test_a_finding_belongs_to_its_order_by_condition_or_by_device(person: Person) -> None:
    order = make_signed_order(person)
    officer = make_user(Role.PROBATION_OFFICER, office=person.office)
    issue_device_under(order, device=make_device(person.office), person=person, actor=officer, now=NOW)
    zone = make_finding(person.pk, condition="o4711.home")
    strap = make_finding(person.pk, kind="tamper.strap")
    before = make_finding(person.pk, kind="tamper.case", since_ms=to_ms(NOW - MINUTE))
    entries = record(zone, strap, before, owner=own_shard())
    assert [entry.finding.case_id for entry in entries] == [4711, order.pk, None]


def test_findings_of_the_system_or_of_nobody_are_kept_too(person: Person) -> None:
    outage = make_finding(0, kind="system.outage", subject="system:korgoo")
    stranger = make_finding(person.pk + 999)
    record(outage, stranger, owner=own_shard())
    assert set(FindingRecord.objects.unscoped("test").values_list("person", flat=True)) == {None}
    operator = make_user(Role.OPERATOR, office=person.office)
    assert [finding.pk for finding in list_findings(operator)] == [outage.id], "concerns every office"


def test_a_worker_that_lost_its_shard_writes_nothing(person: Person) -> None:
    first = own_shard()
    record(owner=first, seq=5)
    assert claim_shard(0, owner="second", now=NOW) == 5
    with pytest.raises(ShardLostError):
        record(make_finding(person.pk), owner=first, seq=6)
    assert not FindingRecord.objects.unscoped("test").exists()
    record(make_finding(person.pk), owner="second", seq=6)
    with pytest.raises(ShardLostError):
        record(make_finding(person.pk), owner="second", seq=5)
    assert ShardCursor.objects.get().seq == 6


def test_findings_and_cursor_share_the_fate_of_the_outer_transaction(person: Person) -> None:
    owner = own_shard()
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - both belong to it
        record(make_finding(person.pk), owner=owner, seq=6)
        raise RuntimeError("the alert could not be opened")
    assert ShardCursor.objects.get().seq == 0
    assert not FindingEvent.objects.unscoped("test").exists()


def test_the_log_of_events_is_append_only(person: Person) -> None:
    record(make_finding(person.pk), owner=own_shard())
    events = FindingEvent.objects.unscoped("test")
    for attack in (lambda: events.update(code="inside"), events.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attack()


def test_snapshots_are_fenced_and_only_those_that_the_cursor_has_reached_count() -> None:
    owner = own_shard()
    assert find_snapshot(0) is None
    for seq in (10, 20, 30, 40):
        save_snapshot(0, seq=seq, blob=bytes([seq]), owner=owner, now=NOW)
    assert set(Snapshot.objects.values_list("seq", flat=True)) == {30, 40}
    record(owner=owner, seq=35)
    assert find_snapshot(0) == (30, b"\x1e")
    with pytest.raises(ShardLostError):
        save_snapshot(0, seq=50, blob=b"", owner="another", now=NOW)


def test_a_snapshot_in_parts_counts_when_its_last_part_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursors, "PART_BYTES", 4)
    owner = own_shard()
    record(owner=owner, seq=35)
    save_snapshot(0, seq=10, blob=b"an old one", owner=owner, now=NOW)
    written = write_snapshot(0, seq=20, blob=b"twelve bytes", owner=owner, now=NOW)
    next(written)
    next(written)
    assert find_snapshot(0) == (10, b"an old one")
    next(written)
    assert find_snapshot(0) == (20, b"twelve bytes")
    died = write_snapshot(0, seq=30, blob=b"never finished", owner=owner, now=NOW)
    next(died)
    save_snapshot(0, seq=32, blob=b"", owner=owner, now=NOW)
    assert find_snapshot(0) == (32, b"")
    assert set(Snapshot.objects.values_list("seq", flat=True)) == {20, 32}


def test_a_worker_that_loses_its_shard_while_it_writes_a_snapshot_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cursors, "PART_BYTES", 4)
    owner = own_shard()
    record(owner=owner, seq=35)
    written = write_snapshot(0, seq=20, blob=b"twelve bytes", owner=owner, now=NOW)
    next(written)
    claim_shard(0, owner="another", now=NOW)
    with pytest.raises(ShardLostError):
        next(written)
    assert find_snapshot(0) is None


def test_parts_of_two_packings_of_one_row_never_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursors, "PART_BYTES", 4)
    owner = own_shard()
    record(owner=owner, seq=35)
    save_snapshot(0, seq=20, blob=b"twelve bytes", owner=owner, now=NOW)
    save_snapshot(0, seq=20, blob=b"five.", owner=owner, now=NOW)
    assert find_snapshot(0) == (20, b"five.")


def test_the_feed_forgets_what_no_stream_will_ask_for(person: Person) -> None:
    record(make_finding(person.pk), owner=own_shard())
    assert prune_feed(before=NOW) == 0
    assert prune_feed(before=NOW + MINUTE) == 1


def point(person: Person, *, seq: int, battery: int | None = 80) -> PicturePoint:
    return PicturePoint(person.pk, 428_700_000, 746_000_000, 900, 1, 2, seq, battery, "use", person.office_id)


def test_the_picture_shows_the_newest_row_however_often_it_is_painted(person: Person) -> None:
    operator = make_user(Role.OPERATOR, office=person.office)
    paint_picture([point(person, seq=5)])
    paint_picture([point(person, seq=7, battery=None), point(person, seq=6, battery=10)])
    (shown,) = list_positions(operator)
    assert (shown.seq, shown.battery_percent, shown.lat_e7) == (7, 80, 428_700_000)
    said = [(8, 20), (9, 30), (10, None)]
    paint_picture([point(person, seq=seq, battery=battery) for seq, battery in said])
    assert [(one.seq, one.battery_percent) for one in list_positions(operator)] == [(10, 30)]


def test_a_picture_of_many_keeps_what_is_unknown_unknown(person: Person) -> None:
    operator = make_user(Role.OPERATOR, office=person.office)
    others = [make_person(person.office) for _ in range(3)]
    nowhere = point(others[1], seq=6, battery=None)._replace(lat_e7=None, lon_e7=None, accuracy_cm=None)
    paint_picture(
        [point(others[2], seq=7), nowhere, point(person, seq=5), point(others[0], seq=8, battery=0)]
    )
    shown = {one.person_id: (one.seq, one.lat_e7, one.battery_percent) for one in list_positions(operator)}
    assert shown == {
        person.pk: (5, 428_700_000, 80),
        others[0].pk: (8, 428_700_000, 0),
        others[1].pk: (6, None, None),
        others[2].pk: (7, 428_700_000, 80),
    }


def test_another_office_sees_neither_findings_nor_positions(person: Person) -> None:
    record(make_finding(person.pk), owner=own_shard())
    paint_picture([point(person, seq=5)])
    for reader in (
        make_user(Role.OPERATOR, office=make_office()),
        make_user(Role.OPERATOR, office=None),
        make_user(Role.TECHNICIAN, office=person.office),
    ):
        assert not list_findings(reader).exists()
        assert not list_positions(reader).exists()
    assert list_findings(make_user(Role.OPERATOR, office=person.office), person_id=person.pk).count() == 1
