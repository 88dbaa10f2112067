"""Do what has become due: escalations, orders that end. One of the processes of `korgoo up`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.runtime.installation import set_up_django

if TYPE_CHECKING:
    import argparse


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def run(_args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    set_up_django()
    from django.conf import settings

    from korgoo.runtime.chores import CHORES
    from korgoo.runtime.loops import StopRequest, run_worker

    stop = StopRequest()
    stop.listen()
    run_worker(CHORES, settings.KORGOO_CLOCK, stop)
    return 0
