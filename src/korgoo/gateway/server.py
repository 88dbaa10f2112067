"""Starts and stops the gateway: composition, the HTTP server, the once-a-second chores, the drain.

One process and one event loop, because the journal has one appender and every request awaits it.
docs/adr/0021 and 0110 have the reasons.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import uvloop

from korgoo.conf.log_clock import LogClock
from korgoo.gateway import logs
from korgoo.gateway.body import BodyBudget
from korgoo.gateway.commands import Commands
from korgoo.gateway.health import Health
from korgoo.gateway.http import GatewayApp
from korgoo.gateway.inbox import InboxDrain
from korgoo.gateway.intake import Intake
from korgoo.gateway.listener import Listener, open_tls
from korgoo.gateway.metrics import Metrics
from korgoo.gateway.ports import StorageError
from korgoo.gateway.quarantine import Quarantine, QuarantineError
from korgoo.gateway.registry import Registry, rebuild_registry
from korgoo.gateway.speakers import Speakers
from korgoo.gateway.tables import Records, SqlCommands, SqlInbox
from korgoo.gateway.writer import Writer

if TYPE_CHECKING:
    from korgoo.gateway.ports import Clock, CommandTable, Inbox, Journal
    from korgoo.gateway.settings import GatewaySettings

_CHORES_S: Final = 1.0
_COLLECT_AFTER: Final = (20_000, 20, 20)
"""Requests leave no cycles behind, but their objects count: by default the collector ran for each ten."""
_SWITCH_S: Final = 0.000_5
"""The writer's thread takes the interpreter for moments, several times a group. By default each time it waits
5 ms for a busy event loop, in which nothing is being committed: as long as a whole group takes."""


def _read_wall() -> int:
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Gateway:
    """Everything of one gateway, wired. `start` and `stop` belong to one event loop."""

    app: GatewayApp
    writer: Writer
    commands: Commands
    quarantine: Quarantine
    registry: Registry
    metrics: Metrics
    clock: Clock
    drain_s: float
    chores: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the writer and the chores."""
        self.writer.start()
        await self.commands.refresh()
        self.chores = asyncio.create_task(self._do_chores())

    async def drain(self) -> None:
        """Refuse what is new, answer what was taken, commit what waits."""
        self.app.draining = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.drain_s):
                while self.app.in_flight:  # noqa: ASYNC110 - once, at the end; an event would cost each request
                    await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop the chores and the writer, close the files. The journal is closed by who opened it."""
        if self.chores is not None:
            self.chores.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.chores
        await self.commands.refresh()
        await self.writer.close()
        self.quarantine.close()

    async def _do_chores(self) -> None:
        """Refresh commands each second, let quarantine expire each minute."""
        ticks = 0
        while True:
            await asyncio.sleep(_CHORES_S)
            ticks += 1
            try:
                await self.commands.refresh()
                if ticks % 60 == 0:
                    await asyncio.to_thread(self.quarantine.expire, now_ms=self.clock())
            except QuarantineError as wrong:
                logs.warn("quarantine_unavailable", reason=str(wrong))
            except Exception:  # noqa: BLE001 - the outermost loop of this task: it must go on
                self.metrics.loop_errors.labels("chores").inc()
                logs.report_error("chores_failed", where="chores")


def build_gateway(
    settings: GatewaySettings,
    *,
    journal: Journal,
    inbox: Inbox,
    command_table: CommandTable,
    clock: Clock | None = None,
) -> Gateway:
    """Wire a gateway: rebuild the registry, take in what waits in the inbox, make the application."""
    clock = clock or LogClock(_read_wall)
    metrics = Metrics()
    registry = rebuild_registry(journal)
    drain = InboxDrain(journal, inbox=inbox, registry=registry, metrics=metrics)
    try:
        drain.drain(now_ms=clock(), raw_ms=clock.raw_ms())
    except StorageError as wrong:
        logs.warn("storage_failed", reason=type(wrong).__name__)
    writer = Writer(
        journal, inbox=drain, registry=registry, metrics=metrics, clock=clock, limits=settings.writer
    )
    commands = Commands(command_table, writer=writer, registry=registry, metrics=metrics, clock=clock)
    quarantine = Quarantine(settings.quarantine_path, key_path=settings.quarantine_key_path)
    intake = Intake(
        registry=registry,
        writer=writer,
        quarantine=quarantine,
        commands=commands,
        metrics=metrics,
        clock=clock,
        limits=settings.limits,
        forwarders=settings.forwarders,
    )
    app = GatewayApp(
        intake,
        speakers=Speakers(registry),
        commands=commands,
        metrics=metrics,
        health=Health(writer, inbox=drain, clock=clock),
        budget=BodyBudget(settings.body_budget),
        body_timeout_s=settings.body_timeout_s,
        trusted_proxies=settings.trusted_proxies,
    )
    return Gateway(app, writer, commands, quarantine, registry, metrics, clock, settings.drain_s)


async def serve(gateway: Gateway, settings: GatewaySettings, *, stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then drain: answer what was taken, commit it, and only then end."""
    certificate = settings.tls_certificate
    tls = None if certificate is None else open_tls(certificate, settings.tls_key)
    listener = Listener(gateway.app)
    await gateway.start()
    try:
        gc.collect()
        gc.set_threshold(*_COLLECT_AFTER)
        sys.setswitchinterval(_SWITCH_S)
        gc.freeze()  # the registry lives as long as we do: the collector need not walk over it
        await listener.start(settings.host, settings.port, tls=tls)
        logs.note("gateway_started", port=settings.port, count=len(gateway.registry))
        try:
            await stop.wait()
            await gateway.drain()
        finally:
            await listener.stop()
    finally:
        await gateway.stop()
        logs.note("gateway_stopped")


def run_gateway(settings: GatewaySettings, *, journal: Journal, clock: Clock | None = None) -> None:
    """Run the gateway until SIGTERM or SIGINT. The caller opens the journal and closes it after."""
    if settings.host not in {"127.0.0.1", "::1", "localhost"} and settings.tls_certificate is None:
        raise ValueError("outside loopback the gateway needs a TLS certificate and key")
    logs.write_logs()
    uvloop.run(_run(settings, journal=journal, clock=clock))


async def _run(settings: GatewaySettings, *, journal: Journal, clock: Clock | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # One connection each: the writer's thread must not wait for a query of the commands.
    inbox, commands = Records(settings.records_url), Records(settings.records_url)
    try:
        gateway = build_gateway(
            settings,
            journal=journal,
            inbox=SqlInbox(inbox),
            command_table=SqlCommands(commands),
            clock=clock,
        )
        await serve(gateway, settings, stop=stop)
    finally:
        inbox.close()
        commands.close()
