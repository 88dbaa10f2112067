"""Starts and stops the live process: granian's embedded server in our own event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from typing import TYPE_CHECKING, Final

import uvloop
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from korgoo.live.app import LiveApp
from korgoo.live.reader import Reader, poll_for_ever
from korgoo.live.streams import Streams
from korgoo.live.tables import SqlTables

if TYPE_CHECKING:
    from korgoo.live.settings import LiveSettings
    from korgoo.live.tables import Tables

_LOG: Final = logging.getLogger("korgoo.live")
_HEADER_TIMEOUT_MS: Final = 15_000
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def read_clock() -> int:
    """Return now in ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


def run_live(settings: LiveSettings) -> None:
    """Serve streams until SIGTERM or SIGINT.

    Raises:
        ValueError: it would listen outside this machine without TLS.
    """
    if settings.host not in _LOOPBACK and settings.tls_certificate is None:
        raise ValueError("outside loopback the live process needs a TLS certificate and key")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    uvloop.run(_run(settings))


async def _run(settings: LiveSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(settings, stop=stop)


async def serve(settings: LiveSettings, *, stop: asyncio.Event, tables: Tables | None = None) -> None:
    """Serve until `stop` is set, then end every stream; pages come back by themselves."""
    streams = Streams()
    tables = tables or SqlTables(records=settings.records, picture=settings.picture)
    reader = Reader(tables, streams=streams, clock=read_clock)
    server = Server(
        LiveApp(settings, reader=reader, streams=streams, clock=read_clock),
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        websockets=False,
        backpressure=settings.most_streams * 2,  # a stream counts as a request for as long as it lasts
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT_MS),
        log_enabled=False,
        ssl_cert=settings.tls_certificate,
        ssl_key=settings.tls_key,
    )
    polling = asyncio.create_task(
        poll_for_ever(reader, feed_s=settings.feed_s, picture_s=settings.picture_s, report=_report)
    )
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    _LOG.info("live process listens on port %d", settings.port)
    try:
        # A reader that dies takes the process along: the supervisor starts it anew.
        await asyncio.wait({serving, stopping, polling}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        streams.close_all()
        stopping.cancel()
        if not serving.done():
            server.stop()  # type: ignore[no-untyped-call]  # granian ships no types here
        await serving
        failed = polling.done()
        polling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await polling
        tables.close()
        _LOG.info("live process stopped%s", " because its reader failed" if failed else "")


def _report(reason: str) -> None:
    _LOG.warning("the feed cannot be read: %s", reason)
