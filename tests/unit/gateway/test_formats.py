"""Real bodies of real clients, and what they mean."""

from __future__ import annotations

import pytest

from korgoo.engine.rows import Motion, Observation, Source
from korgoo.gateway.formats import FORMATS, osmand
from korgoo.gateway.formats.message import Message, UndecodableError

RECEIVED = 1_750_000_000_000
ANDROID = b"""{"_type":"location","_id":"5bfa02b4","acc":12,"alt":154,"batt":55,"bs":1,"BSSID":"c0:50:..",
"SSID":"home","cog":271,"conn":"w","created_at":1707057580,"inregions":["Home"],"lat":48.85833,"lon":2.29513,"m":1,"source":"fused",
"t":"u","tid":"JJ","topic":"owntracks/jane/phone","tst":1707057574,"vac":5,"vel":61}"""
FLUTTER = b"""{"location":{"timestamp":"2025-06-15T13:45:12.862Z","coords":{"latitude":37.4219983,
"longitude":-122.084,"accuracy":5,"speed":0,"heading":-1,"altitude":5},"is_moving":false,"odometer":0,"event":"motionchange",
"battery":{"level":0.79,"is_charging":false},"activity":{"type":"still"},"mock":true,"alarm":"sos","extras":{}},
"device_id":"48241179"}"""
TRACCAR = b"""{"position":{"id":0,"attributes":{"batteryLevel":87.0,"charge":false,"alarm":"removing",
"motion":true,"distance":12.3,"totalDistance":4567.8},"deviceId":7,"protocol":"osmand","serverTime":"2025-06-15T15:06:40.123+00:00",
"deviceTime":"2025-06-15T15:06:39.000+00:00","fixTime":"2025-06-15T15:06:39.000+00:00","valid":true,
"latitude":41.3851,"longitude":2.1734,"altitude":12.0,"speed":2.7,"course":90.0,"address":null,"accuracy":8.5,"network":{"radioType":"gsm",
"cellTowers":[{"cellId":31232}]},"geofenceIds":[3]},"device":{"id":7,"attributes":{},"name":"Bracelet 7",
"uniqueId":"861234567890123","status":"online","phone":null,"disabled":false}}"""
FENCE = b"""{"event":{"id":55,"attributes":{},"deviceId":7,"type":"geofenceExit",
"eventTime":"2025-06-15T15:06:39Z"},"device":{"uniqueId":"861234567890123"}}"""
QUERY = "id=123456&timestamp=1377177267&lat=60.0&lon=30.0&speed=0.0&bearing=0.0&altitude=0&accuracy=5&batt=87"


def read(
    name: str, body: bytes = b"", *, query: str = "", content_type: str = "application/json"
) -> Observation:
    (seen,) = FORMATS[name].decode(Message(body, content_type, query, RECEIVED, "d")).observations
    return seen


def test_owntracks_android() -> None:
    seen = read("owntracks", ANDROID)
    assert (seen.lat_e7, seen.lon_e7, seen.fixed_at_ms) == (488_583_300, 22_951_300, 1_707_057_574_000)
    assert (seen.accuracy_cm, seen.altitude_cm, seen.speed_cms, seen.course_cdeg) == (
        1_200,
        15_400,
        1_694,
        27_100,
    )
    assert (seen.source, seen.battery_percent, seen.charging, seen.sos) == (Source.FUSED, 55, False, False)
    assert "home" not in str(seen.extras)  # names of networks and regions are nobody's business here


def test_owntracks_beacon_transition_and_ios_motion() -> None:
    body = b'{"_type":"transition","event":"enter","t":"b","rid":"f7676c","lat":1,"lon":2,"tst":1707057574}'
    assert read("owntracks", body).beacon == "f7676c"
    body = b'{"_type":"location","lat":1,"lon":2,"tst":1707057574,"motionactivities":["unknown","cycling"]}'
    assert read("owntracks", body).motion == Motion.CYCLING


def test_owntracks_status_tells_the_permissions() -> None:
    seen = read("owntracks", b'{"_type":"status","android":{"wifi":1,"ps":0,"bo":1,"hib":0,"loc":-2}}')
    assert seen.extras[:2] == (("android.bo", "1"), ("android.hib", "0"))
    assert (seen.lat_e7, seen.fixed_at_ms) == (None, RECEIVED)


def test_owntracks_sos_is_a_word_of_its_own() -> None:
    where = b'{"_type":"location","lat":1,"lon":2,"tst":1707057574,"t":"u","tag":"%s"}'
    assert read("owntracks", where % b"Sos!").sos
    assert not read("owntracks", where % b"sosnovka").sos


