"""Drives made-up time through the gateway application at full speed, with the engine behind it.

Nothing is written past the gateway: every message is an HTTP request to the ASGI application, with its
credential, and is answered after the commit. The installation's clock steps along in the messages' times.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from korgoo.gateway.server import build_gateway
from korgoo.gateway.settings import GatewaySettings
from korgoo.gateway.tables import Records, SqlCommands, SqlInbox
from korgoo.gateway.writer import WriterLimits
from korgoo.outbox.instants import from_ms
from korgoo.runtime.engine import EngineLoop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from korgoo.engine.parameters import Parameters
    from korgoo.gateway.http import GatewayApp
    from korgoo.gateway.server import Gateway
    from korgoo.journal.sqlite import SqliteJournal
    from korgoo.runtime.demo.speech import Message
    from korgoo.runtime.demo.telling import Step

JUDGE_MS: Final = 15 * 60_000
"""The engine judges, and the staff works, once in so much made-up time."""
_NEVER_S: Final = 3_600.0


class MessageRefusedError(RuntimeError):
    """The gateway did not take a message of the demonstration: a fault of ours."""


class TellerLostError(RuntimeError):
    """The process that makes the messages ended before its time."""


class SteppedClock:
    """Shows the made-up time; whoever drives sets it."""

    def __init__(self, now_ms: int) -> None:
        """Show `now_ms`."""
        self.now_ms = now_ms

    def __call__(self) -> int:
        """Return ms since 1970 UTC."""
        return self.now_ms

    def raw_ms(self) -> int:
        """Return the same: nobody sets this clock back."""
        return self.now_ms


class History:
    """A gateway and an engine over one journal, both in this process, and the clock that they share."""

    def __init__(self, data: Path, *, journal: SqliteJournal, parameters: Parameters) -> None:
        """Wire both; nothing runs yet."""
        self.clock = SteppedClock(journal.head().log_at_ms)
        self._journal = journal
        self._records = (Records(str(data / "korgoo.db")), Records(str(data / "korgoo.db")))
        self._settings = GatewaySettings(
            str(data / "korgoo.db"),
            data / "quarantine.db",
            data / "quarantine.key",
            writer=WriterLimits(idle_s=_NEVER_S),  # marks are ours to write: the clock is
        )
        self.engine = EngineLoop(journal, clock=self._judged_at, parameters=parameters, snapshot_ms=0)
        self.sent = 0

    def _judged_at(self) -> datetime:
        """Return the log's time at which the engine stands: it judges in batches what it judged at once."""
        marked_ms = max((owned.shard.marked_ms for owned in self.engine.owned), default=0)
        return from_ms(marked_ms or self.clock.now_ms)

    def drive(self, told: Iterator[Step], *, until_ms: int, after: Callable[[int], None]) -> None:
        """Send the steps up to the one that ends at `until_ms`; the engine judges and keeps a snapshot.

        `after` is called with the made-up time after each time that the engine has judged. Records are read
        and written between stretches of the event loop, never inside: Django refuses them there.

        Raises:
            TellerLostError: the steps end too early.
            MessageRefusedError: the gateway did not take a message.
        """
        gateway = build_gateway(
            self._settings,
            journal=self._journal,
            inbox=SqlInbox(self._records[0]),
            command_table=SqlCommands(self._records[1]),
            clock=self.clock,
        )
        with asyncio.Runner() as runner:
            runner.run(_start(gateway))
            try:
                while self.clock.now_ms < until_ms:
                    pause_ms = min(self.clock.now_ms + JUDGE_MS, until_ms)
                    runner.run(self._send_until(gateway, told, pause_ms=pause_ms))
                    self._journal.mark(now_ms=self.clock.now_ms)
                    self._judge()
                    after(self.clock.now_ms)
            finally:
                runner.run(gateway.stop())
                for records in self._records:
                    records.close()
        # Stopping has taken the last control rows in, those of the engine's own wishes too.
        self._journal.mark(now_ms=self.clock.now_ms)
        self._judge()
        self.engine.keep_snapshot()

    async def _send_until(self, gateway: Gateway, told: Iterator[Step], *, pause_ms: int) -> None:
        for step in told:
            await self._send(gateway, step)
            if step.end_ms >= pause_ms:
                return
        raise TellerLostError("the simulator ended before its time; the lines above say why")

    async def _send(self, gateway: Gateway, step: Step) -> None:
        """Send one step's messages side by side, received at its end; a step without any is marked."""
        self.clock.now_ms = step.end_ms
        await asyncio.gather(*(_deliver(gateway.app, messages) for messages in step.messages))
        self.sent += step.observations
        if not step.messages:
            self._journal.mark(now_ms=step.end_ms)

    def _judge(self) -> None:
        while self.engine.turn():
            pass


async def _start(gateway: Gateway) -> None:
    """Start the writer without the gateway's chores, which sleep by the real clock."""
    gateway.writer.start()


async def _deliver(app: GatewayApp, messages: Sequence[Message]) -> None:
    """Send one device's messages in their order."""
    for message in messages:
        status = await request(app, message)
        if not 200 <= status < 300:  # noqa: PLR2004 - statuses of HTTP
            raise MessageRefusedError(f"the gateway answered {status} to {message.path}")


async def request(app: GatewayApp, message: Message) -> int:
    """Hand one message to an ASGI application and return the status of its answer."""
    headers = [(b"content-type", message.content_type.encode())] if message.content_type else []
    headers.append((b"content-length", str(len(message.body)).encode()))
    if message.authorization:
        headers.append((b"authorization", message.authorization.encode()))
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": message.path,
        "query_string": message.query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 0),
    }
    answers: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": message.body, "more_body": False}

    async def send(event: MutableMapping[str, Any]) -> None:
        if event["type"] == "http.response.start":
            answers.append(event["status"])

    await app(scope, receive, send)
    return answers[0]
