"""Who may speak for many devices: a file of names and SHA-256 of secrets, read when the gateway starts.

The secret is made here, shown once and forgotten, as a device's is. The file belongs to its owner alone.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Final

from korgoo.gateway.credentials import Forwarder, digest_secret

FORWARDERS_FILE: Final = "forwarders.json"
_NAME: Final = re.compile(r"[a-z0-9]{1,32}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_SECRET_BYTES: Final = 24


class ForwardersError(ValueError):
    """A name cannot be used, or the file holds something else; the message says which."""


def read_forwarders(path: Path) -> tuple[Forwarder, ...]:
    """Return the forwarders of a file in order of their names; none where there is no file.

    Raises:
        ForwardersError: the file is no such file.
    """
    return tuple(Forwarder(name, bytes.fromhex(digest)) for name, digest in sorted(_read(path).items()))


def add_forwarder(path: Path, *, name: str) -> str:
    """Let a forwarder in and return its secret: 192 random bits, kept as their SHA-256.

    Raises:
        ForwardersError: the name is not of small letters and digits, or taken, or the file is no such file.
    """
    if not _NAME.fullmatch(name):
        raise ForwardersError("a name is 1 to 32 small letters and digits")
    known = _read(path)
    if name in known:
        raise ForwardersError(f"there is a forwarder {name}; remove it first for another secret")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    _write(path, known | {name: digest_secret(secret).hex()})
    return secret


def remove_forwarder(path: Path, *, name: str) -> None:
    """Let a forwarder in no longer.

    Raises:
        ForwardersError: there is none of that name, or the file is no such file.
    """
    known = _read(path)
    if name not in known:
        raise ForwardersError(f"there is no forwarder {name}")
    _write(path, {other: digest for other, digest in known.items() if other != name})


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        known = json.loads(path.read_text(encoding="ascii"))
    except ValueError:
        raise ForwardersError(f"{path.name} is no JSON") from None
    if not isinstance(known, dict) or not all(
        _NAME.fullmatch(name) and isinstance(digest, str) and _DIGEST.fullmatch(digest)
        for name, digest in known.items()
    ):
        raise ForwardersError(f"{path.name} does not hold names with SHA-256 of secrets")
    return known


def _write(path: Path, known: dict[str, str]) -> None:
    handle, written = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(known, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    Path(written).replace(path)
