"""A request's turn runs at once, waits where it has to, and tells the loop what went wrong."""

from __future__ import annotations

import asyncio
from typing import Any

from korgoo.gateway.turn import Turn


async def test_a_turn_that_waits_for_nothing_is_over_at_once() -> None:
    said: list[str] = []

    async def speak() -> None:
        said.append("now")

    Turn(speak(), loop=asyncio.get_running_loop())
    assert said == ["now"]


async def test_a_turn_goes_on_with_what_it_waited_for() -> None:
    loop = asyncio.get_running_loop()
    stored, refused, said = loop.create_future(), loop.create_future(), []

    async def serve() -> None:
        said.append(await stored)
        await asyncio.sleep(0)  # a bare yield
        said.append(await asyncio.to_thread(lambda: "from a thread"))
        try:
            await refused
        except ValueError as wrong:
            said.append(str(wrong))
        done.set()

    done = asyncio.Event()
    Turn(serve(), loop=loop)
    assert said == []
    stored.set_result("stored")
    refused.set_exception(ValueError("refused"))
    async with asyncio.timeout(5):
        await done.wait()
    assert said == ["stored", "from a thread", "refused"]


async def test_what_a_turn_raises_is_told_to_the_loop() -> None:
    loop = asyncio.get_running_loop()
    told: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: told.append(context))

    async def fail() -> None:
        await asyncio.sleep(0)
        raise LookupError("nobody foresaw it")

    Turn(fail(), loop=loop)
    await asyncio.sleep(0.01)
    assert [type(one["exception"]) for one in told] == [LookupError]
