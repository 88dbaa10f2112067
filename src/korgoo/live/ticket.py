"""Tickets: what a page shows the live process instead of a session. Signed, short-lived, carrying a scope.

The live process knows no accounts. The page's view writes into the ticket what its reader may hear; the
live process believes the signature and nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final

import msgspec

LIFE_MS: Final = 60_000
"""A ticket opens a stream within a minute; the stream itself ends after `settings.longest_s`."""

LONGEST_TEXT: Final = 16_384
_PURPOSE: Final = b"korgoo.live.ticket.1"
_SIGNATURE_BYTES: Final = 32


class TicketInvalidError(ValueError):
    """This text is no ticket of ours, or it is too old; the two look the same outside."""


class Ticket(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """What one reader may hear. Times in ms since 1970 UTC by the wall clock, never a demonstration's.

    `office_path` is the reader's own office: feed rows whose scope begins with it are his. `offices` are the
    ids of the offices it covers, because the picture's file holds no paths. `topics` name feed topics
    and, where positions may be read, `picture`.
    """

    user_id: int
    office_path: str
    offices: tuple[int, ...]
    topics: tuple[str, ...]
    expires_at_ms: int


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Ticket)


def write_ticket(ticket: Ticket, *, secret: str) -> str:
    """Return the ticket as text for an address.

    Raises:
        ValueError: the scope is empty, which would open every office.
    """
    if not ticket.office_path:
        raise ValueError("a ticket needs an office")
    body = _ENCODER.encode(ticket)
    return base64.urlsafe_b64encode(_sign(body, secret) + body).rstrip(b"=").decode("ascii")


def read_ticket(text: str, *, secret: str, now_ms: int) -> Ticket:
    """Return the ticket, after its signature and its age were checked.

    Raises:
        TicketInvalidError: forged, broken, too old, or too long.
    """
    if not 0 < len(text) <= LONGEST_TEXT:
        raise TicketInvalidError("no ticket")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise TicketInvalidError("not a ticket") from error
    signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _sign(body, secret)):
        raise TicketInvalidError("not our signature")
    try:
        ticket = _DECODER.decode(body)
    except msgspec.DecodeError as error:  # ours, but of another release
        raise TicketInvalidError("another format") from error
    if not now_ms < ticket.expires_at_ms <= now_ms + LIFE_MS or not ticket.office_path:
        raise TicketInvalidError("too old")
    return ticket


def _sign(body: bytes, secret: str) -> bytes:
    key = hashlib.sha256(_PURPOSE + secret.encode()).digest()
    return hmac.digest(key, body, "sha256")
