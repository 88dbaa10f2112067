"""What is read in one go is what is read item by item: no device is heard differently on the quick way."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from korgoo.gateway.formats import korgoo
from korgoo.gateway.formats.message import Decoded, Message
from korgoo.gateway.formats.ordinary import MAX_COUNTER, read_ordinary

NOW_MS = 1_760_000_000_000
WELL: dict[str, Any] = {"counter": 7, "fixed_at": NOW_MS, "lat": 42.8746, "lon": 74.5698}
FULL = WELL | {
    "accuracy": 6.5,
    "source": "gps",
    "speed": 1.2,
    "course": 359.999,
    "altitude": -3.25,
    "motion": "walking",
    "beacon": "b" * 80,
    "battery": 81.6,
    "charging": False,
    "strap": True,
    "case": False,
    "skin": True,
    "tether": False,
    "sos": True,
    "mock": False,
    "extras": {"b": "2", "a": "1"},
}


def tell(items: list[dict[str, Any]], *, packed: bool = False) -> Message:
    encode = msgspec.msgpack.encode if packed else msgspec.json.encode
    content_type = "application/msgpack" if packed else "application/json"
    return Message(encode({"observations": items}), content_type, "", NOW_MS + 900, "phone-1")


def read_one_by_one(message: Message, *, packed: bool = False) -> Decoded:
    return korgoo._decode_one_by_one(message, packed=packed)


@pytest.mark.parametrize("packed", [False, True])
def test_an_ordinary_body_goes_the_quick_way(packed: bool) -> None:  # noqa: FBT001 - given
    bare = {"counter": 0, "fixed_at": "2026-11-22T04:05:06Z"}
    message = tell([WELL, FULL, bare, WELL | {"accuracy": 0.001}, WELL | {"accuracy": 0}], packed=packed)
    quick = read_ordinary(message, packed=packed)
    assert quick is not None
    assert quick == read_one_by_one(message, packed=packed)
    assert korgoo.decode(message) == quick
    assert [one.accuracy_cm for one in quick.observations] == [None, 650, None, 1, None]


@pytest.mark.parametrize(
    "patch",
    [
        {"lat": 90.1},
        {"lon": -180.1},
        {"lat": 0.0005, "lon": -0.0005},
        {"lat": None},
        {"accuracy": -1},
        {"speed": 1_000.1},
        {"battery": 100.5},
        {"course": -0.1},
        {"altitude": 100_001},
        {"counter": -1},
        {"counter": MAX_COUNTER + 1},
        {"fixed_at": None},
        {"fixed_at": "yesterday"},
        {"extras": None},
        {"sos": None},
    ],
)
def test_one_item_out_of_bounds_sends_the_whole_body_the_long_way(patch: dict[str, Any]) -> None:
    message = tell([WELL, FULL | patch, WELL | {"counter": 8}])
    assert read_ordinary(message, packed=False) is None
    decoded = korgoo.decode(message)
    assert [one.counter for one in decoded.observations if not one.clock_faulty] == [7, 8]
    assert [error.index for error in decoded.errors] == [1]


def test_no_number_is_not_ordinary() -> None:
    for field in ("lat", "accuracy", "speed", "course", "altitude", "battery"):
        for value in (math.nan, math.inf, -math.inf):
            assert read_ordinary(tell([FULL | {field: value}], packed=True), packed=True) is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"observations":[]}', b'{"observations":{}}', b"[" * 9_999]
)
def test_what_holds_no_items_is_left_to_the_long_way(body: bytes) -> None:
    assert read_ordinary(Message(body, "application/json"), packed=False) is None
