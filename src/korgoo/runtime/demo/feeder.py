"""Plays the simulator live into the gateway over HTTP: one of the processes of a running demonstration.

`python -m korgoo.runtime.demo.feeder`. Devices send in the order of their messages and try again while the
gateway is away, as real ones do.
"""

from __future__ import annotations

import http.client
import logging
import queue
import threading
from typing import TYPE_CHECKING, Final

from korgoo.conf.clock import Clock
from korgoo.conf.environment import read_environment
from korgoo.runtime.demo.card import read_card
from korgoo.runtime.demo.script import choose_people, scripted
from korgoo.runtime.demo.speech import speak
from korgoo.runtime.loops import StopRequest
from korgoo.sim.itinerary import DAY_MS
from korgoo.sim.observations import stream
from korgoo.sim.town import Town

if TYPE_CHECKING:
    from collections.abc import Iterable

    from korgoo.engine.rows import Observation
    from korgoo.runtime.demo.card import Card, DeviceKey
    from korgoo.runtime.demo.speech import Message

log = logging.getLogger("korgoo.demo")

LINES: Final = 4
"""Connections to the gateway; one device always uses the same."""
WAITING: Final = 2_000
BEHIND_MS: Final = 10 * 60_000
"""Further behind than this (a laptop that slept) the devices begin anew at the present."""
_LOOK_S: Final = 0.2
_TIMEOUT_S: Final = 10.0
_AGAIN_S: Final = 0.5
_DAYS: Final = 3_650


class Line:
    """One connection to the gateway with its queue and its thread."""

    def __init__(self, port: int, *, stop: StopRequest) -> None:
        """Connect to nothing yet."""
        self._port = port
        self._stop = stop
        self._queue: queue.Queue[Message] = queue.Queue(WAITING)
        self._connection: http.client.HTTPConnection | None = None
        self._thread = threading.Thread(target=self._run, name="korgoo-line", daemon=True)
        self.sent = 0
        self.refused = 0

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def put(self, message: Message) -> None:
        """Queue a message; waits while the queue is full, unless we are to stop."""
        while not self._stop.asked:
            try:
                self._queue.put(message, timeout=_LOOK_S)
            except queue.Full:
                continue
            return

    def settle(self) -> None:
        """Wait until the queue is empty or we are to stop."""
        while self._queue.unfinished_tasks and not self._stop.wait(_LOOK_S / 4):
            continue

    def _run(self) -> None:
        while not self._stop.asked:
            try:
                message = self._queue.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            while not self._deliver(message):
                if self._stop.wait(_AGAIN_S):
                    return
            self._queue.task_done()

    def _deliver(self, message: Message) -> bool:
        """Send a message; False where it is to be sent again."""
        try:
            status = self._post(message)
        except (OSError, http.client.HTTPException):
            self._connection = None
            return False
        if status in {429, 503}:
            return False
        if 200 <= status < 300:  # noqa: PLR2004 - statuses of HTTP
            self.sent += 1
        else:
            self.refused += 1
            log.warning("the gateway answered %s to %s", status, message.path)
        return True

    def _post(self, message: Message) -> int:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT_S)
        headers = {"Authorization": message.authorization} if message.authorization else {}
        if message.content_type:
            headers["Content-Type"] = message.content_type
        target = f"{message.path}?{message.query}" if message.query else message.path
        self._connection.request("POST", target, body=message.body, headers=headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status


class Feeder:
    """Sends what becomes due by the demonstration's clock."""

    def __init__(self, port: int, *, clock: Clock, stop: StopRequest) -> None:
        """Open the lines."""
        self.clock = clock
        self._stop = stop
        self.lines = [Line(port, stop=stop) for _ in range(LINES)]
        for line in self.lines:
            line.start()

    def play(self, told: Iterable[tuple[int, DeviceKey, Observation]]) -> bool:
        """Send (number of the device, its key, observation) when received_at comes.

        Returns False when it fell too far behind the clock, True at the end or when asked to stop.
        """
        for number, key, seen in told:
            if self._wait_until(seen.received_at_ms):
                return True
            if self.clock.now_ms() - seen.received_at_ms > BEHIND_MS:
                return False
            for message in speak([seen], key=key):
                self.lines[number % LINES].put(message)
        for line in self.lines:
            line.settle()
        return True

    def _wait_until(self, at_ms: int) -> bool:
        """Wait by the demonstration's clock, which may change its speed meanwhile; True: asked to stop."""
        while True:
            ahead_ms = at_ms - self.clock.now_ms()
            if ahead_ms <= 0:
                return self._stop.asked
            if self._stop.wait(min(ahead_ms / 1000 / self.clock.demo.speed, _LOOK_S)):
                return True


def feed_town(feeder: Feeder, card: Card) -> None:
    """Play the town from now on, until asked to stop."""
    town = Town(card.seed)
    people = choose_people(town, card.people)
    keys = {key.person: key for key in card.devices}
    from_ms = max(feeder.clock.now_ms(), card.driven_ms)
    while True:
        told = stream(
            town,
            people,
            from_ms=from_ms,
            until_ms=from_ms + _DAYS * DAY_MS,
            conduct=scripted(card.script),
        )
        if feeder.play((person.index, keys[person.id], seen) for person, seen in told):
            return
        log.warning("the clock has run away; the made-up devices begin anew at the present")
        from_ms = feeder.clock.now_ms()


def main() -> int:
    """Feed the installation that the environment names until SIGTERM."""
    environment = read_environment()
    stop = StopRequest()
    stop.listen()
    card = read_card(environment.data)
    if not environment.demo or card is None:
        log.error("this is no demonstration")
        return 2
    clock = Clock(data=environment.data, demo=True)
    feed_town(Feeder(environment.gateway_port, clock=clock, stop=stop), card)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
