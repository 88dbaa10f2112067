"""OsmAnd query form and the JSON of Traccar Client: one location a request.

Query or form: speed in knots, time in seconds, ms or ISO-8601, accuracy 0 = good or unknown. JSON:
speed in m/s, battery 0 to 1, -1 = unknown. The sender's identifier is in `id`, `deviceid` or
`device_id` and is taken out before anything of the message is kept.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs

import msgspec

from korgoo.engine.rows import Observation
from korgoo.gateway.formats import measures
from korgoo.gateway.formats.alarms import Alarms, read_alarms, read_motion
from korgoo.gateway.formats.message import Decoded, Message, UndecodableError, build_extras, read_json

_METRE_CMS: Final = 100.0
_MAX_PAIRS: Final = 100
_TRUE: Final = frozenset({"true", "1", "yes"})
_FALSE: Final = frozenset({"false", "0", "no"})
_KEPT: Final = ("activity", "event", "hdop", "is_moving", "valid")


class _Coords(msgspec.Struct):
    latitude: float | None = None
    longitude: float | None = None
    accuracy: float | None = None
    speed: float | None = None
    heading: float | None = None
    altitude: float | None = None


class _Battery(msgspec.Struct):
    level: float | None = None
    is_charging: bool | None = None


class _Activity(msgspec.Struct):
    type: str | None = None


class _Location(msgspec.Struct):
    timestamp: str | float | None = None
    coords: _Coords | None = None
    is_moving: bool | None = None
    event: str | None = None
    battery: _Battery | None = None
    activity: _Activity | None = None
    mock: bool | None = None
    alarm: str | None = None


class _Body(msgspec.Struct):
    location: _Location
    device_id: str = ""
    alarm: str | None = None


class _Sender(msgspec.Struct):
    device_id: str = ""


def read_identifier(message: Message) -> str:
    """Return the identifier field of the sender, "" where there is none."""
    if message.content_type == "application/json" and message.body:
        try:
            return read_json(message.body, _Sender).device_id
        except UndecodableError:
            return _pairs(message.query).get("id", "")
    pairs = _read_pairs(message)
    return pairs.get("id") or pairs.get("deviceid", "")


def decode(message: Message) -> Decoded:
    """Decode one request of either form."""
    if message.content_type == "application/json" and message.body:
        return Decoded((_read_json(message),))
    if message.body and message.content_type not in {"", "application/x-www-form-urlencoded"}:
        raise UndecodableError("content_type")
    return Decoded((_read_query(_read_pairs(message), message=message),))


def _read_pairs(message: Message) -> dict[str, str]:
    try:
        body = message.body.decode() if message.content_type != "application/json" else ""
    except UnicodeDecodeError:
        body = ""
    return {**_pairs(body), **_pairs(message.query)}


def _pairs(text: str) -> dict[str, str]:
    """Return each name's first value. Almost every address needs no decoding: that is a sixth of the work."""
    if "%" not in text and "+" not in text:
        plain: dict[str, str] = {}
        fields = text.split("&")
        if len(fields) > _MAX_PAIRS:
            return {}
        for one in fields:
            if one:
                name, _, value = one.partition("=")
                plain.setdefault(name, value)
        return plain
    try:
        pairs = parse_qs(text, keep_blank_values=True, max_num_fields=_MAX_PAIRS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in pairs.items()}


def _read_query(pairs: dict[str, str], *, message: Message) -> Observation:
    lat, lon = pairs.get("lat"), pairs.get("lon")
    if "location" in pairs:
        lat, _, lon = pairs["location"].partition(",")
    alarms = read_alarms(pairs.get("alarm"))
    try:
        lat_e7, lon_e7 = measures.position_e7(_degrees(lat, "lat"), _degrees(lon, "lon"))
        fixed_at_ms = measures.instant_ms(pairs.get("timestamp"), field="timestamp")
    except measures.ImplausibleError as wrong:
        raise UndecodableError(wrong.error, wrong.field) from None
    invalid = _flag(pairs.get("valid")) is False
    return Observation(
        fixed_at_ms=fixed_at_ms,
        received_at_ms=message.received_at_ms,
        device=message.device,
        lat_e7=None if invalid else lat_e7,
        lon_e7=None if invalid else lon_e7,
        accuracy_cm=measures.radius_cm(_float(pairs.get("accuracy"))),
        speed_cms=measures.speed_cms(_float(pairs.get("speed")), unit_cms=measures.KNOT_CMS),
        course_cdeg=measures.course_cdeg(_float(pairs.get("bearing", pairs.get("heading")))),
        altitude_cm=measures.altitude_cm(_float(pairs.get("altitude"))),
        motion=read_motion(pairs.get("activity")),
        battery_percent=measures.percent(_float(pairs.get("batt"))),
        charging=_flag(pairs.get("charge")),
        strap=alarms.strap,
        case=alarms.case,
        sos=alarms.sos,
        mock=_flag(pairs.get("mock")),
        extras=build_extras({**{name: pairs.get(name) for name in _KEPT}, "alarm": alarms.text}),
    )


def _read_json(message: Message) -> Observation:
    body = read_json(message.body, _Body)
    said, coords = body.location, body.location.coords or _Coords()
    battery = said.battery or _Battery()
    alarms: Alarms = read_alarms(said.alarm or body.alarm)
    try:
        lat_e7, lon_e7 = measures.position_e7(coords.latitude, coords.longitude)
        fixed_at_ms = measures.instant_ms(said.timestamp, field="location.timestamp")
    except measures.ImplausibleError as wrong:
        raise UndecodableError(wrong.error, wrong.field) from None
    activity = said.activity.type if said.activity else None
    kept = {"activity": activity, "alarm": alarms.text, "event": said.event, "is_moving": said.is_moving}
    level = battery.level
    return Observation(
        fixed_at_ms=fixed_at_ms,
        received_at_ms=message.received_at_ms,
        device=message.device,
        lat_e7=lat_e7,
        lon_e7=lon_e7,
        accuracy_cm=measures.radius_cm(coords.accuracy),
        speed_cms=measures.speed_cms(coords.speed, unit_cms=_METRE_CMS),
        course_cdeg=measures.course_cdeg(coords.heading),
        altitude_cm=measures.altitude_cm(coords.altitude),
        motion=read_motion(activity),
        battery_percent=measures.percent(None if level is None else level * 100),
        charging=battery.is_charging,
        strap=alarms.strap,
        case=alarms.case,
        sos=alarms.sos,
        mock=said.mock,
        extras=build_extras(kept),
    )


def _degrees(text: str | None, field: str) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise measures.ImplausibleError("not_a_number", field) from None


def _float(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _flag(text: str | None) -> bool | None:
    word = (text or "").lower()
    return True if word in _TRUE else False if word in _FALSE else None
