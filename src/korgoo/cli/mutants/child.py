"""Work in a forked child, whose end harms nobody, and a time without anything printed."""

from __future__ import annotations

import os
import resource
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

BROKEN: Final = "broken: "
"""Begins the line in which a child says that it could not do its work."""
_MEMORY: Final = 4 << 30


def run_in_child(work: Callable[[Callable[[str], None]], None]) -> list[str]:
    """Let a forked child do the work; return the lines that it said until its end, whatever end that was."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
        try:
            with os.fdopen(writing, "w", buffering=1) as pipe:
                say = partial(print, file=pipe)
                try:
                    work(say)
                except BaseException as error:  # noqa: BLE001 - whatever it is, the parent has to hear of it
                    say(f"{BROKEN}{error!r}")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read().splitlines()
    os.waitpid(child, 0)
    return told


class quiet:  # noqa: N801 - reads as a word in `with`
    """Sends what is printed nowhere; who has something to tell writes to a stream of his own."""

    def __enter__(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self.kept = os.dup(1), os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.close(nowhere)

    def __exit__(self, *_: object) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, kept in enumerate(self.kept, 1):
            os.dup2(kept, number)
            os.close(kept)
