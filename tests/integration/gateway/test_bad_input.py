"""Hostile and broken input: a clear answer, nothing lost, nothing leaked, the next message unharmed."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from korgoo.gateway.formats import FORMATS
from korgoo.gateway.limits import Rate
from korgoo.gateway.settings import IntakeLimits
from tests.gateway_fakes import (
    DAY_MS,
    LAT,
    LON,
    NOW_MS,
    SECRET,
    assignment,
    basic,
    credential,
    open_box,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.gateway_fakes import Box

JSON = {"content-type": "application/json"}
GOOD = {"counter": 1, "fixed_at": NOW_MS, "lat": LAT, "lon": LON}
LOCATION = {"_type": "location", "lat": LAT, "lon": LON, "acc": 12, "tst": NOW_MS // 1000}


async def send_own(box: Box, *items: Any) -> Any:
    answer = await box.post("/v1/observations", json={"observations": list(items)})
    assert answer.status_code == 200
    return answer.json()


async def is_well(box: Box) -> bool:
    return (await box.post("/pub", json=LOCATION)).status_code == 200


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1,2]", b"null", b"[" * 100_000])
async def test_a_malformed_body_is_quarantined_for_a_phone_and_told_to_an_own_device(
    tmp_path: Path, body: bytes
) -> None:
    async with open_box(tmp_path) as box:
        phone = await box.post("/pub", content=body, headers=JSON)
        assert (phone.status_code, phone.json()) == (200, [])  # a 4xx would block its queue for ever
        own = await box.post("/v1/observations", content=body, headers=JSON)
        assert own.status_code == 400
        kept = box.gateway.quarantine.read(1, reader="technician", reason="test", now_ms=NOW_MS)
        assert kept is not None
        assert kept.body == body.strip()
        assert await is_well(box)


async def test_a_message_of_an_ended_assignment_is_counted_and_not_quarantined(tmp_path: Path) -> None:
    ended = assignment(collect_until_ms=NOW_MS - DAY_MS // 2)
    async with open_box(tmp_path, control=(ended, credential())) as box:
        assert (await box.post("/pub", content=b"{", headers=JSON)).status_code == 200
        assert box.count("undecodable", reason="malformed") == 1
        assert box.gateway.quarantine.read(1, reader="t", reason="test", now_ms=NOW_MS) is None


async def test_a_quarantined_address_holds_no_secret(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        answer = await box.client.get(f"/?id=kdev1.{SECRET}&lat=91&lon=5&timestamp=1")
        assert answer.status_code == 200
        kept = box.gateway.quarantine.read(1, reader="technician", reason="test", now_ms=NOW_MS)
        assert kept is not None
        assert kept.body == b"id=kdev1.[secret]&lat=91&lon=5&timestamp=1"


async def test_an_oversized_body_is_refused(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        large = b" " * (FORMATS["korgoo"].max_body + 1)
        assert (await box.post("/v1/observations", content=large, headers=JSON)).status_code == 413
        large = b" " * (FORMATS["owntracks"].max_body + 1)
        assert (await box.post("/pub", content=large, headers=JSON)).json() == []
        assert box.count("quarantined", reason="too_large") == 1
        assert await is_well(box)


async def test_an_endless_body_ends(tmp_path: Path) -> None:
    async def pour() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65_536

    async with open_box(tmp_path) as box:
        app, sent = box.gateway.app, []
        pouring = pour()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": await anext(pouring), "more_body": True}

        async def send(event: Any) -> None:
            sent.append(event)

        headers = [(b"authorization", basic().encode()), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/v1/observations", "headers": headers}
        await app({**scope, "query_string": b"", "client": ("127.0.0.1", 1)}, receive, send)
        assert sent[0]["status"] == 413
        assert box.gateway.app._budget.used == 0


async def test_a_body_that_never_comes_is_given_up(tmp_path: Path) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with open_box(tmp_path, body_timeout_s=0.05) as box:
        answer = await box.post("/v1/observations", content=trickle(), headers=JSON)
        assert answer.status_code == 408
        assert await is_well(box)


async def test_bodies_of_all_requests_together_are_bounded(tmp_path: Path) -> None:
    async with open_box(tmp_path, body_budget=100) as box:
        answer = await box.post("/v1/observations", content=b" " * 101, headers=JSON)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert box.gateway.app._budget.used == 0


async def test_a_wrong_content_type(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        xml = {"content-type": "application/xml"}
        assert (await box.post("/v1/observations", content=b"<a/>", headers=xml)).status_code == 415
        assert (await box.post("/pub", content=b"<a/>", headers=xml)).json() == []
        assert box.count("quarantined", reason="content_type") == 1


async def test_a_compressed_body_is_no_json(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        bomb = gzip.compress(b" " * 1_000_000)
        headers = {**JSON, "content-encoding": "gzip"}
        assert (await box.post("/v1/observations", content=bomb, headers=headers)).status_code == 400


async def test_nan_loses_its_own_item_and_no_other(tmp_path: Path) -> None:
    body = msgspec.json.encode({"observations": [GOOD, {**GOOD, "counter": 2, "lat": "X"}]})
    for number in (b"NaN", b"Infinity", b"-Infinity"):
        async with open_box(tmp_path) as box:
            bad = body.replace(b'"X"', number)
            answer = (await box.post("/v1/observations", content=bad, headers=JSON)).json()
            assert answer["stored"] == [[1, 1]]
            assert [(r["counter"], r["error"]) for r in answer["refused"]] == [(2, "not_a_number")]
            assert (await box.client.get(f"/?id=kdev1.{SECRET}&lat=nan&lon=5")).status_code == 200
            assert box.count("quarantined", reason="not_a_number") == 1


@pytest.mark.parametrize(("lat", "lon"), [(90.1, 0), (0, -180.1), (1e308, 1), (-1e9, 1)])
async def test_a_position_out_of_range(tmp_path: Path, lat: float, lon: float) -> None:
    async with open_box(tmp_path) as box:
        answer = await send_own(box, {**GOOD, "lat": lat, "lon": lon}, {**GOOD, "counter": 2})
        assert (answer["stored"], answer["refused"][0]["error"]) == ([[2, 2]], "out_of_range")
        assert (await box.post("/pub", json={**LOCATION, "lat": lat, "lon": lon})).json() == []
        assert box.count("quarantined", reason="out_of_range") == 1


async def test_null_island_is_no_place(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        answer = await send_own(box, {**GOOD, "lat": 0, "lon": 0})
        assert answer["refused"][0]["error"] == "null_island"
        assert (await box.post("/pub", json={**LOCATION, "lat": 0, "lon": 0.0})).json() == []
        assert box.journal.observations() == []


@pytest.mark.parametrize(
    ("at", "reason"),
    [(NOW_MS + 2 * DAY_MS, "future"), (4_102_444_800_000, "future"), (0, "outside_interval")],
)
async def test_far_future_and_1970_leave_a_count(tmp_path: Path, at: int, reason: str) -> None:
    async with open_box(tmp_path) as box:
        answer = await send_own(box, {**GOOD, "fixed_at": at})
        assert answer["dropped"] == [{"counter": 1, "reason": reason}]
        assert (await box.post("/pub", json={**LOCATION, "tst": at // 1000})).status_code == 200
        assert box.count("observations_dropped", reason=reason) == 2
        assert box.journal.observations() == []


async def test_a_device_whose_clock_is_known_faulty_is_judged_by_ours(tmp_path: Path) -> None:
    async with open_box(tmp_path, control=(assignment(clock_faulty=True), credential())) as box:
        assert (await send_own(box, {**GOOD, "fixed_at": 0}))["stored"] == [[1, 1]]
        assert box.journal.observations()[0].clock_faulty


@pytest.mark.parametrize("at", [10**30, -1, 1e400, "tomorrow", None, True])
async def test_a_time_that_is_none(tmp_path: Path, at: Any) -> None:
    async with open_box(tmp_path) as box:
        body = b'{"observations":[{"counter":1,"fixed_at":%s}]}' % str(at).encode()
        answer = await box.post("/v1/observations", content=body, headers=JSON)
        assert answer.status_code in {200, 400}
        assert box.journal.observations() == []
        assert await is_well(box)


async def test_negative_accuracy(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        assert (await send_own(box, {**GOOD, "accuracy": -5}))["refused"][0]["field"] == "accuracy"
        assert (await box.post("/pub", json={**LOCATION, "acc": -1})).json() == []
        where = f"lat={LAT}&lon={LON}&timestamp={NOW_MS}&accuracy=-1"
        assert (await box.client.get(f"/osmand?id=kdev1.{SECRET}&{where}")).status_code == 200
        (seen,) = box.journal.observations()  # Traccar Client says -1 for unknown
        assert seen.accuracy_cm is None


async def test_unknown_device_and_wrong_password_are_told_apart_by_nobody(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        strange = await box.post("/pub", json=LOCATION, headers={"authorization": basic("nobody")})
        wrong = await box.post("/pub", json=LOCATION, headers={"authorization": basic(secret="wrong")})
        none = await box.client.post("/pub", json=LOCATION)
        for answer in (strange, wrong, none):
            assert (answer.status_code, answer.json()) == (401, {"error": "unauthorised"})
            assert answer.headers["www-authenticate"].startswith("Basic")
        assert (await box.client.get(f"/osmand?id=nobody.{SECRET}&lat=1&lon=1")).status_code == 404
        assert (await box.client.get(f"/osmand?id={assignment().device_id}")).status_code == 404
        assert box.count("unauthorised") == 5
        assert box.journal.observations() == []


async def test_a_flooding_device_is_slowed_and_its_neighbour_is_not(tmp_path: Path) -> None:
    control = (assignment(), credential(), credential(public_id="calm"))
    limits = IntakeLimits(credential=Rate(per_second=0.5, burst=3))
    async with open_box(tmp_path, control=control, limits=limits) as box:
        answers = [await box.post("/pub", json=LOCATION) for _ in range(5)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
        assert answers[-1].headers["retry-after"] == "2"
        calm = await box.post("/pub", json=LOCATION, headers={"authorization": basic("calm")})
        assert calm.status_code == 200
        box.clock.now_ms += 2_000
        assert await is_well(box)


async def test_a_flooding_address_is_slowed_before_its_body_is_read(tmp_path: Path) -> None:
    limits = IntakeLimits(address=Rate(per_second=1, burst=2))
    async with open_box(tmp_path, limits=limits) as box:
        wrong = {"authorization": basic(secret="guess")}
        codes = [(await box.post("/pub", json=LOCATION, headers=wrong)).status_code for _ in range(4)]
        assert codes == [401, 401, 429, 429]
        assert box.count("limited", by="address") == 2


async def test_a_decoder_that_raises_never_blocks_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = FORMATS["owntracks"]

    def burst(message: Any) -> Any:
        if b"evil" in message.body:
            raise ZeroDivisionError("42.8746")
        return chosen.decode(message)

    monkeypatch.setitem(FORMATS, "owntracks", replace(chosen, decode=burst))
    async with open_box(tmp_path) as box:
        assert (await box.post("/pub", json={**LOCATION, "tag": "evil"})).json() == []
        assert box.count("decoder_errors", format="owntracks") == 1
        assert box.count("quarantined", reason="decoder_failed") == 1
        assert await is_well(box)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fixed_at", 10**400),
        ("fixed_at", "1e306"),
        ("beacon", "\ud800"),
        ("lat", 10**400),
        ("counter", "\udfff"),
    ],
    ids=["time", "time_as_text", "beacon", "lat", "counter"],
)
async def test_what_no_number_and_no_text_can_be_loses_no_other_item(
    tmp_path: Path, field: str, value: Any
) -> None:
    async with open_box(tmp_path) as box:
        body = json.dumps({"observations": [{**GOOD, "counter": 2, field: value}, GOOD]})
        answer = await box.post("/v1/observations", content=body, headers=JSON)
        assert answer.status_code == 200
        assert [1, 1] in answer.json()["stored"] or [1, 2] in answer.json()["stored"]
        assert box.count("decoder_errors") == 0


async def test_an_address_typed_with_a_slash_too_many_is_no_silence(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        assert (await box.post("/pub/", json=LOCATION)).json() == []
        assert len(box.journal.observations()) == 1


async def test_an_empty_body_has_no_wrong_type(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        where = f"lat={LAT}&lon={LON}&timestamp={NOW_MS}"
        plain = {"content-type": "text/plain; charset=utf-8"}
        answer = await box.client.post(f"/?id=kdev1.{SECRET}&{where}", headers=plain)
        assert answer.status_code == 200
        assert len(box.journal.observations()) == 1


async def test_half_a_letter_blocks_no_phone(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        body = json.dumps({**LOCATION, "conn": "w\ud800"})
        assert (await box.post("/pub", content=body, headers=JSON)).json() == []
        (seen,) = box.journal.observations()
        assert ("conn", "w?") in seen.extras


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/observations", {"observations": [{**GOOD, "lat": 0, "lon": 0, "strap": False}]}),
        (
            "/",
            {"device_id": f"kdev1.{SECRET}", "location": {"alarm": "removing", "coords": {"latitude": 95}}},
        ),
    ],
)
async def test_a_cut_strap_beside_a_place_that_cannot_be_is_kept(
    tmp_path: Path, path: str, body: Any
) -> None:
    async with open_box(tmp_path) as box:
        assert (await box.post(path, json=body)).status_code == 200
        (seen,) = box.journal.observations()
        assert (seen.strap, seen.lat_e7, seen.fixed_at_ms, seen.sos) == (False, None, NOW_MS, False)
