"""The parts that keep something: registry, buckets, quarantine, tables, logs."""

from __future__ import annotations

import json
import logging
import sqlite3
from typing import TYPE_CHECKING

import pytest

from korgoo.engine.rows import Erasure, Kind, Suspension
from korgoo.gateway.credentials import (
    Presented,
    issue_credential,
    match_credential,
    read_authorization,
    split_identifier,
)
from korgoo.gateway.inbox import InboxDrain
from korgoo.gateway.limits import Buckets, Rate
from korgoo.gateway.logs import JsonFormatter
from korgoo.gateway.metrics import Metrics
from korgoo.gateway.ports import CommandsUnavailableError, InboxUnreadableError
from korgoo.gateway.quarantine import LIFE_MS, Quarantine, QuarantineError
from korgoo.gateway.registry import Registry, rebuild_registry
from korgoo.gateway.tables import Records, SqlCommands, SqlInbox
from tests.gateway_fakes import (
    NOW_MS,
    PERSON,
    SECRET,
    FakeInbox,
    FakeJournal,
    assignment,
    basic,
    credential,
    device_of,
)

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = """
CREATE TABLE journal_inbox (id integer PRIMARY KEY AUTOINCREMENT, kind text NOT NULL, key text NOT NULL,
  case_id bigint NOT NULL, body blob NOT NULL, fixed_at_ms bigint, created_at_ms bigint NOT NULL);
CREATE TABLE device_command (id integer PRIMARY KEY, assignment_id bigint NOT NULL, name text NOT NULL,
  payload text NOT NULL, state text NOT NULL, created_at_ms bigint NOT NULL, expires_at_ms bigint NOT NULL,
  changed_at_ms bigint NOT NULL, detail text NOT NULL);
INSERT INTO journal_inbox (kind, key, case_id, body, created_at_ms)
  VALUES ('permit', 'person:1', 3, x'90', 1);
INSERT INTO journal_inbox (kind, key, case_id, body, created_at_ms)
  VALUES ('plan', 'person:1', 3, x'91', 2);
INSERT INTO device_command VALUES (5, 1, 'report', '{}', 'queued', 1, 9, 1, '');
INSERT INTO device_command VALUES (6, 1, 'report', '{}', 'failed', 1, 9, 1, '');
"""


def put_quarantined(path: Path, *, max_bytes: int = 1 << 20, count: int = 1) -> Quarantine:
    quarantine = Quarantine(path / "q.db", key_path=path / "q.key", max_bytes=max_bytes)
    for number in range(count):
        body = b"lat=42.8746 %d" % number
        quarantine.put(body, assignment_id=1, format_name="osmand", reason="malformed", now_ms=NOW_MS)
    return quarantine


def test_a_later_assignment_row_replaces_the_earlier_and_protection_is_for_ever() -> None:
    registry = Registry()
    registry.fold(kind=Kind.ASSIGNMENT, key=PERSON, body=assignment(protected=True))
    registry.fold(kind=Kind.ASSIGNMENT, key=PERSON, body=assignment(collect_until_ms=5))
    known = registry.assignment(1)
    assert known is not None
    assert known.collect_until_ms == 5
    assert registry.was_protected(known.device_id)
    assert registry.assignments_of(known.device_id) == (known,)


def test_the_registry_after_a_restart_is_the_registry_before_it() -> None:
    journal, inbox = FakeJournal(), FakeInbox()
    registry = Registry()
    inbox.add(assignment(protected=True))
    inbox.add(credential())
    inbox.add(Suspension(1, 0, 5))
    inbox.add(assignment(assignment_id=2, device_id="b", case_id=4, person_key="person:8"), case_id=4)
    inbox.add(Erasure(3, "certificate 1", 0), kind=Kind.ERASURE, key="system:korgoo", case_id=0)
    drain = InboxDrain(journal, inbox=inbox, registry=registry, metrics=Metrics())
    assert drain.drain(now_ms=NOW_MS) == 5
    assert drain.drain(now_ms=NOW_MS) == 0
    for one in (registry, rebuild_registry(journal)):
        assert one.assignment(1) is None
        assert one.credential("kdev1") is None
        assert one.suspensions_of(PERSON) == ()
        assert not one.was_protected(assignment().device_id)
        assert [kept.assignment_id for kept in one.assignments_of("b")] == [2]


def test_who_reads_while_a_row_comes_in_leaves_no_old_grounds(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    registry.fold(kind=Kind.ASSIGNMENT, key=PERSON, body=assignment())
    registry.fold(kind=Kind.CREDENTIAL, key=PERSON, body=credential())
    look = Registry.suspensions_of

    def interrupted(self: Registry, key: str) -> tuple[Suspension, ...]:
        found = look(self, key)
        monkeypatch.undo()
        self.fold(kind=Kind.SUSPENSION, key=PERSON, body=Suspension(1, 0, NOW_MS))
        return found

    monkeypatch.setattr(Registry, "suspensions_of", interrupted)
    before, after = registry.grounds_of(credential()), registry.grounds_of(credential())
    assert before is not None
    assert after is not None
    assert (before.suspensions, before.open_range is None) == ((), False)
    assert (len(after.suspensions), after.open_range) == (1, None)


def test_nothing_is_folded_that_was_not_stored() -> None:
    journal, inbox, registry = FakeJournal(failure=OSError("full")), FakeInbox(), Registry()
    inbox.add(assignment())
    drain = InboxDrain(journal, inbox=inbox, registry=registry, metrics=Metrics())
    with pytest.raises(OSError, match="full"):
        drain.drain(now_ms=NOW_MS)
    assert registry.assignment(1) is None
    journal.failure = None
    assert drain.drain(now_ms=NOW_MS) == 1
    assert registry.assignment(1) is not None


def test_a_credential_is_strong_and_matches_only_itself() -> None:
    new = issue_credential()
    registry = Registry()
    registry.fold(kind=Kind.CREDENTIAL, key=PERSON, body=device_of(new))
    assert len(new.secret) >= 32
    assert new.public_id.isalnum()
    assert new.secret not in repr(new)
    for mark in ".-":
        presented = split_identifier(f"{new.public_id}{mark}{new.secret}")
        assert match_credential(presented, registry=registry) is not None
    for wrong in (Presented(new.public_id, ""), Presented("x", new.secret), None):
        assert match_credential(wrong, registry=registry) is None


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !!!", "Basic //79", "Digest x", "Bearer x", "Basic Og=="]
)
def test_a_header_that_presents_nothing(header: str) -> None:
    assert read_authorization(header) is None


