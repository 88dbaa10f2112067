"""How long an engine with 20,000 people needs after a restart until it judges the present again.

An installation is made, on SQLite in a temporary directory or on PostgreSQL (--postgres, --database URL):
people, their plans (five zones, two of them polygons, a night window), a snapshot of states as full as they
are after 48 minutes, and 60 s of rows after it (one fix a person, a clock mark a second, 20 people who have
walked out). 500 homes are lived through by the engine; 40 people share each, so that the states need not be
made 20,000 times. Then a fresh process does what `korgoo engine` does: start() and turns until it has caught
up. `seconds` is the whole of it, from starting the interpreter; the page cache is warm, as after a crash of
the process. `processor_time` is that process's own, `of_postgres` what the server took for it meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import SYSTEM_KEY, Kind, Mark, Observation, Row, Source, person_key
from korgoo.engine.shard import Shard, ShardSnapshot
from korgoo.engine.state import pack_state, unpack_state
from korgoo.planning.compilation import compile_plan
from korgoo.planning.reading import read_document

if TYPE_CHECKING:
    from bench.installed import draft, empty_installation, open_journal, register_people
    from bench.parts.postgres_server import declare_database, measure_server_s
else:  # run as a script, this folder is where modules are looked for
    from installed import draft, empty_installation, open_journal, register_people
    from parts.postgres_server import declare_database, measure_server_s

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.engine.plan import Plan, Zone
    from korgoo.runtime.engine import EngineLoop

PEOPLE: Final = 20_000
HOMES: Final = 500
LIVED_MINUTES: Final = 48  # the ring is then as full as it gets, with its three checkpoints
TAIL_S: Final = 60
LEAVING: Final = range(
    0, 20_000, 1_000
)  # over a hundred times what programmes live with (0.3 alerts a person and day)
START_MS: Final = 1_780_000_000_000
MINUTE_MS: Final = 60_000
LAT, LON = 42.87, 74.6
SPACING_E7: Final = 61_000
TARGET_S: Final = 10.0

NIGHT = {"days": ["mo", "tu", "we", "th", "fr", "sa", "su"], "from": "22:00", "to": "06:00"}


def octagon(east_deg: float, size_deg: float) -> dict[str, object]:
    """Return a GeoJSON polygon of eight corners."""
    lat, lon = LAT, LON + east_deg
    turn = ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7), (1, 0))
    corners = [[lon + x * size_deg, lat + y * size_deg * 0.73] for x, y in turn]
    return {"type": "Polygon", "coordinates": [corners]}


def compile_template() -> Plan:
    """Return the plan of one person at (LAT, LON)."""
    zones: list[dict[str, object]] = [
        {"id": "home", "kind": "inclusion", "circle": {"lat": LAT, "lon": LON, "radius_m": 50}},
        {"id": "city", "kind": "inclusion", "circle": {"lat": LAT, "lon": LON, "radius_m": 20_000}},
        {"id": "school", "kind": "exclusion", "geometry": octagon(0.01, 0.002)},
        {"id": "flat", "kind": "exclusion", "circle": {"lat": LAT, "lon": LON - 0.01, "radius_m": 200}},
        {"id": "park", "kind": "exclusion", "geometry": octagon(0.02, 0.004)},
    ]
    zones[1]["windows"] = [NIGHT]
    subject = {"id": "p", "expected_interval_s": 60, "zones": zones}
    document = read_document(json.dumps({"tz": "Asia/Bishkek", "subjects": [subject], "pairs": []}).encode())
    return compile_plan(document.subjects[0], tz="Asia/Bishkek", first_year=2025, last_year=2028)


def move_plan(plan: Plan, home: int) -> Plan:
    """Return the plan with all its zones moved to another home, 500 m further east each."""

    def move(zone: Zone) -> Zone:
        frame = msgspec.structs.replace(zone.frame, lon_e7=zone.frame.lon_e7 + home * SPACING_E7)
        return msgspec.structs.replace(zone, frame=frame)

    return msgspec.structs.replace(plan, zones=tuple(move(zone) for zone in plan.zones))


def observe(home: int, fixed_ms: int, chance: random.Random, *, east_e7: int = 0) -> Observation:
    """Return a fix at home, or so far east of it."""
    return Observation(
        fixed_at_ms=fixed_ms,
        received_at_ms=fixed_ms + 900,
        device="b1",
        lat_e7=round(LAT * 1e7) + round(chance.gauss(0, 400)),
        lon_e7=round(LON * 1e7) + home * SPACING_E7 + east_e7 + round(chance.gauss(0, 600)),
        accuracy_cm=800,
        source=Source.GPS,
        battery_percent=80,
    )


def live_through(plans: list[Plan], chance: random.Random) -> ShardSnapshot:
    """Return the states of one person a home after 48 minutes; every home's person is person:<home>."""
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled((), ()))
    shard.feed([Row(n + 1, START_MS, Kind.PLAN, person_key(n), plan) for n, plan in enumerate(plans)])
    for minute in range(LIVED_MINUTES):
        at_ms = START_MS + minute * MINUTE_MS + 1_000
        rows = [
            Row(1, at_ms + n * 100, Kind.OBSERVATION, person_key(n), observe(n, at_ms + n * 100, chance))
            for n in range(len(plans))
        ]
        shard.feed(rows)
        for second in range(0, 60, 5):
            shard.feed([Row(1, at_ms + second * 1_000, Kind.MARK, SYSTEM_KEY, Mark())])
    return shard.snapshot()


