"""`korgoo doctor` on a real installation."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from korgoo.audit.models import AuditHead
from korgoo.audit.selectors import list_actions
from korgoo.audit.services import Subject, log_action
from korgoo.cli import doctor, main
from korgoo.conf.environment import read_environment
from korgoo.journal.sqlite_reader import SqliteReader
from korgoo.monitoring.models import ShardCursor
from korgoo.runtime.anchoring import HeadAnchor, find_anchor
from tests.factories import NOW
from tests.integration.runtime.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    environment = replace(read_environment(), data=tmp_path)
    monkeypatch.setattr(doctor, "set_up_django", lambda: environment)
    return tmp_path


def test_an_installation_that_stands_still_is_told_so(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    installed = Installation(data, now_ms=1_700_000_000_000)
    installed.tick_until(1_700_000_100_000)
    installed.judge()
    installed.journal.close()
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("failure  gateway: nothing was written for ")
    assert "chain: intact" in told


def test_a_flipped_byte_is_a_failure_of_the_chain(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    installed = Installation(data, now_ms=1_700_000_000_000)
    installed.tick_until(1_700_000_100_000)
    installed.journal.close()
    path = data / "journal.db"
    path.write_bytes(path.read_bytes().replace(b"system:korgoo", b"system:korgop"))
    assert main(["doctor"]) == 1
    assert "failure  chain: broken at seq" in capsys.readouterr().out


def test_a_journal_without_its_last_rows_is_a_failure_although_its_chain_holds(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = Installation(data, now_ms=1_700_000_000_000)
    installed.tick_until(1_700_000_050_000)
    shutil.copytree(data, data / "yesterday")
    installed.tick_until(1_700_000_100_000)
    installed.judge()
    installed.journal.close()
    for file in (data / "yesterday").iterdir():
        shutil.copy(file, data)
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert re.search(r"failure  stores: judged up to row \d+, but the journal ends with row \d+; stop", told)
    assert "chain: intact" in told


def test_a_journal_that_was_written_anew_is_found_by_the_head_in_the_audit_chain(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = Installation(data, now_ms=1_700_000_000_000)
    installed.tick_until(1_700_000_050_000)
    anchor = HeadAnchor(read_environment(), open_reader=lambda _: SqliteReader(data))
    for seconds in (0, 5, 3_599):
        anchor(NOW + timedelta(seconds=seconds))
    assert [line.actor for line in list_actions("anchor", subject_kind="journal")] == ["system:anchor"]
    anchored = installed.journal.head()
    assert find_anchor() == (anchored.seq, anchored.link)
    anchor(NOW + timedelta(hours=1))
    HeadAnchor(read_environment(), open_reader=lambda _: SqliteReader(data))(NOW + timedelta(hours=1))
    assert list_actions("anchor", subject_kind="journal").count() == 2  # a restart writes none of its own
    installed.tick_until(1_700_000_100_000)
    installed.judge()
    installed.journal.close()
    main(["doctor"])
    assert "good     chain: intact" in capsys.readouterr().out
    for file in data.iterdir():
        file.unlink()
    ShardCursor.objects.all().delete()  # who forges thoroughly sets the engine's cursor back, too
    forged = Installation(data, now_ms=1_700_000_000_500)
    forged.tick_until(1_700_000_200_500)
    forged.journal.close()
    assert main(["doctor"]) == 1
    assert "failure  chain: broken at seq" in capsys.readouterr().out


@pytest.mark.usefixtures("data")
def test_a_line_that_was_taken_out_of_the_audit_chain_is_a_failure(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Installation(data, now_ms=1_700_000_000_000).journal.close()
    for number in (1, 2):
        log_action(Subject("order", number), actor="user:1", action="sign", now=NOW)
    main(["doctor"])
    assert "good     audit: intact, 2 lines" in capsys.readouterr().out
    AuditHead.objects.update(number=1)
    assert main(["doctor"]) == 1
    assert "failure  audit: broken at line 3" in capsys.readouterr().out


@pytest.mark.usefixtures("data")
def test_no_installation_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 2
    assert "start the gateway first" in capsys.readouterr().err
