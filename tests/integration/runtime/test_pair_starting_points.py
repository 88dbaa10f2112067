"""A pair's late fixes at work: judged from a starting point, with the findings of a run over all rows."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

import msgspec
import pytest

from korgoo.cli.drills.judging import judge_straight
from korgoo.engine.pairs.starts import PairStart
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Kind, Observation, encode_body, pair_key, person_key
from korgoo.journal.record import Draft
from korgoo.monitoring.models import FindingEvent, StartingPoint
from korgoo.outbox.instants import to_ms
from korgoo.runtime.starts import Starts
from tests.factories import NOW
from tests.integration.runtime.installation import Installation, in_order, shorten_days
from tests.pairs import order
from tests.stories import HOUR, MINUTE, fix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from korgoo.runtime import starts

pytestmark = pytest.mark.django_db(databases="__all__")

BEGAN = to_ms(NOW)
HIM, HER, CASE = 1, 2, 7
KEY = pair_key("5")
PEOPLE = (person_key(HIM), person_key(HER))
Told = tuple[str, int, str, int, int, str]


@pytest.fixture(autouse=True)
def _days_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_days(monkeypatch)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path, now_ms=BEGAN)
    plan = order(200, pair="5", participant=PEOPLE[0], protected=PEOPLE[1], effective_from_ms=BEGAN - HOUR)
    body = encode_body(plan)
    draft = Draft(Kind.PAIR.value, KEY, CASE, body, hashlib.sha256(body).digest())
    installation.journal.append([draft], now_ms=BEGAN)
    yield installation
    installation.journal.close()


def days(*, hours: int, seed: int) -> list[tuple[int, Observation]]:
    """Both report each minute; he comes near now and then, and some messages come an hour late."""
    choose, away, told = random.Random(seed), 2_000.0, list[tuple[int, Observation]]()
    for number in range(hours * 60):
        if choose.random() < 0.06:
            away = choose.choice([50.0, 150.0, 700.0, 2_500.0])
        for person, east in ((HIM, away), (HER, 0.0)):
            late = choose.choice([30, 100]) * MINUTE if choose.random() < 0.006 else 900
            moment = BEGAN + number * MINUTE + person * 20_000
            told.append((person, fix(moment, east + choose.gauss(0, 5), late_ms=late)))
    in_time = [entry for entry in told if entry[1].received_at_ms < BEGAN + hours * HOUR]
    return sorted(in_time, key=lambda entry: entry[1].received_at_ms)


def live(installation: Installation, *, hours: int, seed: int) -> None:
    """Let them live for so long; the engine judges now and then and does its round."""
    told = days(hours=hours, seed=seed)
    for start in range(0, len(told), 60):
        for person, seen in told[start : start + 60]:
            installation.receive(person, [seen])
        installation.judge()
        while installation.engine.tend():
            pass


def recorded() -> list[Told]:
    events = FindingEvent.objects.unscoped("test").filter(finding__id__startswith=KEY)
    return sorted(
        (e.finding_id, e.number, e.event, to_ms(e.at), to_ms(e.since), in_order(e.evidence)) for e in events
    )


def judged_whole(installation: Installation) -> list[Told]:
    return sorted(
        (
            *(f.id, f.number, f.event.value, f.at_ms, f.since_ms),
            in_order([msgspec.to_builtins(item) for item in f.evidence]),
        )
        for f in judge_straight(installation.journal)
        if f.key == KEY
    )


def clocks() -> list[int]:
    return list(StartingPoint.objects.filter(key=KEY).order_by("clock_ms").values_list("clock_ms", flat=True))


def find(installation: Installation) -> starts.Found:
    maker = Starts(installation.journal, Parameters())
    return maker.find(KEY, installation.journal.head().seq, people=PEOPLE)


@pytest.mark.parametrize("seed", [1, 2])
def test_late_fixes_of_a_pair_are_judged_as_by_a_run_over_all_rows(
    installed: Installation, seed: int
) -> None:
    live(installed, hours=5, seed=seed)
    installed.engine = installed.new_engine()  # and judges the tail again
    installed.judge()
    assert clocks()
    assert len(recorded()) > 6
    assert recorded() == judged_whole(installed)


def test_a_start_of_a_pair_spares_reading_the_rows_of_both_before_it(installed: Installation) -> None:
    live(installed, hours=5, seed=3)
    found, rows = find(installed), len(days(hours=5, seed=3))
    assert isinstance(found.start, PairStart)
    assert found.start.clock_ms == clocks()[-1]
    assert len(found.rows) < rows / 2
    assert {row.key for row in found.rows} == set(PEOPLE)


@pytest.mark.parametrize("person", [HIM, HER])
def test_a_fix_of_either_side_from_before_a_start_makes_it_void(installed: Installation, person: int) -> None:
    live(installed, hours=5, seed=4)
    before = clocks()
    assert len(before) > 1
    late_ms = before[-1] - 30 * MINUTE
    installed.receive(person, [fix(late_ms, 300, late_ms=installed.now_ms - late_ms + MINUTE)])
    found = find(installed)
    assert found.start is not None
    assert found.start.clock_ms == before[-2]


def test_an_erased_case_takes_the_pairs_starts_with_it(installed: Installation) -> None:
    live(installed, hours=5, seed=6)
    assert clocks()
    installed.journal.erase(CASE, certificate="court 12", now_ms=installed.now_ms)
    installed.judge()
    assert not clocks()
