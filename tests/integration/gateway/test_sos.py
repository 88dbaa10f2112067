"""An SOS from a device ever issued to a protected person is never dropped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from korgoo.engine.rows import Suspension
from korgoo.gateway.limits import Rate
from korgoo.gateway.settings import IntakeLimits
from tests.gateway_fakes import (
    BEARER,
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
    from pathlib import Path

PROTECTED = assignment(protected=True)
SOS = {"counter": 1, "fixed_at": NOW_MS, "lat": LAT, "lon": LON, "sos": True}
PLAIN = {**SOS, "counter": 2, "sos": False}


async def call(tmp_path: Path, *control: Any, sos: dict[str, Any] = SOS) -> Any:
    """Send an SOS and a plain fix; return the one row that must be there, and the answer."""
    async with open_box(tmp_path, control=control) as box:
        answer = await box.post("/v1/observations", json={"observations": [sos, PLAIN]})
        (seen,) = box.journal.observations()
        assert answer.json()["stored"] == [[1, 1]]
        assert seen.sos
        assert (seen.lat_e7, seen.lon_e7) == (428_746_000, 745_698_000)
        return seen


async def test_of_an_expired_assignment(tmp_path: Path) -> None:
    ended = assignment(protected=True, collect_until_ms=NOW_MS - DAY_MS // 2)
    seen = await call(tmp_path, ended, credential())
    assert (seen.fixed_at_ms, seen.clock_faulty) == (NOW_MS, False)


async def test_of_a_suspended_person(tmp_path: Path) -> None:
    seen = await call(tmp_path, PROTECTED, credential(), Suspension(1, NOW_MS - DAY_MS, NOW_MS + DAY_MS))
    assert seen.fixed_at_ms == NOW_MS


async def test_of_a_superseded_credential(tmp_path: Path) -> None:
    old = credential(superseded_at_ms=NOW_MS - 40 * DAY_MS, valid_from_ms=NOW_MS - 90 * DAY_MS)
    seen = await call(tmp_path, PROTECTED, old)
    assert seen.fixed_at_ms == NOW_MS


async def test_of_a_revoked_credential(tmp_path: Path) -> None:
    seen = await call(tmp_path, PROTECTED, credential(revoked=True))
    assert seen.fixed_at_ms == NOW_MS


async def test_of_a_device_that_a_participant_carries_now(tmp_path: Path) -> None:
    before = assignment(assignment_id=9, protected=True, collect_until_ms=NOW_MS - DAY_MS)
    now = assignment(collect_until_ms=NOW_MS - DAY_MS // 2)
    seen = await call(tmp_path, before, now, credential())
    assert seen.fixed_at_ms == NOW_MS


@pytest.mark.parametrize("at", [0, NOW_MS + 400 * DAY_MS, NOW_MS + 120_000])
async def test_with_a_wrong_clock_it_has_our_time(tmp_path: Path, at: int) -> None:
    async with open_box(tmp_path, control=(PROTECTED, credential())) as box:
        await box.post("/v1/observations", json={"observations": [{**SOS, "fixed_at": at}]})
        (seen,) = box.journal.observations()
        assert (seen.fixed_at_ms, seen.clock_faulty, seen.sos) == (NOW_MS, True, True)
        assert seen.extras == (("device_time_ms", str(at)),)
        assert seen.lat_e7 == 428_746_000


async def test_over_the_limit_of_its_credential(tmp_path: Path) -> None:
    limits = IntakeLimits(credential=Rate(0.01, 1))
    async with open_box(tmp_path, control=(PROTECTED, credential()), limits=limits) as box:
        codes = [
            (await box.post("/v1/observations", json={"observations": [one]})).status_code
            for one in (PLAIN, PLAIN, SOS)
        ]
        assert codes == [200, 429, 200]
        assert [seen.sos for seen in box.journal.observations()] == [False, True]


async def test_after_a_backlog_that_was_sent_too_fast(tmp_path: Path) -> None:
    """A phone that was without a network uploads its night one by one; then she presses the button."""
    limits = IntakeLimits(credential=Rate(0.01, 1), sos=Rate(0.01, 1))
    async with open_box(tmp_path, control=(PROTECTED, credential()), limits=limits) as box:
        codes = [
            (await box.post("/v1/observations", json={"observations": [PLAIN]})).status_code
            for _ in range(30)
        ]
        assert codes == [200, *[429] * 29]
        assert (await box.post("/v1/observations", json={"observations": [SOS]})).status_code == 200
        assert [seen.sos for seen in box.journal.observations()] == [False, True]


async def test_over_the_limit_of_its_address_even_where_strangers_flood_it(tmp_path: Path) -> None:
    limits = IntakeLimits(address=Rate(0.01, 3), sos=Rate(1, 2))
    async with open_box(tmp_path, control=(PROTECTED, credential()), limits=limits) as box:
        for _ in range(50):
            await box.post("/pub", content=b"", headers={"authorization": basic(secret="guess")})
        where = f"lat={LAT}&lon={LON}&timestamp={NOW_MS}"
        assert (await box.client.get(f"/?id=kdev1.{SECRET}&{where}")).status_code == 429
        answer = await box.client.get(f"/?id=kdev1.{SECRET}&{where}&alarm=sos")
        assert answer.status_code == 200
        assert [seen.sos for seen in box.journal.observations()] == [True]


async def test_the_way_past_the_limit_is_no_hole(tmp_path: Path) -> None:
    """Only protected persons' devices, only small bodies, only so many a second."""
    limits = IntakeLimits(credential=Rate(0.01, 1), sos=Rate(0.01, 2))
    participant = credential(public_id="kpart", assignment_id=2)
    control = (PROTECTED, credential(), assignment(assignment_id=2, device_id="x"), participant)
    async with open_box(tmp_path, control=control, limits=limits) as box:
        large = {**SOS, "extras": {str(n): "x" * 100 for n in range(200)}}
        await box.post("/v1/observations", json={"observations": [PLAIN]})
        assert (await box.post("/v1/observations", json={"observations": [large]})).status_code == 429
        sosna = {**PLAIN, "extras": {"place": "sosna"}}  # names it and is none: it has cost a token
        assert (await box.post("/v1/observations", json={"observations": [sosna]})).status_code == 429
        codes = [
            (await box.post("/v1/observations", json={"observations": [SOS]})).status_code for _ in range(3)
        ]
        assert codes == [200, 429, 429]
        other = {"authorization": basic("kpart")}
        codes = [
            (await box.post("/v1/observations", json={"observations": [SOS]}, headers=other)).status_code
            for _ in range(2)
        ]
        assert codes == [200, 429]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/observations", {"observations": [{**SOS, "fixed_at": "soon", "battery": 900}]}),
        ("/pub", {"_type": "location", "tst": "soon", "lat": LAT, "lon": LON, "poi": "SOS"}),
        ("/v1/observations", {"observations": [{**SOS, "accuracy": 10**400}]}),
        ("/v1/observations", {"observations": [{**SOS, "fixed_at": 10**400}]}),
        ("/v1/observations", {"observations": [{**SOS, "counter": "\ud800"}]}),
        (
            "/",
            {
                "device_id": f"kdev1.{SECRET}",
                "location": {"alarm": "sos", "coords": {"latitude": LAT, "longitude": LON, "speed": "fast"}},
            },
        ),
    ],
    ids=["time", "tst", "accuracy", "huge_time", "counter", "speed"],
)
async def test_beside_a_field_that_cannot_be_read(tmp_path: Path, path: str, body: Any) -> None:
    async with open_box(tmp_path, control=(PROTECTED, credential())) as box:
        headers = {"content-type": "application/json"}
        assert (await box.post(path, content=json.dumps(body), headers=headers)).status_code == 200
        (seen,) = box.journal.observations()
        assert (seen.sos, seen.fixed_at_ms, seen.clock_faulty) == (True, NOW_MS, True)
        assert (seen.lat_e7, seen.lon_e7) == (428_746_000, 745_698_000)


