"""Devices that do as they are asked: what they tell follows from what the engine asked for while it judged.

A device that reports more often tells other positions, so telling and judging go together. A staging is
made once at the shortest interval that is ever asked for. Which of its messages a device would have made is
decided while they are judged, in the order of the log; what it would not have made is neither judged nor
recalled. A wish is heard with the answer to the device's next message, as over HTTP, and holds until the
next one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Observation, person_key
from korgoo.replay.backtest import DEFAULT_BATCH, judge_recording
from korgoo.replay.judging import EngineJudge
from korgoo.sim.chance import key_of
from korgoo.sim.samples import Column
from korgoo.sim.score.alarms import PERSON, alarms_of
from korgoo.sim.score.judges import recorded_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.findings import Finding
    from korgoo.engine.pairs.rate import RateRequest
    from korgoo.engine.rows import Row
    from korgoo.replay.judging import Recall
    from korgoo.sim.score.alarms import Alarm
    from korgoo.sim.stages.scenario import Scenario

FINE_S: Final = 15
"""The interval at which a staging is made: the shortest that is asked for, which divides the others."""


class Honoured(NamedTuple):
    """What was raised, and how many messages each person's device made for it."""

    alarms: list[Alarm]
    messages: dict[str, int]


def judge_honouring(staged: Scenario, *, base_s: int, honours: bool = True) -> Honoured:
    """Return what our engine raises where devices report every `base_s` until they are asked for more.

    `staged` tells every `FINE_S` seconds, and its plan expects a message every `base_s`. With `honours` false
    the devices hear nothing and stay as they are: the same messages in every other way.
    """
    bench = _Bench(base_s // FINE_S, honours=honours)
    recording = staged.recording(with_pairs=True)
    found = judge_recording(recording, bench=bench, until_ms=None, batch=DEFAULT_BATCH, shards=1)
    paired = {person for pair in staged.pairs for person in (pair.participant, pair.protected)}
    alarms = recorded_of(alarms_of(found, protecting=paired), staged)
    messages = {
        key.removeprefix(PERSON): count for judge in bench.judges for key, count in judge.made.items()
    }
    return Honoured([alarm for alarm in alarms if not alarm.quiet], messages)


def thin(staged: Scenario, *, base_s: int) -> Scenario:
    """Return the staging as devices tell it that honour nothing, for judges that ask for nothing."""
    every = base_s // FINE_S
    signals = []
    for one in staged.signals:
        since = one.table[Column.COUNTER] - _first(person_key(one.person), every)
        signals.append(one.with_table(one.table[:, (since >= 0) & (since % every == 0)]))
    return replace(staged, signals=tuple(signals))


def expecting(staged: Scenario, base_s: int) -> Scenario:
    """Return the staging under a plan that expects a message every `base_s`."""
    subjects = tuple({**subject, "expected_interval_s": base_s} for subject in staged.subjects)
    return replace(staged, subjects=subjects)


class HonouringJudge(EngineJudge):
    """One shard of the engine, fed with those messages alone that the devices would have made."""

    def __init__(self, *, recall: Recall, every: int, honours: bool) -> None:
        """Start with devices that make every so many-th message of the staging."""
        self._unmade: set[int] = set()
        self._every, self._honours = every, honours
        self._steps: dict[str, int] = {}
        self._next: dict[str, int] = {}
        self._wishes: dict[str, RateRequest] = {}
        self.made: dict[str, int] = {}
        self._recall = recall
        super().__init__(Parameters(), recall=self.recall_made)

    def recall_made(self, key: str, until_seq: int) -> Sequence[Row]:
        """Return a key's rows up to that seq, of those that were made."""
        return [row for row in self._recall(key, until_seq) if row.seq not in self._unmade]

    def feed(self, rows: Sequence[Row]) -> list[Finding]:
        """Judge those that were made; what the engine then wishes waits for the device's next message."""
        made = [row for row in rows if self._is_made(row)]
        findings = super().feed(made) if made else []
        for wish in self._shard.take_wishes():
            self._wishes[wish.person] = wish
        return findings

    def _is_made(self, row: Row) -> bool:
        if not isinstance(row.body, Observation):
            return True
        number, key = row.body.counter or 0, row.key
        if number < self._next.setdefault(key, _first(key, self._every)):
            self._unmade.add(row.seq)
            return False
        self.made[key] = self.made.get(key, 0) + 1
        wish = self._wishes.pop(key, None)
        if wish is not None and self._honours:
            self._steps[key] = wish.interval_s // FINE_S
        self._next[key] = number + self._steps.get(key, self._every)
        return True


class _Bench:
    """Opens judges, and keeps them."""

    def __init__(self, every: int, *, honours: bool) -> None:
        self._every, self._honours = every, honours
        self.judges: list[HonouringJudge] = []

    def open_judge(self, *, recall: Recall, index: int, shards: int) -> HonouringJudge:  # noqa: ARG002 - one shard
        """Return the one shard."""
        judge = HonouringJudge(recall=recall, every=self._every, honours=self._honours)
        self.judges.append(judge)
        return judge


def _first(key: str, every: int) -> int:
    """Return a device's first message: those of a pair begin apart, as at the longer interval."""
    return key_of("first", key) % every
