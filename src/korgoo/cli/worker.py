"""Do what has become due: escalations, orders that end, evidence. One of the processes of `korgoo up`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from korgoo.runtime.installation import set_up_django

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--bundle",
        type=int,
        metavar="ID",
        help="only make this bundle of evidence, whose lease stands on standard input",
    )


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C; with --bundle until the bundle is made."""
    environment = set_up_django()
    from django.conf import settings

    from korgoo.runtime.anchoring import HeadAnchor
    from korgoo.runtime.bundle_making import BundleMaking, lower_priority, make_asked_bundle
    from korgoo.runtime.chores import CHORES
    from korgoo.runtime.loops import StopRequest, run_worker

    if args.bundle is not None:
        lower_priority()
        token = sys.stdin.read().strip()
        make_asked_bundle(args.bundle, token=token, environment=environment, now=settings.KORGOO_CLOCK())
        return 0
    stop, making = StopRequest(), BundleMaking(environment)
    stop.listen()
    try:
        run_worker((*CHORES, HeadAnchor(environment), making), settings.KORGOO_CLOCK, stop)
    finally:
        making.close()
    return 0
