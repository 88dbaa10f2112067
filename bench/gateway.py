"""Measure the gateway: acknowledged requests and fixes a second, over loopback, all rules on.

A real gateway process (admission, limits, credentials, sealing, chain, a commit that is durable) takes
prebuilt requests over keep-alive connections, each answered after its commit. The load generator runs on
the same machine. What each process costs is printed in microseconds of processor time for a request: on a
busy machine that says more than the rate. Then the same without credentials, sealing, chain: those
switches exist here only. `lost` is what was acknowledged and is not in the journal afterwards.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psycopg
import uvloop

from korgoo.journal.disk import measure_fsync
from korgoo.sim.traffic import Request, build_request, run_lanes

if TYPE_CHECKING:
    from collections.abc import Generator

    from bench.parts.errand import NOT_CONNECTED, Errand, describe_failures
    from bench.parts.postgres_server import (
        declare_database,
        describe_database,
        measure_server_s,
        open_database,
    )
    from bench.parts.processor_time import read_children_s, read_processor_s
else:  # run as a script, this folder is where modules are looked for
    from parts.errand import NOT_CONNECTED, Errand, describe_failures
    from parts.postgres_server import declare_database, describe_database, measure_server_s, open_database
    from parts.processor_time import read_children_s, read_processor_s

LOG_LINES = 5
FIXES_A_YEAR = 365 * 24 * 60
PARTS = ("credentials", "sealing", "chain")
PROCESS = Path(__file__).parent / "parts" / "gateway_process.py"


def secret_of(person: int) -> str:
    """Return a device's secret, as the gateway's process knows it."""
    return hashlib.sha256(f"bench {person}".encode()).hexdigest()[:32]


_COUNT_SQLITE = "SELECT count(*) FILTER (WHERE kind = 'observation'), count(*) FROM log_row"
_COUNT_POSTGRES = (
    "SELECT count(*) FILTER (WHERE kind = 'observation'), count(*),"
    " (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('journal.log_row'))::bigint"
    " + pg_total_relation_size('journal.log_index')"
    " FROM journal.log_row"
)
PROCESSES = ("generator", "gateway", "writer", "postgres")


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    name: str
    requests: float
    fixes: float
    p50_ms: float
    p99_ms: float
    failures: Counter[str]
    log: list[str]  # the gateway's last words, where something failed
    costs: dict[str, float]  # microseconds of processor time a request, by process


class Server:
    """A gateway process in a folder of its own."""

    def __init__(self, folder: Path, *, people: int, without: str = "", url: str = "") -> None:
        self.folder, self.acknowledged, self._url = folder, 0, url
        folder.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        words = (
            "--serve",
            str(folder),
            "--port",
            str(self.port),
            "--people",
            str(people),
            "--without",
            without,
            "--database",
            url,
        )
        log = (folder / "log").open("wb")
        self._child = subprocess.Popen((sys.executable, PROCESS, *words), stderr=log)  # noqa: S603 - ourselves
        deadline = time.monotonic() + 60
        while self._child.poll() is None and time.monotonic() < deadline:
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz").close()
                return
            time.sleep(0.05)
        raise SystemExit(f"the gateway did not start: {(folder / 'log').read_text()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no process behind, whatever ended the measuring."""
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()

    def load(self, name: str, requests: list[list[Request]], *, seconds: float) -> Line:
        """Send for that long."""
        begun, used = time.perf_counter(), self._used()
        errands = [Errand(part, begun + seconds) for part in requests]
        unconnected = uvloop.run(run_lanes(errands, port=self.port))
        spent = time.perf_counter() - begun
        times = sorted(one for errand in errands for one in errand.seconds)
        fixes = sum(errand.fixes for errand in errands)
        self.acknowledged += fixes
        failures = sum((errand.failures for errand in errands), Counter({NOT_CONNECTED: unconnected}))
        return Line(
            name,
            len(times) / spent,
            fixes / spent,
            times[len(times) // 2] * 1000,
            times[int(len(times) * 0.99)] * 1000,
            failures,
            (self.folder / "log").read_text().splitlines()[-LOG_LINES:] if failures else [],
            {part: (now - used[part]) / len(times) * 1e6 for part, now in self._used().items()},
        )

    def _used(self) -> dict[str, float]:
        """Return the processor seconds of each process, 0 where the system does not tell."""
        used = dict.fromkeys(PROCESSES, 0.0) | {"generator": time.process_time()}
        with suppress(OSError):
            used["gateway"] = read_processor_s(self._child.pid)
            used["writer"] = read_children_s(self._child.pid)
        if self._url:
            used["postgres"] = measure_server_s(self._url)
        return used

    def stop(self) -> tuple[int, float]:
        """End it; return how many acknowledged fixes are missing, and the bytes of a row."""
        self._child.send_signal(signal.SIGTERM)
        self._child.wait(30)
        if self._url:
            with psycopg.connect(self._url) as server:
                stored, rows, size = server.execute(_COUNT_POSTGRES).fetchone() or (0, 1, 0)
        else:
            with closing(sqlite3.connect(self.folder / "journal.db")) as db:
                stored, rows = db.execute(_COUNT_SQLITE).fetchone()
            size = (self.folder / "journal.db").stat().st_size
        return max(0, self.acknowledged - stored), size / rows


def make_requests(size: int, *, people: int, lanes: int) -> list[list[Request]]:
    """Return prebuilt requests with bodies of that many fixes, shared out over the connections."""
    now = time.time_ns() // 1_000_000
    parts: list[list[Request]] = [[] for _ in range(lanes)]
    for person in range(1, people + 1):
        said = [
            {
                "counter": number,
                "fixed_at": now - number * 1000,
                "lat": 42.8746 + person * 1e-5,
                "lon": 74.5698,
                "accuracy": 6.5,
                "source": "gps",
                "speed": 1.2,
                "motion": "walking",
                "battery": 81,
                "charging": False,
            }
            for number in range(size)
        ]
        token = base64.b64encode(f"k{person}:{secret_of(person)}".encode()).decode()
        body = json.dumps({"observations": said}).encode()
        wire = build_request("/v1/observations", body, authorization=f"Basic {token}")
        parts[person % lanes].append(Request(wire, tuple(range(size))))
    return parts


def measure(args: argparse.Namespace, folder: Path, url: str) -> Generator[tuple[Line, int, float]]:
    """Yield each line with what was lost and the bytes of a row (both told by a server's last line)."""
    sizes = {size: make_requests(size, people=args.people, lanes=args.lanes) for size in (1, 10, 100)}
    with Server(folder / "all", people=args.people, url=url) as server:
        server.load("warm-up", sizes[1], seconds=1.5)  # keys and subjects are there in daily life
        for size, requests in sizes.items():
            line = server.load(f"body of {size}", requests, seconds=args.seconds)
            yield line, *(server.stop() if size == 100 else (0, 0.0))  # noqa: PLR2004 - the last of them
    for part in () if url else PARTS:
        with Server(folder / part, people=args.people, without=part) as server:
            server.load("warm-up", sizes[1], seconds=1.5)
            line = server.load(f"body of 1, without {part}", sizes[1], seconds=args.seconds * 0.75)
            yield line, *server.stop()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object as the last line")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each line (default: 4)")
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--lanes", type=int, default=128, help="connections (default: 128)")
    declare_database(parser)
    args = parser.parse_args()
    lines, lost, weight = [], 0, 0.0
    scratch = tempfile.TemporaryDirectory(dir=os.environ.get("KORGOO_BENCH_DIR"))
    with scratch as folder, open_database(args) as url, closing(measure(args, Path(folder), url)) as table:
        p50, p99 = measure_fsync(Path(folder))
        print(describe_database(url))
        print(f"fsync of 4 KiB: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
        print(f"{args.people:,} people, {args.lanes} connections, {os.cpu_count()} cores")
        print(f"load average before: {os.getloadavg()[0]:.2f}\n")
        parts = PROCESSES if url else PROCESSES[:-1]
        columns = ("load", "requests/s", "fixes/s", "p50 ms", "p99 ms", "failed")
        print(f"| {' | '.join((*columns, *(f'{part} us' for part in parts)))} |")
        print(f"|---|{'---:|' * (len(columns) - 1 + len(parts))}")
        for line, missing, row_bytes in table:
            lines.append(line)
            lost, weight = lost + missing, weight or row_bytes
            costs = " | ".join(f"{line.costs[part]:.0f}" for part in parts)
            print(
                f"| {line.name} | {line.requests:,.0f} | {line.fixes:,.0f} | {line.p50_ms:.1f}"
                f" | {line.p99_ms:.1f} | {line.failures.total()} | {costs} |",
                flush=True,
            )
    for line in lines:
        if line.failures:
            print(f"failed of {line.name}: {describe_failures(line.failures)}", *line.log, sep="\n  ")
    print(f"\nlost: {lost}")
    print(f"{weight:.0f} bytes a fix; {weight * FIXES_A_YEAR / 1e6:.0f} MB a person and year at 60 s")
    print(f"load average after: {os.getloadavg()[0]:.2f}")
    if args.json:
        one, ten = lines[0], lines[1]
        print(
            json.dumps(
                {
                    "requests_per_s": round(one.requests),
                    "fixes_per_s": round(ten.fixes),
                    "p99_ms": round(one.p99_ms, 1),
                    "lost": lost,
                    "failed": {line.name: line.failures for line in lines if line.failures},
                    "cpu_us_per_request": {part: round(one.costs[part]) for part in parts},
                }
            )
        )


if __name__ == "__main__":
    main()