def test_owntracks_encrypted_cannot_be_read() -> None:
    with pytest.raises(UndecodableError, match="encrypted"):
        read("owntracks", b'{"_type":"encrypted","data":"AAAA"}')


def test_osmand_query_and_form_are_one() -> None:
    seen = read("osmand", query=QUERY, content_type="")
    form = read("osmand", QUERY.encode(), content_type="application/x-www-form-urlencoded")
    assert seen == form
    assert (seen.lat_e7, seen.fixed_at_ms, seen.battery_percent) == (600_000_000, 1_377_177_267_000, 87)


@pytest.mark.parametrize(
    ("time", "ms"),
    [
        ("1377177267", 1_377_177_267_000),
        ("1377177267123", 1_377_177_267_123),
        ("2013-08-22T13:14:27Z", 1_377_177_267_000),
        ("2013-08-22%2013:14:27", 1_377_177_267_000),
    ],
)
def test_osmand_times(time: str, ms: int) -> None:
    assert read("osmand", query=f"lat=1&lon=2&timestamp={time}", content_type="").fixed_at_ms == ms


def test_osmand_reads_no_address_of_endless_pairs() -> None:
    assert len(osmand._pairs("&".join(f"p{number}" for number in range(osmand._MAX_PAIRS)))) > 1
    assert osmand._pairs("&".join(f"p{number}" for number in range(osmand._MAX_PAIRS + 1))) == {}


def test_osmand_values_that_mean_unknown() -> None:
    seen = read(
        "osmand", query="location=1,2&timestamp=1&accuracy=0&speed=-1&batt=-1&valid=1&x=y", content_type=""
    )
    assert (seen.lat_e7, seen.accuracy_cm, seen.speed_cms, seen.battery_percent) == (
        10_000_000,
        None,
        None,
        None,
    )
    assert read("osmand", query="lat=1&lon=2&timestamp=1&valid=false", content_type="").lat_e7 is None


def test_traccar_client_json() -> None:
    seen = read("osmand", FLUTTER)
    assert (seen.fixed_at_ms, seen.speed_cms, seen.course_cdeg) == (1_749_995_112_862, 0, None)
    assert (seen.motion, seen.battery_percent, seen.mock, seen.sos) == (Motion.STILL, 79, True, True)
    assert "48241179" not in str(seen)


def test_traccar_position() -> None:
    seen = read("traccar.position", TRACCAR)
    assert (seen.device, seen.fixed_at_ms, seen.speed_cms) == ("861234567890123", 1_749_999_999_000, 139)
    assert (seen.strap, seen.case, seen.sos, seen.battery_percent) == (False, None, False, 87)
    keys = {name: text for name, text in seen.extras if name in {"key", "alarm"}}
    later = read("traccar.position", TRACCAR.replace(b"40.123", b"41.123"))
    assert keys["alarm"] == "removing"
    assert ("key", keys["key"]) not in later.extras
    assert seen == read("traccar.position", TRACCAR)


def test_traccar_repeats_the_last_known_place_and_we_do_not_take_it_for_a_fix() -> None:
    seen = read("traccar.position", TRACCAR.replace(b'"valid":true', b'"valid":false'))
    assert (seen.lat_e7, seen.strap) == (None, False)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("unlock", (False, None, False)),
        ("tampering,lowBattery", (None, False, False)),
        ("sos", (None, None, True)),
        ("geofenceExit", (None, None, False)),
    ],
)
def test_one_meaning_for_the_words_of_many_vendors(word: str, meaning: tuple[bool | None, ...]) -> None:
    seen = read("traccar.position", TRACCAR.replace(b"removing", word.encode()))
    assert (seen.strap, seen.case, seen.sos) == meaning


def test_traccar_fences_are_not_ours() -> None:
    decoded = FORMATS["traccar.event"].decode(Message(FENCE, "application/json", "", RECEIVED))
    assert (decoded.observations, decoded.ignored) == ((), "event")


def test_an_alarm_with_an_old_place_is_two_observations_with_their_own_times() -> None:
    body = b"""{"event":{"type":"alarm","eventTime":"2025-06-15T15:06:40Z","attributes":{"alarm":"sos"}},
    "device":{"uniqueId":"d"},"position":{"fixTime":"2025-06-15T14:00:00Z","latitude":1.5,"longitude":2}}"""
    decoded = FORMATS["traccar.event"].decode(Message(body, "application/json", "", RECEIVED))
    place, alarm = decoded.observations
    assert (place.sos, place.lat_e7, place.fixed_at_ms) == (False, 15_000_000, 1_749_996_000_000)
    assert (alarm.sos, alarm.lat_e7, alarm.fixed_at_ms) == (True, None, 1_750_000_000_000)
