"""The coverage memory of an installation: learned from its own journal, and in force by a row of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.audit.models import AuditEntry
from korgoo.cli import main
from korgoo.engine.coverage import Lost, cell_number
from korgoo.engine.rows import Kind, Observation
from korgoo.outbox.instants import to_ms
from korgoo.outbox.models import JournalInbox
from korgoo.people.models import Person
from korgoo.planning.instants import format_instant
from korgoo.replay.coverage import CoverageError, read_coverage
from korgoo.runtime.coverage import learn_memory, put_in_force
from tests.factories import NOW, make_finding, make_office, make_person, make_signed_order, tell_engine
from tests.integration.runtime.installation import Installation
from tests.stories import HOME_LAT, HOME_LON, HOUR, MINUTE, fix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db(databases="__all__")

SIX_PM = to_ms(NOW) + 20 * HOUR


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    monkeypatch.setenv("KORGOO_DATA", str(tmp_path))
    installation = Installation(tmp_path, now_ms=SIX_PM)
    yield installation
    installation.journal.close()


def watch(installation: Installation, count: int) -> list[Person]:
    """People under orders, an hour in one hall: in its middle twenty minutes without a place."""
    office = make_office()
    people = [make_person(office) for _ in range(count)]
    for person in people:
        make_signed_order(person)
    installation.drain_inbox()
    for minute in range(60):
        at = SIX_PM + (minute + 1) * MINUTE
        for person in people:
            lost = 20 <= minute < 40
            installation.receive(person.pk, [Observation(at, at, device="b") if lost else fix(at)])
    return people


def learn(installation: Installation) -> tuple[int, int, Lost]:
    memory = learn_memory(installation.journal, begin_ms=SIX_PM, end_ms=SIX_PM + 2 * HOUR)
    (cell,) = memory.cells
    assert cell.number == cell_number(HOME_LAT, HOME_LON)
    return cell.reports, cell.placeless_permille, cell.placeless


def test_a_hall_in_which_several_lose_the_sky_is_learned_and_taken_by_the_engine(
    installed: Installation,
) -> None:
    watch(installed, 4)
    reports, permille, placeless = learn(installed)
    assert (reports, placeless.devices) == (240, 4)
    assert 250 < permille < 350
    assert 15 * 60 <= placeless.usual_s <= 20 * 60
    memory = learn_memory(installed.journal, begin_ms=SIX_PM, end_ms=SIX_PM + 2 * HOUR)
    put_in_force(memory, actor="shell:test", now=NOW)
    installed.drain_inbox()
    installed.judge()
    in_force = installed.engine.owned[0].shard.coverage
    assert in_force is not None
    assert in_force.coverage == memory
    assert JournalInbox.objects.get(kind=str(Kind.COVERAGE)).case_id == 0
    assert AuditEntry.objects.filter(subject_kind="coverage", subject_id=memory.version).count() == 1


def test_the_same_rows_are_the_same_memory_by_name(installed: Installation) -> None:
    watch(installed, 3)
    first, again = (learn_memory(installed.journal, begin_ms=SIX_PM, end_ms=SIX_PM + HOUR) for _ in "ab")
    assert first == again
    day, digest = first.version.split()
    assert (len(day), len(digest)) == (10, 16)
    shorter = learn_memory(installed.journal, begin_ms=SIX_PM, end_ms=SIX_PM + HOUR // 2)
    assert shorter.version.split()[1] != digest


def test_two_people_alone_teach_no_place(installed: Installation) -> None:
    watch(installed, 2)
    with pytest.raises(CoverageError, match="3 persons"):
        learn(installed)


def test_who_protects_or_tampers_teaches_nothing(installed: Installation) -> None:
    people = watch(installed, 6)
    hers = make_person(people[0].office, kind=Person.Kind.PROTECTED)
    make_signed_order(people[0], protected_person=hers)
    tell_engine(make_finding(people[1].pk, kind="tamper.strap", at_ms=SIX_PM, since_ms=SIX_PM))
    assert learn(installed)[2].devices == 4


def test_the_command_writes_a_file_and_says_what_is_missing(
    installed: Installation,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert main(["coverage", "learn", "--plan", "plan.json"]) == 2
    assert main(["coverage", "learn", "--days", "0"]) == 2
    assert main(["coverage", "--version", "x"]) == 2
    watch(installed, 3)
    out, until = tmp_path / "memory.json", format_instant(SIX_PM + 2 * HOUR)
    assert main(["coverage", "learn", "--days", "1", "--until", until, "--out", str(out)]) == 0
    (cell,) = read_coverage(out.read_bytes()).cells
    assert cell.placeless.devices == 3
    assert not JournalInbox.objects.filter(kind=str(Kind.COVERAGE)).exists()
    assert main(["coverage", "learn", "--days", "1", "--until", until]) == 0
    assert JournalInbox.objects.filter(kind=str(Kind.COVERAGE)).count() == 1
    assert capsys.readouterr().out.count(" 1 cells from 180 due reports") == 2
    monkeypatch.setenv("KORGOO_DATA", str(tmp_path / "nowhere"))
    assert main(["coverage", "learn"]) == 2
    assert "there is no journal yet" in capsys.readouterr().err
