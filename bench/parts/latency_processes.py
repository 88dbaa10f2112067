"""Two processes of bench/latency.py, in the installation that the environment names.

`--gateway PORT` is `korgoo gateway` behind a proxy that tells addresses: here every device has its own.
`--watch` notes when each alert and each row of the feed is first seen, and prints it at SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import signal
import sqlite3
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import psycopg

from korgoo.cli.gateway import read_settings
from korgoo.conf.environment import read_environment
from korgoo.gateway.server import run_gateway
from korgoo.journal.appender import Appender
from korgoo.journal.opening import locate_journal

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.conf.environment import Environment

    Look = Callable[[int, int], list[tuple[str, int]]]

LOOK_S: Final = 0.002
# One writer, the engine, puts rows into both: an id that is smaller than a known one cannot come later.
NEWER: Final = (
    "SELECT 'alerts_alert', id FROM alerts_alert WHERE id > {0}"
    " UNION ALL SELECT 'feed', id FROM feed WHERE id > {0}"
)


def serve_gateway(environment: Environment, port: int) -> None:
    """Be the gateway, its journal's writer in a process of its own as ever."""
    journal = Appender(locate_journal(environment))
    settings = replace(read_settings(environment), port=port, trusted_proxies=frozenset({"127.0.0.1"}))
    try:
        run_gateway(settings, journal=journal)
    finally:
        journal.close()


def watch(look: Look) -> None:
    """Note when each alert and each row of the feed is first seen; tell it all at SIGTERM."""
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: asked.append(1))
    seen: dict[str, dict[int, int]] = {"alerts_alert": {}, "feed": {}}
    newest = dict.fromkeys(seen, 0)
    while not asked:
        time.sleep(LOOK_S)
        found = look(newest["alerts_alert"], newest["feed"])
        now_ms = time.time_ns() // 1_000_000
        for table, number in found:
            seen[table][number] = now_ms
            newest[table] = max(newest[table], number)
    print(json.dumps(seen))


def look_at_sqlite(environment: Environment) -> Look:
    """Return what asks korgoo.db, and only when its version tells of a commit."""
    address = f"{(environment.data / 'korgoo.db').as_uri()}?mode=ro"
    records = sqlite3.connect(address, uri=True, isolation_level=None)
    version: list[int] = []

    def look(alert: int, news: int) -> list[tuple[str, int]]:
        found = records.execute("PRAGMA data_version").fetchone()
        if version == [*found]:
            return []
        version[:] = found
        return records.execute(NEWER.format("?"), (alert, news)).fetchall()

    return look


def look_at_postgres(url: str) -> Look:
    """Return what asks PostgreSQL, by one prepared statement on two primary keys."""
    records = psycopg.connect(url, autocommit=True)
    query = NEWER.format("%s").encode()

    def look(alert: int, news: int) -> list[tuple[str, int]]:
        return records.execute(query, (alert, news), prepare=True).fetchall()

    return look


def main() -> None:
    """Be one of the two processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--gateway", type=int, metavar="PORT")
    chosen.add_argument("--watch", action="store_true")
    args = parser.parse_args()
    environment = read_environment()
    if args.gateway:
        serve_gateway(environment, args.gateway)
    elif environment.database is None:
        watch(look_at_sqlite(environment))
    else:
        watch(look_at_postgres(environment.database.url))


if __name__ == "__main__":
    main()
