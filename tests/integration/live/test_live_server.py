from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.integration.live.conftest import fetch_status, make_ticket, open_page, running

if TYPE_CHECKING:
    from korgoo.live.settings import LiveSettings
    from tests.integration.live.conftest import LiveTables


async def test_an_open_page_hears_of_an_alert(tables: LiveTables, settings: LiveSettings) -> None:
    async with running(settings):
        page = await open_page(settings)
        assert (page.status, page.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert page.headers["x-accel-buffering"] == "no"
        assert page.headers["access-control-allow-origin"] == "http://127.0.0.1:8000"
        await page.skip_to("hello")
        tables.publish(5)
        assert await page.skip_to("alert") == ("alert", '{"alert":5}', "1")
        await page.close()


async def test_two_hundred_pages_all_hear_everything_and_only_their_own(
    tables: LiveTables, settings: LiveSettings
) -> None:
    async with running(settings):
        mine = await asyncio.gather(*(open_page(settings) for _ in range(180)))
        others = await asyncio.gather(
            *(open_page(settings, ticket=make_ticket(path="1.5.", offices=(5,))) for _ in range(20))
        )
        await asyncio.gather(*(page.skip_to("hello") for page in (*mine, *others)))
        for number in range(1, 21):
            tables.publish(number, scope="1.4.17.")
        tables.publish(99, scope="1.5.")

        async def hear(page: object) -> list[int]:
            return [json.loads((await page.skip_to("alert"))[1])["alert"] for _ in range(20)]  # type: ignore[attr-defined]  # a Page

        heard = await asyncio.gather(*(hear(page) for page in mine))
        assert all(numbers == list(range(1, 21)) for numbers in heard)
        first = await asyncio.gather(*(page.skip_to("alert") for page in others))
        assert {data for _, data, _ in first} == {'{"alert":99}'}
        await asyncio.gather(*(page.close() for page in (*mine, *others)))


async def test_a_page_that_comes_back_hears_what_it_missed(
    tables: LiveTables, settings: LiveSettings
) -> None:
    async with running(settings):
        page = await open_page(settings)
        await page.skip_to("hello")
        tables.publish(1)
        _, _, last = await page.skip_to("alert")
        await page.close()
        tables.publish(2)
        tables.publish(3, scope="1.5.")
        tables.publish(4)
        page = await open_page(settings, last=last)
        assert [(await page.skip_to("alert"))[1] for _ in range(2)] == ['{"alert":2}', '{"alert":4}']
        await page.close()


@pytest.mark.parametrize("last", ["3", "9000000000000000000000000000", "800"])
async def test_a_page_that_missed_too_much_is_told_to_load_anew(
    tables: LiveTables, settings: LiveSettings, last: str
) -> None:
    for number in range(1, 11):
        tables.publish(number)
    tables.forget_before(8)
    async with running(settings):
        page = await open_page(settings, last=last)
        assert (await page.skip_to("reset", "alert"))[0] == "reset"
        await page.close()


async def test_positions_are_told_as_they_change(tables: LiveTables, settings: LiveSettings) -> None:
    for person in range(1, 4):
        tables.paint(person, seq=person)
    async with running(settings):
        page = await open_page(settings)
        await page.skip_to("hello")  # from here on nothing may be missed
        tables.paint(2, seq=10)
        tables.paint(3, seq=11, office_id=5)  # gone to another office: not for this page
        _, data, event_id = await page.skip_to("picture")
        assert json.loads(data) == [[2, 10, 428700000, 746000000, 900, 1000, 1200, 80, "use"]]
        assert event_id == ""  # positions are never replayed, so they do not move what a page resumes from
        await page.close()


async def test_silence_is_broken_by_a_beat_and_a_stream_ends_in_time(settings: LiveSettings) -> None:
    async with running(replace(settings, heartbeat_s=0.05, longest_s=0.3)):
        page = await open_page(settings)
        assert (await page.next_event())[:2] == ("retry", "retry: 3000")
        await page.skip_to(":")
        await page.skip_to("closing")
        assert (await page.next_event())[0] == "end"
        await page.close()


@pytest.mark.parametrize(
    ("age_ms", "origin", "status"),
    [
        (None, "http://127.0.0.1:8000", 401),
        (120_000, "http://127.0.0.1:8000", 401),
        (0, "http://evil.example", 403),
    ],
)
async def test_who_has_no_right_gets_no_stream(
    settings: LiveSettings, age_ms: int | None, origin: str, status: int
) -> None:
    ticket = "no-ticket" if age_ms is None else make_ticket(age_ms=age_ms)
    async with running(settings):
        page = await open_page(settings, ticket=ticket, origin=origin)
        assert page.status == status
        assert "evil" not in page.headers.get("access-control-allow-origin", "")
        await page.close()


async def test_other_requests_are_answered_briefly(settings: LiveSettings) -> None:
    async with running(settings):
        assert (await fetch_status(settings, "/"))[0] == 404
        assert (await fetch_status(settings, "/stream", method="POST"))[0] == 405
        assert (await fetch_status(settings, "/stream"))[0] == 401
        assert (await fetch_status(settings, "/stream?ticket=" + "A" * 17_000))[0] == 414


async def test_more_streams_than_allowed_are_refused_and_room_is_given_back(settings: LiveSettings) -> None:
    async with running(replace(settings, most_streams=1)):
        first = await open_page(settings)
        await first.skip_to("hello")
        second = await open_page(settings)
        assert second.status == 503
        await second.close()
        await first.close()
        async with asyncio.timeout(5):
            while (third := await open_page(settings)).status != 200:
                await third.close()
        await third.close()


async def test_a_database_that_cannot_be_read_is_told_and_comes_back(
    tables: LiveTables, settings: LiveSettings
) -> None:
    away = tables.records.with_suffix(".away")
    async with running(replace(settings, records=away), status=503):
        page = await open_page(settings)
        assert page.status == 503
        await page.close()
        tables.publish(1)
        tables.records.rename(away)
        async with asyncio.timeout(5):
            while (page := await open_page(settings)).status != 200:
                await page.close()
        await page.skip_to("hello")
        await page.close()
