"""Planted errors: where they stand, what becomes of them, and the list of those that change nothing."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import korgoo
from korgoo.cli import main
from korgoo.cli.mutants.equivalents import ListError, check_equivalents, read_equivalents
from korgoo.cli.mutants.planting import find_mutants
from korgoo.cli.mutants.swapping import swap_code
from korgoo.cli.mutate import find_ground

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("line", "planted"),
    [
        ("x = a < b", ["x = a <= b", "x = (b) < (a)"]),
        ("x = a is not b", ["x = a is b"]),
        ("x = a and (b or c)", ["x = (a or (b or c))", "x = a and ((b and c))"]),
        ("x = -a + b", ["x = -a - b", "x = +a + b"]),
        ("x = a * 3_600_000", ["x = a // 3_600_000", "x = a * 60000"]),
        ("x = a[1:]", ["x = a[2:]", "x = a[0:]"]),
        ("x = not a", ["x = bool(a)"]),
        ("x = min(a, b)", ["x = max(a, b)"]),
        ("state.x = a", ["pass"]),
        ("x += a", ["pass", "x -= a"]),
        ("tell(Reason.SILENT)", ["pass", "tell(Reason.CANNOT_TELL)"]),
        ("assert x == 1", []),
        ("x: int | None = a", []),
        ("x = 'метр' + str(a < b)", ["x = 'метр' + str(a <= b)", "x = 'метр' + str((b) < (a))"]),
    ],
)
def test_what_is_planted_in_a_line(line: str, planted: list[str]) -> None:
    source = f"def f(a, b, c, state, x, y):\n    {line}\n".encode()
    found = [mutant.plant(source).decode().splitlines()[1].strip() for mutant in find_mutants(source, "m")]
    assert sorted(found) == sorted(planted)


def test_whoever_holds_the_function_runs_the_changed_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "held_rule.py").write_text("class Rule:\n    def say(self):\n        return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    held = importlib.import_module("held_rule").Rule().say
    assert swap_code("held_rule", "Rule.say", b"class Rule:\n    def say(self):\n        return 2\n")
    assert held() == 2
    assert not swap_code("held_rule", "Rule.gone", b"")


def test_every_listed_equivalent_of_the_rules_still_exists() -> None:
    check_equivalents(read_equivalents(ROOT / "tests/mutants.toml"), find_ground(ROOT).mutants())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[equivalent", "mutants.toml: "),
        ('[[equivalent]]\nmodule = "m"\ncode = "c"\nchange = "x"\n', "entry 1 needs"),
        (2 * '[[equivalent]]\nmodule = "m"\ncode = "c"\nchange = "x"\nreason = "r"\n', "twice"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mutants.toml").write_text(text)
    with pytest.raises(ListError, match=said):
        read_equivalents(tmp_path / "mutants.toml")


def test_outside_a_checkout_it_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(korgoo, "__file__", str(tmp_path / "lib/korgoo/__init__.py"))
    assert main(["mutate", "rules"]) == 2
    assert "needs a source checkout" in capsys.readouterr().err


def test_an_unknown_module_is_named_beside_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mutate", "rules", "--module", "pairs.love"]) == 2
    said = capsys.readouterr().err
    assert "'pairs.love'" in said
    assert "rules.sos" in said
