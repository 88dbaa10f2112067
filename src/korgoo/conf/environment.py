"""What the operator of an installation may set: one typed value read from the process environment.

Every process reads it, with or without Django. A value that cannot be understood stops the process with
the name of the variable; nothing falls back silently.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import tempfile
import zoneinfo
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("ky", "ru", "kk", "en")
"""Languages of the interface; the first letter of Django's codes, as they are stored with a person."""

_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"", "0", "false", "no", "off"})
_SECRET_FILE: Final = "secret_key"  # noqa: S105 - the name of a file, not a secret


class EnvironmentInvalidError(ValueError):
    """A KORGOO_ variable holds something that cannot be used; the message names it."""


@dataclass(frozen=True, kw_only=True)
class DatabaseAddress:
    """A PostgreSQL server and database, as KORGOO_DATABASE_URL names it."""

    name: str
    user: str
    password: str = field(repr=False)
    host: str
    port: str
    options: dict[str, str]
    url: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Environment:
    """All settings of an installation. `database` is None where SQLite in `data` holds the records.

    `keys_url` names another PostgreSQL database for the journal's keys, so that its backups are apart.
    `tsa_url` is the RFC 3161 authority that stamps evidence, `tsa_ca` the certificate its stamps are checked
    by. `trusted_proxies` are addresses whose `X-Forwarded-For` the gateway believes.
    """

    data: Path
    database: DatabaseAddress | None
    keys_url: str | None
    secret_key: str | None
    host: str
    web_port: int
    gateway_port: int
    live_port: int
    tls_certificate: Path | None
    tls_key: Path | None
    allowed_hosts: tuple[str, ...]
    demo: bool
    languages: tuple[str, ...]
    time_zone: str = "Asia/Bishkek"
    live_url: str | None = None
    trusted_proxies: frozenset[str] = frozenset()
    tsa_url: str | None = None
    tsa_ca: Path | None = None

    @property
    def tls(self) -> bool:
        """Whether pages and device traffic are served over TLS."""
        return self.tls_certificate is not None

    def list_live_origins(self) -> tuple[str, ...]:
        """Return the other origins at which pages reach the live process; none behind a proxy of their own.

        Without KORGOO_LIVE_URL it stands beside the pages on a port of its own, which is another origin.
        """
        if self.live_url is not None:
            parts = urlsplit(self.live_url)
            return (f"{parts.scheme}://{parts.netloc}",) if parts.netloc else ()
        scheme = "https" if self.tls else "http"
        return tuple(f"{scheme}://{name_host(host)}:{self.live_port}" for host in self.allowed_hosts)


