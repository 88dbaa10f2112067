"""Planted errors: the tool run on a small rule with tests of its own, and every error of the rules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from korgoo.cli.mutate import find_ground

ROOT = Path(__file__).parents[3]

RULE = '''"""A rule of two lines."""

LIMIT = 3


def breaks(count: int, *, excused: bool) -> bool:
    """Say whether it is too often."""
    return count > LIMIT and not excused


def wait(left: int) -> int:
    """Count down."""
    while left:
        left -= 1
    return left


def never(a: int) -> int:
    """Nobody asks."""
    return a - LIMIT
'''
TESTS = """from tiny.rule import breaks, wait


def test_four_are_too_often():
    assert breaks(4, excused=False)
    assert not breaks(2, excused=False)


def test_an_excuse_counts():
    assert not breaks(4, excused=True)


def test_it_ends():
    assert wait(2) == 0
"""
SCRIPT = """
import argparse, pathlib, sys
from korgoo.cli.mutants.trial import Ground, TrialError
from korgoo.cli.mutate import mutate
root = pathlib.Path(sys.argv[1])
modules, anew = {"tiny.rule": root / "tiny/rule.py"}, ("tiny", "test_rule")
ground = Ground(root, modules, ("test_rule.py",), anew, patience_s=0.3)
listed = "--listed" in sys.argv
args = argparse.Namespace(module=[], limit=None, seed=1, listed=listed, survivors=False, json=True)
try:
    sys.exit(mutate(ground, root / "mutants.toml", args))
except TrialError as error:
    sys.exit(f"TrialError: {error}")
"""


def plant(
    folder: Path, *options: str, tests: str = TESTS, listed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Try every error in the small rule."""
    (folder / "tiny").mkdir()
    (folder / "tiny/__init__.py").touch()
    (folder / "tiny/rule.py").write_text(RULE)
    (folder / "test_rule.py").write_text(tests)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "mutants.toml").write_text(listed)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PYTEST"))}
    command = [sys.executable, "-c", SCRIPT, str(folder), *options]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def killers(done: subprocess.CompletedProcess[str]) -> dict[tuple[int, str], str | None]:
    """Return who killed what, by line and change."""
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {(row["line"], row["change"]): row["killed_by"] for row in told["mutants"]}


def test_each_error_is_killed_by_the_test_that_tells_of_it_and_the_border_that_none_tells_of_survives(
    tmp_path: Path,
) -> None:
    done = plant(tmp_path)
    killed = killers(done)
    assert killed[8, "> to >="] is None, "no test has three"
    assert killed[3, "3 to 2"] is None, "and so the constant may be less"
    assert killed[3, "3 to 4"] == "test_rule.py::test_four_are_too_often", "a constant is imported anew"
    assert killed[8, "drop not"] in {
        "test_rule.py::test_an_excuse_counts",
        "test_rule.py::test_four_are_too_often",
    }
    assert killed[20, "- to +"] is None, "no test comes there"
    assert killed[14, "-= to +="] == "test_rule.py::test_it_ends (never ends)"
    assert "tiny.rule:8\t> to >=\tSURVIVES" in done.stdout
    assert done.returncode == 1, done.stderr


def test_the_missing_story_kills_it_and_what_can_change_nothing_is_listed_with_its_reason(
    tmp_path: Path,
) -> None:
    tests = TESTS + "\n\ndef test_three_are_not():\n    assert not breaks(3, excused=False)\n"
    listed = """[[equivalent]]
module = "tiny.rule"
code = "left -= 1"
change = ["1 to 2", "drop nothing"]
reason = "made up"
"""
    (tmp_path / "a").mkdir()
    refused = plant(tmp_path / "a", tests=tests, listed=listed)
    assert "can no longer be planted" in refused.stderr
    assert "tiny.rule | left -= 1 | drop nothing" in refused.stderr
    (tmp_path / "b").mkdir()
    done = plant(tmp_path / "b", tests=tests, listed=listed.replace(', "drop nothing"', ""))
    assert [line for (line, _), killer in killers(done).items() if killer is None] == [20], done.stdout
    assert (14, "1 to 2") not in killers(done)
    assert "listed as equivalent: 1" in done.stdout
    assert done.returncode == 1, done.stderr


def test_what_is_listed_as_equivalent_and_can_be_killed_is_not(tmp_path: Path) -> None:
    entry = """[[equivalent]]
module = "tiny.rule"
code = "return count > LIMIT and not excused"
change = {change}
reason = "made up"
"""
    (tmp_path / "a").mkdir()
    done = plant(tmp_path / "a", "--listed", listed=entry.format(change='["> to >=", "drop not"]'))
    assert [killer is None for killer in killers(done).values()] == [True, False]
    assert done.returncode == 1, done.stderr
    (tmp_path / "b").mkdir()
    done = plant(tmp_path / "b", "--listed", listed=entry.format(change='"> to >="'))
    assert done.returncode == 0, done.stderr


def test_tests_that_fail_without_any_error_prove_nothing(tmp_path: Path) -> None:
    done = plant(tmp_path, tests=TESTS.replace("wait(2) == 0", "wait(2) == 1"))
    assert done.stderr.strip() == "TrialError: fails without any planted error: test_rule.py::test_it_ends"


def test_every_error_of_the_rules_is_python_and_stands_in_a_function_of_its_module() -> None:
    ground = find_ground(ROOT)
    assert len(ground.modules) > 25
    for mutant in ground.mutants():
        planted = mutant.plant(ground.modules[mutant.module].read_bytes())
        compile(planted, mutant.module, "exec")
        assert planted.splitlines()[mutant.line - 1].strip() != mutant.code.encode(), mutant


def test_an_error_in_a_constant_is_killed_by_a_test_that_runs_no_line_of_the_module(tmp_path: Path) -> None:
    reads = "import tiny\n\n\ndef test_the_limit_stands_in_journals():\n    assert tiny.rule.LIMIT == 3\n"
    killed = killers(plant(tmp_path, tests=f"{TESTS}\n\n{reads}"))
    assert killed[3, "3 to 2"] == "test_rule.py::test_the_limit_stands_in_journals"


def test_a_case_that_is_named_by_the_constant_is_found_by_the_name_of_its_test(tmp_path: Path) -> None:
    named = """import pytest
from tiny.rule import LIMIT


@pytest.mark.parametrize("count", [LIMIT + 1])
def test_one_more_is_four(count):
    assert count == 4
"""
    killed = killers(plant(tmp_path, tests=f"{TESTS}\n\n{named}"))
    assert killed[3, "3 to 2"] == "test_rule.py::test_one_more_is_four[3]"


def test_a_test_that_is_not_found_when_all_is_imported_again_kills_nothing(tmp_path: Path) -> None:
    """Somebody edits the tests meanwhile: an error in a constant, which needs them anew, is not killed."""
    gone = "import sys\nif hasattr(sys, 'once'):\n    del test_it_ends\nsys.once = True\n"
    done = plant(tmp_path, tests=f"{TESTS}\n\n{gone}")
    assert "the tests cannot be collected again" in done.stderr
    assert done.stderr.startswith("TrialError: tiny.rule:3 3 to")
