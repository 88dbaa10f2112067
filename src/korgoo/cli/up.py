"""Start every process of the installation and keep them running. Ctrl-C drains and stops them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from korgoo.runtime.installation import prepare_installation, set_up_django

if TYPE_CHECKING:
    import argparse


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Take nothing: settings come from the environment."""


def run(_args: argparse.Namespace) -> int:
    """Run until Ctrl-C; 1 when a process died too often, 2 when it is up already."""
    from korgoo.cli import complain
    from korgoo.conf.processes import list_processes
    from korgoo.runtime.loops import StopRequest
    from korgoo.runtime.supervision import AlreadyUpError, hold_lock, supervise

    environment = set_up_django()
    stop = StopRequest()
    stop.listen()
    scheme = "https" if environment.tls else "http"

    def announce() -> None:
        sys.stdout.write(f"korgoo up: pages at {scheme}://{environment.host}:{environment.web_port}/\n")
        sys.stdout.write(f"korgoo up: devices at {scheme}://{environment.host}:{environment.gateway_port}/\n")
        sys.stdout.flush()

    try:
        with hold_lock(environment.data):
            prepare_installation(environment)
            return supervise(list_processes(environment), stop, announce=announce)
    except AlreadyUpError as error:
        return complain("up", str(error))
