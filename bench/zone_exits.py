"""Delay against false exits: the belief filter and "N in a row" on a simulated receiver.

A receiver whose errors are 12 m, correlated in time as they were measured on receivers lying still and on
stays of people, with 0.28 % of fixes thrown 0.5 to 13 km away. False exits are counted while it is in the
centre of the zone; the delay is that of a walk out at 1.5 m/s, from the crossing of the border.

    python bench/zone_exits.py [--hours 200] [--walks 150] [--radius 50] [--every 15 60] [--burst 0]
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from korgoo.engine.force import Force
from korgoo.engine.judgement import apply, begin
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, Frame, Plan, Zone, ZoneKind
from korgoo.engine.ring import Fix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Make = Callable[[int], "InARow | Belief"]

LAT, LON = 428_700_000, 746_000_000
FRAME = Frame(LAT, LON, 855_638, 1_165_000)
SIGMA_M = 12.0 / 1.18  # per axis: half of the errors lie within 12 m
SPIKES = 0.0028
SPEED_MS = 1.5
START_MS = 1_779_904_800_000


class Noise:
    """Two processes, one with a short and one with a long memory, summed.

    LYING: 0.7 alike after 15 s, 0.3 after 60 s, 0.1 after 300 s. STAYS, of people: 0.9, 0.7, 0.25, and every
    tenth hour the errors are 2.3 times as large (the worst tenth of real stays).
    """

    LYING = ((0.80, 30.0), (0.20, 600.0))
    STAYS = ((0.75, 120.0), (0.25, 900.0))

    def __init__(
        self, seed: int, memory: tuple[tuple[float, float], ...] = LYING, *, burst_s: float = 0
    ) -> None:
        self.chance, self.memory, self.burst_s = random.Random(seed), memory, burst_s
        self.thrown, self.thrown_until_s = (0.0, 0.0), -1.0
        self.parts = [[0.0, 0.0] for _ in memory]
        self.passed_s, self.factor = 0.0, 1.0

    def step(self, seconds: float) -> tuple[float, float]:
        """Return the error in metres, east and north, so long after the last."""
        if self.memory is self.STAYS and self.passed_s % 3600 < seconds:
            self.factor = 2.3 if self.chance.random() < 0.1 else 1.0  # noqa: PLR2004 - every tenth
        self.passed_s += seconds
        for part, (share, memory_s) in zip(self.parts, self.memory, strict=True):
            keep = math.exp(-seconds / memory_s)
            fresh = SIGMA_M * self.factor * math.sqrt(share * (1 - keep * keep))
            part[:] = [keep * value + self.chance.gauss(0, fresh) for value in part]
        if self.passed_s <= self.thrown_until_s:
            return self.thrown
        if self.chance.random() < SPIKES:
            far, way = 500 * 26 ** self.chance.random() ** 2, self.chance.uniform(0, math.tau)
            self.thrown, self.thrown_until_s = (
                (far * math.cos(way), far * math.sin(way)),
                self.passed_s + self.burst_s,
            )
            return self.thrown
        return self.parts[0][0] + self.parts[1][0], self.parts[0][1] + self.parts[1][1]


class InARow:
    """Outside after N fixes in a row beyond the border; inside after N within it."""

    def __init__(self, count: int, radius_m: float) -> None:
        self.count, self.radius_m = count, radius_m
        self.run, self.outside = 0, False

    def take(self, _at_ms: int, east: float, north: float) -> bool:
        """Return whether an exit is believed after this fix."""
        beyond = math.hypot(east, north) > self.radius_m
        self.run = self.run + 1 if beyond != self.outside else 0
        if self.run >= self.count:
            self.outside, self.run = beyond, 0
        return self.outside


def _in_a_row(count: int, radius_m: float, _every_s: int) -> InARow:
    return InARow(count, radius_m)


class Belief:
    """The engine's own sorted lane with one zone."""

    def __init__(self, parameters: Parameters, radius_m: float, every_s: int) -> None:
        disc = Disc(0, 0, round(radius_m * 100))
        plan = Plan(
            "1", 0, every_s * 1000, 60_000, ((0, 0),), (Zone("home", ZoneKind.INCLUSION, FRAME, disc, disc),)
        )
        self.force = Force(plan, parameters)
        self.judged = begin(self.force, START_MS - 1, None, [])

    def take(self, at_ms: int, east: float, north: float) -> bool:
        """Return whether an exit is believed after this fix."""
        lat = LAT + round(north * 100 * 2**20 / FRAME.y_scale)
        lon = LON + round(east * 100 * 2**20 / FRAME.x_scale)
        apply(self.judged, self.force, Fix(at_ms, 1, lat, lon, 1020, 0), [])
        return self.judged.zones[0].verdict < 0


