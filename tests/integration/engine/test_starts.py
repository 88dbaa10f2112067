"""Judging the past again from a start gives the bytes that the whole history gives."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec
import pytest

from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Permit, ZoneKind
from korgoo.engine.rejudge import Recalled, make_start
from korgoo.engine.rows import Kind, Row, Suspension
from korgoo.engine.shard import Shard
from korgoo.engine.starts import contradicted_from, first_start, pack_start, unpack_start
from tests.stories import HOUR, MINUTE, NIGHT, P1, Ledger, at, circle, fix, noise, plan, rows_of, with_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.rows import Body

ZONES = (
    msgspec.structs.replace(circle(windows=(NIGHT,)), beacons=("hub",)),
    circle("school", kind=ZoneKind.EXCLUSION, radius_m=60, east_m=200),
    circle("flat", radius_m=90),
)
HOURS = 40


def history(seed: int) -> list[Row]:
    """Two days with walks, jumps, uploads hours late, repeats, and an order edited ahead and for the past."""
    choose, error = random.Random(seed), noise(seed)
    start = at(12)
    told: list[tuple[int, Body]] = [(start, plan(*ZONES[:2], from_ms=start - HOUR))]
    out_until, dark_until = 0, 0
    for minute in range(0, HOURS * 60, 2):
        now = start + minute * MINUTE + choose.choice([0, choose.randrange(1000)])
        if minute >= out_until and choose.random() < 0.04:
            out_until = minute + choose.choice([4, 10, 40])
        if minute >= dark_until and choose.random() < 0.02:
            dark_until = minute + choose.choice([10, 90, 400])
        east = 190.0 if minute < out_until else 0.0
        if choose.random() < 0.02:
            east += choose.choice([600, 3000])
        seen = fix(now, east + error(), error(), late_ms=900)
        if minute % 720 > 420 and not east and choose.random() < 0.95:  # some hours with the home unit
            seen = msgspec.structs.replace(seen, lat_e7=None, lon_e7=None, source=None, beacon="hub")
        arrives = start + dark_until * MINUTE + choose.randrange(5000) if minute < dark_until else now + 900
        if choose.random() < 0.02:
            arrives = now + choose.choice([HOUR, 7 * HOUR])
        told.append((arrives, msgspec.structs.replace(seen, received_at_ms=arrives)))
        if choose.random() < 0.01:
            later = arrives + choose.randrange(9 * HOUR)
            told.append((later, msgspec.structs.replace(seen, received_at_ms=later)))  # sent once more
    for number in range(6):
        when = start + choose.randrange(HOURS) * HOUR + choose.randrange(3_000_000)
        since = when + choose.choice([-9, -2, -1, 0, 1, 2, 3, 8]) * HOUR
        told += choose.choice(
            (
                [(when, plan(*ZONES[: choose.choice([2, 3])], version=f"v{number}", from_ms=since))],
                [
                    (when, Permit("leave", choose.choice(["home", "flat"]), since, since + 5 * HOUR)),
                    (when + 2 * HOUR, Permit("leave", "home", since + HOUR, since + 3 * HOUR)),
                ],
                [(when, Suspension(number, since, since + 2 * HOUR))],
            )
        )
    return with_marks(rows_of(P1, *sorted(told, key=lambda pair: pair[0])), every_ms=5_000)


class Keeper:
    """Recalls the whole history, or goes on from starts that it makes now and then."""

    def __init__(self, rows: Sequence[Row], *, starts: bool, seed: int = 0) -> None:
        self.rows = [row for row in rows if row.key == P1]
        self.starts = starts
        self.ledger = Ledger()
        self.kept: list[bytes] = []
        self.used = self.refused = self.recalls = 0
        self.choose = random.Random(seed)

    def recall(self, key: str, until_seq: int) -> Recalled:
        self.recalls += 1
        recorded = self.ledger.recorded(key)
        rows = [row for row in self.rows if row.seq <= until_seq]
        for packed in sorted(self.kept, key=lambda kept: -unpack_start(kept).clock_ms):
            start = unpack_start(packed)
            after = [row for row in rows if row.seq >= start.first_seq]
            if contradicted_from(start, after, Parameters()) is None:
                self.used += 1
                return Recalled(after, recorded, packed)
            self.refused += 1
            self.kept.remove(packed)
        return Recalled(rows, recorded)

    def keep(self, now_ms: int, until_seq: int) -> None:
        """Make a start for a moment of the last hours, from the newest one before it that holds."""
        clock_ms = now_ms - self.choose.choice([0, 5 * MINUTE, HOUR, 6 * HOUR])
        rows = [row for row in self.rows if row.seq <= until_seq]
        for packed in sorted(self.kept, key=lambda kept: -unpack_start(kept).clock_ms):
            start = unpack_start(packed)
            after = [row for row in rows if row.seq >= start.first_seq]
            if start.clock_ms < clock_ms and contradicted_from(start, after, Parameters()) is None:
                break
        else:
            start, after = first_start(P1), rows
        self.kept.append(pack_start(make_start(start, after, Parameters(), clock_ms=clock_ms)))


def run(rows: Sequence[Row], *, starts: bool, seed: int = 0) -> Keeper:
    keeper = Keeper(rows, starts=starts, seed=seed)
    shard = Shard(Parameters(), recall=keeper.recall)
    choose = random.Random(seed)
    for row in rows:
        keeper.ledger.write(shard.feed([row]))
        if starts and row.kind is Kind.MARK and choose.random() < 0.003:
            keeper.keep(row.log_at_ms, row.seq)
        if row.kind is Kind.MARK and choose.random() < 0.001:
            again = Shard(Parameters(), recall=keeper.recall)
            again.restore(shard.snapshot())
            shard = again
    return keeper


@pytest.mark.parametrize("seed", range(12))
def test_from_a_start_or_from_the_whole_history_the_bytes_are_the_same(seed: int) -> None:
    rows = history(seed)
    whole, short = run(rows, starts=False), run(rows, starts=True, seed=seed)
    assert msgspec.msgpack.encode(short.ledger.events) == msgspec.msgpack.encode(whole.ledger.events)
    assert len(whole.ledger.events) > 20


def test_such_histories_do_use_and_refuse_starts() -> None:
    runs = [run(history(seed), starts=True, seed=seed) for seed in range(4)]
    assert sum(keeper.used for keeper in runs) > 30
    assert sum(keeper.refused for keeper in runs) > 8
