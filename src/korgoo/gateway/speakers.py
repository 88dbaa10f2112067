"""Who sends: a device by the credential of its assignment, or a forwarder by its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, slots=True)
class Request:
    """What the HTTP side hands over."""

    format: Format
    address: str
    content_type: str
    body: Body
    query: str = field(default="", repr=False)
    authorization: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who sent it: a device by its credential, or a forwarder."""

    name: str
    credential: Credential | None = None
    assignment: Assignment | None = None
    forwarder: Forwarder | None = None
    secret: str = field(default="", repr=False)

    @property
    def device(self) -> str:
        """The device's id, "" for a forwarder."""
        return self.assignment.device_id if self.assignment else ""


class Speakers:
    """Finds out who sent a request."""

    def __init__(self, registry: Registry, *, forwarders: Sequence[Forwarder] = ()) -> None:
        self._registry = registry
        self._forwarders = {one.public_id: one for one in forwarders}

    async def identify(self, request: Request, *, limit: int) -> Speaker | None:
        """Return the sender, None where no secret matches. A body is read only where the id is in it."""
        if request.format.sender == Sender.FORWARDER:
            forwarder = match_forwarder(
                read_authorization(request.authorization), forwarders=self._forwarders
            )
            return Speaker(forwarder.public_id, forwarder=forwarder) if forwarder else None
        return self.match(await self._presented(request, limit=limit))

    def match(self, presented: Presented | None) -> Speaker | None:
        """Return the device whose secret matches."""
        credential = match_credential(presented, registry=self._registry)
        if credential is None or presented is None:
            return None
        assignment = self._registry.assignment(credential.assignment_id)
        return Speaker(credential.public_id, credential, assignment, secret=presented.secret)

    async def _presented(self, request: Request, *, limit: int) -> Presented | None:
        if request.format.sender == Sender.BASIC:
            return read_authorization(request.authorization)
        try:
            body = await request.body.read(limit=limit)
        except BodyTooLargeError:
            body = b""
        return split_identifier(read_identifier(Message(body, request.content_type, request.query)))
