"""`korgoo up`: starts every process, restarts what dies, and stops all in the order that loses nothing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from korgoo.conf.processes import Process
    from korgoo.runtime.loops import StopRequest

LOCK_FILE: Final = "up.lock"
DEATHS: Final = 5
MINUTE_S: Final = 60.0
FIRST_BACKOFF_S: Final = 0.5
LONGEST_BACKOFF_S: Final = 8.0
DRAIN_S: Final = 20.0
LOOK_S: Final = 0.2


class AlreadyUpError(RuntimeError):
    """Another `korgoo up` runs on the same data."""


@contextlib.contextmanager
def hold_lock(data: Path) -> Iterator[None]:
    """Hold the data directory's lock; the system gives it back however this process ends.

    Raises:
        AlreadyUpError: another process holds it; the message names it.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / LOCK_FILE).open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "another process"
            message = f"korgoo is already up on {data} (process {holder}); stop that one first"
            raise AlreadyUpError(message) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


class Child:
    """One process under supervision."""

    def __init__(self, process: Process, say: Callable[[str], None]) -> None:
        """Start nothing yet."""
        self.process = process
        self.deaths: deque[float] = deque(maxlen=DEATHS)
        self._say = say
        self._running: subprocess.Popen[bytes] | None = None
        self._again_at = 0.0

    def start(self) -> None:
        """Start it in a group of its own: Ctrl-C at the terminal reaches only us, and we drain in order."""
        self._running = subprocess.Popen(self.process.command, start_new_session=True)  # noqa: S603 - our own list

    def look(self, now_s: float) -> bool:
        """Restart it if it died and its back-off has passed; False when it died too often."""
        if self._running is None:
            if now_s >= self._again_at:
                self.start()
            return True
        status = self._running.poll()
        if status is None:
            return True
        self._running = None
        self.deaths.append(now_s)
        recent = sum(1 for death in self.deaths if now_s - death < MINUTE_S)
        pause_s = min(FIRST_BACKOFF_S * 2 ** (recent - 1), LONGEST_BACKOFF_S)
        self._again_at = now_s + pause_s
        name = self.process.name
        self._say(f"{name} ended with status {status}; death {recent} in a minute, again in {pause_s:g} s")
        return recent < DEATHS

    def stop(self) -> None:
        """Ask it to end and wait; after `DRAIN_S` it is killed, and that is said."""
        if self._running is None:
            return
        self._running.send_signal(signal.SIGTERM)
        try:
            self._running.wait(DRAIN_S)
        except subprocess.TimeoutExpired:
            self._say(f"{self.process.name} did not end within {DRAIN_S:g} s and is killed")
            self._running.kill()
            self._running.wait()
        self._running = None


def supervise(
    processes: Sequence[Process],
    stop: StopRequest,
    *,
    announce: Callable[[], None],
    output: TextIO = sys.stderr,
) -> int:
    """Run the processes until asked to stop; return the exit code.

    `announce` is called once all have been started. Five deaths of one process within a minute stop the lot.
    """

    def say(text: str) -> None:
        output.write(f"korgoo up: {text}\n")
        output.flush()

    children = [Child(process, say) for process in sorted(processes, key=lambda process: process.start)]
    status = 0
    try:
        for child in children:
            child.start()
        announce()
        while not stop.wait(LOOK_S):
            failed = [child for child in children if not child.look(time.monotonic())]
            if failed:
                names = ", ".join(child.process.name for child in failed)
                say(f"{names} died {DEATHS} times within a minute; all stops. The lines above say why.")
                status = 1
                break
    finally:
        for child in sorted(children, key=lambda child: child.process.drain):
            child.stop()
    return status
