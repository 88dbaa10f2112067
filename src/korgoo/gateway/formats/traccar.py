"""Forwarding by a Traccar server (`forward.type=json`, `event.forward.type=json`), 260+ device families.

`position.id` is always 0, because forwarding runs before Traccar's database: the key that makes repeats
visible is ours, of uniqueId, fixTime and serverTime. Speed is in knots. A position that Traccar calls
invalid is the last known one once more, so it is no fix. The events kept are alarms; fences, motion and
connection are judged here, not there.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from korgoo.engine.rows import Motion, Observation, Source
from korgoo.gateway.formats import measures
from korgoo.gateway.formats.alarms import Alarms, read_alarms
from korgoo.gateway.formats.message import Decoded, Message, UndecodableError, build_extras, read_json

_SAME_MOMENT_MS: Final = 60_000
_KEPT: Final = ("approximate", "event", "ignition", "rssi", "sat", "status")


class _Position(msgspec.Struct, rename="camel"):
    fix_time: str | None = None
    device_time: str | None = None
    server_time: str | None = None
    protocol: str | None = None
    valid: bool = True
    outdated: bool = False
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    speed: float | None = None
    course: float | None = None
    accuracy: float | None = None
    attributes: dict[str, Any] = {}


class _Device(msgspec.Struct, rename="camel"):
    unique_id: str


class _Named(msgspec.Struct):
    device: _Device


class _PositionBody(msgspec.Struct):
    position: _Position
    device: _Device


class _Event(msgspec.Struct, rename="camel"):
    type: str
    event_time: str | None = None
    attributes: dict[str, Any] = {}


class _EventBody(msgspec.Struct):
    event: _Event
    device: _Device
    position: _Position | None = None


def read_unique_id(message: Message) -> str:
    """Return the device of a message that could otherwise not be read, "" where it names none."""
    try:
        return read_json(message.body, _Named).device.unique_id
    except UndecodableError:
        return ""


def decode_position(message: Message) -> Decoded:
    """Decode one forwarded position."""
    _need_json(message)
    body = read_json(message.body, _PositionBody)
    alarms = read_alarms(body.position.attributes.get("alarm"))
    return Decoded((_build(body.position, unique_id=body.device.unique_id, alarms=alarms, message=message),))


def decode_event(message: Message) -> Decoded:
    """Decode one forwarded event.

    An alarm whose position was fixed at another moment becomes two observations, because each has a
    time of its own: the position at its fix, the alarm at the event.
    """
    _need_json(message)
    body = read_json(message.body, _EventBody)
    if body.event.type != "alarm":
        return Decoded(ignored="event")
    alarms = read_alarms(body.event.attributes.get("alarm"))
    unique_id = body.device.unique_id
    try:
        at = measures.instant_ms(body.event.event_time, field="event.eventTime")
    except measures.ImplausibleError as wrong:
        raise UndecodableError(wrong.error, wrong.field) from None
    alarm = Observation(
        fixed_at_ms=at,
        received_at_ms=message.received_at_ms,
        device=unique_id,
        strap=alarms.strap,
        case=alarms.case,
        sos=alarms.sos,
        extras=build_extras(
            {"alarm": alarms.text, "key": _own_key(unique_id, body.event.event_time, "event")}
        ),
    )
    if body.position is None:
        return Decoded((alarm,))
    where = _build(body.position, unique_id=unique_id, alarms=alarms, message=message)
    if where.lat_e7 is None:
        return Decoded((alarm,))
    if abs(where.fixed_at_ms - at) <= _SAME_MOMENT_MS:
        return Decoded((where,))
    unsaid = msgspec.structs.replace(where, sos=False, strap=None, case=None)
    return Decoded((unsaid, alarm))


def _need_json(message: Message) -> None:
    if message.content_type != "application/json":
        raise UndecodableError("content_type")


def _build(position: _Position, *, unique_id: str, alarms: Alarms, message: Message) -> Observation:
    said = position.attributes
    is_fix = position.valid and not position.outdated
    try:
        lat_e7, lon_e7 = (
            measures.position_e7(position.latitude, position.longitude) if is_fix else (None, None)
        )
        name = "fixTime" if is_fix else "deviceTime"
        when = position.fix_time if is_fix else position.device_time or position.fix_time
        fixed_at_ms = measures.instant_ms(when, field=f"position.{name}")
    except measures.ImplausibleError as wrong:
        raise UndecodableError(wrong.error, wrong.field) from None
    key = _own_key(unique_id, position.fix_time, position.server_time)
    kept = {name: said.get(name) for name in _KEPT if isinstance(said.get(name), str | int | float | bool)}
    return Observation(
        fixed_at_ms=fixed_at_ms,
        received_at_ms=message.received_at_ms,
        device=unique_id,
        lat_e7=lat_e7,
        lon_e7=lon_e7,
        accuracy_cm=measures.radius_cm(position.accuracy),
        source=Source.CELL if said.get("approximate") is True else None,
        speed_cms=measures.speed_cms(position.speed, unit_cms=measures.KNOT_CMS) if is_fix else None,
        course_cdeg=measures.course_cdeg(position.course) if is_fix else None,
        altitude_cm=measures.altitude_cm(position.altitude) if is_fix else None,
        motion=Motion.STILL if said.get("motion") is False else None,
        battery_percent=measures.percent(measures.read_number(said.get("batteryLevel"))),
        charging=_flag(said.get("charge")),
        strap=alarms.strap,
        case=alarms.case,
        sos=alarms.sos,
        mock=_flag(said.get("mock")),
        extras=build_extras({**kept, "alarm": alarms.text, "key": key, "protocol": position.protocol}),
    )


def _own_key(*parts: str | None) -> str:
    return hashlib.sha256("\n".join(part or "" for part in parts).encode(errors="replace")).hexdigest()[:32]


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
