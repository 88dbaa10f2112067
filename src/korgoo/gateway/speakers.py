"""Who sends: a device by the credential of its assignment, or a forwarder by its own."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from korgoo.gateway.body import BodyTooLargeError
from korgoo.gateway.credentials import (
    Forwarder,
    Presented,
    match_credential,
    match_forwarder,
    read_authorization,
    split_identifier,
)
from korgoo.gateway.formats import Format, Sender
from korgoo.gateway.formats.message import Message
from korgoo.gateway.formats.osmand import read_identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.rows import Assignment, Credential
    from korgoo.gateway.body import Body
    from korgoo.gateway.registry import Registry


_REMEMBERED: Final = 100_000


class Request(msgspec.Struct):
    """What the HTTP side hands over."""

    format: Format
    address: str
    content_type: str
    body: Body
    query: str = ""
    authorization: bytes = b""

    def __repr__(self) -> str:
        """Say which format it is: address, query and header may hold a secret or a place."""
        return f"Request({self.format.name})"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who sent it: a device by its credential, or a forwarder. `device` is "" for a forwarder."""

    name: str
    credential: Credential | None = None
    assignment: Assignment | None = None
    forwarder: Forwarder | None = None
    device: str = ""


class Speakers:
    """Finds out who sent a request."""

    def __init__(self, registry: Registry, *, forwarders: Sequence[Forwarder] = ()) -> None:
        self._registry = registry
        self._forwarders = {one.public_id: one for one in forwarders}
        self._recent: OrderedDict[bytes, tuple[int, Speaker]] = OrderedDict()

    async def identify(self, request: Request, *, limit: int) -> Speaker | None:
        """Return the sender, None where no secret matches. A body is read only where the id is in it."""
        if request.format.sender == Sender.FORWARDER:
            presented = read_authorization(request.authorization.decode("latin-1"))
            forwarder = match_forwarder(presented, forwarders=self._forwarders)
            return Speaker(forwarder.public_id, forwarder=forwarder) if forwarder else None
        if request.format.sender == Sender.BASIC:
            return self.recognise(request.authorization)
        return self.match(await self._read_identifier(request, limit=limit))

    def recognise(self, authorization: bytes) -> Speaker | None:
        """Return the device that an Authorization header presents.

        What matched once is remembered under the header's SHA-256, never under the header, until any
        row changes the registry. Who does not match goes the whole way each time.
        """
        digest = hashlib.sha256(authorization).digest()
        version = self._registry.version
        known = self._recent.get(digest)
        if known is not None and known[0] == version:
            return known[1]
        speaker = self.match(read_authorization(authorization.decode("latin-1")))
        if speaker is None:
            self._recent.pop(digest, None)
            return None
        self._recent[digest] = (version, speaker)
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
        return speaker

    async def find_secret(self, request: Request) -> str:
        """Return the secret that a device's message presents, so that it can be taken out of what is kept."""
        if request.format.sender == Sender.FORWARDER:
            return ""
        if request.format.sender == Sender.BASIC:
            presented = read_authorization(request.authorization.decode("latin-1"))
        else:
            presented = await self._read_identifier(request, limit=request.format.max_body)
        return presented.secret if presented else ""

    def match(self, presented: Presented | None) -> Speaker | None:
        """Return the device whose secret matches."""
        credential = match_credential(presented, registry=self._registry)
        if credential is None or presented is None:
            return None
        assignment = self._registry.assignment(credential.assignment_id)
        device = assignment.device_id if assignment else ""
        return Speaker(credential.public_id, credential, assignment, device=device)

    async def _read_identifier(self, request: Request, *, limit: int) -> Presented | None:
        try:
            body = await request.body.read(limit=limit)
        except BodyTooLargeError:
            body = b""
        return split_identifier(read_identifier(Message(body, request.content_type, request.query)))
