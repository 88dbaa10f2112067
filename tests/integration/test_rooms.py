"""The rooms hold: an import against any arrow is caught, and so is a new room without a place."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def contracts() -> dict[str, Any]:
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return settings


def rooms_high_to_low() -> list[str]:
    layers = next(c["layers"] for c in contracts()["contracts"] if c["id"] == "rooms")
    return [layer.strip("()") for layer in layers]


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the real contracts over a tree that has a package korgoo."""
    shutil.copy(ROOT / "pyproject.toml", tree / "pyproject.toml")
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def build(tree: Path, imports: dict[str, list[str]]) -> None:
    """Build every room as a package that imports what is said."""
    (tree / "korgoo").mkdir()
    (tree / "korgoo/__init__.py").touch()
    for room in rooms_high_to_low():
        (tree / "korgoo" / room).mkdir()
        lines = [f"import {name}" for name in imports.get(room, [])]
        (tree / "korgoo" / room / "__init__.py").write_text("\n".join(lines) + "\n")


def test_the_rooms_without_a_wrong_import_pass(tmp_path: Path) -> None:
    high_to_low = rooms_high_to_low()
    build(tmp_path, {high: [f"korgoo.{low}"] for high, low in itertools.pairwise(high_to_low)})
    done = lint(tmp_path)
    assert done.returncode == 0, done.stdout


def test_an_import_against_every_single_arrow_is_caught(tmp_path: Path) -> None:
    high_to_low = rooms_high_to_low()
    planted = {low: [f"korgoo.{high}" for high in high_to_low[:i]] for i, low in enumerate(high_to_low)}
    build(tmp_path, planted)
    done = lint(tmp_path)
    assert done.returncode == 1
    missed = [
        (low, high)
        for low, highs in planted.items()
        for high in highs
        if f"korgoo.{low} is not allowed to import {high}:" not in done.stdout
    ]
    assert missed == []


def test_a_room_that_nobody_placed_is_caught(tmp_path: Path) -> None:
    build(tmp_path, {})
    (tmp_path / "korgoo/attic").mkdir()
    (tmp_path / "korgoo/attic/__init__.py").touch()
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "korgoo.attic" in done.stdout


def forbidden_knowledge() -> list[tuple[str, str]]:
    """Every (room, module) pair that a contract forbids."""
    pairs: list[tuple[str, str]] = []
    for contract in contracts()["contracts"]:
        for source in contract.get("source_modules", []):
            pairs.extend((source, module) for module in contract["forbidden_modules"])
    return pairs


@pytest.mark.parametrize(("room", "module"), forbidden_knowledge())
def test_what_a_room_must_not_know_is_named(room: str, module: str, planted_knowledge: str) -> None:
    assert f"{room} -> {module}" in planted_knowledge


@pytest.fixture(scope="module")
def planted_knowledge(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of rooms that import everything they must not."""
    tree = tmp_path_factory.mktemp("planted")
    wrong: dict[str, list[str]] = {}
    for room, module in forbidden_knowledge():
        wrong.setdefault(room.removeprefix("korgoo."), []).append(module)
    build(tree, wrong)
    return lint(tree).stdout
