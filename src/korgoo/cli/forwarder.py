"""Let a server such as Traccar speak for the devices whose serial number is its uniqueId.

The gateway reads the list when it starts: start it anew after a change.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from korgoo.cli import complain
from korgoo.gateway.forwarders import (
    FORWARDERS_FILE,
    ForwardersError,
    add_forwarder,
    read_forwarders,
    remove_forwarder,
)

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action, told in (("add", "print a new secret, once"), ("remove", "let it in no longer")):
        actions.add_parser(action, help=told).add_argument("name", metavar="NAME", help="such as traccar1")
    actions.add_parser("list", help="print the names")


def run(args: argparse.Namespace) -> int:
    """Change or print the list of forwarders of this installation."""
    from korgoo.conf.environment import read_environment

    try:
        data = read_environment().data
        if not data.is_dir():
            return complain("forwarder", f"there is no installation in {data}; make one with korgoo init")
        path = data / FORWARDERS_FILE
        if args.action == "add":
            secret = add_forwarder(path, name=args.name)
            sys.stdout.write(f"Authorization: Bearer {args.name}.{secret}\n")
            sys.stderr.write("The secret is shown now and never again. Start the gateway anew.\n")
        elif args.action == "remove":
            remove_forwarder(path, name=args.name)
            sys.stderr.write("It is let in no longer once the gateway has started anew.\n")
        else:
            sys.stdout.write("".join(f"{one.public_id}\n" for one in read_forwarders(path)))
    except (ForwardersError, OSError) as error:
        return complain("forwarder", str(error))
    return 0