class Result(NamedTuple):
    """What one rule did: delays in s, exits a day lying still, walks that it missed."""

    delay_s: float
    worst_s: float
    false_a_day: float
    false_staying: float
    missed: int


def measure(
    rule: Callable[[], InARow | Belief],
    *,
    every_s: int,
    hours: int,
    walks: int,
    radius_m: float,
    burst_s: float,
) -> Result:
    """Lie still for so many hours, then walk out so many times, each after twenty minutes inside."""
    delays = [delay for seed in range(walks) if (delay := _walk(rule(), seed, every_s, radius_m)) is not None]
    delays.sort()
    return Result(
        statistics.median(delays),
        delays[int(len(delays) * 0.9)],
        _false_exits(rule(), Noise(1, burst_s=burst_s), every_s, hours),
        _false_exits(rule(), Noise(2, Noise.STAYS, burst_s=burst_s), every_s, hours),
        walks - len(delays),
    )


def _false_exits(rule: InARow | Belief, noise: Noise, every_s: int, hours: int) -> float:
    """Return the exits a day of a receiver that never left."""
    false, was = 0, False
    for n in range(hours * 3600 // every_s):
        now = rule.take(START_MS + n * every_s * 1000, *noise.step(every_s))
        false += now and not was
        was = now
    return false * 24 / hours


def _walk(rule: InARow | Belief, seed: int, every_s: int, radius_m: float) -> float | None:
    """Return the delay of one walk from the crossing; it goes on to 400 m and ends after 10 min."""
    noise, phase = Noise(1000 + seed), random.Random(seed)
    inside_s = 2400 + phase.uniform(0, every_s)
    crossing_s = inside_s + radius_m / SPEED_MS
    for t in _moments(inside_s + 600, every_s):
        east = min(400.0, max(0.0, (t - inside_s) * SPEED_MS))
        off_east, off_north = noise.step(every_s)
        out = rule.take(START_MS + round(t * 1000), east + off_east, off_north)
        if out and t >= crossing_s:
            return t - crossing_s
    return None


def _moments(until_s: float, every_s: int) -> Iterator[int]:
    yield from range(0, int(until_s), every_s)


def main() -> None:
    """Print one table."""
    arguments = argparse.ArgumentParser(description="Delay against false exits, belief and N in a row")
    arguments.add_argument("--hours", type=int, default=200)
    arguments.add_argument("--walks", type=int, default=100)
    arguments.add_argument("--radius", type=float, default=50)
    arguments.add_argument("--every", type=int, nargs="+", default=[15, 60], help="seconds between fixes")
    arguments.add_argument("--burst", type=float, default=0, help="seconds that a thrown position stays")
    given = arguments.parse_args()
    basics = Parameters()
    variants = {
        "belief": basics,
        "belief, scale x 1": Parameters(scale_percent=100),
        "belief, scale x 1.5": Parameters(scale_percent=150),
        "belief, tau 60 s": Parameters(tau_ms=60_000),
        "belief, tau 10 s": Parameters(tau_ms=10_000),
        "belief, saturation 8": Parameters(saturation_mn=8_000),
        "belief, no lone rule": Parameters(lone_mn=basics.saturation_mn),
    }
    rules: dict[str, Make] = {f"{n} in a row": partial(_in_a_row, n, given.radius) for n in range(1, 11)}
    rules |= {name: partial(Belief, parameters, given.radius) for name, parameters in variants.items()}
    print(
        f"{given.hours} h in the centre, {given.walks} walks out at {SPEED_MS} m/s, {given.radius:.0f} m zone"
    )
    head = f"{'median':>10}{'p90':>8}{'lying':>8}{'staying':>9}"
    print(f"{'delay; false exits/day':24}{'  '.join(f'{s:>25} s fixes' for s in given.every)}")
    print(f"{'':24}{'  '.join(head for _ in given.every)}")
    for name, make in rules.items():
        cells = []
        for every_s in given.every:
            found = measure(
                partial(make, every_s),
                every_s=every_s,
                hours=given.hours,
                walks=given.walks,
                radius_m=given.radius,
                burst_s=given.burst,
            )
            missed = f" ({found.missed} missed)" if found.missed else ""
            times = f"{found.delay_s:>8.0f} s{found.worst_s:>6.0f} s"
            cells.append(f"{times}{found.false_a_day:>8.2f}{found.false_staying:>9.2f}{missed}")
        print(f"{name:24}{'  '.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