async def test_through_a_traccar_server(tmp_path: Path) -> None:
    ended = assignment(protected=True, collect_until_ms=NOW_MS - DAY_MS // 2)
    event = {
        "event": {"type": "alarm", "eventTime": "2025-06-15T15:06:40Z", "attributes": {"alarm": "sos"}},
        "device": {"uniqueId": ended.device_id},
        "position": {"fixTime": "2025-06-15T15:06:30Z", "latitude": LAT, "longitude": LON},
    }
    async with open_box(tmp_path, control=(ended,)) as box:
        answer = await box.client.post("/traccar/events", json=event, headers={"authorization": BEARER})
        assert answer.status_code == 200
        (seen,) = box.journal.observations()
        assert (seen.sos, seen.lat_e7) == (True, 428_746_000)


@pytest.mark.parametrize(
    ("lat", "fixed"),
    [(0, "2025-06-15T15:06:30Z"), (10**400, "2025-06-15T15:06:30Z"), (LAT, None), (LAT, "\ud800")],
    ids=["null_island", "no_double", "no_time", "no_text"],
)
async def test_through_a_traccar_server_from_a_watch_that_has_no_fix(
    tmp_path: Path, lat: Any, fixed: Any
) -> None:
    ended = assignment(protected=True, collect_until_ms=NOW_MS - DAY_MS // 2)
    position = {"attributes": {"alarm": "sos"}, "valid": True, "latitude": lat, "longitude": 0}
    position |= {"fixTime": fixed, "deviceTime": fixed}
    body = {"position": position, "device": {"uniqueId": ended.device_id}}
    async with open_box(tmp_path, control=(ended,)) as box:
        headers = {"authorization": BEARER, "content-type": "application/json"}
        answer = await box.client.post("/traccar/positions", content=json.dumps(body), headers=headers)
        assert answer.status_code == 200
        (seen,) = box.journal.observations()
        assert (seen.sos, seen.fixed_at_ms, seen.clock_faulty) == (True, NOW_MS, True)
        assert seen.device == ended.device_id


async def test_not_with_a_wrong_secret(tmp_path: Path) -> None:
    async with open_box(tmp_path, control=(PROTECTED, credential())) as box:
        headers = {"authorization": basic(secret="guess")}
        answer = await box.post("/v1/observations", json={"observations": [SOS]}, headers=headers)
        assert answer.status_code == 401
        assert box.journal.observations() == []
