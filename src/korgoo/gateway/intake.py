"""The way of one message: who is it, is it too much, what does it say, may we keep it, is it stored."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Final

from korgoo.gateway import logs
from korgoo.gateway.admission import Refusal, is_collecting
from korgoo.gateway.batch import Batch, Outcome
from korgoo.gateway.body import BodyTooLargeError
from korgoo.gateway.formats import Format, Reply, Sender
from korgoo.gateway.formats.alarms import names_sos
from korgoo.gateway.formats.message import Decoded, ItemError, Message, UndecodableError
from korgoo.gateway.formats.salvage import salvage_alarm
from korgoo.gateway.formats.traccar import read_unique_id
from korgoo.gateway.limits import Buckets
from korgoo.gateway.quarantine import QuarantineError
from korgoo.gateway.replies import Answer, build_error, build_reply
from korgoo.gateway.speakers import Speakers
from korgoo.gateway.writer import RejectedError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.engine.rows import Assignment
    from korgoo.gateway.commands import Commands, Pending
    from korgoo.gateway.credentials import Forwarder
    from korgoo.gateway.metrics import Metrics
    from korgoo.gateway.ports import Clock
    from korgoo.gateway.quarantine import Quarantine
    from korgoo.gateway.registry import Registry
    from korgoo.gateway.settings import IntakeLimits
    from korgoo.gateway.speakers import Request, Speaker
    from korgoo.gateway.writer import Writer

_BASIC: Final = Sender.BASIC  # Python 3.11 runs a function for each look at a member of an enum
_EMPTY: Final = Reply.EMPTY
_DECODE_APART: Final = 64 << 10
"""A body of this size is decoded beside the event loop, so that other requests go on."""

Read = tuple[Message, Decoded, UndecodableError | None]
"""A message, what it says, and why it could not be read, if it could not."""


class Intake:
    """Everything a message meets on its way; one for the process."""

    def __init__(
        self,
        *,
        registry: Registry,
        writer: Writer,
        quarantine: Quarantine,
        commands: Commands,
        metrics: Metrics,
        clock: Clock,
        limits: IntakeLimits,
        forwarders: Sequence[Forwarder] = (),
    ) -> None:
        self._registry = registry
        self._writer = writer
        self._quarantine = quarantine
        self._commands = commands
        self._metrics = metrics
        self._clock = clock
        self._sos_body = limits.sos_body
        self._speakers = Speakers(registry, forwarders=forwarders)
        self._by_address = Buckets(limits.address, capacity=limits.buckets)
        self._by_credential = Buckets(limits.credential, capacity=limits.buckets)
        self._by_forwarder = Buckets(limits.forwarder, capacity=limits.buckets)
        self._by_sos = Buckets(limits.sos, capacity=limits.buckets)

    async def take(self, request: Request) -> Answer:
        """Take one message from its first byte to its answer.

        1. The address's bucket, before anything is read.
        2. The credential; then its bucket, before anything is decoded.
        3. Over a limit, only an SOS of a once protected device goes on: small body, bucket of its own.
        4. Decode; what cannot be read is quarantined or counted, and an SOS or a tamper in it is saved.
        5. Admission and commit; the answer tells what became of it.
        """
        now_ms = self._clock()
        wait = self._by_address.take(request.address, now_ms=now_ms)
        by = "address" if wait else ""
        limit = self._sos_body if wait else request.format.max_body
        if request.format.sender is _BASIC:
            speaker = self._speakers.recognise(request.authorization)
        else:
            speaker = await self._speakers.identify(request, limit=limit)
        if speaker is None:
            return self._limit(by, wait) if wait else self._reject_stranger(request)
        if not wait:
            buckets = self._by_forwarder if speaker.forwarder else self._by_credential
            wait = buckets.take(speaker.name, now_ms=now_ms)
            by = "credential" if wait else ""
        if wait:
            read = await self._hear_call(request, speaker=speaker, now_ms=now_ms)
            if read is None:
                return self._limit(by, wait)
        else:
            limit = request.format.max_body
            read = self._read_ready(request, speaker=speaker, limit=limit, now_ms=now_ms)
            if read is None:
                read = await self._read(request, speaker=speaker, limit=limit, now_ms=now_ms)
        message, decoded, wrong = read
        if wrong is not None:
            await self._put_away(request, message, speaker=speaker, wrong=wrong)
            if not decoded.observations:
                return self._answer_unread(request, wrong=wrong)
        return await self._store(request, message, decoded, speaker=speaker)

    async def _hear_call(self, request: Request, *, speaker: Speaker, now_ms: int) -> Read | None:
        """Read a limited sender's message if it is an SOS that may be heard, else None.

        Only a message that names an SOS asks the bucket: a phone that sends a day's backlog too fast must not
        have used up its call for help. A forwarder speaks for many.
        """
        if speaker.forwarder is None and not (
            speaker.device and self._registry.was_protected(speaker.device)
        ):
            return None
        reason = ""
        try:
            body = await request.body.read(limit=self._sos_body)
        except BodyTooLargeError as wrong:
            body, reason = wrong.head, "too_large"
        message = Message(body, request.content_type, request.query, now_ms, speaker.device)
        cost = 0.1 if speaker.forwarder else 1.0
        if not names_sos(message) or self._by_sos.take(speaker.name, now_ms=now_ms, cost=cost):
            return None
        if reason:
            read = self._tell_unread(message, UndecodableError(reason), speaker=speaker)
        else:
            read = self._decode(request.format, message, speaker=speaker)
        return read if any(one.sos for one in read[1].observations) else None

    async def _read(self, request: Request, *, speaker: Speaker, limit: int, now_ms: int) -> Read:
        """Wait for the body, and decode a large one beside the event loop."""
        reason = ""
        try:
            body = await request.body.read(limit=limit)
        except BodyTooLargeError as wrong:
            body, reason = wrong.head, "too_large"
        message = Message(body, request.content_type, request.query, now_ms, speaker.device)
        if reason:
            return self._tell_unread(message, UndecodableError(reason), speaker=speaker)
        if len(body) < _DECODE_APART:
            return self._decode(request.format, message, speaker=speaker)
        return await asyncio.to_thread(self._decode, request.format, message, speaker=speaker)

    def _read_ready(self, request: Request, *, speaker: Speaker, limit: int, now_ms: int) -> Read | None:
        """Decode a small body that is there whole, as most are; None where it has to be waited for."""
        body = request.body.take_ready(limit=min(limit, _DECODE_APART - 1))
        if body is None:
            return None
        message = Message(body, request.content_type, request.query, now_ms, speaker.device)
        return self._decode(request.format, message, speaker=speaker)

    def _decode(self, chosen: Format, message: Message, *, speaker: Speaker) -> Read:
        try:
            return message, chosen.decode(message), None
        except UndecodableError as wrong:
            return self._tell_unread(message, wrong, speaker=speaker)
        except Exception:  # noqa: BLE001 - a decoder's own fault must not keep the next message waiting
            self._metrics.decoder_errors.labels(chosen.name).inc()
            logs.report_error("decoder_failed", format=chosen.name)
            return self._tell_unread(message, UndecodableError("decoder_failed"), speaker=speaker)

    def _tell_unread(self, message: Message, wrong: UndecodableError, *, speaker: Speaker) -> Read:
        device = read_unique_id(message) if speaker.forwarder else ""
        found = salvage_alarm(message, device=device) if speaker.assignment or device else None
        return message, Decoded((found,) if found else ()), wrong

    async def _put_away(
        self, request: Request, message: Message, *, speaker: Speaker, wrong: UndecodableError
    ) -> None:
        """Quarantine what could not be read where the law allows to keep it; count it everywhere."""
        self._metrics.undecodable.labels(wrong.reason).inc()
        assignment = speaker.assignment or self._forwarded(message)
        if not request.format.requeues or assignment is None or not self._is_open(assignment, speaker):
            return
        secret = (await self._speakers.find_secret(request)).encode()
        raw = (message.query.encode(errors="replace") + b"\n" + message.body).strip()
        raw = raw.replace(secret, b"[secret]") if secret else raw
        try:
            await asyncio.to_thread(
                self._quarantine.put,
                raw,
                assignment_id=assignment.assignment_id,
                format_name=request.format.name,
                reason=wrong.reason,
                now_ms=message.received_at_ms,
            )
        except QuarantineError as failed:
            raise UnavailableError(f"quarantine {failed}", retry_after_s=30) from None
        self._metrics.quarantined.labels(wrong.reason).inc()

    def _forwarded(self, message: Message) -> Assignment | None:
        known = self._registry.assignments_of(read_unique_id(message))
        open_ones = [one for one in known if is_collecting(one, now_ms=message.received_at_ms)]
        return open_ones[-1] if open_ones else None

    def _is_open(self, assignment: Assignment, speaker: Speaker) -> bool:
        now_ms = self._clock()
        if speaker.credential is not None and (
            speaker.credential.revoked or speaker.credential.superseded_at_ms is not None
        ):
            return False
        suspensions = self._registry.suspensions_of(assignment.person_key)
        if any(not one.revoked and one.from_ms <= now_ms < one.until_ms for one in suspensions):
            return False
        return is_collecting(assignment, now_ms=now_ms)

    async def _store(
        self, request: Request, message: Message, decoded: Decoded, *, speaker: Speaker
    ) -> Answer:
        if decoded.ignored:
            self._metrics.ignored.labels(decoded.ignored).inc()
        told = self._commands_for(request.format.reply, speaker)
        assignment = speaker.assignment
        batch = Batch(
            decoded.observations,
            self._registry,
            _hash(message),
            speaker.credential,
            self._commands.note_delivered(told, assignment=assignment) if told and assignment else (),
        )
        try:
            if len(message.body) >= _DECODE_APART:
                await self._writer.submit(batch.prepare, apart=True)
            elif (committed := self._writer.enqueue(batch.prepare)) is not None:
                await committed
        except RejectedError as wrong:
            return self._answer_rejected(request, batch, wrong=wrong)
        if told and assignment is not None:
            self._commands.settle_delivered(told, assignment_id=assignment.assignment_id)
        self._count(request.format, batch.outcome, decoded.errors)
        if _is_only_revoked(batch.outcome):
            return build_error(401, "revoked")
        return build_reply(request.format.reply, outcome=batch.outcome, errors=decoded.errors, commands=told)

    def _commands_for(self, reply: Reply, speaker: Speaker) -> Sequence[Pending]:
        """Return what the reply may tell. OwnTracks cannot acknowledge, so it is told once."""
        assignment = speaker.assignment
        if assignment is None or reply is _EMPTY or not self._commands.any_for(assignment.assignment_id):
            return ()
        pending = self._commands.pending(
            assignment.assignment_id, now_ms=self._clock(), repeat=reply == Reply.KORGOO
        )
        return pending if pending and self._is_open(assignment, speaker) else ()

    def _count(self, chosen: Format, outcome: Outcome, errors: Sequence[ItemError]) -> None:
        if outcome.stored:
            self._metrics.count_stored(chosen.name, len(outcome.stored))
        for _, why in outcome.dropped:
            self._metrics.dropped.labels(why).inc()
        for one in errors:
            self._metrics.refused.labels(one.error).inc()

    def _answer_rejected(self, request: Request, batch: Batch, *, wrong: RejectedError) -> Answer:
        """Nothing of an erased case may be kept: 200. Anything else is our own fault."""
        if not wrong.erased:
            return build_error(500, "internal")
        self._metrics.dropped.labels("erased").inc(len(batch.observations))
        gone = tuple((one, Refusal.NO_ASSIGNMENT) for one in batch.observations)
        return build_reply(request.format.reply, outcome=Outcome((), gone))

    def _answer_unread(self, request: Request, *, wrong: UndecodableError) -> Answer:
        if request.format.requeues:
            return build_reply(request.format.reply, outcome=Outcome())
        status = {"content_type": 415, "too_large": 413}.get(wrong.reason, 400)
        return build_error(status, wrong.reason, field=wrong.field)

    def _reject_stranger(self, request: Request) -> Answer:
        self._metrics.unauthorised.inc()
        if request.format.sender == Sender.IDENTIFIER:
            return build_error(404, "unknown_device")
        return build_error(401, "unauthorised")

    def _limit(self, by: str, wait: int) -> Answer:
        self._metrics.limited.labels(by).inc()
        return build_error(429, "too_many_requests", retry_after_s=wait)


def _is_only_revoked(outcome: Outcome) -> bool:
    return (
        not outcome.stored
        and bool(outcome.dropped)
        and all(why == Refusal.REVOKED for _, why in outcome.dropped)
    )


def _hash(message: Message) -> bytes:
    """Return the SHA-256 of the message as it was received: the body, or what stood in the address."""
    return hashlib.sha256(message.body or message.query.encode(errors="replace")).digest()
