"""The korgoo command: one module a command, imported only when it is asked for.

A command module has `add_arguments(parser)` and `run(args) -> int`. It returns 0 when all went well and 2,
with a sentence on stderr, when what it was given cannot be used; what it did not expect leaves as 1.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, Final

BAD_INPUT: Final = 2

# Name of the command, which is also its module here (a dash becomes an underscore), and what it does.
COMMANDS: Final[dict[str, str]] = {
    "init": "make an installation: databases and a first administrator",
    "account": "open offices, make accounts",
    "demo": "start a made-up town with yesterday behind it, going on live",
    "replay": "play a recording into the demonstration",
    "up": "start every process of the installation and keep them running",
    "doctor": "examine clock, disk, lag and chain of an installation",
    "engine": "judge what the journal holds (one of the processes of up)",
    "worker": "do what has become due (one of the processes of up)",
    "backtest": "judge recorded fixes by a plan, offline",
    "coverage": "learn from recorded fixes where positions and contact are usually lost",
    "sim": "make a city of made-up people: plan, fixes and truth as files",
    "bench": "measure how fast a part is, from a source checkout",
    "mutate": "plant errors in the rules and see tests find them, from a source checkout",
    "crash-test": "kill a process under load and count what was lost",
    "evidence": "hand a finding out as a bundle that proves itself",
    "explain": "say in words what a finding means and rests on",
    "gateway": "take device traffic until it is stopped",
    "forwarder": "let a Traccar server speak for the devices that it knows",
    "verify": "walk the journal, or check bundles of evidence",
    "basemap": "install the base map that pages draw",
    "live": "run the process that sends events to open pages",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the korgoo command; the process exits with what it returns."""
    words = sys.argv[1:] if argv is None else list(argv)
    parser = _parser()
    if words and words[0] in COMMANDS:
        command = _module(words[0])
        own = argparse.ArgumentParser(
            prog=f"korgoo {words[0]}", description=command.__doc__, allow_abbrev=False
        )
        command.add_arguments(own)
        return _run(command, own.parse_args(words[1:]), name=words[0])
    if not words:
        parser.print_help(sys.stderr)
        return BAD_INPUT
    parser.parse_args(words)  # --help, or an unknown command: both leave from here
    return BAD_INPUT


def complain(command: str, message: str) -> int:
    """Say on stderr what cannot be used, and return the exit code for it."""
    sys.stderr.write(f"korgoo {command}: {message}\n")
    return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    width = max(map(len, COMMANDS))
    listing = "\n".join(f"  {name:{width}}  {summary}" for name, summary in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="korgoo",
        description="Electronic monitoring and the protection of victims.",
        epilog=f"commands:\n{listing}\n\n`korgoo COMMAND --help` says more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=list(COMMANDS), metavar="COMMAND")
    return parser


def _module(name: str) -> Any:  # noqa: ANN401 - a module of the shape that the docstring above gives
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")


def _run(command: Any, args: argparse.Namespace, *, name: str) -> int:  # noqa: ANN401 - as _module
    try:
        status = int(command.run(args))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, such as `head`, has gone: point stdout elsewhere, or the interpreter complains at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except ValueError as error:
        from korgoo.conf.environment import EnvironmentInvalidError  # offline commands never need it

        if not isinstance(error, EnvironmentInvalidError):
            raise
        return complain(name, str(error))
    return status
