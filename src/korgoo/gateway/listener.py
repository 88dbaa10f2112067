"""Listens for devices: accepts connections, ends silent ones, stops."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Final

from korgoo.gateway.connection import Connection

if TYPE_CHECKING:
    from pathlib import Path

    from korgoo.gateway.http import GatewayApp

_BACKLOG: Final = 1_024
_FLUSH_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Times:
    """How long a connection may be silent: in the middle of a head, between requests, at its end."""

    head_s: float = 15.0
    idle_s: float = 75.0
    linger_s: float = 2.0
    sweep_s: float = 1.0


class Listener:
    """The listening socket and its connections. `now` and `date` are those of the last sweep.

    One timer for all connections instead of one for each request: a limit is kept to `sweep_s`.
    """

    def __init__(self, app: GatewayApp, *, times: Times | None = None) -> None:
        self.app = app
        self.times = times or Times()
        self.connections: set[Connection] = set()
        self._look()

    async def start(self, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> None:
        """Listen; raises OSError where the port is taken."""
        self.loop = asyncio.get_running_loop()
        self._server = await self.loop.create_server(
            lambda: Connection(self),
            host,
            port,
            ssl=tls,
            backlog=_BACKLOG,
            ssl_handshake_timeout=None if tls is None else self.times.head_s,
        )
        self._sweeping = self.loop.create_task(self._sweep())

    async def stop(self) -> None:
        """Close the socket, let answers that are being written go out, close every connection."""
        self._sweeping.cancel()
        self._server.close()
        for one in tuple(self.connections):
            one.close()
        deadline = time.monotonic() + _FLUSH_S
        while self.connections and time.monotonic() < deadline:  # noqa: ASYNC110 - once, at the end
            await asyncio.sleep(0.01)
        for one in tuple(self.connections):
            one.expire()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self.times.sweep_s)
            self._look()
            for one in [one for one in self.connections if one.deadline < self.now]:
                one.expire()

    def _look(self) -> None:
        self.now = time.monotonic()
        self.date = f"date: {formatdate(usegmt=True)}\r\n".encode()


def open_tls(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """Return the context of a server with that certificate.

    Raises:
        OSError: the files cannot be read or do not belong together (ssl.SSLError is one).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # trackers and old phones in the field end there
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificate, key)
    return context
