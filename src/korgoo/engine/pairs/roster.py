"""The pairs of one shard, found by their own key and by the keys of both persons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine.episodes import amend
from korgoo.engine.pairs import step
from korgoo.engine.pairs.pair import Pair
from korgoo.engine.pairs.state import PairState, pack_pair, unpack_pair
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Kind
from korgoo.engine.system import JUDGING_ERRORS, tell_refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from korgoo.engine.findings import Finding
    from korgoo.engine.pairs.rate import RateRequest
    from korgoo.engine.parameters import Parameters
    from korgoo.engine.rows import Row

PREFIX: Final = "pair:"

RecallPair = Callable[[str, Sequence[str], int], Recalled]
"""Fetches the rows of a pair's key and of both persons' keys up to a seq, in the order of seq."""


def is_pair(key: str) -> bool:
    """Say whether a key is that of a pair."""
    return key.startswith(PREFIX)


class Roster:
    """The pairs of one shard."""

    def __init__(self, parameters: Parameters, *, recall: RecallPair) -> None:
        """Know no pairs."""
        self.pairs: dict[str, Pair] = {}
        self.wishes: list[RateRequest] = []
        self._parameters = parameters
        self._recall = recall
        self.of_person: dict[str, list[str]] = {}  # keys of the pairs that read a person's rows

    def take(self, row: Row, findings: list[Finding], *, owns: Callable[[str], bool]) -> Iterator[Pair]:
        """Let the pairs that a row concerns judge it; yield them, to be scheduled."""
        if is_pair(row.key):
            if owns(row.key):
                yield self._control(self.pairs.get(row.key) or self._create(row.key), row, findings)
        else:
            for key in self.of_person.get(row.key, ()):
                yield self._step(self.pairs[key], row, findings)

    def _create(self, key: str) -> Pair:
        pair = self.pairs[key] = Pair(PairState(key), self._parameters)
        return pair

    def _control(self, pair: Pair, row: Row, findings: list[Finding]) -> Pair:
        try:
            step.control(pair, row, findings)
        except JUDGING_ERRORS as error:
            findings.append(tell_refusal(pair.state.key, error, at_ms=row.log_at_ms, seq=row.seq))
        self._index(pair)
        return pair

    def _step(self, pair: Pair, row: Row, findings: list[Finding]) -> Pair:
        side = pair.side_of(row.key)
        try:
            if row.kind is Kind.OBSERVATION:
                if side is not None:  # None: its first order is still to begin
                    step.observe(pair, row, side, findings, self.wishes)
            elif row.kind is Kind.SUSPENSION or (
                side == 0 and row.kind in (Kind.INSPECTION, Kind.STAND_DOWN)
            ):
                # A suspension lasts: one that is told before the order begins holds under it.
                step.control(pair, row, findings)
        except JUDGING_ERRORS as error:
            findings.append(tell_refusal(pair.state.key, error, at_ms=row.log_at_ms, seq=row.seq))
        return pair

    def _index(self, pair: Pair) -> None:
        """Note whose rows this pair reads, also for a plan that takes effect later."""
        state = pair.state
        for plan in (state.plan, *state.pending):
            if plan is None:
                continue
            for person in (plan.participant, plan.protected):
                keys = self.of_person.setdefault(person, [])
                if state.key not in keys:
                    keys.append(state.key)
                    keys.sort()

    def mark(self, key: str, now_ms: int, findings: list[Finding], told: list[Finding]) -> Pair:
        """Let the timers of one pair fire at a clock mark."""
        pair = self.pairs[key]

        def recall(_key: str, until_seq: int) -> Recalled:
            return self._recall_all(pair, until_seq, told)

        step.mark(pair, now_ms, findings, recall)
        return pair

    def _recall_all(self, pair: Pair, until_seq: int, told: list[Finding]) -> Recalled:
        """Return the rows of the pair and of both persons, with what was told of the pair so far."""
        key = pair.state.key
        recalled = self._recall(key, self.people_of(key), until_seq)
        return msgspec.structs.replace(recalled, recorded=amend(recalled.recorded, told, key))

    def people_of(self, key: str) -> tuple[str, ...]:
        """Return the keys of both persons whose rows a pair reads; none for another key or without a plan."""
        pair = self.pairs.get(key)
        plan = pair.state.plan if pair is not None else None
        return (plan.participant, plan.protected) if plan is not None else ()

    def stretch(self, hole_ms: int) -> None:
        """Add our own outage to every deadline; when the clock was to look stays early enough."""
        for pair in self.pairs.values():
            pair.state.slack_ms += hole_ms

    def pack(self) -> Iterator[tuple[str, bytes]]:
        """Yield every pair's packed state."""
        return ((key, pack_pair(pair.state)) for key, pair in self.pairs.items())

    def restore(self, key: str, packed: bytes, marked_ms: int) -> Pair:
        """Go on from a packed state."""
        pair = self.pairs[key] = Pair(unpack_pair(packed), self._parameters)
        self._index(pair)
        step.refresh(pair, marked_ms)
        return pair
