"""Runs the tests on planted errors: each in a forked child of a process that has collected all tests once.

A child puts the changed code into the function in place and runs the tests that reach its line, the quickest
first, until one fails. What runs at import (constants, fields) needs the modules anew: there the child
collects again. Nothing is written to the source.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from korgoo.cli.mutants.child import BROKEN, quiet, run_in_child
from korgoo.cli.mutants.planting import find_mutants
from korgoo.cli.mutants.swapping import import_anew, swap_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from types import FrameType

    import pytest

    from korgoo.cli.mutants.planting import Mutant

_IMPORT_S: Final = 10.0
_LIKELY: Final = 8
"""Where tests are collected again, so many come first: mostly one of them fails, and no other is read."""
_ALIKE_S: Final = 0.05
"""Tests whose costs differ by less run in the order of their files: the same test is named each time."""
_OPTIONS: Final = (
    *("-q", "-s", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
    *("--rootdir", "."),  # each test has one name, whatever else is collected with it
)


class TrialError(Exception):
    """The tests cannot be run, or do not pass without any planted error."""


@dataclass(frozen=True)
class Ground:
    """Where errors are planted: `modules` by their import name, the folders of `tests` that hold them.

    `anew` are the beginnings of the names of modules that are imported again for an error in a constant. A
    test that takes `patience_s` of processor time more than ten times its own counts as one that never ends.
    """

    root: Path
    modules: dict[str, Path]
    tests: tuple[str, ...]
    anew: tuple[str, ...]
    patience_s: float = 3.0

    def mutants(self) -> list[Mutant]:
        """Return every error that can be planted in the modules."""
        return [
            mutant for name, path in self.modules.items() for mutant in find_mutants(path.read_bytes(), name)
        ]


@dataclass
class Reach:
    """What a test needs and touches: processor time and the lines that it ran, by module."""

    cost_s: float
    lines: dict[str, set[int]]


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: the test that kills it ("" = it survives), or that it is never reached."""

    mutant: Mutant
    killer: str = ""
    endless: bool = False
    tests: int = 0


def try_mutants(ground: Ground, mutants: Sequence[Mutant], tell: Callable[[Outcome], None]) -> None:
    """Run the tests on each mutant and tell what became of it. Raises TrialError."""
    import hypothesis
    import pytest

    calm = [
        hypothesis.Phase.explicit,
        hypothesis.Phase.generate,
    ]  # the same examples each time, not made small
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, database=None, phases=calm, deadline=None
    )
    hypothesis.settings.load_profile("mutants")
    trial = _Trial(ground, mutants, tell)
    os.chdir(ground.root)
    with quiet():
        status = pytest.main([*_OPTIONS, *ground.tests], plugins=[trial])
    if trial.trouble or status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise TrialError(trial.trouble or f"the tests cannot be collected: pytest says {status}")


@dataclass
class _Trial:
    """A plugin of pytest that runs the tests its own way."""

    ground: Ground
    mutants: Sequence[Mutant]
    tell: Callable[[Outcome], None]
    trouble: str = ""
    sources: dict[str, bytes] = field(default_factory=dict)
    reaches: dict[str, Reach] = field(default_factory=dict)
    kills: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try every mutant on the collected tests."""
        if session.testsfailed:
            self.trouble = "the tests cannot be collected"
            return True
        told = run_in_child(lambda say: _explore(session.items, self.ground, say))
        for line in told:
            node, cost_s, lines, failed = json.loads(line)
            if failed:
                self.trouble = f"fails without any planted error: {node}"
                return True
            self.reaches[node] = Reach(cost_s, {name: set(numbers) for name, numbers in lines.items()})
        if len(self.reaches) < len(session.items):
            self.trouble = f"the tests end early, after {len(self.reaches)} of {len(session.items)}"
            return True
        # Read once: whoever edits a file meanwhile changes nothing here.
        self.sources = {name: path.read_bytes() for name, path in self.ground.modules.items()}
        gc.collect()
        gc.freeze()
        for mutant in self.mutants:
            outcome = self._try(mutant, session.items)
            if self.trouble:
                break
            self.tell(outcome)
        return True

    def _try(self, mutant: Mutant, items: Sequence[pytest.Item]) -> Outcome:
        kills = self.kills[mutant.module]
        ordered = sorted(
            items, key=lambda item: (-kills[item.nodeid], int(self.reaches[item.nodeid].cost_s / _ALIKE_S))
        )
        chosen = [item for item in ordered if self._reaches(mutant, item)]
        # What runs at import may be read where no line of the module runs: in the end by any test.
        others = [] if mutant.function else [item for item in ordered if not self._reaches(mutant, item)]
        source = self.sources[mutant.module]

        def work(say: Callable[[str], None]) -> None:
            planted = mutant.plant(source)
            if mutant.function and swap_code(mutant.module, mutant.function, planted):
                _run_until_failure(chosen, self._patience, say)
            else:
                import_anew(mutant.module, planted, self.ground.anew)
                if not _imports(mutant.module):
                    say("failed")
                    return
                _collect_anew((chosen[:_LIKELY], chosen[_LIKELY:], others), self._patience, say)

        told = run_in_child(work)
        if told[-1:] == ["survived"]:
            return Outcome(mutant, tests=len(chosen) + len(others))
        if told and told[-1].startswith(BROKEN):
            self.trouble = f"{mutant.module}:{mutant.line} {mutant.change}: {told[-1]}"
        failed = told[-1:] == ["failed"]
        names = [line for line in told if line not in ("failed", "survived")]
        killer = names[-1] if names else "import"
        kills[killer] += 1  # who found one error here is asked first about the next
        return Outcome(mutant, killer, endless=not failed, tests=len(chosen))

    def _patience(self, item: pytest.Item) -> float:
        return self.ground.patience_s + 10 * self.reaches[item.nodeid].cost_s

    def _reaches(self, mutant: Mutant, item: pytest.Item) -> bool:
        ran = self.reaches[item.nodeid].lines.get(mutant.module)
        if not mutant.function:
            return bool(ran) or _names(item, mutant.module)
        first, last = mutant.lines
        return ran is not None and any(line in ran for line in range(first, last + 1))


def _names(item: pytest.Item, module: str) -> bool:
    """Say whether a test's file imports the module or something of it: it may read what no line runs for."""
    held = vars(getattr(item, "module", None) or object)
    return any(
        thing is sys.modules.get(module) or getattr(thing, "__module__", "") == module
        for thing in held.values()
    )


