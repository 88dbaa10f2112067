"""A wish goes the whole way: her phone tells where she is, and reads in an answer how often to tell it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.conf import settings
from django.db import connection

from korgoo.accounts.permissions import Role
from korgoo.devices.models import DeviceCommand
from korgoo.engine.rows import Kind
from korgoo.gateway.writer import WriterLimits
from korgoo.orders.issuing import issue_device_under
from korgoo.outbox.instants import to_ms
from korgoo.people.models import Person
from korgoo.runtime.wishes import list_waiting, tell_outcome
from tests.drafts import make_distance
from tests.factories import NOW, make_device, make_office, make_person, make_signed_order, make_user
from tests.gateway_fakes import Clock, basic
from tests.gateway_real import RealBox, RecordsTables, open_real_box
from tests.integration.runtime.installation import Installation
from tests.stories import MINUTE, fix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

HALF = MINUTE // 2
AT_REST = WriterLimits(idle_s=60)  # the marks are the story's: the writer makes none by itself


class Life(NamedTuple):
    """The gateway on the tables of the records, the engine behind it, and the clock of both."""

    installed: Installation
    box: RealBox
    runner: asyncio.Runner
    clock: Clock

    def post(self, phone: str, after_ms: int, east_m: float = 0) -> Any:
        """Let time pass, post a position as OwnTracks does, judge; return what the phone reads."""
        self.installed.tick_until(self.clock.now_ms + after_ms)
        self.clock.now_ms = self.installed.now_ms
        at = fix(self.clock.now_ms, east_m)
        place = {"lat": (at.lat_e7 or 0) / 1e7, "lon": (at.lon_e7 or 0) / 1e7, "acc": 8}
        message = {"_type": "location", "tid": "KG", "tst": at.fixed_at_ms // 1_000, **place}
        answer = self.runner.run(self.box.post("/pub", json=message, headers={"authorization": phone}))
        self.installed.judge()
        self.runner.run(self.box.gateway.commands.refresh())  # as the gateway does each second
        return answer.json()


def locate_records() -> RecordsTables:
    name, server = str(connection.settings_dict["NAME"]), settings.ENVIRONMENT.database
    return RecordsTables(name if server is None else server.url.replace("/postgres?", f"/{name}?"))


@pytest.fixture
def phones(live_records: None) -> list[str]:
    """What his phone and hers sign in with, under an order of 300 m that hides her from him."""
    del live_records
    office = make_office()
    him, her = make_person(office), make_person(office, kind=Person.Kind.PROTECTED)
    distance, officer = make_distance(places=()), make_user(Role.PROBATION_OFFICER, office=office)
    order = make_signed_order(
        him, protected_person=her, distance=distance, conditions=(), expected_interval_s=60
    )
    issued = [
        issue_device_under(order, device=make_device(office), person=one, actor=officer, now=NOW).secret
        for one in (him, her)
    ]
    return [basic(one.public_id, one.secret) for one in issued]


@pytest.fixture
def life(tmp_path: Path, phones: list[str]) -> Iterator[Life]:
    del phones  # their rows wait in the inbox when the gateway begins
    installed, clock, opened = Installation(tmp_path, now_ms=to_ms(NOW)), Clock(to_ms(NOW)), AsyncExitStack()
    box = open_real_box(
        tmp_path, journal=installed.journal, records=locate_records(), writer=AT_REST, clock=clock
    )
    with asyncio.Runner() as runner:
        yield Life(installed, runner.run(opened.enter_async_context(box)), runner, clock)
        runner.run(opened.aclose())
    installed.journal.close()


def test_her_phone_reads_the_wish_in_its_next_answer_and_honours_it(life: Life, phones: list[str]) -> None:
    his, hers = phones
    commands = DeviceCommand.objects.unscoped("test")
    for away_m in (5_500, 4_700, 3_900):
        assert [life.post(his, HALF, away_m), life.post(hers, HALF)] == [[], []]
    assert not commands.exists()
    assert life.post(his, HALF, 2_500) == [], "(2,500 - 300) / 50 m/s is 44 s: the rung below is 30"

    assert commands.get().state == "queued"
    wished = {"monitoring": 2, "moveModeLocatorInterval": 30, "locatorInterval": 30}
    configuration = {"_type": "configuration", **wished}
    assert life.post(hers, HALF) == [
        {"_type": "cmd", "action": "setConfiguration", "configuration": configuration}
    ]
    (told,) = list_waiting()
    for _ in range(4):
        assert not tell_outcome(told, reader=life.box.journal, now=life.installed.clock())
        assert life.post(his, HALF // 2, 2_500) == [], "his phone does not hear of her"
        assert life.post(hers, HALF // 2) == [], "a command is told once"
    assert tell_outcome(told, reader=life.box.journal, now=life.installed.clock())
    assert commands.get().outcome == "honoured"
    life.post(hers, HALF)
    assert [one.state for one in life.box.bodies(Kind.COMMAND)] == ["queued", "delivered", "honoured"]