def test_a_header_that_presents_a_device() -> None:
    assert read_authorization(basic()) == Presented("kdev1", SECRET)


def test_buckets_refill_say_when_and_stay_few() -> None:
    buckets = Buckets(Rate(per_second=0.5, burst=2), capacity=3)
    assert [buckets.take("a", now_ms=0) for _ in range(3)] == [0, 0, 2]
    assert buckets.take("b", now_ms=0) == 0
    assert buckets.take("a", now_ms=2_000) == 0
    assert buckets.take("a", now_ms=0) > 0  # a clock set back gives nothing away
    for number in range(100):
        buckets.take(str(number), now_ms=0)
    assert len(buckets) == 3


def test_quarantine_is_sealed_and_every_reading_is_logged(tmp_path: Path) -> None:
    quarantine = put_quarantined(tmp_path)
    found = quarantine.read(1, reader="t.ivanova", reason="phone 17 sends rubbish", now_ms=NOW_MS)
    assert found is not None
    assert found.body == b"lat=42.8746 0"
    assert quarantine.read(99, reader="t.ivanova", reason="looking round", now_ms=NOW_MS) is None
    for reader, reason in (("", "why"), ("who", " ")):
        with pytest.raises(QuarantineError):
            quarantine.read(1, reader=reader, reason=reason, now_ms=NOW_MS)
    quarantine.close()
    assert b"42.8746" not in b"".join(path.read_bytes() for path in tmp_path.glob("q.db*"))
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "q.db", tmp_path / "q.key")] == [0o600, 0o600]
    with sqlite3.connect(tmp_path / "q.db") as db:
        log = db.execute("SELECT reader, quarantined_id, found FROM access_log").fetchall()
        assert log == [("t.ivanova", 1, 1), ("t.ivanova", 99, 0)]
        with pytest.raises(sqlite3.IntegrityError, match="kept"):
            db.execute("DELETE FROM access_log")
    db.close()


def test_quarantine_ends_after_72_hours_and_never_grows_over_its_size(tmp_path: Path) -> None:
    quarantine = put_quarantined(tmp_path, max_bytes=200, count=10)
    kept = [n for n in range(1, 11) if quarantine.read(n, reader="t", reason="r", now_ms=NOW_MS)]
    assert kept == [7, 8, 9, 10]
    assert quarantine.read(10, reader="t", reason="r", now_ms=NOW_MS + LIFE_MS) is None
    assert quarantine.expire(now_ms=NOW_MS + LIFE_MS) == 4
    quarantine.close()


def test_a_quarantine_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    put_quarantined(tmp_path).close()
    (tmp_path / "q.key").chmod(0o644)
    with pytest.raises(QuarantineError, match="others"):
        Quarantine(tmp_path / "q.db", key_path=tmp_path / "q.key")


def test_djangos_tables_are_read_and_changed_by_compare_and_swap(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "korgoo.db") as db:
        db.executescript(SCHEMA)
    db.close()
    records = Records(f"sqlite:///{tmp_path / 'korgoo.db'}")
    inbox, commands = SqlInbox(records), SqlCommands(records)
    assert [row.kind for row in inbox.read(after_id=0, limit=9)] == ["permit", "plan"]
    assert [row.body for row in inbox.read(after_id=1, limit=9)] == [b"\x91"]
    assert [row.id for row in commands.open_commands(limit=9)] == [5]
    assert commands.change(5, state="acknowledged", detail="done", now_ms=7)
    assert not commands.change(5, state="failed", detail="", now_ms=8)
    found = commands.find(5)
    assert found is not None
    assert (found.state, found.detail, found.changed_at_ms) == ("acknowledged", "done", 7)
    assert commands.find(7) is None
    records.close()


def test_tables_that_are_not_there_are_told_by_name(tmp_path: Path) -> None:
    records = Records(str(tmp_path / "missing.db"))
    with pytest.raises(InboxUnreadableError):
        SqlInbox(records).read(after_id=0, limit=1)
    with pytest.raises(CommandsUnavailableError):
        SqlCommands(records).find(1)
    assert not (tmp_path / "missing.db").exists()


def test_a_log_line_tells_neither_values_nor_secrets() -> None:
    record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "got %s", ("lat=42.8746",), None)
    record.fields = {"status": 503, "lat": 42.8746, "reason": "locked"}
    try:
        float("42.8746 north")
    except ValueError as wrong:
        record.exc_info = (ValueError, wrong, wrong.__traceback__)
    text = JsonFormatter().format(record)
    line = json.loads(text)
    assert "42.8746" not in text
    assert (line["event"], line["status"], line["reason"], line["exception"]) == (
        "got %s",
        503,
        "locked",
        "ValueError",
    )
