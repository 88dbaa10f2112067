"""Secrets of devices: made by us, kept as SHA-256, compared in constant time, never logged.

A device has a public id and a secret of 192 random bits. With HTTP Basic they are user and password. A
client that has only one identifier field (Traccar Client, OsmAnd) sends both in it, as
`publicid.secret` or `publicid-secret`: a bare device id would be a password that is printed on the box.
A public id has neither dot nor dash, so the first of them divides the two.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from korgoo.engine.rows import Credential
    from korgoo.gateway.registry import Registry

_MAX_HEADER: Final = 512
_NOBODY: Final = b"\0" * 32
_DIVIDER: Final = re.compile(r"[.\-]")


@dataclass(frozen=True, slots=True)
class Presented:
    """What a client says it is. The secret stays out of every repr."""

    public_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A fresh pair; `secret` is shown once to the technician and then forgotten."""

    public_id: str
    secret: str = field(repr=False)
    secret_sha256: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Forwarder:
    """A gateway such as a Traccar server that speaks for the devices it knows; from configuration."""

    public_id: str
    secret_sha256: bytes = field(repr=False)


def issue_credential() -> NewCredential:
    """Return a new public id (80 random bits, letters and digits) and secret (192 random bits)."""
    public_id = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    secret = secrets.token_urlsafe(24)
    return NewCredential(public_id, secret, digest_secret(secret))


def digest_secret(secret: str) -> bytes:
    """Return what is kept of a secret. It is random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def read_authorization(header: str) -> Presented | None:
    """Return what an Authorization header presents (Basic, or Bearer with both parts), or None."""
    scheme, _, rest = header[:_MAX_HEADER].partition(" ")
    if scheme.lower() == "bearer":
        return split_identifier(rest.strip())
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    public_id, colon, secret = text.partition(":")
    return Presented(public_id, secret) if colon and public_id else None


def split_identifier(identifier: str) -> Presented | None:
    """Return the two parts of a one-field identifier, or None where it has not two."""
    parts = _DIVIDER.split(identifier[:_MAX_HEADER], maxsplit=1)
    if len(parts) != 2 or not all(parts):  # noqa: PLR2004 - id and secret
        return None
    return Presented(parts[0], parts[1])


def match_credential(presented: Presented | None, *, registry: Registry) -> Credential | None:
    """Return the credential whose secret matches. An unknown id costs the same path as a known one."""
    known = registry.credential(presented.public_id) if presented else None
    said = digest_secret(presented.secret if presented else "")
    right = hmac.compare_digest(said, known.secret_sha256 if known else _NOBODY)
    return known if right and known else None


def match_forwarder(presented: Presented | None, *, forwarders: Mapping[str, Forwarder]) -> Forwarder | None:
    """Return the forwarder whose secret matches."""
    known = forwarders.get(presented.public_id) if presented else None
    said = digest_secret(presented.secret if presented else "")
    right = hmac.compare_digest(said, known.secret_sha256 if known else _NOBODY)
    return known if right and known else None
