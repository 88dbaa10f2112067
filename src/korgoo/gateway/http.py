"""The gateway's application: routes, headers, and errors told once.

`answer` takes one request, from `connection` (docs/adr/0110) or as an ASGI application.

Nothing of a request is ever logged but the format's name and the status: an address may hold a secret
(OsmAnd's `id`) and a position.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from korgoo.gateway import logs
from korgoo.gateway.body import (
    Body,
    BodyBudget,
    BodyTimeoutError,
    BodyTooLargeError,
    BudgetFullError,
    ClientGoneError,
    Receive,
)
from korgoo.gateway.formats import FORMATS, ROUTES, Format
from korgoo.gateway.ports import CommandsUnavailableError
from korgoo.gateway.replies import Answer, build_error
from korgoo.gateway.speakers import Request
from korgoo.gateway.wire import list_headers
from korgoo.gateway.writer import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from korgoo.gateway.commands import Commands
    from korgoo.gateway.health import Health
    from korgoo.gateway.intake import Intake
    from korgoo.gateway.metrics import Metrics
    from korgoo.gateway.speakers import Speakers

    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_COMMAND_PATH: Final = "/v1/commands/"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
_MAX_ANSWER: Final = 4 << 10
_MAX_QUERY: Final = 8 << 10
_RETRY_S: Final = 5
_TYPES: Final = {
    name.encode(): name
    for name in ("application/json", "application/msgpack", "application/x-www-form-urlencoded")
}
Headers = dict[bytes, bytes]


class Call(msgspec.Struct, gc=False):
    """One request. `whole` is its body; where that is still coming, `receive` brings it, as in ASGI."""

    method: str
    path: str
    query: bytes
    headers: Headers
    peer: str
    whole: bytes | None = None
    receive: Receive | None = None


class _CommandAnswer(msgspec.Struct, forbid_unknown_fields=True):
    state: Literal["acknowledged", "failed"]
    detail: str = ""


class GatewayApp:
    """Answers requests. `draining` makes it refuse what is new; `in_flight` counts what is not answered."""

    def __init__(
        self,
        intake: Intake,
        *,
        speakers: Speakers,
        commands: Commands,
        metrics: Metrics,
        health: Health,
        budget: BodyBudget,
        body_timeout_s: float,
        trusted_proxies: frozenset[str] = frozenset(),
    ) -> None:
        self._intake = intake
        self._speakers = speakers
        self._commands = commands
        self._metrics = metrics
        self._health = health
        self._budget = budget
        self._body_timeout_s = body_timeout_s
        self._trusted_proxies = trusted_proxies
        self.draining = False
        self.in_flight = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request as an ASGI application."""
        if scope["type"] != "http":
            return
        client = scope.get("client")
        call = Call(
            scope["method"],
            scope["path"],
            scope.get("query_string", b""),
            dict(scope["headers"]),  # ASGI: names in lower case
            str(client[0]) if client else "",
            receive=receive,
        )
        answer = await self.answer(call)
        if answer is not None:
            await _send(send, answer)

    async def answer(self, call: Call) -> Answer | None:
        """Answer one request; None where the client has gone before its body was whole."""
        self.in_flight += 1
        route = ROUTES.get(call.path)
        name = route or "other"
        body = self._open_body(call)
        try:
            if route is None:
                answer = await self._answer_other(call, body=body)
            elif self.draining:
                answer = build_error(503, "closing", retry_after_s=_RETRY_S)
            elif call.method != "POST" and (call.method != "GET" or route != "osmand"):
                answer = build_error(405, "method_not_allowed")
            else:
                answer = await self._intake.take(self._request(call, chosen=FORMATS[route], body=body))
        except ClientGoneError:
            self._metrics.count_answer(name, 499)
            return None
        except Exception as wrong:  # noqa: BLE001 - the outermost loop of a request: others must go on
            answer = self._explain(wrong, name=name)
        finally:
            body.release()
            self.in_flight -= 1
        self._metrics.count_answer(name, answer.status)
        return answer

    def _explain(self, wrong: Exception, *, name: str) -> Answer:
        """Translate a named error, once; call one that nobody foresaw our own fault."""
        known = _translate(wrong)
        if known is None:
            self._metrics.loop_errors.labels("request").inc()
            logs.report_error("request_failed", where=name)
        return known or build_error(500, "internal")

    def _open_body(self, call: Call) -> Body:
        length = b"" if call.whole is not None else call.headers.get(b"content-length", b"")
        announced = int(length) if length.isdigit() else None
        return Body(call.receive, self._budget, self._body_timeout_s, announced, call.whole)

    def _request(self, call: Call, *, chosen: Format, body: Body) -> Request:
        headers = call.headers
        query = call.query[:_MAX_QUERY].decode("latin-1")
        said = headers.get(b"content-type", b"")
        content_type = _TYPES.get(said) or said.decode("latin-1").partition(";")[0].strip().lower()
        authorization = headers.get(b"authorization", b"")
        return Request(chosen, self._address(call), content_type, body, query, authorization)

    def _address(self, call: Call) -> str:
        """Return the client's address; a proxy's word is taken only from a proxy we were told of."""
        if call.peer in self._trusted_proxies and b"x-forwarded-for" in call.headers:
            return call.headers[b"x-forwarded-for"].rpartition(b",")[2].strip()[:64].decode("latin-1")
        return call.peer

    async def _answer_other(self, call: Call, *, body: Body) -> Answer:
        path, method, headers = call.path, call.method, call.headers
        if path.startswith(_COMMAND_PATH) and method == "POST":
            return await self._answer_command(path.removeprefix(_COMMAND_PATH), headers, body=body)
        if path == "/healthz" and method == "GET":
            return self._health.tell(draining=self.draining)
        if path == "/metrics" and method == "GET" and self._is_local(call):
            return Answer(200, self._metrics.render(), "text/plain; version=0.0.4; charset=utf-8")
        return build_error(404, "not_found")

    def _is_local(self, call: Call) -> bool:
        return call.peer in _LOOPBACK and b"x-forwarded-for" not in call.headers

    async def _answer_command(self, number: str, headers: Headers, *, body: Body) -> Answer:
        if self.draining:
            raise UnavailableError("closing", retry_after_s=_RETRY_S)
        speaker = self._speakers.recognise(headers.get(b"authorization", b""))
        if (
            speaker is None
            or speaker.assignment is None
            or (speaker.credential and speaker.credential.revoked)
        ):
            self._metrics.unauthorised.inc()
            return build_error(401, "unauthorised")
        try:
            said = msgspec.json.decode(await body.read(limit=_MAX_ANSWER), type=_CommandAnswer)
        except msgspec.DecodeError:
            return build_error(400, "malformed")
        known = number.isascii() and number.isdigit() and len(number) < 19  # noqa: PLR2004 - 64 bits
        try:
            state = await self._commands.settle(
                int(number) if known else 0,
                state=said.state,
                detail=said.detail,
                assignment=speaker.assignment,
            )
        except KeyError:
            return build_error(404, "unknown_command")
        return Answer(200 if state == said.state else 409, msgspec.json.encode({"state": state}))


def _translate(wrong: Exception) -> Answer | None:
    """Return the answer to a named error, None for one that nobody foresaw."""
    if isinstance(wrong, UnavailableError):
        return build_error(503, wrong.reason.partition(" ")[0], retry_after_s=wrong.retry_after_s)
    if isinstance(wrong, CommandsUnavailableError):
        return build_error(503, "commands_unavailable", retry_after_s=_RETRY_S)
    if isinstance(wrong, BudgetFullError):
        return build_error(503, "busy", retry_after_s=_RETRY_S)
    if isinstance(wrong, BodyTooLargeError):
        return build_error(413, "too_large")
    if isinstance(wrong, BodyTimeoutError):
        return build_error(408, "body_timeout")
    return None


async def _send(send: Send, answer: Answer) -> None:
    body = answer.body
    said = list_headers(
        answer.status,
        answer.content_type,
        retry_after_s=answer.retry_after_s,
        challenge=answer.challenge,
    )
    headers = [*said, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
