"""How made-up devices speak: an observation as the bytes that a real device of that kind would send.

Phones speak OwnTracks or Traccar Client's OsmAnd; what wears a strap or hears a home unit speaks Korgoo's
own protocol, because the others have no words for it.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode

import msgspec

from korgoo.engine.rows import Motion, Observation
from korgoo.sim.people import Device

if TYPE_CHECKING:
    from collections.abc import Sequence

    from korgoo.runtime.demo.card import DeviceKey
    from korgoo.sim.people import Person

OWNTRACKS: Final = "owntracks"
OSMAND: Final = "osmand"
KORGOO_JSON: Final = "v1+json"
KORGOO_PACKED: Final = "v1+msgpack"
MOST_ITEMS: Final = 1_000
"""Observations in one body: a late upload of a day comes in several."""

_CMS_KMH: Final = 0.036
_CMS_KNOTS: Final = 0.0194384
_OWNTRACKS_MOTION: Final = {
    Motion.STILL: "stationary",
    Motion.WALKING: "walking",
    Motion.RUNNING: "running",
    Motion.CYCLING: "cycling",
    Motion.VEHICLE: "automotive",
}
_OSMAND_MOTION: Final = {
    Motion.STILL: "still",
    Motion.WALKING: "walking",
    Motion.RUNNING: "running",
    Motion.CYCLING: "on_bicycle",
    Motion.VEHICLE: "in_vehicle",
}


class Message(NamedTuple):
    """One HTTP POST to the gateway."""

    path: str
    query: str
    content_type: str
    authorization: str
    body: bytes


def choose_speech(person: Person) -> str:
    """Return how a person's device speaks; the same person always the same way."""
    if person.device is not Device.PHONE or person.home_unit:
        return KORGOO_PACKED if person.index % 2 else KORGOO_JSON
    return OSMAND if person.index % 2 else OWNTRACKS


def speak(seen: Sequence[Observation], *, key: DeviceKey) -> list[Message]:
    """Return the messages that tell these observations, in order."""
    if key.speech == OWNTRACKS:
        return [_owntracks(one, key) for one in seen]
    if key.speech == OSMAND:
        return [_osmand(one, key) for one in seen]
    parts = [seen[start : start + MOST_ITEMS] for start in range(0, len(seen), MOST_ITEMS)]
    return [_korgoo(part, key) for part in parts]


def _basic(key: DeviceKey) -> str:
    return "Basic " + base64.b64encode(f"{key.public_id}:{key.secret}".encode()).decode()


def _owntracks(seen: Observation, key: DeviceKey) -> Message:
    said = {
        "_type": "location",
        "tst": seen.fixed_at_ms // 1000,
        "lat": _degrees(seen.lat_e7),
        "lon": _degrees(seen.lon_e7),
        "acc": _scaled(seen.accuracy_cm, 0.01),
        "alt": _scaled(seen.altitude_cm, 0.01),
        "vel": _scaled(seen.speed_cms, _CMS_KMH),
        "cog": _scaled(seen.course_cdeg, 0.01),
        "batt": seen.battery_percent,
        "bs": None if seen.charging is None else 2 if seen.charging else 1,
        "source": seen.source,
        "motionactivities": None if seen.motion is None else [_OWNTRACKS_MOTION[seen.motion]],
        "poi": "SOS" if seen.sos else None,
    }
    return Message("/owntracks", "", "application/json", _basic(key), msgspec.json.encode(_told(said)))


def _osmand(seen: Observation, key: DeviceKey) -> Message:
    said = {
        "id": f"{key.public_id}.{key.secret}",
        "timestamp": seen.fixed_at_ms,
        "lat": _degrees(seen.lat_e7),
        "lon": _degrees(seen.lon_e7),
        "accuracy": _scaled(seen.accuracy_cm, 0.01),
        "altitude": _scaled(seen.altitude_cm, 0.01),
        "speed": _scaled(seen.speed_cms, _CMS_KNOTS),
        "bearing": _scaled(seen.course_cdeg, 0.01),
        "batt": seen.battery_percent,
        "charge": None if seen.charging is None else str(seen.charging).lower(),
        "activity": None if seen.motion is None else _OSMAND_MOTION[seen.motion],
        "alarm": "sos" if seen.sos else None,
    }
    return Message("/osmand", urlencode(_told(said)), "", "", b"")


def _korgoo(seen: Sequence[Observation], key: DeviceKey) -> Message:
    body = {"observations": [_item(one, key) for one in seen]}
    if key.speech == KORGOO_PACKED:
        encoded, kind = msgspec.msgpack.encode(body), "application/msgpack"
    else:
        encoded, kind = msgspec.json.encode(body), "application/json"
    return Message("/v1/observations", "", kind, _basic(key), encoded)


def _item(seen: Observation, key: DeviceKey) -> dict[str, Any]:
    said = {
        "counter": seen.counter or 0,
        "fixed_at": seen.fixed_at_ms,
        "lat": _degrees(seen.lat_e7),
        "lon": _degrees(seen.lon_e7),
        "accuracy": _scaled(seen.accuracy_cm, 0.01),
        "source": seen.source,
        "speed": _scaled(seen.speed_cms, 0.01),
        "course": _scaled(seen.course_cdeg, 0.01),
        "altitude": _scaled(seen.altitude_cm, 0.01),
        "motion": seen.motion,
        "beacon": key.beacon if seen.beacon and key.beacon else seen.beacon,
        "battery": seen.battery_percent,
        "charging": seen.charging,
        "strap": seen.strap,
        "case": seen.case,
        "skin": seen.skin,
        "tether": seen.tether,
        "mock": seen.mock,
        "sos": seen.sos or None,
    }
    return _told(said)


def _told(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _degrees(value_e7: int | None) -> float | None:
    return None if value_e7 is None else value_e7 / 10_000_000


def _scaled(value: int | None, factor: float) -> float | None:
    return None if value is None else round(value * factor, 3)
