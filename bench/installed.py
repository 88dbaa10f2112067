"""What the benches of a whole installation share: made-up people, their rows, processes beside."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import subprocess
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from korgoo.conf.environment import read_environment
from korgoo.engine.rows import encode_body, person_key
from korgoo.journal.disk import measure_fsync
from korgoo.journal.opening import locate_journal, open_writer
from korgoo.journal.record import Draft

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from bench.parts.postgres_server import describe_database, open_database

    from korgoo.engine.rows import Body, Kind
    from korgoo.journal.protocol import Journal
else:  # beside a script, its folder is where modules are looked for
    from parts.postgres_server import describe_database, open_database


@contextlib.contextmanager
def empty_installation(args: argparse.Namespace) -> Iterator[str]:
    """Name an empty installation in the environment, for this process and those that it starts.

    Yields the URL of its database, "" for SQLite, and says what it lies on and how busy the machine is.
    """
    folder = tempfile.TemporaryDirectory(dir=os.environ.get("KORGOO_BENCH_DIR"))
    with folder as scratch, open_database(args) as url:
        os.environ |= {"KORGOO_DATA": scratch, "KORGOO_DATABASE_URL": url, "KORGOO_KEYS_URL": ""}
        p50, p99 = measure_fsync(Path(scratch))
        print(describe_database(url))
        print(f"fsync of 4 KiB: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
        print(f"{os.cpu_count()} cores, load average before: {os.getloadavg()[0]:.2f}", flush=True)
        yield url


def open_journal() -> Journal:
    """Open the installation's journal for writing."""
    return open_writer(locate_journal(read_environment()))


def draft(kind: Kind, number: int, body: Body, fixed_ms: int | None = None) -> Draft:
    """Return a row to append of one person, sealed by his own case."""
    encoded = encode_body(body)
    return Draft(kind.value, person_key(number), number, encoded, hashlib.sha256(encoded).digest(), fixed_ms)


def register_people(count: int) -> None:
    """Put people into the records: alerts and the map belong to offices."""
    from korgoo.accounts.models import Agency  # noqa: PLC0415 - needs Django
    from korgoo.accounts.services import open_office  # noqa: PLC0415 - as above
    from korgoo.people.models import Person  # noqa: PLC0415 - as above

    now = datetime.now(UTC)
    agency = Agency.objects.create(code="probation", name="Probation")
    office = open_office(
        agency, code="b", name="B", parent=None, valid_from=date(2026, 1, 1), actor="system:bench", now=now
    )
    Person.objects.unscoped("a made-up population").bulk_create(
        Person(
            pk=n + 1,
            kind="participant",
            family_name="B",
            given_name="N",
            country="KG",
            office=office,
            created_at=now,
        )
        for n in range(count)
    )


@contextlib.contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process of the installation until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
