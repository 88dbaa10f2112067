"""Secrets of devices: made by us, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final, NamedTuple

_SECRET_BYTES: Final = 24  # 192 bits: no dictionary, so a fast hash is enough and costs the gateway nothing
_PUBLIC_BYTES: Final = 8


class NewSecret(NamedTuple):
    """A fresh credential: what the device is told, and what we keep."""

    public_id: str
    secret: str
    secret_sha256: bytes

    def __repr__(self) -> str:
        """Leave the secret out of logs and tracebacks."""
        return f"NewSecret({self.public_id})"


def make_secret() -> NewSecret:
    """Make a public id and a secret of 192 random bits."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    return NewSecret(secrets.token_hex(_PUBLIC_BYTES), secret, hashlib.sha256(secret.encode()).digest())


def draw_command_id() -> int:
    """Return a new command's id: its device reads it, so it must not count what other devices are asked.

    Her device is asked the more often the nearer he is. Below 2**53, as clients read numbers as doubles.
    """
    return secrets.randbelow(2**53 - 1) + 1
