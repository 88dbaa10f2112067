"""Judging what is late from a starting point: the same findings, fewer rows, nothing of what was erased.

Here a starting point is made for each hour instead of each day, so that a story needs hours, not weeks.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec
import pytest

from korgoo.cli.drills.judging import judge_straight
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import Permit
from korgoo.engine.rows import Observation, person_key
from korgoo.monitoring import starting_points
from korgoo.monitoring.models import FindingEvent, StartingPoint
from korgoo.monitoring.starting_points import choose_kept
from korgoo.outbox.instants import to_ms
from korgoo.runtime.starts import Round, Starts
from tests.factories import NOW
from tests.integration.runtime.installation import Installation, in_order, shorten_days
from tests.stories import HOUR, MINUTE, circle, fix, plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from korgoo.runtime import starts


pytestmark = pytest.mark.django_db(databases="__all__")

BEGAN = to_ms(NOW)
ANNA, CASE = 1, 7
ANNAS = person_key(ANNA)
Told = tuple[str, int, str, int, int, str, str]


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path, now_ms=BEGAN)
    yield installation
    installation.journal.close()


def walk(person: int, *, hours: int, seed: int) -> list[Observation]:
    """A fix a minute, some of them out of order; a fiftieth comes very late."""
    choose, fixes, out_until = random.Random(seed), list[Observation](), 0
    for number in range(hours * 60):
        out_until = number + choose.choice([3, 12]) if choose.random() < 0.03 else out_until
        late = choose.choice([10, 50, 100]) * MINUTE if choose.random() < 0.02 else 900
        east = 300 if number < out_until else choose.gauss(0, 6)
        fixes.append(fix(BEGAN + number * MINUTE, east, person, late_ms=late))
    return sorted(fixes, key=lambda seen: seen.received_at_ms)


def live(installation: Installation, *, hours: int, seed: int) -> None:
    """Let Anna live for so long; the engine judges now and then and does its round."""
    installation.control(ANNA, plan(circle(), from_ms=BEGAN - HOUR))
    fixes = walk(ANNA, hours=hours, seed=seed)
    for start in range(0, len(fixes), 30):
        installation.receive(ANNA, fixes[start : start + 30])
        installation.judge()
        while installation.engine.tend():
            pass


def told() -> list[Told]:
    """What was recorded, with its evidence."""
    events = FindingEvent.objects.unscoped("test").order_by("pk")
    return sorted(
        (
            e.finding_id,
            e.number,
            e.event,
            to_ms(e.at),
            to_ms(e.since),
            in_order(e.params),
            in_order(e.evidence),
        )
        for e in events
    )


def judged_whole(installation: Installation) -> list[Told]:
    """What one run over the same journal says that recalls whole histories."""
    return sorted(
        (
            *(f.id, f.number, f.event.value, f.at_ms, f.since_ms, in_order(f.params)),
            in_order([msgspec.to_builtins(item) for item in f.evidence]),
        )
        for f in judge_straight(installation.journal)
    )


def clocks() -> list[int]:
    found = StartingPoint.objects.filter(key=ANNAS).order_by("clock_ms")
    return list(found.values_list("clock_ms", flat=True))


def find(installation: Installation) -> starts.Found:
    maker = Starts(installation.journal, Parameters())
    return maker.find(ANNAS, installation.journal.head().seq)


@pytest.fixture(autouse=True)
def _days_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten_days(monkeypatch)


@pytest.mark.parametrize("seed", [1, 2])
def test_days_with_late_fixes_are_judged_as_by_a_run_over_whole_histories(
    installed: Installation, seed: int
) -> None:
    live(installed, hours=5, seed=seed)
    installed.engine = installed.new_engine()  # and judges the tail again
    installed.judge()
    assert clocks()
    assert len(told()) > 10
    assert told() == judged_whole(installed)


def test_a_start_spares_reading_the_rows_before_it(installed: Installation) -> None:
    live(installed, hours=5, seed=3)
    found, rows = find(installed), installed.journal.rows_of(ANNAS, after_seq=0, until_seq=1 << 40)
    assert found.start is not None
    assert found.start.clock_ms == clocks()[-1]
    assert len(found.rows) < len(rows) / 2


def test_a_fix_from_before_a_start_makes_it_void_and_the_one_before_serves(installed: Installation) -> None:
    live(installed, hours=5, seed=4)
    before = clocks()
    assert len(before) > 1
    late_ms = before[-1] - 30 * MINUTE
    installed.receive(ANNA, [fix(late_ms, 300, late_ms=installed.now_ms - late_ms + MINUTE)])
    found = find(installed)
    assert found.start is not None
    assert found.start.clock_ms == before[-2]
    assert clocks() == before[:-1]
    assert Round(Starts(installed.journal, Parameters())).step(installed.engine.owned[0].shard)


def test_a_permit_for_the_past_makes_later_starts_void(installed: Installation) -> None:
    live(installed, hours=5, seed=5)
    last = clocks()[-1]
    installed.control(ANNA, Permit("leave", "home", last - 1, last + HOUR))
    found = find(installed)
    assert found.start is None or found.start.clock_ms < last


def test_a_permit_for_the_future_leaves_them(installed: Installation) -> None:
    live(installed, hours=5, seed=5)
    installed.control(ANNA, Permit("leave", "home", installed.now_ms, installed.now_ms + HOUR))
    found = find(installed)
    assert found.start is not None
    assert found.start.clock_ms == clocks()[-1]


def test_an_erased_case_takes_its_starts_with_it(installed: Installation) -> None:
    live(installed, hours=5, seed=6)
    assert clocks()
    installed.journal.erase(CASE, certificate="court 12", now_ms=installed.now_ms)
    installed.judge()
    assert not clocks()


def test_another_engine_or_other_parameters_make_every_start_void(installed: Installation) -> None:
    live(installed, hours=5, seed=7)
    other = Starts(installed.journal, msgspec.structs.replace(Parameters(), cap_mn=7_000))
    assert other.find(ANNAS, installed.journal.head().seq).start is None


def test_a_restart_that_judges_older_rows_uses_no_start_made_of_newer_ones(installed: Installation) -> None:
    live(installed, hours=5, seed=8)
    newest = StartingPoint.objects.order_by("-seq")[0]
    found = Starts(installed.journal, Parameters()).find(ANNAS, newest.seq - 1)
    assert found.start is None or found.start.seq < newest.seq


def test_a_year_keeps_few_and_reaches_no_more_than_thrice_as_far_as_asked() -> None:
    kept: set[int] = set()
    for day in range(19_000, 20_400):
        kept = choose_kept({*kept, day * starting_points.DAY_MS})
        assert max(kept) == day * starting_points.DAY_MS
    assert len(kept) <= 20
    days = sorted(20_399 - clock_ms // starting_points.DAY_MS for clock_ms in kept)
    for asked in range(1, 380):
        assert min(day for day in days if day >= asked) <= 3 * asked + 2
