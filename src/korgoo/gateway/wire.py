"""Answers as bytes of HTTP/1.1: what does not change is put together once."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from korgoo.gateway.replies import Answer

CLOSING: Final = frozenset({408, 413})
"""After these statuses what is left of the body is not read: the connection ends."""
_REMEMBERED: Final = 512


def pack_answer(
    answer: Answer, *, date: bytes, close: bool = False, keep: bool = False, bare: bool = False
) -> bytes:
    """Return the bytes of an answer.

    `date` is the line of the Date header with its end. `close` says that the connection ends, `keep` that
    it stays (a client of HTTP/1.0 has to be told); `bare` leaves the body out, for HEAD.
    """
    body = answer.body
    if close or keep:
        held = b"connection: close\r\n" if close else b"connection: keep-alive\r\n"
        date = held + date if answer.status not in CLOSING else date
    start = _pack_start((answer.status, answer.content_type, answer.retry_after_s, answer.challenge))
    size = b"content-length: %d\r\n\r\n" % len(body)
    return start + date + size if bare else b"".join((start, date, size, body))


@lru_cache(maxsize=_REMEMBERED)
def list_headers(
    status: int, content_type: str, *, retry_after_s: int, challenge: bool
) -> tuple[tuple[bytes, bytes], ...]:
    """Return an answer's headers but for its length."""
    headers = [(b"content-type", content_type.encode()), (b"cache-control", b"no-store")]
    if retry_after_s:
        headers.append((b"retry-after", str(retry_after_s).encode()))
    if challenge:
        headers.append((b"www-authenticate", b'Basic realm="korgoo"'))
    if status in CLOSING:
        headers.append((b"connection", b"close"))
    return tuple(headers)


@lru_cache(maxsize=_REMEMBERED)
def _pack_start(said: tuple[int, str, int, bool]) -> bytes:
    status, content_type, retry_after_s, challenge = said
    line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
    headers = list_headers(status, content_type, retry_after_s=retry_after_s, challenge=challenge)
    return line + b"".join(b"%b: %b\r\n" % pair for pair in headers)