def settle_people(snapshot: ShardSnapshot, *, seq: int) -> ShardSnapshot:
    """Return the snapshot of all people: each home's state under the key of everybody who lives there."""
    states = []
    for number in range(PEOPLE):
        state = unpack_state(snapshot.states[number % HOMES][1])
        state.key, state.last_seq = person_key(number + 1), seq
        states.append((state.key, pack_state(state)))
    return msgspec.structs.replace(snapshot, seq=seq, states=tuple(states))


def fill_journal(plans: list[Plan], chance: random.Random) -> tuple[int, int]:
    """Write everybody's plan and 60 s of rows; return (seq before the 60 s, seq of the last row)."""
    journal = open_journal()
    for start in range(0, PEOPLE, 2_000):
        people = range(start, start + 2_000)
        journal.append([draft(Kind.PLAN, n + 1, plans[n % HOMES]) for n in people], now_ms=START_MS)
    planned = journal.head().seq
    began_ms = START_MS + LIVED_MINUTES * MINUTE_MS
    a_second = PEOPLE // TAIL_S + 1
    for second in range(TAIL_S):
        now_ms = began_ms + second * 1_000
        people = range(second * a_second, min(PEOPLE, (second + 1) * a_second))
        stayed = [n for n in people if n not in LEAVING]
        seen = [(n, observe(n % HOMES, now_ms - 900 + n % 800, chance)) for n in stayed]
        if second % 20 == 0:
            # Going on as they do, they are known to be out at the third of these, 40 s after the first.
            east_e7 = 40_000 + second * 500
            seen += [(n, observe(n % HOMES, now_ms - 10, chance, east_e7=east_e7)) for n in LEAVING]
        drafts = [draft(Kind.OBSERVATION, n + 1, body, body.fixed_at_ms) for n, body in seen]
        journal.append(drafts, now_ms=now_ms)
    last = journal.mark(now_ms=began_ms + TAIL_S * 1_000)
    journal.close()
    return planned, last


def install() -> tuple[int, dict[str, float]]:
    """Make the installation; return the last seq and what is worth telling of it."""
    from korgoo.runtime.installation import prepare_installation, set_up_django  # noqa: PLC0415 - needs the data

    prepare_installation(set_up_django())
    from korgoo.monitoring.cursors import advance_cursor, claim_shard, save_snapshot  # noqa: PLC0415 - as above
    from korgoo.outbox.instants import from_ms  # noqa: PLC0415 - as above

    register_people(PEOPLE)
    chance = random.Random(1)
    template = compile_template()
    plans = [move_plan(template, home) for home in range(HOMES)]
    planned, last = fill_journal(plans, chance)
    snapshot = settle_people(live_through(plans, chance), seq=planned)
    now = from_ms(snapshot.marked_ms)
    claim_shard(0, owner="before", now=now)
    advance_cursor(0, seq=planned, owner="before", now=now)
    began = time.perf_counter()
    blob = msgspec.msgpack.encode(snapshot)
    save_snapshot(0, seq=planned, blob=blob, owner="before", now=now)
    taken = time.perf_counter() - began
    return last, {"snapshot_mb": round(len(blob) / 1e6, 1), "snapshot_write_s": round(taken, 2)}


