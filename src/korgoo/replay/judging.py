"""The one place where a backtest meets the engine: opens its shards with a parameter set."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from korgoo.engine.findings import Finding
from korgoo.engine.rows import Row

Recall = Callable[[str, int], Sequence[Row]]
"""(key, until_seq) -> that key's rows so far, in seq order: what judging the past again needs."""


class Judge(Protocol):
    """What a shard of the engine does for a backtest (`korgoo.engine.shard.Shard`)."""

    def feed(self, rows: Sequence[Row]) -> list[Finding]:
        """Judge rows in seq order."""

    def advance(self, now_ms: int) -> list[Finding]:
        """Fire every timer that is due at or before `now_ms`."""

    def next_due(self) -> int | None:
        """Return when the next timer is due."""


class ParameterError(ValueError):
    """An override names no parameter of the engine, or is no whole number."""


class Bench(Protocol):
    """Where judges come from, so that a test can seat its own."""

    def open_judge(self, *, recall: Recall) -> Judge:
        """Return one empty shard."""

    def shard_of(self, key: str, count: int) -> int:
        """Return which of `count` shards owns the key."""


class EngineBench:
    """The engine itself, with its parameters and what is overridden in them.

    The engine is imported here and not at the top: reading a bad file should not wait for numpy and shapely.
    """

    def __init__(self, overrides: Mapping[str, int]) -> None:
        self._shard: Any = importlib.import_module("korgoo.engine.shard")
        self._parameters = _parameters(overrides)

    def open_judge(self, *, recall: Recall) -> Judge:
        """Return one empty shard of the engine."""
        return _RememberingJudge(self._shard.Shard, self._parameters, recall)

    def shard_of(self, key: str, count: int) -> int:
        """Return which of `count` shards owns the key."""
        return int(self._shard.shard_of(key, count))


class _RememberingJudge:
    """A shard whose past can be judged again: it is told the rows so far and what it said of them."""

    def __init__(self, shard: Any, parameters: msgspec.Struct, recall: Recall) -> None:  # noqa: ANN401 - late import
        self._rows = recall
        self._amend: Any = importlib.import_module("korgoo.engine.episodes").amend
        self._recalled: Any = importlib.import_module("korgoo.engine.rejudge").Recalled
        self._recorded: dict[str, Any] = {}
        self._judge: Judge = shard(parameters, recall=self._recall)

    def feed(self, rows: Sequence[Row]) -> list[Finding]:
        """Judge rows in seq order."""
        return self._remember(self._judge.feed(rows))

    def advance(self, now_ms: int) -> list[Finding]:
        """Fire every timer that is due at or before `now_ms`."""
        return self._remember(self._judge.advance(now_ms))

    def next_due(self) -> int | None:
        """Return when the next timer is due."""
        return self._judge.next_due()

    def _remember(self, findings: list[Finding]) -> list[Finding]:
        for key in dict.fromkeys(finding.subject for finding in findings):
            self._recorded[key] = self._amend(self._recorded.get(key, ()), findings, key)
        return findings

    def _recall(self, key: str, until_seq: int) -> object:
        return self._recalled(self._rows(key, until_seq), self._recorded.get(key, ()))


def _parameters(overrides: Mapping[str, int]) -> msgspec.Struct:
    module: Any = importlib.import_module("korgoo.engine.parameters")
    return override_parameters(module.Parameters(), overrides)


def override_parameters(parameters: msgspec.Struct, overrides: Mapping[str, int]) -> msgspec.Struct:
    """Return the parameter set with some of its whole numbers replaced.

    Raises:
        ParameterError: a name that is no whole-number field, with the list of those that are.
    """
    names = [
        field.name
        for field in msgspec.structs.fields(parameters)
        if isinstance(getattr(parameters, field.name), int)
    ]
    for name in overrides:
        if name not in names:
            raise ParameterError(f"no parameter {name!r}; the parameters are {', '.join(sorted(names))}")
    try:
        return msgspec.structs.replace(parameters, **overrides)
    except ValueError as error:  # a parameter set may check itself when it is made
        raise ParameterError(str(error)) from error
