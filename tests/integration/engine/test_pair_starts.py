"""Judging a pair's past again from a start gives the bytes that all rows of both persons give."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec
import pytest

from korgoo.engine.pairs.rejudge import make_pair_start
from korgoo.engine.pairs.starts import (
    first_pair_start,
    pair_contradicted_from,
    unpack_pair_start,
)
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Together
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Kind, Row, Suspension
from korgoo.engine.shard import Shard
from korgoo.engine.starts import pack_start
from tests.pairs import APART, afternoon, live, order, place, with_masts
from tests.stories import HOUR, MINUTE, P1, P2, Ledger, at, with_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.rows import Body

HOURS = 8
PARAMETERS = msgspec.structs.replace(Parameters(), pair_settle_ms=20 * MINUTE)


def history(seed: int, *, masts: bool = False) -> list[Row]:
    """Hours of meetings, uploads hours late, repeats, and orders edited ahead and for the past."""
    choose = random.Random(seed)
    told, dark_until = [], {P1: 0, P2: 0}
    seen_by = afternoon(seed, minutes=HOURS * 60)
    for key, seen in with_masts(seen_by, seed) if masts else seen_by:
        if choose.random() < 0.008:
            dark_until[key] = seen.fixed_at_ms + choose.choice([10, 60, 150]) * MINUTE
        arrives = seen.received_at_ms
        if seen.fixed_at_ms < dark_until[key]:
            arrives = dark_until[key] + choose.randrange(20_000)
        elif choose.random() < 0.01:
            arrives += choose.choice([HOUR, 3 * HOUR])
        told.append((key, msgspec.structs.replace(seen, received_at_ms=arrives)))
        if choose.random() < 0.01:
            told.append((key, msgspec.structs.replace(seen, received_at_ms=arrives + 2 * HOUR)))
    return with_marks(live(told, *edits(choose)), every_ms=5_000)


def edits(choose: random.Random) -> list[tuple[int, str, Body]]:
    """Changes of the order: distances, places, intervals together, suspensions; some speak of the past."""
    edited: list[tuple[int, str, Body]] = []
    for number in range(5):
        when = at(14) + choose.randrange(HOURS * 60) * MINUTE
        since = when + choose.choice([-3, -1, 0, 1, 2]) * HOUR
        places = (place(east_m=choose.choice([900, 2_500])),)
        plan = order(choose.choice([200, 300]), version=f"v{number}", effective_from_ms=since, places=places)
        both = Together("hearing", since, since + HOUR)
        off = Suspension(number, since, since + HOUR)
        kinds: tuple[tuple[str, Body], ...] = ((APART, plan), (APART, both), (choose.choice([P1, P2]), off))
        edited.append((when, *choose.choice(kinds)))
    return edited


class Keeper:
    """Recalls all rows, or goes on from starts that it makes now and then."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = [row for row in rows if row.key in (APART, P1, P2)]
        self.ledger = Ledger()
        self.kept: list[bytes] = []
        self.used = self.refused = 0

    def recall(self, key: str, until_seq: int) -> Recalled:
        return Recalled(
            [row for row in self.rows if row.key == key and row.seq <= until_seq], self.ledger.recorded(key)
        )

    def recall_pair(self, key: str, people: Sequence[str], until_seq: int) -> Recalled:
        assert set(people) == {P1, P2}
        rows, recorded = [row for row in self.rows if row.seq <= until_seq], self.ledger.recorded(key)
        for packed in sorted(self.kept, key=lambda kept: -unpack_pair_start(kept).clock_ms):
            start = unpack_pair_start(packed)
            after = [row for row in rows if row.seq >= start.first_seq]
            if pair_contradicted_from(start, after, PARAMETERS) is None:
                self.used += 1
                return Recalled(after, recorded, packed)
            self.refused += 1
            self.kept.remove(packed)
        return Recalled(rows, recorded)

    def keep(self, clock_ms: int, until_seq: int) -> None:
        """Make a start for a moment, from the newest one before it that holds."""
        rows = [row for row in self.rows if row.seq <= until_seq]
        for packed in sorted(self.kept, key=lambda kept: -unpack_pair_start(kept).clock_ms):
            start = unpack_pair_start(packed)
            after = [row for row in rows if row.seq >= start.first_seq]
            if start.clock_ms < clock_ms and pair_contradicted_from(start, after, PARAMETERS) is None:
                break
        else:
            start, after = first_pair_start(APART), rows
        self.kept.append(pack_start(make_pair_start(start, after, PARAMETERS, clock_ms=clock_ms)))


def run(rows: Sequence[Row], *, starts: bool, seed: int = 0) -> Keeper:
    keeper, choose = Keeper(rows), random.Random(seed)
    shard = Shard(PARAMETERS, recall=keeper.recall, recall_pair=keeper.recall_pair)
    for row in rows:
        keeper.ledger.write(shard.feed([row]))
        if starts and row.kind is Kind.MARK and choose.random() < 0.01:
            keeper.keep(row.log_at_ms - choose.choice([0, 5 * MINUTE, HOUR]), row.seq)
    return keeper


def told_of_pairs(keeper: Keeper) -> list[bytes]:
    return [msgspec.msgpack.encode(event) for event in keeper.ledger.events if event.condition == "apart"]


@pytest.mark.parametrize("masts", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_from_a_start_or_from_all_rows_the_bytes_are_the_same(seed: int, *, masts: bool) -> None:
    rows = history(seed, masts=masts)
    whole, short = told_of_pairs(run(rows, starts=False)), told_of_pairs(run(rows, starts=True, seed=seed))
    assert short == whole
    assert len(whole) > 10


def test_such_histories_do_use_and_refuse_starts() -> None:
    runs = [run(history(seed), starts=True, seed=seed) for seed in range(3)]
    assert sum(keeper.used for keeper in runs) > 15
    assert sum(keeper.refused for keeper in runs) > 3
