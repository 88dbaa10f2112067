from __future__ import annotations

import msgspec
import pytest

from korgoo.gateway.formats.alarms import names_sos
from korgoo.gateway.formats.message import Message


@pytest.mark.parametrize(
    "message",
    [
        Message(b'{"observations":[{"counter":1,"sos":false},{"counter":2,"sos": true}]}'),
        Message(msgspec.msgpack.encode({"counter": 2, "sos": True})),
        Message(b'{"_type":"location","poi":"SOS"}'),
        Message(b"", query="id=kdev1.x&alarm=%73os"),
        Message(b'{"alarm":["lowBattery","sos"]}'),
    ],
)
def test_a_call_for_help_is_seen_before_it_is_decoded(message: Message) -> None:
    assert names_sos(message)


@pytest.mark.parametrize(
    "message",
    [
        Message(b'{"observations":[{"counter":1,"sos":false},{"counter":2,"sos": null}]}'),
        Message(msgspec.msgpack.encode({"counter": 2, "sos": False})),
        Message(b'{"_type":"location","poi":"home"}'),
        Message(b"", query="id=kdev1.x&sos=false"),
    ],
)
def test_a_device_that_says_no_in_each_message_does_not_call(message: Message) -> None:
    assert not names_sos(message)
