"""What an installation may set for its gateway. `korgoo.conf` fills it from the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from korgoo.gateway.limits import Rate
from korgoo.gateway.writer import WriterLimits

if TYPE_CHECKING:
    from pathlib import Path

    from korgoo.gateway.credentials import Forwarder


_ADDRESS: Final = Rate(per_second=200, burst=2_000)
_CREDENTIAL: Final = Rate(per_second=5, burst=300)
_FORWARDER: Final = Rate(per_second=5_000, burst=20_000)
_SOS: Final = Rate(per_second=1, burst=10)


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Rates before decoding. Mobile operators put thousands of phones behind one address."""

    address: Rate = _ADDRESS
    credential: Rate = _CREDENTIAL
    forwarder: Rate = _FORWARDER
    sos: Rate = _SOS
    buckets: int = 100_000
    sos_body: int = 8 << 10


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Where the gateway listens and what it keeps where."""

    records_url: str
    quarantine_path: Path
    quarantine_key_path: Path
    host: str = "127.0.0.1"
    port: int = 8001
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    forwarders: tuple[Forwarder, ...] = ()
    trusted_proxies: frozenset[str] = frozenset()
    limits: IntakeLimits = field(default_factory=IntakeLimits)
    writer: WriterLimits = field(default_factory=WriterLimits)
    body_timeout_s: float = 15.0
    body_budget: int = 128 << 20
    drain_s: float = 20.0
