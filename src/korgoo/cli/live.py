"""Run the live process, which sends events to open pages, until it is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.cli import complain
from korgoo.conf.environment import EnvironmentInvalidError, read_environment
from korgoo.live.server import run_live
from korgoo.live.settings import read_live_settings

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line: everything comes from the environment."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Serve streams."""
    del args
    try:
        run_live(read_live_settings(read_environment()))
    except (EnvironmentInvalidError, ValueError) as error:
        return complain("live", str(error))
    return 0
