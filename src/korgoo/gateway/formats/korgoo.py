"""Korgoo's own protocol, version 1: docs/device-protocol.md is its contract.

A body of 1 to 10,000 observations in JSON or msgpack, each with the device's own counter. Every item is
decoded for itself, so a bad one never loses the others. SI units; fields that version 1 does not know
are ignored, so that a newer device can speak to an older gateway.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec

from korgoo.engine.rows import Motion, Observation, Source
from korgoo.gateway.formats import measures
from korgoo.gateway.formats.message import (
    Decoded,
    ItemError,
    Message,
    UndecodableError,
    build_extras,
    path_of,
    read_loose_json,
)
from korgoo.gateway.formats.ordinary import MAX_BEACON, MAX_COUNTER, MAX_ITEMS, read_ordinary
from korgoo.gateway.formats.salvage import rescue

JSON: Final = "application/json"
MSGPACK: Final = frozenset({"application/msgpack", "application/x-msgpack", "application/vnd.msgpack"})
_METRE_CMS: Final = 100.0
_SENSORS: Final = ("strap", "case", "skin")


class Item(msgspec.Struct):
    """One observation as a device writes it. Times are ms since 1970 or ISO-8601, lengths metres."""

    counter: int
    fixed_at: int | str | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy: float | None = None
    source: Source | None = None
    speed: float | None = None
    course: float | None = None
    altitude: float | None = None
    motion: Motion | None = None
    beacon: str | None = None
    battery: float | None = None
    charging: bool | None = None
    strap: bool | None = None
    case: bool | None = None
    skin: bool | None = None
    tether: bool | None = None
    sos: bool = False
    mock: bool | None = None
    extras: dict[str, str] = {}


class _RawBody(msgspec.Struct):
    observations: list[msgspec.Raw]


class _LooseBody(msgspec.Struct):
    observations: list[Any]


class _Refused(NamedTuple):
    error: ItemError
    rescued: Observation | None


_JSON_BODY: Final = msgspec.json.Decoder(_RawBody)
_PACK_BODY: Final = msgspec.msgpack.Decoder(_RawBody)
_JSON_ITEM: Final = msgspec.json.Decoder(Item)
_PACK_ITEM: Final = msgspec.msgpack.Decoder(Item)


def decode(message: Message) -> Decoded:
    """Decode a body; what is wrong with one item is in `errors`, in the order of the items."""
    packed = message.content_type in MSGPACK
    if not packed and message.content_type != JSON:
        raise UndecodableError("content_type")
    return read_ordinary(message, packed=packed) or _decode_one_by_one(message, packed=packed)


def _decode_one_by_one(message: Message, *, packed: bool) -> Decoded:
    read, items = _open(message.body, packed=packed)
    if not items:
        raise UndecodableError("empty", "observations")
    if len(items) > MAX_ITEMS:
        raise UndecodableError("too_many", "observations")
    observations, errors = [], []
    for index, raw in enumerate(items):
        try:
            observations.append(_read_item(read(raw), message=message))
            continue
        except msgspec.ValidationError as wrong:
            why = ("wrong_type", path_of(wrong).removeprefix("$."))
        except measures.ImplausibleError as wrong:
            why = (wrong.error, wrong.field)
        except (msgspec.DecodeError, RecursionError):
            why = ("malformed", "")
        refused = _refuse(raw, index=index, why=why, message=message)
        errors.append(refused.error)
        if refused.rescued is not None:
            observations.append(refused.rescued)
    return Decoded(tuple(observations), tuple(errors))


def _open(body: bytes, *, packed: bool) -> tuple[Any, list[Any]]:
    """Split the body into items, each with the function that reads it."""
    try:
        split = (_PACK_BODY if packed else _JSON_BODY).decode(body)
    except msgspec.ValidationError as wrong:
        raise UndecodableError("wrong_shape", path_of(wrong)) from None
    except (msgspec.DecodeError, RecursionError):
        if packed:
            raise UndecodableError("malformed") from None
        return _read_loose, _open_loose(body)
    return (_PACK_ITEM if packed else _JSON_ITEM).decode, list(split.observations)


def _open_loose(body: bytes) -> list[Any]:
    """Read JSON that holds NaN or Infinity, which strict JSON has not: that item alone is refused."""
    try:
        return msgspec.convert(read_loose_json(body), _LooseBody).observations
    except msgspec.ValidationError as wrong:
        raise UndecodableError("wrong_shape", path_of(wrong)) from None


def _read_loose(parsed: Any) -> Item:  # noqa: ANN401 - any JSON value
    return msgspec.convert(parsed, Item)


def _refuse(raw: Any, *, index: int, why: tuple[str, str], message: Message) -> _Refused:  # noqa: ANN401 - Raw or a parsed value
    """Say why an item is refused; its SOS and the sensors that it reports open are kept without the wrong."""
    parsed = _parse_again(raw, packed=message.content_type in MSGPACK)
    counter = parsed.get("counter")
    if not isinstance(counter, int) or isinstance(counter, bool) or not 0 <= counter <= MAX_COUNTER:
        counter = None
    error = ItemError(index, why[0], why[1], counter)
    sos = parsed.get("sos") is True
    opened = {name: False for name in _SENSORS if parsed.get(name) is False}
    if not sos and not opened:
        return _Refused(error, None)
    rescued = rescue([parsed], message=message, counter=counter, sos=sos)
    return _Refused(error, msgspec.structs.replace(rescued, **opened))


def _parse_again(raw: Any, *, packed: bool) -> dict[Any, Any]:  # noqa: ANN401 - Raw or a parsed value
    """Parse an item that is wrong as far as it goes, to read its counter and its SOS."""
    try:
        if not isinstance(raw, msgspec.Raw):
            parsed = raw
        elif packed:
            parsed = msgspec.msgpack.decode(raw)
        else:
            parsed = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _read_item(item: Item, *, message: Message) -> Observation:
    if not 0 <= item.counter <= MAX_COUNTER:
        raise measures.ImplausibleError("out_of_range", "counter")
    lat_e7, lon_e7 = measures.position_e7(item.lat, item.lon)
    accuracy, speed, course = item.accuracy, item.speed, item.course
    altitude, battery = item.altitude, item.battery
    return Observation(
        measures.instant_ms(item.fixed_at, field="fixed_at", unit="ms"),
        message.received_at_ms,
        message.device,
        item.counter,
        lat_e7,
        lon_e7,
        None if not accuracy else _strict(measures.radius_cm(accuracy), "accuracy"),  # 0 m is unknown
        item.source,
        None if speed is None else _strict(measures.speed_cms(speed, unit_cms=_METRE_CMS), "speed"),
        None if course is None else _strict(measures.course_cdeg(course), "course"),
        None if altitude is None else _strict(measures.altitude_cm(altitude), "altitude"),
        item.motion,
        None if item.beacon is None else item.beacon[:MAX_BEACON],
        None if battery is None else _strict(measures.percent(battery), "battery"),
        item.charging,
        item.strap,
        item.case,
        item.skin,
        item.tether,
        item.sos,
        item.mock,
        extras=build_extras(item.extras) if item.extras else (),
    )


def _strict(value: int | None, field: str) -> int:
    """Return the value; what was said and cannot be true is refused."""
    if value is None:
        raise measures.ImplausibleError("out_of_range", field)
    return value
