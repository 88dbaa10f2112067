"""How many fixes a second one core judges, with 1,000, 10,000 and 100,000 people.

Everybody has five zones (home with a night window, a city that always binds, three exclusion zones, two of
all five polygons of 32 corners), a permit, battery and accuracy in every fix; one in twenty walks to and fro
over a border. Windows end and permits begin all the time: in each minute those of one in 240. The first
fixes, which nobody's belief can skip, have their own column. What quiet fixes leave to be caught up with is
caught up with before the clock stops. With --sensors every device tells motion and speed too.
Rows are made before the clock is started: decoding and storage are the gateway's and the journal's part.
Times are processor time, because the question is what one core can do. Each size has a process of its own;
its memory is the growth from one person to all of them, without the rows. No database takes part, so there
is no variant on PostgreSQL: what an engine reads and records there, bench/restart.py and latency.py measure.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import random
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Disc, Frame, Permit, Plan, Ring, Window, Zone, ZoneKind
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import SYSTEM_KEY, Kind, Mark, Motion, Observation, Row, Source, person_key
from korgoo.engine.shard import Shard
from korgoo.runtime.loops import COLLECT_AFTER

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH = 2_000
START_MS = 1_779_904_800_000 + 20 * 3_600_000
MINUTE_MS = 60_000
WARM = 2
X_SCALE, Y_SCALE = 855_638, 1_165_000
EDGES = 240
"""Minutes over which the ends of windows and the beginnings of permits are spread."""


@cache
def corners(radius_cm: int, count: int = 32) -> tuple[Ring, ...]:
    """Return a polygon that is nearly round."""
    angles = [2 * math.pi * k / count for k in range(count)]
    return (tuple((round(radius_cm * math.cos(a)), round(radius_cm * math.sin(a))) for a in angles),)


def make_plan(person: int) -> tuple[int, int, Plan]:
    """Return (lat_e7, lon_e7) of a home and the plan around it."""
    lat, lon = 428_700_000 + person % 300 * 50_000, 746_000_000 + person // 300 * 70_000
    edge_s = person % EDGES * 60
    night = Window(127, 22 * 3600, 2 * 3600 + edge_s)  # it is two o'clock when the bench begins

    def zone(name: str, kind: ZoneKind, east_e7: int, radius_cm: int, *, polygon: bool = False) -> Zone:
        frame = Frame(lat, lon + east_e7, X_SCALE, Y_SCALE)
        outer = Disc(0, 0, radius_cm)
        windows = (night,) if name == "home" else ()
        if not polygon:
            return Zone(name, kind, frame, outer, outer, (), windows)
        return Zone(
            name, kind, frame, outer, Disc(0, 0, radius_cm * 98 // 100), (corners(radius_cm),), windows
        )

    zones = (
        zone("home", ZoneKind.INCLUSION, 0, 5_000),
        zone("city", ZoneKind.INCLUSION, 0, 2_000_000),
        zone("school", ZoneKind.EXCLUSION, 30_000, 10_000, polygon=True),
        zone("flat", ZoneKind.EXCLUSION, -60_000, 20_000),
        zone("park", ZoneKind.EXCLUSION, 90_000, 30_000, polygon=True),
    )
    begins_ms = START_MS + (edge_s + EDGES * 30) % (EDGES * 60) * 1000
    permit = Permit("p", "home", begins_ms, begins_ms + 3_600_000)
    return lat, lon, Plan("1", 0, MINUTE_MS, MINUTE_MS, ((0, 21_600),), zones, (permit,))


def batches_of(
    people: list[tuple[int, int]], minutes: int, rows_before: int, size: int, *, sensors: bool = False
) -> Iterator[tuple[int, list[Row]]]:
    """Yield (minute, rows), one fix a person and minute, so many rows at a time and then a clock mark."""
    chance = random.Random(1)
    seq = rows_before
    for minute in range(minutes):
        rows: list[Row] = []
        for person, (lat, lon) in enumerate(people):
            seq += 1
            fixed_ms = START_MS + minute * MINUTE_MS + person * MINUTE_MS // len(people)
            walks = person % 20 == 0
            walk_e7 = round(20_000 * math.sin(minute / 4 + person)) if walks else 0
            seen = Observation(
                fixed_at_ms=fixed_ms,
                received_at_ms=fixed_ms + 900,
                device="b1",
                lat_e7=lat + round(chance.gauss(0, 600)),
                lon_e7=lon + walk_e7 + round(chance.gauss(0, 800)),
                accuracy_cm=800,
                source=Source.GPS,
                battery_percent=80 - minute // 40,
                motion=(Motion.WALKING if walks else Motion.STILL) if sensors else None,
                speed_cms=(110 if walks else 0) if sensors else None,
            )
            rows.append(Row(seq, fixed_ms + 1000, Kind.OBSERVATION, person_key(person), seen))
            if len(rows) == size or person == len(people) - 1:
                rows.append(Row(0, fixed_ms + 1000, Kind.MARK, SYSTEM_KEY, Mark()))
                yield minute, rows
                rows = []


def resident_bytes() -> int:
    """Return the memory of this process: as it is (Linux), else its peak."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(people: int, minutes: int, *, sensors: bool = False) -> dict[str, float]:
    """Run one size and return its figures. Memory is the growth from a shard of one person."""
    run(1, 3)
    gc.collect()
    before = resident_bytes()
    return run(people, minutes, resident_before=before, sensors=sensors)


