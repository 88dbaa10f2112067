"""How many examples a property test draws, in a quick run and in a whole one."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tests.examples

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def anew() -> Iterator[None]:
    yield
    importlib.reload(tests.examples)


@pytest.mark.usefixtures("anew")
@pytest.mark.parametrize(("asked", "drawn"), [("all", [50, 6]), ("", [10, 3])])
def test_only_a_whole_run_draws_all(monkeypatch: pytest.MonkeyPatch, asked: str, drawn: list[int]) -> None:
    monkeypatch.setenv("KORGOO_EXAMPLES", asked)
    chosen = importlib.reload(tests.examples)
    assert [chosen.examples(count).max_examples for count in (50, 6)] == drawn


def test_the_whole_suite_asks_for_all() -> None:
    lines = (Path(__file__).parents[2] / "Makefile").read_text().splitlines()
    whole = [line for line in lines if "pytest -n auto" in line and "tests/unit" not in line]
    assert whole
    assert all("KORGOO_EXAMPLES=all" in line for line in whole)