def time_calls(owner: object, name: str, spent: dict[str, float]) -> None:
    """Note how long the calls of one function take."""
    plain: Callable[..., object] = getattr(owner, name)

    def timed(*arguments: object, **named: object) -> object:
        began = time.perf_counter()
        try:
            return plain(*arguments, **named)
        finally:
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - began

    setattr(owner, name, timed)


def restart(last: int) -> None:
    """Be the fresh process: catch up, then print what each part took."""
    began = time.perf_counter()
    from korgoo.runtime.installation import open_reader, set_up_django  # noqa: PLC0415 - part of what is measured

    environment = set_up_django()
    url = environment.database.url if environment.database else ""
    server_before = measure_server_s(url) if url else 0.0
    from django.conf import settings  # noqa: PLC0415 - as above

    from korgoo.runtime import engine as engines  # noqa: PLC0415 - as above

    imported = time.perf_counter()
    spent: dict[str, float] = {}
    time_calls(engines, "find_snapshot", spent)
    time_calls(Shard, "restore", spent)
    loop: EngineLoop = engines.EngineLoop(
        open_reader(environment), clock=settings.KORGOO_CLOCK, parameters=Parameters()
    )
    for name in ("_judge", "_record"):
        time_calls(loop, name, spent)
    time_calls(loop.painter, "paint", spent)
    loop.start()
    started = time.perf_counter()
    rows = 0
    while read := loop.turn():
        rows += read
    done = time.perf_counter()
    if loop.read_seq < last:
        raise SystemExit(f"caught up to row {loop.read_seq}, not {last}")
    parts = {
        "imports": imported - began,
        "snapshot_load": spent["find_snapshot"],
        "unpack": spent.get("restore", 0.0),
        "start_other": started - imported - spent["find_snapshot"] - spent.get("restore", 0.0),
        "tail": done - started,
        "of_tail_judge": spent["_judge"] - spent["_record"],
        "of_tail_record": spent["_record"],
        "of_tail_paint": spent["paint"],
        "processor_time": time.process_time(),
        "of_postgres": measure_server_s(url) - server_before if url else 0.0,
        "rows": rows,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(parts))


def count_findings() -> int:
    """Return how many of the leavers were found."""
    from korgoo.monitoring.models import FindingRecord  # noqa: PLC0415 - needs Django

    return FindingRecord.objects.unscoped("a bench counts").filter(kind="zone.exit").count()


def main() -> None:
    """Print the table; with --json one object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object as the last line")
    declare_database(parser)
    parser.add_argument("--restart", type=int, metavar="SEQ", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.restart:
        restart(arguments.restart)
        return
    with empty_installation(arguments):
        began = time.perf_counter()
        last, facts = install()
        print(
            f"made {PEOPLE:,} people, snapshot {facts['snapshot_mb']} MB, {last:,} rows "
            f"in {time.perf_counter() - began:.1f} s",
            flush=True,
        )
        began = time.perf_counter()
        command = (sys.executable, __file__, "--restart", str(last))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as fresh:  # noqa: S603 - ourselves
            line = fresh.stdout.readline() if fresh.stdout else ""
            seconds = time.perf_counter() - began  # not until it has ended: it would go on judging
        parts = json.loads(line)
        found = count_findings()
    print(f"\n{'part':<16} {'s':>8}")
    for name, value in parts.items():
        print(f"{name:<16} {value:>8.2f}" if isinstance(value, float) else f"{name:<16} {value:>8,}")
    print(f"\nfrom the start of the process to judging the present: {seconds:.2f} s (target {TARGET_S:g} s)")
    print(f"load average after: {os.getloadavg()[0]:.2f}")
    print(f"people who had left: {len(LEAVING)}, found: {found}")
    if found != len(LEAVING):
        raise SystemExit("the restart lost or doubled findings")
    if arguments.json:
        used = {"processor_s": parts["processor_time"], "postgres_s": parts["of_postgres"]}
        print(
            json.dumps({"seconds": round(seconds, 2), **facts, **{k: round(v, 2) for k, v in used.items()}})
        )


if __name__ == "__main__":
    main()
