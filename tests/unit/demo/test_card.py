"""Nothing but a demonstration is ever touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.runtime.demo.card import (
    Account,
    Card,
    DeviceKey,
    NotADemoError,
    clear_demo,
    read_card,
    write_card,
)
from korgoo.runtime.supervision import LOCK_FILE
from korgoo.sim.incidents import Event, Incident

if TYPE_CHECKING:
    from pathlib import Path

CARD = Card(
    seed=3,
    people=12,
    password="korgoo-12345678",
    accounts=(Account("operator@demo.example", "operator"),),
    devices=(DeviceKey("p0001", "osmand", "abc", "secret", "o1.home"),),
    script=(Event("p0009", Incident.EXCLUSION_ENTRY, 1, 2, "away"),),
    driven_ms=5,
)


def test_a_card_is_read_as_it_was_written_and_is_private(tmp_path: Path) -> None:
    write_card(CARD, data=tmp_path / "new")
    assert read_card(tmp_path / "new") == CARD
    assert (tmp_path / "new" / "demo.json").stat().st_mode & 0o077 == 0


def test_an_empty_directory_may_become_a_demonstration(tmp_path: Path) -> None:
    assert read_card(tmp_path) is None
    (tmp_path / LOCK_FILE).touch()  # taken before the card is written
    assert read_card(tmp_path) is None


def test_a_directory_with_anything_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "korgoo.db").write_text("real records")
    for touch in (read_card, clear_demo):
        with pytest.raises(NotADemoError, match="not a demonstration"):
            touch(tmp_path)
    assert (tmp_path / "korgoo.db").read_text() == "real records"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"seed": "one"}'])
def test_a_card_that_cannot_be_read_is_no_card(tmp_path: Path, text: str) -> None:
    (tmp_path / "demo.json").write_text(text)
    with pytest.raises(NotADemoError, match="cannot be read"):
        read_card(tmp_path)


def test_a_reset_keeps_the_card_and_the_lock_and_nothing_else(tmp_path: Path) -> None:
    write_card(CARD, data=tmp_path)
    outside = tmp_path.parent / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    (tmp_path / "link").symlink_to(outside)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").touch()
    (tmp_path / "korgoo.db").touch()
    (tmp_path / LOCK_FILE).touch()
    clear_demo(tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["demo.json", LOCK_FILE]
    assert (outside / "kept").exists()
