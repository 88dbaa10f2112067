"""Factories for tests of pairs: an order of distance, two people who meet now and then, and their rows."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import msgspec

from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, PairPlan, Place
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Body, Motion, Observation, Row, Source, pair_key
from korgoo.engine.shard import Shard
from tests.stories import FRAME, HOME_LON, MINUTE, P1, P2, at, fix, kind_of, noise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from korgoo.engine.findings import Finding
    from korgoo.engine.pairs.pair import Pair

APART = pair_key("apart")


def place(name: str = "work", *, east_m: float = 0, radius_m: int = 50, disclosed: bool = False) -> Place:
    """Return a round place of hers so many metres east of home."""
    lon = HOME_LON + round(east_m * 100 * 2**20 / FRAME.x_scale)
    disc = Disc(0, 0, radius_m * 100)
    return Place(name, msgspec.structs.replace(FRAME, lon_e7=lon), disc, disc, disclosed=disclosed)


def order(distance_m: int = 300, **fields: Any) -> PairPlan:
    """Return the order: keep so far away from her, a fix a minute from both."""
    basics: dict[str, Any] = {
        "version": "1",
        "pair": "apart",
        "participant": P1,
        "protected": P2,
        "effective_from_ms": 0,
        "distance_cm": distance_m * 100,
        "warning_cm": distance_m * 200,
        "emergency_cm": distance_m * 50,
        "intervals_ms": (MINUTE, MINUTE),
        "silence_grace_ms": MINUTE,
    }
    return PairPlan(**{**basics, **fields})


def numbered(entries: Iterable[tuple[int, str, Body]]) -> list[Row]:
    """Return rows for (log time, key, body), sorted by time."""
    ordered = sorted(entries, key=lambda entry: entry[0])
    return [Row(n, log_ms, kind_of(body), key, body) for n, (log_ms, key, body) in enumerate(ordered, 1)]


def afternoon(seed: int, *, minutes: int = 120) -> list[tuple[str, Observation]]:
    """An afternoon in which he comes near her some times, on foot and by car, with gaps and spikes."""
    choose, error = random.Random(seed), noise(seed)
    away, goal = 2_000.0, 2_000.0
    told: list[tuple[str, Observation]] = []
    for minute in range(minutes):
        if choose.random() < 0.12:
            goal = choose.choice([0.0, 100.0, 250.0, 450.0, 900.0, 2_500.0])
        speed = choose.choice([80.0, 250.0, 700.0])
        away += max(-speed, min(speed, goal - away))
        for key, east, offset_s in ((P1, away, 0), (P2, 0.0, 25)):
            moment = at(14) + minute * MINUTE + offset_s * 1000 + choose.randrange(5_000)
            spike = choose.choice([600, 1_500]) if choose.random() < 0.02 else 0
            if choose.random() > 0.08:
                told.append((key, fix(moment, east + spike + error(), error())))
    return told


def with_masts(told: Iterable[tuple[str, Observation]], seed: int) -> list[tuple[str, Observation]]:
    """The same fixes by devices that tell motion; now and then one has nothing but a mast for a while."""
    choose, until, heard = random.Random(seed), {P1: 0, P2: 0}, list[tuple[str, Observation]]()
    for key, seen in told:
        motion = choose.choice([Motion.STILL] * 12 + [Motion.WALKING])
        if choose.random() < 0.02:
            until[key] = seen.fixed_at_ms + choose.choice([15, 30, 60]) * MINUTE
        if seen.fixed_at_ms < until[key]:
            far_m = choose.choice([400.0] * 40 + [40_000.0])
            mast = fix(seen.fixed_at_ms, far_m, source=Source.CELL, accuracy_cm=250_000, motion=motion)
            heard.append((key, msgspec.structs.replace(mast, received_at_ms=seen.received_at_ms)))
        else:
            heard.append((key, msgspec.structs.replace(seen, motion=motion)))
    return heard


def live(told: Sequence[tuple[str, Observation]], *controls: tuple[int, str, Body]) -> list[Row]:
    """The fixes received as they are taken, under the order, with control rows between them."""
    plan: tuple[int, str, Body] = (at(13.9), APART, order(places=(place(east_m=2_500),)))
    return numbered([plan, *controls, *((seen.received_at_ms, key, seen) for key, seen in told)])


def pair_of(plan: PairPlan, *, parameters: Parameters | None = None) -> tuple[Shard, Pair, list[Finding]]:
    """Return a shard with one pair under a plan, the pair itself, and what was found."""
    shard = Shard(parameters or Parameters(), recall=lambda _key, _seq: Recalled([], []))
    found = shard.feed(numbered([(at(13.9), APART, plan)]))
    return shard, shard.pairs.pairs[APART], found
