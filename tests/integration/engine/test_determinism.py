"""The same rows give the same findings: whatever the order of arrival, the batch, the shard, the restart."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from korgoo.engine import quiet as quiets
from korgoo.engine import shard as shards
from korgoo.engine.plan import ZoneKind
from korgoo.engine.rows import Motion, Observation, Row
from korgoo.engine.shard import Shard
from tests.stories import HOUR, MINUTE, NIGHT, P1, at, circle, fix, judge, noise, plan, rows_of

if TYPE_CHECKING:
    from korgoo.engine.subject import Subject


def evening(seed: int, *, minutes: int = 150) -> list[Observation]:
    """An evening around the curfew with a few walks out, some of them short."""
    choose, error = random.Random(seed), noise(seed)
    fixes, out_until = [], 0
    for minute in range(minutes):
        if minute >= out_until and choose.random() < 0.05:
            out_until = minute + choose.choice([1, 2, 6, 20])
        east = 180.0 if minute < out_until else 0.0
        if choose.random() < 0.02:
            east += choose.choice([600, 3000])
        fixes.append(fix(at(21) + minute * MINUTE + choose.randrange(1000), east + error(), error()))
    return fixes


HOUSE = plan(
    circle(windows=(NIGHT,)),
    circle("school", kind=ZoneKind.EXCLUSION, radius_m=60, east_m=200),
    circle("flat", radius_m=90),
)


def arriving(fixes: list[Observation], order: list[int]) -> list[Row]:
    """The fixes received in that order, a second apart, after the last was taken."""
    start = fixes[-1].fixed_at_ms + 1000
    late = [
        (start + n * 1000, fix_at_arrival(fixes[index], start + n * 1000)) for n, index in enumerate(order)
    ]
    return rows_of(P1, (at(20), HOUSE), *late)


def fix_at_arrival(observation: Observation, received_ms: int) -> Observation:
    """The same fix with another time of arrival."""
    return Observation(
        **{
            **{f: getattr(observation, f) for f in observation.__struct_fields__},
            "received_at_ms": received_ms,
        }
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False), st.sampled_from([3, 12, 150]))
def test_after_the_last_row_the_intervals_do_not_depend_on_the_order_of_arrival(
    seed: int, shuffle: random.Random, reach: int
) -> None:
    fixes = evening(seed)
    in_order = list(range(len(fixes)))
    mixed = sorted(in_order, key=lambda index: index + shuffle.random() * reach)
    until = fixes[-1].fixed_at_ms + HOUR
    straight = judge(arriving(fixes, in_order), until_ms=until).intervals()
    assert judge(arriving(fixes, mixed), until_ms=until).intervals() == straight


def test_such_evenings_do_hold_breaches_of_every_kind() -> None:
    kinds = {row[1] for seed in range(8) for row in judge(live(evening(seed))).intervals()}
    assert kinds == {"curfew.absent", "zone.enter", "zone.exit"}


def live(fixes: list[Observation]) -> list[Row]:
    """The fixes received as they are taken."""
    return rows_of(P1, (at(20.9), HOUSE), *((f.received_at_ms, f) for f in fixes))


@pytest.mark.parametrize("batch", [7, 2000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_size_of_a_batch_changes_nothing(seed: int, batch: int) -> None:
    rows = live(evening(seed))
    assert judge(rows, batch=batch).events == judge(rows, batch=1).events


@pytest.mark.parametrize("seed", range(6))
def test_a_screened_run_equals_the_full_run(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = live(evening(seed, minutes=300))
    screened = judge(rows, batch=50)
    quiet = quiets.pass_quietly
    taken: list[bool] = []

    def count(subject: Subject, row: Row) -> bool:
        taken.append(quiet(subject, row))
        return taken[-1]

    monkeypatch.setattr(quiets, "pass_quietly", count)
    judge(rows, batch=50)
    assert sum(taken) > 100, "most fixes of a quiet evening are no-ops, else screening is not tested"
    monkeypatch.setattr(quiets, "pass_quietly", lambda *_: False)
    assert judge(rows, batch=50).events == screened.events


@pytest.mark.parametrize("seed", [4, 5])
@pytest.mark.parametrize("every", [13, 40])
def test_a_restart_from_a_snapshot_at_any_point_changes_nothing(seed: int, every: int) -> None:
    rows = live(evening(seed))
    calls = iter(range(10**9))

    def restart(shard: Shard, _row: Row) -> Shard:
        if next(calls) % every:
            return shard
        again = Shard(shard.parameters, recall=shard.recall)
        again.restore(shard.snapshot())
        return again

    assert judge(rows, before=restart).events == judge(rows).events


def test_keys_are_dealt_to_shards_by_a_hash_that_never_changes() -> None:
    assert [shards.shard_of(f"person:{n}", 4) for n in range(6)] == [1, 0, 2, 2, 3, 2]


def test_a_leap_that_says_nothing_is_forgotten_whether_the_way_back_is_screened_or_not() -> None:
    """A fix on the very border, 150 m away, and back; then a device that rests wanders out."""
    still: dict[str, Any] = {"motion": Motion.STILL}
    walk: dict[str, Any] = {"motion": Motion.WALKING}
    path = [*[(0.0, walk)] * 20, *[(0.0, still)] * 60, (150.01, still), *[(0.0, still)] * 20]
    path += [(60.0, still), (120.0, still), *[(180.0 + n, still) for n in range(50)], *[(0.0, still)] * 20]
    fixes = [fix(at(0) + n * 15_000, 0, north, **said) for n, (north, said) in enumerate(path)]
    arrival_ms = fixes[-1].fixed_at_ms + 1000
    late = fix_at_arrival(fixes.pop(40), arrival_ms)
    home = plan(circle(radius_m=150), expected_interval_ms=15_000)
    rows = rows_of(P1, (at(-1), home), *((seen.received_at_ms, seen) for seen in fixes))
    again = [*rows, *rows_of(P1, (arrival_ms, late), start=len(rows) + 1)]
    until = arrival_ms + HOUR
    assert judge(rows, until_ms=until).intervals() == judge(again, until_ms=until).intervals()
