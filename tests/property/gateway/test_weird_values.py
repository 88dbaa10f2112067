"""Every value that JSON can write, at every place of a real message: read or refused, never a fault."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine.rows import encode_body
from korgoo.gateway.formats import FORMATS
from korgoo.gateway.formats.message import Message, UndecodableError
from korgoo.gateway.formats.osmand import read_identifier
from korgoo.gateway.formats.salvage import salvage_alarm
from korgoo.gateway.formats.traccar import read_unique_id

if TYPE_CHECKING:
    from collections.abc import Iterator

ISO = "2025-06-15T15:06:39.000+00:00"
POSITION = {
    "attributes": {"batteryLevel": 87.0, "charge": False, "alarm": "removing", "motion": True, "sat": 5},
    **dict.fromkeys(("serverTime", "deviceTime", "fixTime"), ISO),
    "valid": True,
    "latitude": 41.3,
    "longitude": 2.1,
    "speed": 2.7,
    "course": 90,
    "accuracy": 8.5,
}
DEVICE = {"id": 7, "uniqueId": "861234567890123"}
MESSAGES: dict[str, Any] = {
    "owntracks": {
        "_type": "location",
        "acc": 12,
        "alt": 154,
        "batt": 55,
        "bs": 1,
        "cog": 271,
        "conn": "w",
        "m": 1,
        "lat": 48.8,
        "lon": 2.2,
        "t": "u",
        "tst": 1707057574,
        "vel": 61,
        "poi": "x",
        "tag": "y",
        "source": "fused",
        "event": "enter",
        "rid": "r",
        "motionactivities": ["walking"],
    },
    "osmand": {
        "location": {
            "timestamp": ISO,
            "is_moving": False,
            "event": "motionchange",
            "mock": True,
            "alarm": "sos",
            "coords": {"latitude": 37.4, "longitude": -122, "accuracy": 5, "speed": 0, "heading": -1},
            "battery": {"level": 0.79, "is_charging": False},
            "activity": {"type": "still"},
        },
        "device_id": "a.b",
    },
    "traccar.position": {"position": POSITION, "device": DEVICE},
    "traccar.event": {
        "event": {"attributes": {"alarm": "sos"}, "type": "alarm", "eventTime": ISO},
        "position": POSITION,
        "device": DEVICE,
    },
    "korgoo": {
        "observations": [
            {
                "counter": 43,
                "fixed_at": 1763800000000,
                "lat": 42.8,
                "lon": 74.5,
                "accuracy": 6.5,
                "source": "gps",
                "motion": "still",
                "beacon": "b",
                "battery": 5,
                "strap": True,
                "sos": True,
                "extras": {"a": "b"},
            }
        ]
    },
}
WEIRD = (
    *("1e306", "-1e306", "1e400", "NaN", "-Infinity", f"1{'0' * 400}", f"-1{'0' * 400}", "9" * 5000),
    *('"1e306"', '"inf"', f'"{"9" * 5000}"', '""', '"\\u0000"', '"\\ud800"', '"0000"', '"\\u0663"'),
    *('"9999-12-31T23:59:59-23:59"', '"0001-01-01T00:00:00+23:59"', '"2016-12-31T23:59:60Z"'),
    *(
        "null",
        "true",
        "[]",
        "{}",
        "[[[]]]",
        '{"a":"sos"}',
        '[null,{"x":1}]',
        "18446744073709551616",
        "5e-324",
    ),
)


def walk(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield (*path, name)
        yield from walk(part, (*path, name))


def write(message: Any, path: tuple[Any, ...], value: str) -> bytes:
    copy = json.loads(json.dumps(message))
    at = copy
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = "@"
    return json.dumps(copy).replace('"@"', value).encode()


@pytest.mark.parametrize("name", MESSAGES)
def test_every_weird_value_at_every_place_is_read_or_refused(name: str) -> None:
    read = 0
    for path in walk(MESSAGES[name]):
        for value in WEIRD:
            message = Message(write(MESSAGES[name], path, value), "application/json", "", 1763800000000, "d")
            read_identifier(message)
            read_unique_id(message)
            found = [salvage_alarm(message)]
            with suppress(UndecodableError):  # the one error that a message may meet
                found += FORMATS[name].decode(message).observations
            for one in filter(None, found):
                assert encode_body(one)  # what was read can be stored
                read += 1
    assert read > 0
