"""Runs a demonstration: ports, clock, every process of `korgoo up`, the feeder, the word when it is ready."""

from __future__ import annotations

import http.client
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

from korgoo.conf.clock import Clock, DemoClock, write_demo_clock
from korgoo.conf.processes import Process, list_processes
from korgoo.journal.errors import StorageError
from korgoo.journal.sqlite_reader import SqliteReader
from korgoo.runtime.supervision import supervise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from korgoo.conf.environment import Environment
    from korgoo.runtime.demo.card import Card
    from korgoo.runtime.loops import StopRequest

HOST: Final = "127.0.0.1"
_LOOK_S: Final = 0.2
_PATIENCE_S: Final = 60.0


class PortTakenError(RuntimeError):
    """A port that is needed is in use; the message names it and says what to do."""


def choose_environment(data: Path) -> dict[str, str]:
    """Return the variables that make a process one of this demonstration: SQLite, loopback, labelled."""
    return {
        "KORGOO_DEMO": "1",
        "KORGOO_DATA": str(data),
        "KORGOO_HOST": HOST,
        "KORGOO_DATABASE_URL": "",
        "KORGOO_TLS_CERTIFICATE": "",
        "KORGOO_TLS_KEY": "",
        "KORGOO_ALLOWED_HOSTS": "127.0.0.1,localhost",
        "KORGOO_TIME_ZONE": "Asia/Bishkek",
        "DJANGO_SETTINGS_MODULE": "korgoo.conf.settings",
    }


def require_free_ports(environment: Environment) -> None:
    """Find out that all three ports can be used, before anything is made.

    Raises:
        PortTakenError: one cannot.
    """
    for name in ("web", "gateway", "live"):
        port = getattr(environment, f"{name}_port")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                variable = f"KORGOO_{name.upper()}_PORT"
                raise PortTakenError(
                    f"port {port} is in use; stop what uses it, or choose another: {variable}={port + 1000}"
                ) from error


def set_clock(data: Path, *, shown_ms: int, speed: float = 1.0) -> None:
    """Let the demonstration's clock show `shown_ms` now and run at `speed`."""
    write_demo_clock(DemoClock(real_ms=_real_ms(), shown_ms=shown_ms, speed=speed), data=data)


def resume_clock(data: Path, *, fitted_ms: int) -> None:
    """Let the clock go on at `fitted_ms`, or where the journal ends if that is later (it has run fast)."""
    try:
        reader = SqliteReader(data)
    except StorageError:
        logged_ms = 0
    else:
        logged_ms = reader.head().log_at_ms
        reader.close()
    now_ms = _real_ms()
    shown_ms = max(fitted_ms, logged_ms) if logged_ms > fitted_ms + _HEAD_MS else fitted_ms
    if abs(shown_ms - now_ms) < _NEAR_MS:
        write_demo_clock(DemoClock(), data=data)
    else:
        set_clock(data, shown_ms=shown_ms)


_HEAD_MS: Final = 60_000
_NEAR_MS: Final = 1_000


def list_demo_processes(environment: Environment, *, fed: bool) -> tuple[Process, ...]:
    """Return what `korgoo up` runs and, if `fed`, the made-up devices, which fall silent first."""
    processes = list_processes(environment)
    command = (sys.executable, "-m", "korgoo.runtime.demo.feeder")
    return (*processes, Process("devices", command, start=6, drain=0)) if fed else processes


def run_demo(
    environment: Environment,
    stop: StopRequest,
    *,
    fed: bool,
    when_ready: Callable[[], None],
) -> int:
    """Run all processes until asked to stop; `when_ready` is called once pages and gateway answer."""
    watch = threading.Thread(
        target=_watch, args=(environment, stop, when_ready), name="korgoo-ready", daemon=True
    )
    return supervise(list_demo_processes(environment, fed=fed), stop, announce=watch.start)


def _watch(environment: Environment, stop: StopRequest, when_ready: Callable[[], None]) -> None:
    began = time.monotonic()
    waiting = {environment.web_port: "/", environment.gateway_port: "/healthz"}
    told = False
    while not stop.wait(_LOOK_S):
        waiting = {port: path for port, path in waiting.items() if not _answers(port, path)}
        if not waiting:
            when_ready()
            return
        if not told and time.monotonic() - began > _PATIENCE_S:
            told = True
            sys.stderr.write(
                f"korgoo demo: port {min(waiting)} does not answer yet; the lines above say why\n"
            )


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500  # noqa: PLR2004 - statuses of HTTP
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def describe(environment: Environment, card: Card, *, seconds: float, fresh: bool) -> str:
    """Return the block that is printed when the demonstration is ready; `fresh`: it was made just now."""
    width = max(len(account.email) for account in card.accounts)
    accounts = [f"      {account.email:{width}}  {account.duty}" for account in card.accounts]
    lines = [
        "",
        f"  Korgoo demonstration, ready after {seconds:.0f} s. Everybody and everything in it is made up.",
        "",
        f"    pages      http://localhost:{environment.web_port}/",
        f"    devices    http://{HOST}:{environment.gateway_port}/",
        f"    password   {card.password}   for each of these accounts:",
        *accounts,
        "",
        *(["    A first alarm opens within a minute and a half."] if fresh and card.script else []),
        "    Ctrl-C stops it; the next start goes on with the same data (--reset begins anew).",
        "",
    ]
    return "\n".join(lines)


def read_demo_clock(data: Path) -> Clock:
    """Return the clock of a demonstration."""
    return Clock(data=data, demo=True)


def _real_ms() -> int:
    return time.time_ns() // 1_000_000
