"""Measure appends to the journal: python bench/journal.py [seconds per line] [--postgres | --database URL].

One table: rows a second for groups of 1, 50 and 500, with sealing and chain on and off, the machine's
fsync beside it, the processor time a row costs us and the server, and the bytes it takes on disk.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import psycopg

from korgoo.engine import rows
from korgoo.journal import composition
from korgoo.journal.disk import measure_fsync
from korgoo.journal.opening import Address, open_writer
from korgoo.journal.record import GENESIS, Draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.parts.postgres_server import (
        declare_database,
        describe_database,
        fresh_database,
        measure_server_s,
        open_database,
    )
else:  # run as a script, this folder is where modules are looked for
    from parts.postgres_server import (
        declare_database,
        describe_database,
        fresh_database,
        measure_server_s,
        open_database,
    )

PEOPLE = 10_000
START_MS = 1_760_000_000_000
FIXES_A_YEAR = 365 * 24 * 60


def observe(number: int, *, sealed: bool) -> Draft:
    """Return one fix of one of 10,000 people."""
    person = number * 7919 % PEOPLE + 1
    at_ms = START_MS + number
    body = rows.encode_body(
        rows.Observation(
            at_ms,
            at_ms + 900,
            f"phone-{person}",
            number,
            428_700_000 + number % 9_999,
            746_000_000 + number % 9_998,
            1_200,
            rows.Source.GPS,
            speed_cms=120,
            motion=rows.Motion.WALKING,
            battery_percent=77,
            charging=False,
        )
    )
    digest = hashlib.sha256(body).digest()
    return Draft(
        rows.Kind.OBSERVATION.value, f"person:{person}", person if sealed else 0, body, digest, at_ms
    )


def groups_of(size: int, *, sealed: bool) -> Iterator[list[Draft]]:
    """Yield groups without end; the drafts are made before the clock runs."""
    pool = [observe(number, sealed=sealed) for number in range(40_000)]
    at = 0
    while True:
        yield [pool[(at + step) % len(pool)] for step in range(size)]
        at += size


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    size: int
    sealed: bool
    chained: bool


@dataclass(frozen=True)
class Result:
    """What was measured: rows a second, microseconds of processor a row, bytes a row."""

    rate: float
    own_us: float
    server_us: float
    weight: float


def run(address: Address, line: Line, *, seconds: float) -> Result:
    """Append for that long."""
    journal = open_writer(address)
    source = groups_of(line.size, sealed=line.sealed)
    everyone = [observe(number, sealed=line.sealed) for number in range(PEOPLE)]
    journal.append(everyone, now_ms=START_MS)  # keys and subjects are there in daily life
    done, spent, own = 0, 0.0, 0.0
    server = measure_server_s(address.url) if address.url else 0.0
    unchained = mock.patch.multiple(
        composition,
        hash_row=lambda *_: GENESIS,
        link_group=lambda *_, **__: GENESIS,
    )
    with contextlib.nullcontext() if line.chained else unchained:
        while spent < seconds:
            group = next(source)
            begun, used = time.perf_counter(), time.process_time()
            journal.append(group, now_ms=START_MS + int(spent * 1000))
            spent += time.perf_counter() - begun
            own += time.process_time() - used
            done += line.size
    server = measure_server_s(address.url) - server if address.url else 0.0
    total = journal.head().seq
    journal.close()
    return Result(done / spent, own / done * 1e6, server / done * 1e6, measure_bytes(address) / total)


def measure_bytes(address: Address) -> int:
    """Return what the rows take on disk."""
    if not address.url:
        return (Path(address.folder) / "journal.db").stat().st_size
    tables = (
        "SELECT sum(pg_total_relation_size(relid)) + pg_total_relation_size('journal.log_index')"
        " FROM pg_partition_tree('journal.log_row')"
    )
    with psycopg.connect(address.url) as server:
        found = server.execute(tables).fetchone()
    return int(found[0]) if found else 0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=2.0, help="for each line (default: 2)")
    declare_database(parser)
    args = parser.parse_args()
    folders = tempfile.TemporaryDirectory(dir=os.environ.get("KORGOO_BENCH_DIR"))
    with folders as scratch, open_database(args) as url:
        p50, p99 = measure_fsync(Path(scratch))
        print(f"{describe_database(url)}; one writer, {PEOPLE} people")
        print(f"fsync of 4 KiB: p50 {p50:.2f} ms, p99 {p99:.2f} ms\n")
        print("| group | sealing | chain | rows/s | own us/row | server us/row | bytes/row | MB a year |")
        print("|---:|---|---|---:|---:|---:|---:|---:|")
        states = ((True, True), (False, True), (True, False), (False, False))
        lines = [Line(size, *state) for state in states for size in (1, 50, 500)]
        for number, line in enumerate(lines):
            with ExitStack() as stack:
                folder = Path(scratch) / str(number)
                folder.mkdir()
                own = stack.enter_context(fresh_database(url)) if url else ""
                address = Address(url=own) if own else Address(folder=str(folder))
                found = run(address, line, seconds=args.seconds)
            said = f"{'on' if line.sealed else 'off'} | {'on' if line.chained else 'off'}"
            yearly = found.weight * FIXES_A_YEAR / 1e6
            costs = f"{found.own_us:.1f} | {found.server_us:.1f}"
            print(
                f"| {line.size} | {said} | {found.rate:,.0f} | {costs} | {found.weight:.0f} | {yearly:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
