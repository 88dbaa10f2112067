"""`korgoo verify`: what it prints and how it ends."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from korgoo.cli import main
from korgoo.journal.sqlite import SqliteJournal
from tests.journals import NOON, fix

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    journal = SqliteJournal(tmp_path)
    for step in range(3):
        journal.append([fix(1), fix(2)], now_ms=NOON + step)
    journal.close()
    return tmp_path


def head_of(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1].removeprefix("head ")


def test_an_intact_journal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "intact: 7 rows in 3 groups"
    assert lines[-1].startswith("head 7:")


def test_the_folder_of_the_installation_is_the_default(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KORGOO_DATA", str(folder))
    assert main(["verify"]) == 0
    assert "intact: 7 rows" in capsys.readouterr().out


def test_an_erasure_is_named_with_its_certificate(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = SqliteJournal(folder)
    journal.erase(2, certificate="E-2026-7", now_ms=NOON + 9)
    journal.close()
    assert main(["verify", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "erased under certificate E-2026-7: case 2, 3 rows (3 emptied), at seq" in said


def test_a_changed_row_is_broken_at_its_seq(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(folder / "journal.db")) as db, db:
        db.execute("DROP TRIGGER log_row_fixed")
        db.execute("UPDATE log_row SET log_at_ms = log_at_ms + 1 WHERE seq = 5")
    assert main(["verify", str(folder)]) == 1
    assert capsys.readouterr().out.startswith("broken at seq 5: row hash")


def test_a_head_kept_elsewhere_must_be_passed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["verify", str(folder)])
    kept = head_of(capsys)
    assert main(["verify", str(folder), "--head", kept]) == 0
    seq, _, link = kept.partition(":")
    assert main(["verify", str(folder), "--head", f"{seq}:{'0' * 64}"]) == 1
    assert "other head" in capsys.readouterr().out
    assert main(["verify", str(folder), "--head", f"4:{link}"]) == 1  # inside a group, where no head ever was
    assert main(["verify", str(folder), "--head", f"99:{link}"]) == 1
    assert "truncated" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--head", "7"], ["--head", "7:xyz"], ["--head", f"-1:{'0' * 64}"]])
def test_a_head_that_is_none_is_bad_input(folder: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["verify", str(folder), *words])
    assert left.value.code == 2


def test_a_folder_without_a_journal_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path)]) == 2
    assert main(["verify", str(tmp_path / "nowhere")]) == 2
    assert "is no folder" in capsys.readouterr().err
