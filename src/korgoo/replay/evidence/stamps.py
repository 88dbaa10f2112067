"""RFC 3161 time-stamps of manifests, by `openssl ts`: an authority's word that a bundle existed at a time."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ASK_SECONDS: Final = 30
_LARGEST_REPLY: Final = 1 << 20


class StampError(ValueError):
    """No time-stamp could be had or believed; the message says why."""


def has_openssl() -> bool:
    """Say whether time-stamps can be handled here at all."""
    return shutil.which("openssl") is not None


def find_stamper(url: str | None, authority: Path | None) -> tuple[Callable[[bytes], bytes] | None, str]:
    """Return what asks the authority at `url` for stamps; without one None, and why there is none.

    Raises:
        StampError: an address without the authority's certificate: its stamps could not be believed.
    """
    if not url:
        return None, "neither --tsa nor KORGOO_TSA_URL names an authority"
    if authority is None:
        raise StampError("--tsa-ca or KORGOO_TSA_CA must name the authority's certificate")
    if not has_openssl():
        return None, "openssl is not installed here"
    return functools.partial(ask_for_stamp, url=url, authority=authority), ""


def ask_for_stamp(manifest: bytes, *, url: str, authority: Path) -> bytes:
    """Return the authority's reply for the SHA-256 of a manifest, verified against its certificate.

    Raises:
        StampError: the authority cannot be reached, refuses, or its reply does not verify.
    """
    if not url.startswith(("http://", "https://")):
        raise StampError(f"{url!r} is no http or https address")
    with tempfile.TemporaryDirectory() as folder:
        data, query, reply = (Path(folder, name) for name in ("manifest.json", "query.tsq", "stamp.tsr"))
        data.write_bytes(manifest)
        _openssl("-query", "-data", str(data), "-sha256", "-cert", "-out", str(query))
        reply.write_bytes(_post(url, query.read_bytes()))
        _openssl("-verify", "-in", str(reply), "-queryfile", str(query), "-CAfile", str(authority))
        return reply.read_bytes()


def check_stamp(manifest: bytes, reply: bytes, *, authority: Path) -> str:
    """Return when the manifest was stamped, in the authority's words.

    Raises:
        StampError: the stamp is of something else, or not that authority's.
    """
    with tempfile.TemporaryDirectory() as folder:
        data, kept = Path(folder, "manifest.json"), Path(folder, "stamp.tsr")
        data.write_bytes(manifest)
        kept.write_bytes(reply)
        _openssl("-verify", "-in", str(kept), "-data", str(data), "-CAfile", str(authority))
    return read_time(reply)


def read_time(reply: bytes) -> str:
    """Return the time that a reply states, unverified.

    Raises:
        StampError: it is no reply.
    """
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "stamp.tsr")
        kept.write_bytes(reply)
        told = _openssl("-reply", "-in", str(kept), "-text")
    for line in told.splitlines():
        name, _, value = line.partition(": ")
        if name.strip() == "Time stamp":
            return value.strip()
    raise StampError("the reply states no time")


def _openssl(*words: str) -> str:
    program = shutil.which("openssl")
    if program is None:
        raise StampError("openssl is not installed here")
    done = subprocess.run([program, "ts", *words], capture_output=True, check=False, timeout=60)  # noqa: S603
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise StampError(f"openssl ts {words[0]}: {said[-1] if said else 'failed'}")
    return done.stdout.decode(errors="replace")


def _post(url: str, query: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query"}
    request = urllib.request.Request(url, data=query, headers=headers)  # noqa: S310 - http(s), checked above
    try:
        with urllib.request.urlopen(request, timeout=_ASK_SECONDS) as reply:  # noqa: S310 - as above
            return bytes(reply.read(_LARGEST_REPLY))
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise StampError(f"the time-stamp authority cannot be reached: {error}") from error
