"""What a device reads in the answer: each format's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from korgoo.gateway.formats import Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.gateway.batch import Outcome
    from korgoo.gateway.commands import Pending
    from korgoo.gateway.formats.message import ItemError

JSON_TYPE: Final = "application/json"


class Answer(msgspec.Struct, frozen=True, gc=False):
    """An HTTP answer."""

    status: int
    body: bytes = b""
    content_type: str = JSON_TYPE
    retry_after_s: int = 0
    challenge: bool = False  # ask for HTTP Basic


class _Told(msgspec.Struct, frozen=True):
    """Korgoo's own reply; docs/device-protocol.md is its contract."""

    stored: list[list[int]]
    dropped: list[dict[str, Any]]
    refused: list[dict[str, Any]]
    commands: list[dict[str, Any]]


_EMPTY: Final = Reply.EMPTY  # Python 3.11 runs a function for each look at a member of an enum
_OWNTRACKS: Final = Reply.OWNTRACKS
_ENCODE: Final = msgspec.json.Encoder().encode
_NOTHING: Final = Answer(200, b"", "text/plain")
_NO_COMMANDS: Final = Answer(200, b"[]")
_STORED_ALL: Final = b'{"stored":[[%d,%d]],"dropped":[],"refused":[],"commands":[]}'


def build_reply(
    reply: Reply, *, outcome: Outcome, errors: Sequence[ItemError] = (), commands: Sequence[Pending] = ()
) -> Answer:
    """Return the 200 of a format."""
    if reply is _EMPTY:
        return _NOTHING
    if reply is _OWNTRACKS:
        if not commands:
            return _NO_COMMANDS
        return Answer(200, _ENCODE([_to_owntracks(one) for one in commands]))
    ranges = list_ranges([one.counter for one in outcome.stored if one.counter is not None])
    if len(ranges) == 1 and not (errors or commands or outcome.dropped):
        return Answer(200, _STORED_ALL % tuple(ranges[0]))
    told = _Told(
        ranges,
        [{"counter": one.counter, "reason": str(why)} for one, why in outcome.dropped],
        [
            {"counter": one.counter, "index": one.index, "error": one.error, "field": one.field}
            for one in errors
        ],
        [
            {"id": one.id, "name": one.name, "payload": one.payload, "expires_at": one.expires_at_ms}
            for one in commands
        ],
    )
    return Answer(200, _ENCODE(told))


def _to_owntracks(command: Pending) -> dict[str, Any]:
    """Return a command in the app's own words: it knows our `locate` and `interval` under other names."""
    if command.name == "interval":
        seconds = command.payload.get("interval_s")
        # Move mode, in which the app reports by time: Android's word for the interval, and that of iOS.
        wanted = {"monitoring": 2, "moveModeLocatorInterval": seconds, "locatorInterval": seconds}
        return {
            "_type": "cmd",
            "action": "setConfiguration",
            "configuration": {"_type": "configuration", **wanted},
        }
    action = "reportLocation" if command.name == "locate" else command.name
    return {**command.payload, "_type": "cmd", "action": action}


def build_error(status: int, error: str, *, field: str = "", retry_after_s: int = 0) -> Answer:
    """Return an error as JSON: a label and, where it is known, the field."""
    said = {"error": error, "field": field} if field else {"error": error}
    challenge = status == 401  # noqa: PLR2004 - unauthorised
    return Answer(status, msgspec.json.encode(said), JSON_TYPE, retry_after_s, challenge)


def list_ranges(counters: Sequence[int]) -> list[list[int]]:
    """Return [first, last] ranges of the counters, ascending."""
    if len(counters) == 1:
        return [[counters[0], counters[0]]]
    ranges: list[list[int]] = []
    known = set(counters)
    if known:
        first, last = min(known), max(known)
        if last - first == len(known) - 1:  # without a hole, as mostly
            return [[first, last]]
    for counter in sorted(known):
        if ranges and ranges[-1][1] + 1 == counter:
            ranges[-1][1] = counter
        else:
            ranges.append([counter, counter])
    return ranges
