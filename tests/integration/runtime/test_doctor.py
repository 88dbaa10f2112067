"""`korgoo doctor` on a real installation."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from korgoo.cli import doctor, main
from korgoo.conf.environment import read_environment
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


@pytest.mark.usefixtures("data")
def test_no_installation_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 2
    assert "start the gateway first" in capsys.readouterr().err
