"""What goes into a decoder and what comes out of it. Decoders are pure: bytes in, observations out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from korgoo.engine.rows import Observation

T = TypeVar("T")
MAX_EXTRA_TEXT: Final = 200
MAX_EXTRAS: Final = 32


class UndecodableError(Exception):
    """The message as a whole says nothing that we can read. `reason` is a label, `field` a path.

    Neither ever holds a value of the message: both may be logged.
    """

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(f"{reason} {field}".strip())
        self.reason = reason
        self.field = field


class Message(msgspec.Struct, frozen=True, gc=False):
    """One request as a decoder sees it. `device` is the sender's device id where it is known already."""

    body: bytes
    content_type: str = ""
    query: str = ""
    received_at_ms: int = 0
    device: str = ""

    def __repr__(self) -> str:
        """Say how much it is, never what."""
        return f"Message({len(self.body)} bytes)"


class ItemError(msgspec.Struct, frozen=True, gc=False):
    """One item that was refused. `counter` is the device's own number for it, if it could be read."""

    index: int
    error: str
    field: str = ""
    counter: int | None = None


class Decoded(msgspec.Struct, frozen=True):
    """What a message says. `ignored` names a decodable message of which nothing is to be kept."""

    observations: tuple[Observation, ...] = ()
    errors: tuple[ItemError, ...] = ()
    ignored: str = ""


def read_json(body: bytes, shape: type[T]) -> T:
    """Decode JSON into a struct.

    The second reading is for senders whose JSON holds NaN or Infinity: strict JSON has no such numbers,
    and one of them must not take the rest of the message with it. It is then refused where it stands.

    Raises:
        UndecodableError: not JSON, or not of that shape.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as wrong:
        raise UndecodableError("wrong_shape", path_of(wrong)) from None
    except (msgspec.DecodeError, RecursionError):
        return convert_object(read_loose_json(body), shape)


def read_loose_json(body: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Parse JSON, NaN and Infinity too. Halves of surrogate pairs, which no row can hold, become "?".

    Raises:
        UndecodableError: not JSON.
    """
    try:
        return json.loads(json.dumps(json.loads(body), ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        raise UndecodableError("malformed") from None


def convert_object(parsed: Any, shape: type[T]) -> T:  # noqa: ANN401 - any JSON value
    """Turn parsed JSON into a struct, or raise `UndecodableError` with the field's path."""
    try:
        return msgspec.convert(parsed, shape)
    except msgspec.ValidationError as wrong:
        raise UndecodableError("wrong_shape", path_of(wrong)) from None
    except RecursionError:
        raise UndecodableError("malformed") from None


def path_of(wrong: msgspec.ValidationError) -> str:
    """Return the field path of an error and drop its text, which may hold a value."""
    _, found, path = str(wrong).rpartition(" - at `")
    return path.rstrip("`") if found else ""


def build_extras(pairs: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return sorted (name, text) pairs; None is left out, long text and too many pairs are cut."""
    said = []
    for name, value in pairs.items():
        if value is None:
            continue
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        said.append((name[:64], text[:MAX_EXTRA_TEXT]))
    return tuple(sorted(said)[:MAX_EXTRAS])
