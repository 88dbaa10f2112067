"""Device formats, one line each. A decoder is pure; `Policy` says how its clients take an error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from korgoo.gateway.formats import korgoo, osmand, owntracks, traccar

if TYPE_CHECKING:
    from collections.abc import Callable

    from korgoo.gateway.formats.message import Decoded, Message


class Sender(StrEnum):
    """How a sender says who it is."""

    BASIC = "basic"  # HTTP Basic: public id and secret
    IDENTIFIER = "identifier"  # one field of the message: publicid.secret
    FORWARDER = "forwarder"  # a gateway with a credential of its own


class Reply(StrEnum):
    """What a sender reads in the answer."""

    OWNTRACKS = "owntracks"  # a JSON array, with commands
    EMPTY = "empty"
    KORGOO = "korgoo"  # by counter what was stored, dropped, refused; commands


@dataclass(frozen=True, slots=True)
class Format:
    """One device format. `requeues` tells that its clients repeat for ever what is answered 4xx."""

    name: str
    decode: Callable[[Message], Decoded]
    sender: Sender
    reply: Reply
    max_body: int
    requeues: bool


FORMATS: Final[dict[str, Format]] = {
    one.name: one
    for one in (
        Format("owntracks", owntracks.decode, Sender.BASIC, Reply.OWNTRACKS, 256 << 10, requeues=True),
        Format("osmand", osmand.decode, Sender.IDENTIFIER, Reply.EMPTY, 64 << 10, requeues=True),
        Format(
            "traccar.position",
            traccar.decode_position,
            Sender.FORWARDER,
            Reply.EMPTY,
            256 << 10,
            requeues=True,
        ),
        Format(
            "traccar.event", traccar.decode_event, Sender.FORWARDER, Reply.EMPTY, 256 << 10, requeues=True
        ),
        Format("korgoo", korgoo.decode, Sender.BASIC, Reply.KORGOO, 8 << 20, requeues=False),
    )
}

ROUTES: Final[dict[str, str]] = {
    "/pub": "owntracks",
    "/pub/": "owntracks",  # typed so into a phone, which would knock at a 404 for ever and be taken as silent
    "/owntracks": "owntracks",
    "/": "osmand",
    "/osmand": "osmand",
    "/traccar/positions": "traccar.position",
    "/traccar/events": "traccar.event",
    "/v1/observations": "korgoo",
}
