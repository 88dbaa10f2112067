"""Ordinary bodies of Korgoo's own protocol: every item well and within its bounds, read in one go.

The bounds stand in the types, so that msgspec tests them while it decodes and nothing but the change of
units is left for Python: a third of the time that `korgoo` needs for an item. What is read here is what
`korgoo` reads, to the bit; whatever is not ordinary is left to it, which says what is wrong with which item.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from korgoo.engine.rows import Motion, Observation, Source
from korgoo.gateway.formats import measures
from korgoo.gateway.formats.message import Decoded, Message, build_extras

MAX_ITEMS: Final = 10_000
MAX_COUNTER: Final = (1 << 63) - 1
MAX_BEACON: Final = 64
_LATEST_MS: Final = 253_402_300_799_000
_NEAR_NULL_DEG: Final = 0.001

_Counter = Annotated[int, Meta(ge=0, le=MAX_COUNTER)]
_Instant = Annotated[int, Meta(ge=0, le=_LATEST_MS)]
_Latitude = Annotated[float, Meta(ge=-90, le=90)]
_Longitude = Annotated[float, Meta(ge=-180, le=180)]
_Metres = Annotated[float, Meta(ge=0, le=1_000_000)]
_Speed = Annotated[float, Meta(ge=0, le=1_000)]
_Course = Annotated[float, Meta(ge=0, le=360)]
_Height = Annotated[float, Meta(ge=-100_000, le=100_000)]
_Percent = Annotated[float, Meta(ge=0, le=100)]


class _Item(msgspec.Struct, gc=False):
    """`korgoo.Item` with its bounds. What is outside them, or NaN, fails the whole body."""

    counter: _Counter
    fixed_at: _Instant | str
    lat: _Latitude | None = None
    lon: _Longitude | None = None
    accuracy: _Metres | None = None
    source: Source | None = None
    speed: _Speed | None = None
    course: _Course | None = None
    altitude: _Height | None = None
    motion: Motion | None = None
    beacon: str | None = None
    battery: _Percent | None = None
    charging: bool | None = None
    strap: bool | None = None
    case: bool | None = None
    skin: bool | None = None
    tether: bool | None = None
    sos: bool = False
    mock: bool | None = None
    extras: dict[str, str] = {}


class _Body(msgspec.Struct, gc=False):
    observations: Annotated[list[_Item], Meta(min_length=1, max_length=MAX_ITEMS)]


_READ_JSON: Final = msgspec.json.Decoder(_Body).decode
_READ_PACKED: Final = msgspec.msgpack.Decoder(_Body).decode


def read_ordinary(message: Message, *, packed: bool) -> Decoded | None:
    """Return what an ordinary body says, None where anything in it is not ordinary. Never raises."""
    try:
        items = (_READ_PACKED if packed else _READ_JSON)(message.body).observations
        return Decoded(tuple([_convert(item, message.received_at_ms, message.device) for item in items]))
    except (msgspec.DecodeError, measures.ImplausibleError, RecursionError):
        return None


def _convert(item: _Item, received_at_ms: int, device: str) -> Observation:
    """Change the units; one plain function, because it runs for every fix that any device sends."""
    at, lat, lon = item.fixed_at, item.lat, item.lon
    if lat is None or lon is None:
        lat_e7, lon_e7 = measures.position_e7(lat, lon)
    elif -_NEAR_NULL_DEG < lat < _NEAR_NULL_DEG and -_NEAR_NULL_DEG < lon < _NEAR_NULL_DEG:
        raise measures.ImplausibleError("null_island", "lat")
    else:
        lat_e7, lon_e7 = round(lat * 1e7), round(lon * 1e7)
    accuracy, speed, course = item.accuracy, item.speed, item.course
    altitude, beacon, battery, extras = item.altitude, item.beacon, item.battery, item.extras
    return Observation(
        at if type(at) is int else measures.instant_ms(at, field="fixed_at", unit="ms"),
        received_at_ms,
        device,
        item.counter,
        lat_e7,
        lon_e7,
        (round(accuracy * 100) or 1) if accuracy else None,  # 0 m is unknown
        item.source,
        None if speed is None else round(speed * 100),
        None if course is None else round(course * 100) % 36_000,
        None if altitude is None else round(altitude * 100),
        item.motion,
        None if beacon is None else beacon[:MAX_BEACON],
        None if battery is None else round(battery),
        item.charging,
        item.strap,
        item.case,
        item.skin,
        item.tether,
        item.sos,
        item.mock,
        False,  # noqa: FBT003 - `clock_faulty`, which no device says of itself; names would cost a fifth
        build_extras(extras) if extras else (),
    )
