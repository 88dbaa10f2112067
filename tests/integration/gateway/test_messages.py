"""What a device is told, and what lies in the journal when it is told so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from korgoo.engine.rows import Suspension
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
    full_disk,
    open_box,
)

if TYPE_CHECKING:
    from pathlib import Path

JSON = {"content-type": "application/json"}
LOCATION = {"_type": "location", "lat": LAT, "lon": LON, "acc": 12, "tst": NOW_MS // 1000, "tid": "JJ"}


def item(counter: int, **changes: Any) -> dict[str, Any]:
    return {"counter": counter, "fixed_at": NOW_MS, "lat": LAT, "lon": LON, **changes}


async def test_owntracks_is_told_an_empty_array_after_the_commit(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        answer = await box.post("/pub", json=LOCATION)
        assert (answer.status_code, answer.json()) == (200, [])
        (seen,) = box.journal.observations()
        assert (seen.lat_e7, seen.lon_e7, seen.accuracy_cm) == (428_746_000, 745_698_000, 1_200)
        assert seen.device == assignment().device_id


async def test_nobody_is_told_stored_before_the_commit(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.journal.delay_s = 0.2
        waiting = asyncio.create_task(box.post("/pub", json=LOCATION))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        assert box.journal.observations() == []
        assert (await waiting).status_code == 200
        assert len(box.journal.observations()) == 1


async def test_owntracks_may_post_nothing_and_anything(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        for body in (b"", b'{"_type":"card","name":"X"}', b'{"_type":"lwt","tst":1}', b'{"_type":"tour"}'):
            answer = await box.post("/pub", content=body, headers=JSON)
            assert (answer.status_code, answer.json()) == (200, [])
        assert box.journal.observations() == []
        assert box.count("messages_ignored", what="card") == 1


async def test_traccar_client_speaks_with_one_identifier(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        where = f"lat={LAT}&lon={LON}&timestamp={NOW_MS // 1000}&speed=10&batt=87&alarm=removing"
        for mark in (".", "-"):
            answer = await box.client.get(f"/osmand?id=kdev1{mark}{SECRET}&{where}")
            assert (answer.status_code, answer.content) == (200, b"")
        body = {
            "device_id": f"kdev1.{SECRET}",
            "location": {
                "timestamp": "2025-06-15T15:06:40Z",
                "coords": {"latitude": LAT, "longitude": LON, "accuracy": 0, "speed": 2, "heading": -1},
                "battery": {"level": 0.79, "is_charging": True},
                "activity": {"type": "on_foot"},
            },
        }
        assert (await box.client.post("/", json=body)).status_code == 200
        query, _, app = box.journal.observations()
        assert (query.strap, query.battery_percent, query.speed_cms) == (False, 87, 514)
        assert (app.speed_cms, app.battery_percent, app.accuracy_cm, app.course_cdeg) == (200, 79, None, None)


async def test_a_traccar_server_speaks_for_the_devices_it_knows(tmp_path: Path) -> None:
    position = {
        "position": {
            "id": 0,
            "attributes": {"alarm": "unlock", "batteryLevel": 50},
            "serverTime": "2025-06-15T15:06:40.123+00:00",
            "fixTime": "2025-06-15T15:06:39.000+00:00",
            "valid": True,
            "latitude": LAT,
            "longitude": LON,
            "speed": 2.7,
        },
        "device": {"uniqueId": assignment().device_id},
    }
    async with open_box(tmp_path) as box:
        for path, device in (("/traccar/positions", None), ("/traccar/positions", "unknown")):
            body = {**position, "device": {"uniqueId": device}} if device else position
            answer = await box.client.post(path, json=body, headers={"authorization": BEARER})
            assert answer.status_code == 200
        (seen,) = box.journal.observations()
        assert seen.strap is False
        assert box.count("observations_dropped", reason="no_assignment") == 1
        assert (await box.post("/traccar/positions", json=position)).status_code == 401


async def test_own_protocol_tells_each_counter_what_became_of_it(tmp_path: Path) -> None:
    items = [
        item(1),
        item(2),
        item(3, lat=91),
        item(4, fixed_at=NOW_MS - 3 * DAY_MS),
        item(5, accuracy=-1),
        {"counter": "six"},
        item(7),
    ]
    async with open_box(tmp_path) as box:
        answer = (await box.post("/v1/observations", json={"observations": items})).json()
        assert answer["stored"] == [[1, 2], [7, 7]]
        assert answer["dropped"] == [{"counter": 4, "reason": "outside_interval"}]
        assert [(r["counter"], r["error"], r["field"]) for r in answer["refused"]] == [
            (3, "out_of_range", "lat"),
            (5, "out_of_range", "accuracy"),
            (None, "wrong_type", "counter"),
        ]
        assert [seen.counter for seen in box.journal.observations()] == [1, 2, 7]


async def test_ten_thousand_fixes_in_a_body_and_not_one_more(tmp_path: Path) -> None:
    pack = {"content-type": "application/msgpack"}
    async with open_box(tmp_path) as box:
        body = msgspec.msgpack.encode({"observations": [item(n) for n in range(10_000)]})
        answer = await box.post("/v1/observations", content=body, headers=pack)
        assert answer.json()["stored"] == [[0, 9_999]]
        assert len(box.journal.observations()) == 10_000
        body = msgspec.msgpack.encode({"observations": [item(n) for n in range(10_001)]})
        answer = await box.post("/v1/observations", content=body, headers=pack)
        assert (answer.status_code, answer.json()["error"]) == (400, "too_many")


async def test_a_detail_that_no_database_holds_stops_no_other_command(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.commands.add(5, "reportLocation")
        await box.gateway.commands.refresh()
        answer = await box.post("/v1/commands/5", json={"state": "failed", "detail": "no\0 fix"})
        assert answer.status_code == 200
        assert [row.detail for row in box.journal.commands()] == ["no fix"]
        await box.gateway.commands.refresh()
        assert box.commands.rows[5].detail == "no fix"


async def test_a_command_is_told_acknowledged_and_journalled_once(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.commands.add(5, "reportLocation", payload='{"now":true}')
        await box.gateway.commands.refresh()
        for _ in range(2):  # told again until it is acknowledged
            answer = await box.post("/v1/observations", json={"observations": [item(1)]})
            (told,) = answer.json()["commands"]
            assert (told["id"], told["name"], told["payload"]) == (5, "reportLocation", {"now": True})
        for _ in range(2):  # answered twice, journalled once
            done = await box.post("/v1/commands/5", json={"state": "acknowledged"})
            assert (done.status_code, done.json()) == (200, {"state": "acknowledged"})
        assert (await box.post("/v1/commands/5", json={"state": "failed"})).status_code == 409
        assert (await box.post("/v1/commands/6", json={"state": "failed"})).status_code == 404
        assert [row.state for row in box.journal.commands()] == ["delivered", "acknowledged"]
        await box.gateway.commands.refresh()
        assert box.commands.rows[5].state == "acknowledged"


async def test_owntracks_is_told_a_command_once(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.commands.add(5, "reportLocation")
        await box.gateway.commands.refresh()
        first, second = [(await box.post("/pub", json=LOCATION)).json() for _ in range(2)]
        assert first == [{"_type": "cmd", "action": "reportLocation"}]
        assert second == []


async def test_a_wished_interval_is_told_in_each_formats_own_words(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.commands.add(5, "interval", payload='{"interval_s":15}')
        await box.gateway.commands.refresh()
        (told,) = (await box.post("/v1/observations", json={"observations": [item(1)]})).json()["commands"]
        assert (told["name"], told["payload"]) == ("interval", {"interval_s": 15})
    other = tmp_path / "owntracks"
    other.mkdir()
    async with open_box(other) as box:
        box.commands.add(6, "interval", payload='{"interval_s":15}')
        box.commands.add(7, "locate")
        await box.gateway.commands.refresh()
        assert (await box.post("/pub", json=LOCATION)).json() == [
            {
                "_type": "cmd",
                "action": "setConfiguration",
                "configuration": {
                    "_type": "configuration",
                    "monitoring": 2,
                    "moveModeLocatorInterval": 15,
                    "locatorInterval": 15,
                },
            },
            {"_type": "cmd", "action": "reportLocation"},
        ]


async def test_a_command_that_was_told_and_never_answered_expires_as_told(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.commands.add(5, "interval", payload='{"interval_s":15}', expires_at_ms=NOW_MS + 1_000)
        await box.gateway.commands.refresh()
        await box.post("/pub", json=LOCATION)
        await box.gateway.commands.refresh()
        box.clock.now_ms += 2_000
        await box.gateway.commands.refresh()
        await box.gateway.commands.refresh()
        rows = [(row.state, row.detail) for row in box.journal.commands()]
        assert rows == [("delivered", ""), ("expired", "told")]


async def test_a_command_nobody_fetched_expires_as_a_row(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.commands.add(5, "reportLocation", expires_at_ms=NOW_MS + 1_000)
        box.clock.now_ms += 2_000
        await box.gateway.commands.refresh()
        await box.gateway.commands.refresh()
        assert [row.state for row in box.journal.commands()] == ["expired"]
        assert box.commands.rows[5].state == "expired"


async def test_a_command_is_not_told_when_its_row_cannot_be_stored(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.commands.add(5, "reportLocation")
        await box.gateway.commands.refresh()
        box.journal.failure = full_disk()
        assert (await box.post("/pub", json=LOCATION)).status_code == 503
        box.journal.failure = None
        assert len((await box.post("/pub", json=LOCATION)).json()) == 1


async def test_a_device_cannot_answer_the_command_of_another(tmp_path: Path) -> None:
    other = credential(public_id="other", assignment_id=2)
    control = (assignment(), credential(), assignment(assignment_id=2, device_id="x"), other)
    async with open_box(tmp_path, control=control) as box:
        box.commands.add(5, "reportLocation")
        answer = await box.post(
            "/v1/commands/5", json={"state": "failed"}, headers={"authorization": basic("other")}
        )
        assert answer.status_code == 404
        assert box.journal.commands() == []


async def test_a_new_credential_works_once_the_inbox_is_drained(tmp_path: Path) -> None:
    async with open_box(tmp_path, control=()) as box:
        assert (await box.post("/pub", json=LOCATION)).status_code == 401
        box.inbox.add(assignment())
        box.inbox.add(credential())
        await box.until(lambda: len(box.gateway.registry) == 1)
        assert (await box.post("/pub", json=LOCATION)).status_code == 200
        assert [row.kind for row in box.journal.stored] == ["assignment", "credential", "observation"]


async def test_what_was_admitted_before_a_suspension_is_decided_again(tmp_path: Path) -> None:
    """The inbox row that comes first in the journal also comes first in the decision."""
    async with open_box(tmp_path) as box:
        suspension = Suspension(1, NOW_MS - DAY_MS, NOW_MS + DAY_MS)
        box.journal.delay_s = 0.3
        first = asyncio.create_task(box.post("/v1/observations", json={"observations": [item(1)]}))
        await asyncio.sleep(0.02)  # the writer is busy with the first; the second waits in the queue
        second = asyncio.create_task(box.post("/v1/observations", json={"observations": [item(2)]}))
        await asyncio.sleep(0.01)
        box.inbox.add(suspension)
        assert (await first).json()["stored"] == [[1, 1]]
        assert (await second).json()["dropped"] == [{"counter": 2, "reason": "suspended"}]
        assert [row.kind for row in box.journal.stored][-2:] == ["observation", "suspension"]


async def test_healthz_and_metrics_tell_the_state_and_no_person(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await box.post("/pub", json=LOCATION)
        assert (await box.client.get("/healthz")).json()["status"] == "ok"
        text = (await box.client.get("/metrics")).text
        assert 'korgoo_gateway_requests_total{format="owntracks",status="200"} 1.0' in text
        assert "kdev1" not in text
        proxied = await box.client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})
        assert proxied.status_code == 404
        box.journal.failure = full_disk()
        await box.post("/pub", json=LOCATION)
        sick = await box.client.get("/healthz")
        assert (sick.status_code, sick.json()["storage"]) == (503, "StorageError")


@pytest.mark.parametrize("path", ["/pub", "/v1/observations", "/traccar/positions"])
async def test_only_posts_are_taken(tmp_path: Path, path: str) -> None:
    async with open_box(tmp_path) as box:
        assert (await box.client.get(path)).status_code == 405


async def test_a_drain_waits_for_what_was_taken_and_refuses_what_is_new(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        box.journal.delay_s = 0.1
        taken = asyncio.create_task(box.post("/pub", json=LOCATION))
        await box.until(lambda: box.gateway.app.in_flight == 1)
        drained = asyncio.create_task(box.gateway.drain())
        await asyncio.sleep(0.02)
        late = await box.post("/pub", json=LOCATION)
        assert (late.status_code, late.headers["retry-after"]) == (503, "5")
        assert not drained.done()
        await drained
        assert (await taken).status_code == 200
        assert len(box.journal.observations()) == 1
