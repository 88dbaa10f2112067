"""A PostgreSQL for the benches: a throw-away cluster on a unix socket, or the server of a given URL.

`declare_database` adds the options, `open_database` yields the URL of an empty database ("" for SQLite) and
drops it afterwards, `fresh_database` makes a further one beside it. A throw-away cluster runs with the
package's own settings, fsync and synchronous_commit on, under KORGOO_BENCH_DIR or the system's folder for
temporary files. PostgreSQL refuses to run as root, so under root it runs as the user `postgres`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

PORT: Final = 54_331  # names the socket file only; no TCP port is opened
CONNECTIONS: Final = 100


def declare_database(parser: argparse.ArgumentParser) -> None:
    """Declare --postgres and --database; without either a bench runs on SQLite."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--postgres", action="store_true", help="on a throw-away PostgreSQL of its own")
    chosen.add_argument("--database", metavar="URL", default="", help="on this PostgreSQL server")


@contextmanager
def open_database(args: argparse.Namespace) -> Iterator[str]:
    """Yield the URL of an empty database as the options have it, "" for SQLite."""
    if args.database:
        with fresh_database(args.database) as url:
            yield url
    elif args.postgres:
        with serve_postgres() as server, fresh_database(server) as url:
            yield url
    else:
        yield ""


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """Yield the URL of a new database on the server of `url`, dropped at the end."""
    name = f"korgoo_bench_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield _name_database(url, name)
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def describe_database(url: str) -> str:
    """Return what the table says it ran on."""
    if not url:
        return "SQLite, WAL, synchronous=FULL"
    with psycopg.connect(url) as db:
        rows = db.execute("SELECT name, setting FROM pg_settings").fetchall()
    found: dict[str, str] = dict(rows)
    said = ", ".join(f"{name}={found[name]}" for name in ("fsync", "synchronous_commit"))
    return f"PostgreSQL {found['server_version'].partition(' ')[0]}, {said}"


@contextmanager
def serve_postgres() -> Iterator[str]:
    """Run an empty cluster and yield the URL of its database `postgres`; its superuser is `postgres`."""
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("PostgreSQL is not installed: make system-deps")
    with tempfile.TemporaryDirectory(prefix="korgoo-pg-", dir=os.environ.get("KORGOO_BENCH_DIR")) as folder:
        home = Path(folder)
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        data = home / "data"
        _run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale")
        options = f"-k {home} -p {PORT} -c listen_addresses='' -c max_connections={CONNECTIONS}"
        _run(binaries / "pg_ctl", "-D", data, "-o", options, "-l", home / "log", "-w", "start")
        try:
            yield f"postgresql://postgres@/postgres?host={home}&port={PORT}"
        finally:
            _run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def find_binaries() -> Path | None:
    """Return the newest installed server's bin folder."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def measure_server_s(url: str) -> float:
    """Return the processor seconds of the server's processes, 0 where it runs on another machine."""
    with psycopg.connect(url) as db:
        pids = [pid for (pid,) in db.execute("SELECT pid FROM pg_stat_activity")]
        pids.remove(db.info.backend_pid)
    ticks = 0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _name_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _run(*command: str | Path) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run(  # noqa: S603 - the server's own programs
        [*prefix, *map(str, command)], cwd="/", capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stdout}{done.stderr}")
