"""Measure appends to the SQLite journal: python bench/journal.py [seconds per line].

One table: rows a second for groups of 1, 50 and 500, with sealing and chain on and off, the machine's
fsync beside it, and the bytes a row takes on disk.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from korgoo.engine import rows
from korgoo.journal import composition
from korgoo.journal.disk import measure_fsync
from korgoo.journal.record import GENESIS, Draft
from korgoo.journal.sqlite import SqliteJournal

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def run(folder: Path, *, size: int, sealed: bool, chained: bool, seconds: float) -> tuple[float, float]:
    """Append for that long; return rows a second and bytes a row."""
    journal = SqliteJournal(folder)
    source = groups_of(size, sealed=sealed)
    everyone = [observe(number, sealed=sealed) for number in range(PEOPLE)]
    journal.append(everyone, now_ms=START_MS)  # keys and subjects are there in daily life
    done, spent = 0, 0.0
    unchained = mock.patch.multiple(
        composition,
        hash_row=lambda *_: GENESIS,
        link_group=lambda *_, **__: GENESIS,
    )
    if not chained:
        unchained.start()
    while spent < seconds:
        group = next(source)
        begun = time.perf_counter()
        journal.append(group, now_ms=START_MS + int(spent * 1000))
        spent += time.perf_counter() - begun
        done += size
    if not chained:
        unchained.stop()
    total = journal.head().seq
    journal.close()
    return done / spent, (folder / "journal.db").stat().st_size / total


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    with tempfile.TemporaryDirectory(dir=os.environ.get("KORGOO_BENCH_DIR")) as scratch:
        p50, p99 = measure_fsync(Path(scratch))
        print(f"fsync of 4 KiB: p50 {p50:.2f} ms, p99 {p99:.2f} ms; {PEOPLE} people; SQLite, one writer\n")
        print("| group | sealing | chain | rows/s | bytes/row | MB a person and year (60 s) |")
        print("|---:|---|---|---:|---:|---:|")
        lines = [(size, True, True) for size in (1, 50, 500)]
        lines += [(size, False, True) for size in (1, 50, 500)]
        lines += [(size, True, False) for size in (1, 50, 500)]
        lines += [(size, False, False) for size in (1, 50, 500)]
        for number, (size, sealed, chained) in enumerate(lines):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            rate, weight = run(folder, size=size, sealed=sealed, chained=chained, seconds=seconds)
            states = f"{'on' if sealed else 'off'} | {'on' if chained else 'off'}"
            yearly = weight * FIXES_A_YEAR / 1e6
            print(f"| {size} | {states} | {rate:,.0f} | {weight:.0f} | {yearly:.0f} |")


if __name__ == "__main__":
    main()
