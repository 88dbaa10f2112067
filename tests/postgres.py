"""A private PostgreSQL for the tests: its own cluster, on a unix socket, gone at the end.

`postgres_url` skips loudly where no server is installed; with `postgres` in KORGOO_REQUIRE it fails instead.
PostgreSQL refuses to run as root, so under root the server runs as the user `postgres`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSENT = "PostgreSQL is not installed: NOTHING of the PostgreSQL store was tested (make system-deps)"
PORT = 54_329  # names the socket file only; no TCP port is opened


def find_binaries() -> Path | None:
    """Return the newest installed server's bin folder."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def run_server_command(*command: str | Path) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*prefix, *map(str, command)], cwd="/", capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")


@contextmanager
def serve_postgres(binaries: Path) -> Iterator[str]:
    """Run an empty cluster and yield the URL of its database `postgres`; its superuser is `postgres`."""
    with tempfile.TemporaryDirectory(prefix="korgoo-pg-") as folder:
        home = Path(folder)
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        data = home / "data"
        run_server_command(
            binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"
        )
        options = f"-k {home} -p {PORT} -c listen_addresses='' -c max_connections=60 -c fsync=off"
        run_server_command(binaries / "pg_ctl", "-D", data, "-o", options, "-l", home / "log", "-w", "start")
        try:
            yield f"postgresql://postgres@/postgres?host={home}&port={PORT}"
        finally:
            run_server_command(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Return the URL of an empty cluster's database `postgres`."""
    binaries = find_binaries()
    if binaries is None:
        if "postgres" in os.environ.get("KORGOO_REQUIRE", "").split(","):
            pytest.fail(ABSENT)
        pytest.skip(ABSENT)
    with serve_postgres(binaries) as url:
        yield url


@contextmanager
def make_database(server_url: str, *, name_of: str) -> Iterator[str]:
    """Make a fresh database on a server for one test, whose id is `name_of`, and drop it afterwards."""
    import psycopg  # noqa: PLC0415 - only tests with PostgreSQL pay for it

    name = f"t{abs(hash(name_of)):x}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        yield server_url.replace("/postgres?", f"/{name}?")
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def postgres_database(postgres_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of a fresh database for one test, dropped afterwards."""
    with make_database(postgres_url, name_of=request.node.nodeid) as url:
        yield url
