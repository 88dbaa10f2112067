"""A private installation in a folder: its environment, its records, its processes."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import psycopg

from korgoo.engine.rows import Assignment, Credential, Kind, encode_body, person_key
from korgoo.gateway.credentials import NewCredential, issue_credential
from korgoo.journal.opening import Address, open_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from korgoo.journal.protocol import JournalReader

START_S: Final = 30.0
_DAY_MS: Final = 86_400_000


class Connection(Protocol):
    """What the drills need of either database's connection."""

    def cursor(self) -> Any:  # noqa: ANN401 - sqlite3's or psycopg's
        """Return a cursor."""


class DrillError(Exception):
    """The drill itself could not be carried out."""


class Installation:
    """Loopback, ports of its own; nothing of the caller's KORGOO_ variables reaches it.

    SQLite in the folder, or the empty PostgreSQL database of `database_url`.
    """

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self.database_url = database_url
        self.gateway_port = _find_port()
        self._log = folder / "processes.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KORGOO_")}
        self.environment = {
            **kept,
            "KORGOO_DATA": str(folder),
            "KORGOO_GATEWAY_PORT": str(self.gateway_port),
            "DJANGO_SETTINGS_MODULE": "korgoo.conf.settings",
            **({"KORGOO_DATABASE_URL": database_url} if database_url else {}),
        }

    def migrate(self) -> None:
        """Make the records' database and the picture's."""
        for more in ((),) if self.database_url else ((), ("--database", "picture")):
            self._run("django", "migrate", "--skip-checks", "--verbosity", "0", *more)

    def register_people(self, count: int) -> None:
        """Put people 1 to `count` into the records."""
        self._run("korgoo.cli.drills.people", str(count))

    def _run(self, *words: str) -> None:
        command = (sys.executable, "-m", *words)
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
        if done.returncode:
            raise DrillError(f"the records could not be made: {done.stderr[-500:]}")

    def write_controls(self, rows: list[tuple[str, str, int, bytes, int]]) -> None:
        """Put control rows (kind, key, case, body, created at ms) into the inbox."""
        mark = "%s" if self.database_url else "?"
        values = ", ".join([mark] * 5)
        statement = f"INSERT INTO journal_inbox (kind, key, case_id, body, created_at_ms) VALUES ({values})"  # noqa: S608 - placeholders
        with self.connect() as db:
            db.cursor().executemany(statement, rows)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open the records for a moment; what was changed is committed at the end."""
        if self.database_url:
            with psycopg.connect(self.database_url) as server:
                yield server
            return
        with closing(sqlite3.connect(self.folder / "korgoo.db", timeout=10)) as file, file:
            yield file

    def read(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what a statement finds in the records."""
        with self.connect() as db:
            return list(db.cursor().execute(statement).fetchall())

    def open_reader(self) -> JournalReader:
        """Open the journal beside its writer."""
        return open_reader(Address(str(self.folder), self.database_url))

    def issue_devices(self, count: int) -> list[NewCredential]:
        """Give devices to people 1 to `count`, person n in case n, in force since yesterday."""
        since_ms = time.time_ns() // 1_000_000 - _DAY_MS
        issued = [issue_credential() for _ in range(count)]
        rows: list[tuple[str, str, int, bytes, int]] = []
        for number, new in enumerate(issued, 1):
            key = person_key(number)
            given = Assignment(number, f"device-{number}", key, number, f"drill-{number}", False, since_ms)  # noqa: FBT003 - the row's own order of fields
            secret = Credential(new.public_id, number, new.secret_sha256, since_ms)
            rows.append((Kind.ASSIGNMENT.value, key, number, encode_body(given), since_ms))
            rows.append((Kind.CREDENTIAL.value, key, number, encode_body(secret), since_ms))
        self.write_controls(rows)
        return issued

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `korgoo WORDS` in a process group of its own; what it logs goes into a file."""
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - ourselves
                (sys.executable, "-m", "korgoo.cli", *words),
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_for_gateway(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until the gateway stores messages.

        Raises:
            DrillError: it ended, or did not start in time; the end of its log is in the message.
        """
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and child.poll() is None:
            with suppress(OSError):  # URLError is one
                urllib.request.urlopen(f"http://127.0.0.1:{self.gateway_port}/healthz", timeout=5).close()
                return
            time.sleep(0.05)
        raise DrillError(f"the gateway did not start: {self._log.read_text(errors='replace')[-1_000:]}")


def kill(child: subprocess.Popen[bytes], *, group: bool) -> None:
    """Kill with SIGKILL: the process alone, or its children in the same instant."""
    with suppress(ProcessLookupError):
        if group:
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    child.wait()


def find_children(pid: int) -> Sequence[int]:
    """Return the process ids of a process's children; none where the system does not tell."""
    with suppress(OSError):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return [int(one) for one in found]
    return []


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
