"""The processes engine and worker: a loop until they are asked to stop, with nothing decided inside."""

from __future__ import annotations

import gc
import logging
import signal
import threading
import time
from typing import TYPE_CHECKING, Final

from korgoo.runtime.installation import NotReadyError, open_reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from korgoo.conf.environment import Environment
    from korgoo.journal.protocol import JournalReader
    from korgoo.runtime.engine import EngineLoop

log = logging.getLogger("korgoo.runtime")

IDLE_S: Final = 0.05
WAIT_FOR_JOURNAL_S: Final = 30.0
CHORES_EVERY_S: Final = 1.0
COLLECT_AFTER: Final = (50_000, 20, 20)
"""Judging leaves no cycles behind, but many objects: by default the collector took a fifth of its time."""


class StopRequest:
    """Set by SIGTERM or SIGINT; a loop looks at it between two turns."""

    def __init__(self) -> None:
        """Not asked yet."""
        self._asked = threading.Event()

    def listen(self) -> None:
        """Take SIGTERM and SIGINT as the request, so that a turn is never cut."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._asked.set())

    def ask(self) -> None:
        """Ask from within the process."""
        self._asked.set()

    @property
    def asked(self) -> bool:
        """Whether the loop shall end."""
        return self._asked.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep so long or until asked; say whether it was asked."""
        return self._asked.wait(seconds)


def run_engine(loop: EngineLoop, stop: StopRequest) -> None:
    """Judge until asked to stop; the last turn takes up what the gateway acknowledged before it ended."""
    loop.start()
    gc.set_threshold(*COLLECT_AFTER)
    while not stop.asked:
        if loop.turn() == 0 and not loop.tend():
            stop.wait(IDLE_S)
    while loop.turn():
        log.info("engine takes up what came last")


def wait_for_journal(environment: Environment, stop: StopRequest) -> JournalReader:
    """Return the journal's reader as soon as the gateway has made the journal.

    Raises:
        NotReadyError: it was not made within half a minute.
    """
    began = time.monotonic()
    while True:
        try:
            return open_reader(environment)
        except NotReadyError:
            if time.monotonic() - began > WAIT_FOR_JOURNAL_S or stop.wait(0.2):
                raise


def run_worker(
    chores: tuple[Callable[[datetime], int], ...], clock: Callable[[], datetime], stop: StopRequest
) -> None:
    """Do every chore once a second, again at once while there was work."""
    while not stop.asked:
        done = sum(chore(clock()) for chore in chores)
        if not done:
            stop.wait(CHORES_EVERY_S)
