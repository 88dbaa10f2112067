"""What an installation may set for its live process, filled from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from korgoo.conf.environment import load_secret_key, name_host

if TYPE_CHECKING:
    from pathlib import Path

    from korgoo.conf.environment import DatabaseAddress, Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """Where it listens, what it reads, how long a stream may last. Times in seconds."""

    secret: str
    records: DatabaseAddress | Path
    picture: DatabaseAddress | Path
    origins: frozenset[str]
    host: str = "127.0.0.1"
    port: int = 8002
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    most_streams: int = 2_000
    feed_s: float = 0.1
    picture_s: float = 1.0
    heartbeat_s: float = 15.0
    longest_s: float = 600.0
    send_s: float = 15.0


def read_live_settings(environment: Environment) -> LiveSettings:
    """Return the settings of an installation."""
    database = environment.database
    return LiveSettings(
        secret=load_secret_key(environment),
        records=database or environment.data / "korgoo.db",
        picture=database or environment.data / "picture.db",
        origins=list_origins(environment),
        host=environment.host,
        port=environment.live_port,
        tls_certificate=environment.tls_certificate,
        tls_key=environment.tls_key,
    )


def list_origins(environment: Environment) -> frozenset[str]:
    """Return the origins whose pages may read streams: the web process under each of its host names."""
    scheme = "https" if environment.tls else "http"
    hosts = {*environment.allowed_hosts, environment.host}
    return frozenset(f"{scheme}://{name_host(host)}:{environment.web_port}" for host in hosts)
