"""OwnTracks over HTTP: https://owntracks.org/booklet/tech/json/ and .../tech/http/.

An app requeues whatever is not answered 2xx with a JSON array, for ever, so every `_type` is accepted.
Kept are location, transition and status; waypoints, cards and last wills tell nothing that an order
asks for. Times are epoch seconds, speed is km/h. The app has no SOS button: a point of interest
(`poi`) or `tag` with the word SOS is our convention for one.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from korgoo.engine.rows import Observation, Source
from korgoo.gateway.formats import measures
from korgoo.gateway.formats.alarms import read_motion
from korgoo.gateway.formats.message import (
    Decoded,
    Message,
    UndecodableError,
    build_extras,
    convert_object,
    read_loose_json,
)

_KMH_CMS: Final = 100_000 / 3_600
_SOURCES: Final[dict[str, Source]] = {source.value: source for source in Source}
_CHARGING: Final[dict[int | None, bool]] = {1: False, 2: True, 3: True}
_TOLD: Final = frozenset({"waypoint", "waypoints", "card", "lwt"})
_SOS: Final = re.compile(r"\bsos\b", re.IGNORECASE)


class _Location(msgspec.Struct):
    tst: float | str | None = None
    lat: float | None = None
    lon: float | None = None
    acc: float | None = None
    alt: float | None = None
    vel: float | None = None
    cog: float | None = None
    batt: float | None = None
    bs: int | None = None
    source: str | None = None
    poi: str | None = None
    tag: str | None = None
    t: str | None = None
    m: int | None = None
    conn: str | None = None
    event: str | None = None
    rid: str | None = None
    created_at: int | None = None
    motionactivities: list[str] | None = None


def decode(message: Message) -> Decoded:
    """Decode one message of the app. An empty body says nothing and is well."""
    if not message.body:
        return Decoded(ignored="empty")
    if message.content_type not in {"", "application/json", "text/plain", "application/octet-stream"}:
        raise UndecodableError("content_type")
    parsed = _parse(message.body)
    said = parsed.get("_type")
    name = said if isinstance(said, str) else ""
    if name in {"location", "transition"}:
        return Decoded((_read_location(parsed, message=message, name=name),))
    if name == "status":
        return Decoded((_read_status(parsed, message=message),))
    if name == "encrypted":
        raise UndecodableError("encrypted")
    return Decoded(ignored=name if name in _TOLD else "unknown_type")


def _parse(body: bytes) -> dict[str, Any]:
    try:
        parsed = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        parsed = read_loose_json(body)
    if not isinstance(parsed, dict):
        raise UndecodableError("wrong_shape", "$")
    return parsed


def _read_location(parsed: dict[str, Any], *, message: Message, name: str) -> Observation:
    said = convert_object(parsed, _Location)
    sos = any(_SOS.search(text) for text in (said.poi, said.tag) if text)
    try:
        lat_e7, lon_e7 = measures.position_e7(said.lat, said.lon)
        fixed_at_ms = measures.instant_ms(said.tst, field="tst", unit="s")
    except measures.ImplausibleError as wrong:
        raise UndecodableError(wrong.error, wrong.field) from None
    if lat_e7 is None:
        raise UndecodableError("missing", "lat")
    if said.acc is not None and said.acc < 0:  # iOS says so where the coordinates themselves are invalid
        raise UndecodableError("out_of_range", "acc")
    in_beacon = name == "transition" and said.t == "b" and said.event == "enter"
    return Observation(
        fixed_at_ms=fixed_at_ms,
        received_at_ms=message.received_at_ms,
        device=message.device,
        lat_e7=lat_e7,
        lon_e7=lon_e7,
        accuracy_cm=measures.radius_cm(said.acc),
        source=_SOURCES.get(said.source or ""),
        speed_cms=measures.speed_cms(said.vel, unit_cms=_KMH_CMS),
        course_cdeg=measures.course_cdeg(said.cog),
        altitude_cm=measures.altitude_cm(said.alt),
        motion=next(filter(None, map(read_motion, said.motionactivities or ())), None),
        beacon=said.rid if in_beacon else None,
        battery_percent=measures.percent(said.batt),
        charging=_CHARGING.get(said.bs),
        sos=sos,
        extras=build_extras({"conn": said.conn, "event": said.event, "m": said.m, "t": said.t}),
    )


def _read_status(parsed: dict[str, Any], *, message: Message) -> Observation:
    """Battery optimisation and permissions of the phone: the first signs that it will fall silent."""
    pairs: dict[str, object] = {}
    for system in ("android", "iOS"):
        block = parsed.get(system)
        if isinstance(block, dict):
            flat = {f"{system}.{k}": v for k, v in block.items() if isinstance(v, str | int | float | bool)}
            pairs.update(flat)
    return Observation(
        fixed_at_ms=message.received_at_ms,
        received_at_ms=message.received_at_ms,
        device=message.device,
        extras=build_extras(pairs),
    )
