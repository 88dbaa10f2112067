"""Who may speak for many devices: made, kept as a digest, taken out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.cli import main
from korgoo.gateway.credentials import Presented, match_forwarder
from korgoo.gateway.forwarders import (
    FORWARDERS_FILE,
    ForwardersError,
    add_forwarder,
    read_forwarders,
    remove_forwarder,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FORWARDERS_FILE


def test_a_forwarder_gets_in_by_its_secret_which_is_not_kept(path: Path) -> None:
    assert read_forwarders(path) == ()
    secret = add_forwarder(path, name="traccar1")
    add_forwarder(path, name="traccar2")
    known = {one.public_id: one for one in read_forwarders(path)}
    assert match_forwarder(Presented("traccar1", secret), forwarders=known) == known["traccar1"]
    assert match_forwarder(Presented("traccar2", secret), forwarders=known) is None
    assert secret not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    remove_forwarder(path, name="traccar1")
    assert [one.public_id for one in read_forwarders(path)] == ["traccar2"]


@pytest.mark.parametrize("name", ["", "traccar-1", "a.b", "Traccar", "x" * 33])
def test_a_name_that_no_header_could_carry_is_refused(path: Path, name: str) -> None:
    with pytest.raises(ForwardersError, match="small letters and digits"):
        add_forwarder(path, name=name)
    assert not path.exists()


def test_a_secret_is_never_replaced_unasked(path: Path) -> None:
    add_forwarder(path, name="traccar1")
    before = path.read_text()
    with pytest.raises(ForwardersError, match="remove it first"):
        add_forwarder(path, name="traccar1")
    with pytest.raises(ForwardersError, match="no forwarder traccar9"):
        remove_forwarder(path, name="traccar9")
    assert path.read_text() == before


@pytest.mark.parametrize(
    "text", ["[", "[]", '{"traccar1": "short"}', '{"a-b": "%s"}' % ("0" * 64), '{"a": 1}']
)
def test_a_file_that_somebody_has_edited_wrongly_lets_nobody_in(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(ForwardersError, match=r"forwarders\.json"):
        read_forwarders(path)


def test_the_command_names_what_is_there_and_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KORGOO_DATA", str(tmp_path))
    assert main(["forwarder", "add", "traccar1"]) == 0
    assert capsys.readouterr().out.startswith("Authorization: Bearer traccar1.")
    assert main(["forwarder", "list"]) == 0
    assert capsys.readouterr().out == "traccar1\n"
    assert main(["forwarder", "add", "traccar1"]) == 2
    assert main(["forwarder", "remove", "traccar1"]) == 0
    monkeypatch.setenv("KORGOO_DATA", str(tmp_path / "nowhere"))
    assert main(["forwarder", "add", "traccar1"]) == 2
    assert "korgoo init" in capsys.readouterr().err
