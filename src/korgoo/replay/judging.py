"""The one place where a backtest meets the engine: opens its shards with a parameter set."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from korgoo.engine.episodes import amend
from korgoo.engine.findings import Finding
from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Row
from korgoo.engine.shard import Shard

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

    def open_judge(self, *, recall: Recall, index: int, shards: int) -> Judge:
        """Return shard `index` of so many, empty. Every shard is fed every row, as in the running system."""


class EngineJudge:
    """One shard of the engine, with what it has put out so far: a late fact is compared with that."""

    def __init__(self, parameters: Parameters, *, recall: Recall, index: int = 0, shards: int = 1) -> None:
        """Start with no subjects."""
        self._told: dict[str, list[Finding]] = {}

        def recall_all(key: str, until_seq: int) -> Recalled:
            return Recalled(recall(key, until_seq), amend((), self._told.get(key, ()), key))

        self._shard = Shard(parameters, recall=recall_all, index=index, shards=shards)

    def feed(self, rows: Sequence[Row]) -> list[Finding]:
        """Judge rows in seq order."""
        return self._written(self._shard.feed(rows))

    def advance(self, now_ms: int) -> list[Finding]:
        """Fire every timer that is due at or before `now_ms`."""
        return self._written(self._shard.advance(now_ms))

    def next_due(self) -> int | None:
        """Return when the next timer is due."""
        return self._shard.next_due()

    def _written(self, findings: list[Finding]) -> list[Finding]:
        for finding in findings:
            self._told.setdefault(finding.key, []).append(finding)
        return findings


class EngineBench:
    """The engine itself, with its parameters and what is overridden in them."""

    def __init__(self, overrides: Mapping[str, int]) -> None:
        """Refuse an override that is no parameter.

        Raises:
            ParameterError: a name that is no whole-number field, with the list of those that are.
        """
        self._parameters = override_parameters(Parameters(), overrides)

    def open_judge(self, *, recall: Recall, index: int, shards: int) -> Judge:
        """Return one empty shard of the engine."""
        return EngineJudge(self._parameters, recall=recall, index=index, shards=shards)


def override_parameters(parameters: Parameters, overrides: Mapping[str, int]) -> Parameters:
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
