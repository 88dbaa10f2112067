"""What made-up devices say is what the gateway hears."""

from __future__ import annotations

import pytest

from korgoo.engine.rows import Motion, Observation, Source
from korgoo.gateway.credentials import read_authorization, split_identifier
from korgoo.gateway.formats import FORMATS, ROUTES
from korgoo.gateway.formats import message as messages
from korgoo.gateway.formats.osmand import read_identifier
from korgoo.runtime.demo.card import DeviceKey
from korgoo.runtime.demo.speech import (
    KORGOO_JSON,
    KORGOO_PACKED,
    MOST_ITEMS,
    OSMAND,
    OWNTRACKS,
    Message,
    choose_speech,
    speak,
)
from korgoo.sim.people import Device, make_people
from korgoo.sim.town import Town

NOW = 1_795_300_000_000
SEEN = Observation(
    fixed_at_ms=NOW,
    received_at_ms=NOW + 900,
    device="sim-p0001",
    counter=17,
    lat_e7=429_650_123,
    lon_e7=749_300_456,
    accuracy_cm=1_250,
    source=Source.WIFI,
    speed_cms=140,
    motion=Motion.WALKING,
    battery_percent=61,
    charging=False,
)


def key(speech: str, *, beacon: str = "") -> DeviceKey:
    return DeviceKey("p0001", speech, "abcdef", "s3cret_with-dash.and.dots", beacon)


def hear(message: Message) -> tuple[Observation, ...]:
    heard = messages.Message(message.body, message.content_type, message.query, NOW + 900, "sim-p0001")
    return FORMATS[ROUTES[message.path]].decode(heard).observations


def summary(seen: Observation) -> tuple[object, ...]:
    return (
        seen.fixed_at_ms,
        seen.lat_e7,
        seen.lon_e7,
        seen.accuracy_cm,
        seen.speed_cms,
        seen.motion,
        seen.battery_percent,
        seen.charging,
        seen.sos,
    )


@pytest.mark.parametrize("speech", [OWNTRACKS, OSMAND, KORGOO_JSON, KORGOO_PACKED])
def test_every_speech_carries_the_position_and_the_device(speech: str) -> None:
    [message] = speak([SEEN], key=key(speech))
    [heard] = hear(message)
    assert summary(heard) == summary(SEEN)


@pytest.mark.parametrize("speech", [OWNTRACKS, OSMAND, KORGOO_JSON, KORGOO_PACKED])
def test_every_speech_can_call_for_help(speech: str) -> None:
    sos = Observation(NOW, NOW, lat_e7=429_650_000, lon_e7=749_300_000, sos=True)
    [message] = speak([sos], key=key(speech))
    assert hear(message)[0].sos


@pytest.mark.parametrize("speech", [OWNTRACKS, KORGOO_PACKED])
def test_the_credential_travels_in_the_header(speech: str) -> None:
    [message] = speak([SEEN], key=key(speech))
    presented = read_authorization(message.authorization)
    assert presented is not None
    assert (presented.public_id, presented.secret) == ("abcdef", "s3cret_with-dash.and.dots")


def test_osmand_has_one_field_for_both() -> None:
    [message] = speak([SEEN], key=key(OSMAND))
    presented = split_identifier(read_identifier(messages.Message(b"", "", message.query)))
    assert presented is not None
    assert (presented.public_id, presented.secret) == ("abcdef", "s3cret_with-dash.and.dots")


def test_straps_counters_and_beacons_need_our_own_protocol() -> None:
    cut = Observation(
        NOW,
        NOW,
        counter=3,
        lat_e7=429_650_000,
        lon_e7=749_300_000,
        strap=False,
        skin=True,
        tether=False,
        beacon="hu-0001",
    )
    [heard] = hear(speak([cut], key=key(KORGOO_JSON, beacon="o7.home"))[0])
    assert (heard.counter, heard.strap, heard.skin, heard.tether) == (3, False, True, False)
    assert heard.beacon == "o7.home"  # the home unit by the name that plans give it


def test_a_late_upload_comes_in_bodies_of_a_thousand() -> None:
    late = [SEEN] * (MOST_ITEMS + 1)
    assert [len(hear(one)) for one in speak(late, key=key(KORGOO_PACKED))] == [MOST_ITEMS, 1]
    assert len(speak(late[:3], key=key(OWNTRACKS))) == 3


def test_who_wears_a_strap_or_has_a_home_unit_speaks_our_protocol() -> None:
    chosen = {
        (person.device is Device.PHONE and not person.home_unit, choose_speech(person))
        for person in make_people(Town(1), 60)
    }
    assert chosen == {(True, OWNTRACKS), (True, OSMAND), (False, KORGOO_JSON), (False, KORGOO_PACKED)}
