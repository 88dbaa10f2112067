from __future__ import annotations

import shutil
import struct
from typing import TYPE_CHECKING, Any

import pytest

from korgoo import cli
from korgoo.web.kit import pmtiles
from korgoo.web.kit.pmtiles import BasemapInvalidError, install_basemap, read_header

if TYPE_CHECKING:
    from pathlib import Path


def write_map(path: Path, **changes: Any) -> Path:
    """A file with the header of a vector map of the Chui valley and 100 bytes of tiles."""
    values: dict[str, Any] = {"magic": b"PMTiles\x03", "tile_bytes": 100, "kind": 1, "zooms": (0, 10)}
    values |= {"bounds": (74_000_000_0, 42_500_000_0, 75_500_000_0, 43_000_000_0), "cut": 0} | changes
    head = values["magic"] + struct.pack("<8Q", 127, 10, 137, 10, 147, 0, 147, values["tile_bytes"])
    head = head.ljust(96, b"\0") + struct.pack("<6B", 1, 2, 2, values["kind"], *values["zooms"])
    head = (head + struct.pack("<4i", *values["bounds"])).ljust(127, b"\0")
    whole = head + bytes(120)
    path.write_bytes(whole[: len(whole) - values["cut"]])
    return path


def test_a_map_says_what_it_holds(tmp_path: Path) -> None:
    header = read_header(write_map(tmp_path / "chui.pmtiles"))
    assert (header.bytes, header.min_zoom, header.max_zoom) == (247, 0, 10)
    assert header.bounds == (74.0, 42.5, 75.5, 43.0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"magic": b"PMTiles\x02"}, "version 3"),
        ({"magic": b"SQLite f"}, "version 3"),
        ({"kind": 2}, "vector"),
        ({"cut": 1}, "tile data ends at byte 247 of 246"),
        ({"cut": 200}, "version 3"),
        ({"tile_bytes": 0}, "missing"),
        ({"tile_bytes": 2**64 - 1}, "cut off"),
        ({"zooms": (9, 3)}, "missing"),
        ({"bounds": (75_000_000_0, 42_000_000_0, 74_000_000_0, 43_000_000_0)}, "bounds"),
    ],
)
def test_what_is_no_base_map_is_refused_and_the_installed_one_stays(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    data = tmp_path / "data"
    install_basemap(write_map(tmp_path / "good.pmtiles"), data=data)
    installed = (data / pmtiles.FILE_NAME).read_bytes()
    with pytest.raises(BasemapInvalidError, match=said):
        install_basemap(write_map(tmp_path / "bad.pmtiles", **changes), data=data)
    assert (data / pmtiles.FILE_NAME).read_bytes() == installed
    assert [file.name for file in data.iterdir()] == [pmtiles.FILE_NAME]


def test_a_full_disk_leaves_the_installed_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    good = write_map(tmp_path / "good.pmtiles")
    install_basemap(good, data=data)

    def fill(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", fill)
    with pytest.raises(OSError, match="No space"):
        install_basemap(good, data=data)
    assert [file.name for file in data.iterdir()] == [pmtiles.FILE_NAME]
    assert read_header(data / pmtiles.FILE_NAME).max_zoom == 10


def test_the_command_installs_and_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KORGOO_DATA", str(tmp_path / "data"))
    assert cli.main(["basemap", "install", str(write_map(tmp_path / "chui.pmtiles"))]) == 0
    assert "zoom 0 to 10, 74.00, 42.50, 75.50, 43.00 degrees" in capsys.readouterr().out
    assert cli.main(["basemap", "remove"]) == 0
    assert not (tmp_path / "data" / pmtiles.FILE_NAME).exists()
    assert cli.main(["basemap", "install", str(tmp_path / "nowhere")]) == 2
    assert "No such file" in capsys.readouterr().err
    assert cli.main(["basemap", "install", __file__]) == 2
    assert "version 3" in capsys.readouterr().err
