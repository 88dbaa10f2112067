"""The processes of an installation and the order in which they start and drain; data only."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from korgoo.conf.environment import Environment


class Process(NamedTuple):
    """One child of `korgoo up`. Lower `start` starts first, lower `drain` is stopped first."""

    name: str
    command: tuple[str, ...]
    start: int
    drain: int


def list_processes(environment: Environment) -> tuple[Process, ...]:
    """Return the processes in the order in which they start.

    The gateway starts last and stops first: nothing is acknowledged that the rest could not take up, and
    what it has acknowledged is judged before the engine stops.
    """
    python = sys.executable
    web: tuple[str, ...] = (
        # More threads than these would only wait for each other; granian warns of any more, its own 512 too.
        *(python, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--blocking-threads", str(2 * (os.cpu_count() or 1) + 1)),
        *("--host", environment.host, "--port", str(environment.web_port)),
    )
    if environment.tls_certificate is not None and environment.tls_key is not None:
        web = (
            *web,
            *("--ssl-certificate", str(environment.tls_certificate)),
            *("--ssl-keyfile", str(environment.tls_key)),
        )
    korgoo = (python, "-m", "korgoo.cli")
    return (
        Process("engine", (*korgoo, "engine"), start=1, drain=2),
        Process("worker", (*korgoo, "worker"), start=2, drain=3),
        Process("live", (*korgoo, "live"), start=3, drain=4),
        Process("web", (*web, "korgoo.conf.wsgi:application"), start=4, drain=5),
        Process("gateway", (*korgoo, "gateway"), start=5, drain=1),
    )