def _explore(items: Sequence[pytest.Item], ground: Ground, say: Callable[[str], None]) -> None:
    """Run every test once, without errors, and say what each touches."""
    files = {str(path): name for name, path in ground.modules.items()}
    lines: dict[str, set[int]] = {}

    def follow(frame: FrameType, event: str, _value: object) -> Any:  # noqa: ANN401 - what a tracer returns
        if event == "line":
            lines[files[frame.f_code.co_filename]].add(frame.f_lineno)
        return follow

    def enter(frame: FrameType, _event: str, _value: object) -> Any:  # noqa: ANN401 - as above
        name = files.get(frame.f_code.co_filename)
        if name is None:
            return None
        lines.setdefault(name, set())
        return follow

    for item, following in _with_next(items):
        lines.clear()
        began_s = time.process_time()
        sys.settrace(enter)
        failed = _fails(item, following)
        sys.settrace(None)
        cost_s = time.process_time() - began_s
        say(json.dumps([item.nodeid, cost_s, {n: sorted(found) for n, found in lines.items()}, failed]))
        if failed:
            return


def _run_until_failure(
    items: Sequence[pytest.Item], patience: Callable[[pytest.Item], float], say: Callable[[str], None]
) -> None:
    for item, following in _with_next(items):
        say(item.nodeid)
        signal.setitimer(signal.ITIMER_VIRTUAL, patience(item))
        if _fails(item, following):
            say("failed")
            return
    say("survived")


def _imports(module: str) -> bool:
    """Say whether a module can still be imported with its error, whatever it raises."""
    try:
        importlib.import_module(module)
    except Exception:  # noqa: BLE001 - any is a failure that nobody can overlook
        return False
    return True


def _collect_anew(
    groups: Iterable[Sequence[pytest.Item]],
    patience: Callable[[pytest.Item], float],
    say: Callable[[str], None],
) -> None:
    """Run tests by their names in modules that are imported again.

    Raises TrialError where pytest neither passes nor fails them: a test that is not found kills nothing.
    """
    import pytest

    for items in filter(None, groups):
        signal.setitimer(signal.ITIMER_VIRTUAL, _IMPORT_S + sum(map(patience, items)))
        names = [item.nodeid for item in items]
        status = _run_named(names, say)
        if status is pytest.ExitCode.USAGE_ERROR:
            # A case of a test may be named by the constant with the error in it: then all its cases run.
            status = _run_named(dict.fromkeys(name.partition("[")[0] for name in names), say)
        if status in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
            say("failed")
            return
        if status is not pytest.ExitCode.OK:
            raise TrialError(f"the tests cannot be collected again: pytest says {status}")
    say("survived")


def _run_named(names: Iterable[str], say: Callable[[str], None]) -> int:
    """Run tests until one fails; return what pytest says."""
    import pytest

    class Listener:
        """Says which test runs."""

        def pytest_runtest_logstart(self, nodeid: str) -> None:
            say(nodeid)

    return pytest.main([*_OPTIONS, "-x", *names], plugins=[Listener()])


def _fails(item: pytest.Item, following: pytest.Item | None) -> bool:
    from _pytest.runner import runtestprotocol

    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _with_next(items: Sequence[pytest.Item]) -> Iterable[tuple[pytest.Item, pytest.Item | None]]:
    return zip_longest(items, items[1:])
