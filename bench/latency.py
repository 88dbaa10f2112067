"""How long from sending the deciding fix until the alert and its news stand in the records.

An installation on SQLite in a temporary directory, or on PostgreSQL (--postgres, --database URL), with the
gateway's process and `korgoo engine` as they are: credentials, admission, limits, sealing, chain, fsync.
5,000 people send 2,000 single fixes a second in OsmAnd form over 128 connections; 200 of them step into a
zone they must keep out of, each at a known time. A process of its own watches the records every 2 ms for
alerts and for rows of the feed, which the live process reads. Times run from when a fix was due to be sent,
so a load that falls behind counts as latency. The load, the watcher and all processes share the machine;
what a fix costs each of them is printed in microseconds of processor time, which says more than the times
where the machine is busy with other things too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import socket
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from korgoo.conf.environment import read_environment
from korgoo.engine.rows import Assignment, Credential, Kind, Observation, Source, person_key
from korgoo.gateway.credentials import digest_secret
from korgoo.journal.opening import locate_journal, open_reader
from korgoo.planning.compilation import compile_plan
from korgoo.planning.reading import read_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.installed import (
        draft,
        empty_installation,
        free_port,
        open_journal,
        register_people,
        running,
    )
    from bench.parts.postgres_server import declare_database, measure_server_s
    from bench.parts.processor_time import read_family_s

    from korgoo.engine.rows import Body
    from korgoo.journal.record import Draft
else:  # run as a script, this folder is where modules are looked for
    from installed import draft, empty_installation, free_port, open_journal, register_people, running
    from parts.postgres_server import declare_database, measure_server_s
    from parts.processor_time import read_family_s

PEOPLE: Final = 5_000
WALKERS: Final = 200
RATE: Final = 2_000
SECONDS: Final = 15
FIRST_S: Final = 2.0  # after the load has settled the first one steps over the border
CONNECTIONS: Final = 128
HISTORY_S: Final = (240, 180, 120, 60)
TARGET_MS: Final = 1_000
LAT, LON = 42.87, 74.6
INSIDE_E7: Final = 100_000  # how far east of home, in 1e-7 degrees, the forbidden zone lies
SECRET: Final = "the-same-secret-for-every-device-of-a-bench"  # noqa: S105 - devices of a bench
PROCESSES: Final = Path(__file__).parent / "parts" / "latency_processes.py"


def prepare_journal() -> None:
    """Write plans, assignments, credentials and four minutes of the past; the last mark is of now."""
    circle = {"lat": LAT, "lon": LON, "radius_m": 50}
    forbidden = {"lat": LAT, "lon": LON + INSIDE_E7 / 1e7, "radius_m": 300}
    monday = {"days": ["mo"], "from": "03:00", "to": "03:01"}
    zones = [
        {"id": "home", "kind": "inclusion", "circle": circle, "windows": [monday]},
        {"id": "keep-out", "kind": "exclusion", "circle": forbidden},
    ]
    document = {"tz": "UTC", "subjects": [{"id": "p", "zones": zones}], "pairs": []}
    subject = read_document(json.dumps(document).encode()).subjects[0]
    year = datetime.now(UTC).year
    plan = compile_plan(subject, tz="UTC", first_year=year - 1, last_year=year + 1)
    now_ms = time.time_ns() // 1_000_000
    since_ms = now_ms - 300_000
    journal = open_journal()
    for kind in (Kind.PLAN, Kind.ASSIGNMENT, Kind.CREDENTIAL):
        bodies: dict[Kind, Body] = {Kind.PLAN: plan}
        drafts = []
        for number in range(1, PEOPLE + 1):
            key, name = person_key(number), f"d{number}"
            bodies[Kind.ASSIGNMENT] = Assignment(number, name, key, number, "o", False, since_ms)  # noqa: FBT003 - the row's field
            bodies[Kind.CREDENTIAL] = Credential(name, number, digest_secret(SECRET), since_ms)
            drafts.append(draft(kind, number, bodies[kind]))
        journal.append(drafts, now_ms=since_ms)
    for ago_s in range(300, 0, -5):
        at_ms = now_ms - ago_s * 1_000
        journal.mark(now_ms=at_ms)
        if ago_s in HISTORY_S:
            journal.append(list(fixes_of_the_past(at_ms, last=ago_s == HISTORY_S[-1])), now_ms=at_ms)
    journal.mark(now_ms=time.time_ns() // 1_000_000)
    journal.close()


def fixes_of_the_past(at_ms: int, *, last: bool) -> Iterator[Draft]:
    """Yield one fix a person; the last one of a walker lies in the zone already: two must agree."""
    for number in range(1, PEOPLE + 1):
        east_e7 = INSIDE_E7 if last and number <= WALKERS else 0
        seen = Observation(
            at_ms,
            at_ms,
            f"d{number}",
            lat_e7=round(LAT * 1e7),
            lon_e7=round(LON * 1e7) + east_e7,
            accuracy_cm=800,
            source=Source.GPS,
        )
        yield draft(Kind.OBSERVATION, number, seen, at_ms)


@dataclass
class Load:
    """What was sent, in s: how late each fix was sent, and when it was answered, both from its due time."""

    late: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    refused: int = 0


def requests_of_the_run() -> list[tuple[float, int, int]]:
    """Return (seconds from the start, person, east_e7) of every fix, in order of time."""
    steps = {
        round((FIRST_S + step * (SECONDS - FIRST_S - 1) / WALKERS) * RATE): step + 1
        for step in range(WALKERS)
    }
    others = PEOPLE - WALKERS
    return [
        (slot / RATE, steps[slot], INSIDE_E7)
        if slot in steps
        else (slot / RATE, WALKERS + 1 + slot % others, 0)
        for slot in range(RATE * SECONDS)
    ]


async def send_all(port: int) -> Load:
    """Send every fix at its time; each connection takes its share in turn."""
    slots, load, start = requests_of_the_run(), Load(), time.time() + 0.5
    shares = [slots[share::CONNECTIONS] for share in range(CONNECTIONS)]
    await asyncio.gather(*(send_share(share, port, start=start, load=load) for share in shares))
    return load


async def send_share(slots: Sequence[tuple[float, int, int]], port: int, *, start: float, load: Load) -> None:
    """Send one connection's fixes, one at a time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for offset, person, east_e7 in slots:
        due = start + offset
        await asyncio.sleep(due - time.time())
        lon = LON + east_e7 / 1e7
        request = (
            f"GET /?id=d{person}.{SECRET}&timestamp={round(due * 1000)}&lat={LAT}&lon={lon:.7f}&accuracy=8 "
            f"HTTP/1.1\r\nHost: bench\r\nX-Forwarded-For: 10.0.{person >> 8}.{person & 255}\r\n\r\n"
        )
        load.late.append(time.time() - due)
        writer.write(request.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        size = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
        await reader.readexactly(int(size or 0))
        load.answered.append(time.time() - due)
        load.refused += not head.startswith(b"HTTP/1.1 200")
    writer.close()


def read_latencies(seen: dict[str, dict[str, int]]) -> tuple[list[int], list[int]]:
    """Return ms from the deciding fix to its alert and to its row in the feed, for those who stepped over."""
    from korgoo.alerts.models import AlertFinding  # noqa: PLC0415 - needs Django
    from korgoo.monitoring.models import Feed, FindingEvent  # noqa: PLC0415 - as above

    why = "a bench measures"
    reader = open_reader(locate_journal(read_environment()))
    alert_of = dict(AlertFinding.objects.unscoped(why).values_list("finding_id", "alert_id"))
    news = Feed.objects.filter(topic="finding").values_list("pk", "payload")
    feed_of = {payload["finding"]: number for number, payload in news if payload["event"] == "opened"}
    alerts, feeds = [], []
    opened = FindingEvent.objects.unscoped(why).filter(event="opened", finding__kind="zone.enter")
    for event in opened.select_related("finding"):
        person = event.finding.person_id or 0
        row = reader.rows_of(person_key(person), after_seq=event.seq - 1, until_seq=event.seq)[0].row()
        if row is None or row.kind is not Kind.OBSERVATION:
            raise SystemExit(f"finding {event.finding_id} was not decided by a fix")
        alerts.append(seen["alerts_alert"][str(alert_of[event.finding_id])] - row.body.fixed_at_ms)
        feeds.append(seen["feed"][str(feed_of[event.finding_id])] - row.body.fixed_at_ms)
    reader.close()
    return sorted(alerts), sorted(feeds)


def wait_until_ready(port: int) -> None:
    """Wait until the gateway answers and the engine has judged the past."""
    from korgoo.monitoring.models import ShardCursor  # noqa: PLC0415 - needs Django

    reader = open_reader(locate_journal(read_environment()))
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        time.sleep(0.1)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            cursor = ShardCursor.objects.filter(shard=0).first()
            if cursor is not None and cursor.seq >= reader.head().seq - 5:
                reader.close()
                return
    raise SystemExit("gateway or engine did not get ready within 30 s")


def measure(url: str) -> tuple[Load, dict[str, float], list[int], list[int]]:
    """Run the installation under load; return the load, what it cost by process, and the sorted latencies.

    Costs are in microseconds of processor time a fix, latencies in ms.
    """
    from korgoo.runtime.installation import prepare_installation, set_up_django  # noqa: PLC0415 - needs the data

    prepare_installation(set_up_django())
    register_people(PEOPLE)
    prepare_journal()
    port = free_port()
    own = (sys.executable, str(PROCESSES))
    with (
        running(*own, "--gateway", str(port)) as gateway,
        running(sys.executable, "-m", "korgoo.cli", "engine") as engine,
        running(*own, "--watch") as watcher,
    ):
        wait_until_ready(port)
        pids = {"gateway": gateway.pid, "engine": engine.pid, "watcher": watcher.pid}
        before = read_costs(pids, url)
        load = asyncio.run(send_all(port))
        after = read_costs(pids, url)
        time.sleep(2)
        watcher.terminate()
        seen = json.loads(watcher.communicate(timeout=10)[0])
    costs = {name: (after[name] - before[name]) / RATE / SECONDS * 1e6 for name in after}
    return load, costs, *read_latencies(seen)


def read_costs(pids: dict[str, int], url: str) -> dict[str, float]:
    """Return the processor seconds that each has used: this process, those, and the server of `url`."""
    used = {"load": time.process_time(), **read_family_s(pids)}
    return used | {"postgres": measure_server_s(url)} if url else used


def main() -> None:
    """Print the table; with --json one object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object as the last line")
    declare_database(parser)
    arguments = parser.parse_args()
    with empty_installation(arguments) as url:
        load, costs, alerts, feeds = measure(url)
    answered = sorted(round(seconds * 1000) for seconds in load.answered)
    p50, p99 = answered[len(answered) // 2], answered[-len(answered) // 100]
    print(f"{len(answered):,} fixes at {RATE:,}/s, {load.refused} refused; answered p50 {p50}, p99 {p99} ms;")
    print(f"the load itself was late by {max(load.late) * 1000:.0f} ms at the worst")
    print("processor us a fix: " + ", ".join(f"{name} {cost:.0f}" for name, cost in costs.items()))
    print(f"load average after: {os.getloadavg()[0]:.2f}")
    if len(alerts) != WALKERS:
        raise SystemExit(f"{WALKERS} stepped over the border, {len(alerts)} were found")
    print(f"\n{'from the deciding fix to':<26} {'p50 ms':>8} {'p90 ms':>8} {'p99 ms':>8} {'max ms':>8}")
    for name, found in (("the alert", alerts), ("the row of the feed", feeds)):
        p50, p90, p99 = (found[int(len(found) * part)] for part in (0.5, 0.9, 0.99))
        print(f"{name:<26} {p50:>8} {p90:>8} {p99:>8} {found[-1]:>8}")
    print(f"target: p99 at most {TARGET_MS} ms")
    if arguments.json:
        worse = [max(pair) for pair in zip(alerts, feeds, strict=True)]
        said = {"p50_ms": worse[len(worse) // 2], "p99_ms": worse[int(len(worse) * 0.99)]}
        print(json.dumps({**said, "cpu_us_per_fix": {name: round(cost) for name, cost in costs.items()}}))


if __name__ == "__main__":
    main()
