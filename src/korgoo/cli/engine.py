"""Judge what the journal holds and record what follows. One of the processes of `korgoo up`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.runtime.installation import NotReadyError, set_up_django

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the number of shards."""
    parser.add_argument("--shards", type=int, default=1, help="into how many cursors the keys are dealt (1)")


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C."""
    environment = set_up_django()
    from django.conf import settings

    from korgoo.cli import complain
    from korgoo.engine.parameters import Parameters
    from korgoo.runtime.engine import EngineLoop, StoresApartError
    from korgoo.runtime.loops import StopRequest, run_engine, wait_for_journal

    stop = StopRequest()
    stop.listen()
    try:
        reader = wait_for_journal(environment, stop)
    except NotReadyError as error:
        return complain("engine", str(error))
    try:
        run_engine(
            EngineLoop(reader, clock=settings.KORGOO_CLOCK, parameters=Parameters(), shards=args.shards), stop
        )
    except StoresApartError as error:
        advice = "keep the files as they are and put back copies of one time (docs/operations.md)"
        return complain("engine", f"{error}: {advice}")
    finally:
        reader.close()
    return 0