def run(people: int, minutes: int, *, resident_before: int = 0, sensors: bool = False) -> dict[str, float]:
    """Feed so many people for so long; the rows are gone when the memory is read."""
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled((), ()))
    homes: list[tuple[int, int]] = []
    for person in range(people):
        lat, lon, plan = make_plan(person)
        homes.append((lat, lon))
        shard.feed([Row(person + 1, START_MS - 1, Kind.PLAN, person_key(person), plan)])
    gc.collect()
    gc.freeze()  # as the engine's process does when it has started, and with its thresholds
    gc.set_threshold(*COLLECT_AFTER)
    size = max(1, min(BATCH, people // 12))  # five seconds of rows: a longer hole between marks is an outage
    cold_s = warm_s = 0.0
    findings = fixes = 0
    rows: list[Row] = []
    for minute, rows in batches_of(homes, minutes, people, size, sensors=sensors):
        began = time.process_time()
        findings += len(shard.feed(rows))
        taken_s = time.process_time() - began
        if minute < WARM:
            cold_s += taken_s
        else:
            warm_s, fixes = warm_s + taken_s, fixes + len(rows) - 1
    began = time.process_time()
    # Whoever asks for a state gets it with all that was learned: that is part of judging.
    newest = max(subject.state.last_seq for subject in shard.subjects.values())
    warm_s += time.process_time() - began
    if newest != people * (minutes + 1):
        raise RuntimeError("the last fix was not judged")
    del rows, homes
    gc.collect()
    resident = resident_bytes() - resident_before
    packed = sum(len(state) for _, state in shard.snapshot().states)
    return {
        "people": people,
        "fixes_per_s": round(fixes / warm_s),
        "cold_fixes_per_s": round(WARM * people / cold_s),
        "findings": findings,
        "state_bytes": round(packed / people),
        "memory_bytes": round(resident / people),
    }


def main() -> None:
    """Print the table; with --json one object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--people", type=int, action="append")
    parser.add_argument("--sensors", action="store_true", help="every device tells motion and speed")
    parser.add_argument(
        "--long", action="store_true", help="100,000 people too for a checkpoint of everybody"
    )
    arguments = parser.parse_args()
    # At least one checkpoint of everybody, but for the largest: that takes most of a minute more.
    minutes = {1_000: 60, 10_000: 20, 100_000: 18 if arguments.long else 5}
    sizes = arguments.people or list(minutes)
    print(
        f"{'people':>8} {'fixes/s':>9} {'first fixes/s':>14} {'findings':>9} {'state B':>8} {'memory B':>9}"
    )
    results = {}
    for people in sizes:
        # A process each: what one size has freed would hide what the next one takes.
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as alone:
            task = alone.submit(measure, people, minutes.get(people, 10), sensors=arguments.sensors)
            row = results[people] = task.result()
        print(
            f"{people:>8} {row['fixes_per_s']:>9} {row['cold_fixes_per_s']:>14} {row['findings']:>9} "
            f"{row['state_bytes']:>8} {row['memory_bytes']:>9}",
            flush=True,
        )
    if arguments.json:
        middle = results.get(10_000) or results[sizes[-1]]
        print(
            json.dumps(
                {
                    "fixes_per_s": middle["fixes_per_s"],
                    "fixes_per_s_1k_people": results.get(1_000, middle)["fixes_per_s"],
                    "fixes_per_s_100k_people": results.get(100_000, middle)["fixes_per_s"],
                    "state_bytes_per_person": max(row["state_bytes"] for row in results.values()),
                    "memory_bytes_per_person": max(row["memory_bytes"] for row in results.values()),
                }
            )
        )


if __name__ == "__main__":
    main()