def name_host(host: str) -> str:
    """Return a host as addresses write it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """Read the settings from `variables`, by default the process environment.

    Raises:
        EnvironmentInvalidError: a variable cannot be understood, or TLS is half configured.
    """
    values = os.environ if variables is None else variables
    certificate, key = _path(values, "KORGOO_TLS_CERTIFICATE"), _path(values, "KORGOO_TLS_KEY")
    if (certificate is None) != (key is None):
        raise EnvironmentInvalidError("set KORGOO_TLS_CERTIFICATE and KORGOO_TLS_KEY together, or neither")
    host = values.get("KORGOO_HOST") or "127.0.0.1"
    return Environment(
        data=Path(values.get("KORGOO_DATA") or "var").absolute(),
        database=_database(values.get("KORGOO_DATABASE_URL") or ""),
        keys_url=values.get("KORGOO_KEYS_URL") or None,
        secret_key=values.get("KORGOO_SECRET_KEY") or None,
        host=host,
        web_port=_port(values, "KORGOO_WEB_PORT", 8000),
        gateway_port=_port(values, "KORGOO_GATEWAY_PORT", 8001),
        live_port=_port(values, "KORGOO_LIVE_PORT", 8002),
        tls_certificate=certificate,
        tls_key=key,
        allowed_hosts=_words(values.get("KORGOO_ALLOWED_HOSTS")) or (host, "localhost"),
        demo=_flag(values, "KORGOO_DEMO"),
        languages=_languages(values.get("KORGOO_LANGUAGES")),
        time_zone=_time_zone(values),
        live_url=_live_url(values),
        trusted_proxies=_addresses(values, "KORGOO_TRUSTED_PROXIES"),
        tsa_url=_tsa_url(values),
        tsa_ca=_path(values, "KORGOO_TSA_CA"),
    )


def load_secret_key(environment: Environment) -> str:
    """Return the key that signs sessions; made once, readable by its owner only, kept beside the data.

    1. A key from the environment wins. 2. An existing file is read. 3. Else a new key is written aside and
    linked into place: of several processes that start together one wins, and all read the same file.
    """
    if environment.secret_key:
        return environment.secret_key
    path = environment.data / _SECRET_FILE
    if not path.exists():
        environment.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, written = tempfile.mkstemp(dir=environment.data)  # mode 0600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(written, path)
            except FileExistsError:
                return path.read_text(encoding="ascii")
        finally:
            Path(written).unlink()
    return path.read_text(encoding="ascii")


def _database(url: str) -> DatabaseAddress | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise EnvironmentInvalidError("KORGOO_DATABASE_URL must be postgresql://user@host:port/name")
    try:
        port = parts.port
    except ValueError as error:
        raise EnvironmentInvalidError("KORGOO_DATABASE_URL has no valid port") from error
    options = dict(parse_qsl(parts.query))
    return DatabaseAddress(
        name=unquote(parts.path.strip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=options.pop("host", "") or unquote(parts.hostname or ""),  # ?host=/run/postgresql: a socket
        port=str(port or ""),
        options=options,
        url=url,
    )


def _port(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:  # noqa: PLR2004 - ports are 16 bits
        raise EnvironmentInvalidError(f"{name} must be a port number, not {text!r}")
    return int(text)


def _time_zone(values: Mapping[str, str]) -> str:
    name = values.get("KORGOO_TIME_ZONE") or "Asia/Bishkek"
    if name not in zoneinfo.available_timezones():
        raise EnvironmentInvalidError(f"KORGOO_TIME_ZONE must name a time zone, not {name!r}")
    return name


def _live_url(values: Mapping[str, str]) -> str | None:
    text = values.get("KORGOO_LIVE_URL") or None
    if text is None:
        return None
    parts = urlsplit(text)
    is_path = text.startswith("/") and not parts.netloc
    if not (is_path or (parts.scheme in {"http", "https"} and parts.netloc)) or parts.query or parts.fragment:
        raise EnvironmentInvalidError("KORGOO_LIVE_URL must be a path such as /live, or http(s)://host/path")
    return text.rstrip("/")


def _tsa_url(values: Mapping[str, str]) -> str | None:
    text = values.get("KORGOO_TSA_URL") or None
    if text is not None and not (urlsplit(text).scheme in {"http", "https"} and urlsplit(text).netloc):
        raise EnvironmentInvalidError("KORGOO_TSA_URL must be http(s)://host/path")
    return text


def _flag(values: Mapping[str, str], name: str) -> bool:
    text = values.get(name, "").strip().lower()
    if text not in _TRUE | _FALSE:
        raise EnvironmentInvalidError(f"{name} must be 1 or 0, not {text!r}")
    return text in _TRUE


def _path(values: Mapping[str, str], name: str) -> Path | None:
    text = values.get(name)
    return Path(text).absolute() if text else None


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


def _addresses(values: Mapping[str, str], name: str) -> frozenset[str]:
    try:
        return frozenset(str(ipaddress.ip_address(word)) for word in _words(values.get(name)))
    except ValueError as error:
        raise EnvironmentInvalidError(f"{name} must be addresses such as 10.0.0.5,::1: {error}") from error


def _languages(text: str | None) -> tuple[str, ...]:
    wanted = _words(text) or LANGUAGES
    unknown = [code for code in wanted if code not in LANGUAGES]
    if unknown:
        raise EnvironmentInvalidError(
            f"KORGOO_LANGUAGES knows {', '.join(LANGUAGES)}, not {', '.join(unknown)}"
        )
    return wanted
