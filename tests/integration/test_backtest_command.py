"""`korgoo backtest` as its user meets it: the worked example, twice the same bytes, and bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from korgoo.cli import main
from korgoo.planning.reading import read_document
from korgoo.replay.backtest import backtest
from korgoo.replay.findings_file import finding_line
from korgoo.sim.files import FIXES_HEADER, fix_line, plan_document
from korgoo.sim.incidents import USUAL, Conduct
from korgoo.sim.itinerary import day_begins_ms, day_number
from korgoo.sim.observations import stream
from korgoo.sim.people import make_people
from korgoo.sim.town import Town

if TYPE_CHECKING:
    from korgoo.planning.document import PlanDocument

CONDUCT = Conduct(USUAL.rates, gaps_per_day=2.2)
EXAMPLE = Path(__file__).parents[2] / "docs/examples/curfew"


def run(out: Path, *more: str) -> int:
    plan, fixes = str(EXAMPLE / "plan.json"), str(EXAMPLE / "fixes.csv")
    return main(["backtest", "--plan", plan, "--fixes", fixes, "--out", str(out), *more])


def test_the_worked_example_gives_the_documented_findings(tmp_path: Path) -> None:
    assert run(tmp_path / "a.jsonl") == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (EXAMPLE / "findings.jsonl").read_bytes()
    told = [json.loads(line) for line in (EXAMPLE / "findings.jsonl").read_text().splitlines()]
    assert [(f["kind"], f["event"]) for f in told] == [
        ("curfew.absent", "opened"),
        ("curfew.absent", "closed"),
    ]


@pytest.fixture(scope="module")
def town_day(tmp_path_factory: pytest.TempPathFactory) -> tuple[PlanDocument, Path]:
    """A day of twelve made-up people with everything that may go wrong."""
    town = Town(3)
    people = make_people(town, 12)
    path = tmp_path_factory.mktemp("town") / "fixes.csv"
    begins_ms = day_begins_ms(day_number(1_779_930_000_000))
    told = stream(town, people, from_ms=begins_ms, until_ms=begins_ms + 86_400_000, conduct=CONDUCT)
    lines = [fix_line(person, seen) for person, seen in told]
    path.write_text(FIXES_HEADER.rstrip() + "\n" + "\n".join(line.rstrip() for line in lines) + "\n")
    return read_document(json.dumps(plan_document(people)).encode()), path


def told(town_day: tuple[PlanDocument, Path], *, batch: int, shards: int) -> list[str]:
    document, path = town_day
    return [finding_line(finding) for finding in backtest(document, path, batch=batch, shards=shards)]


@pytest.fixture(scope="module")
def straight(town_day: tuple[PlanDocument, Path]) -> list[str]:
    findings = told(town_day, batch=1, shards=1)
    kinds = {json.loads(line)["kind"] for line in findings}
    assert kinds >= {"curfew.absent", "contact.lost"}
    return findings


@pytest.mark.parametrize(("batch", "shards"), [(7, 1), (2000, 1), (2000, 3), (7, 5)])
def test_batch_and_shards_change_not_one_byte(
    town_day: tuple[PlanDocument, Path], straight: list[str], batch: int, shards: int
) -> None:
    assert told(town_day, batch=batch, shards=shards) == straight


def test_silence_after_the_last_row_is_found_when_the_clock_goes_on(tmp_path: Path) -> None:
    assert run(tmp_path / "a.jsonl", "--until", "2026-03-01T20:00:00Z") == 0
    assert '"contact.lost"' in (tmp_path / "a.jsonl").read_text()


def test_a_parameter_changes_the_outcome(tmp_path: Path) -> None:
    assert run(tmp_path / "a.jsonl", "--set", "threshold_mn=5999", "--set", "tau_ms=600000") == 0
    assert (tmp_path / "a.jsonl").read_bytes() != (EXAMPLE / "findings.jsonl").read_bytes()


def test_a_pair_is_refused_with_its_path_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = json.loads((EXAMPLE / "plan.json").read_text())
    plan["pairs"] = [
        {"id": "o1", "participant": "p1", "protected": "p2", "distance_m": 500, "warning_m": 1000}
    ]
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    fixes, out = str(EXAMPLE / "fixes.csv"), tmp_path / "out.jsonl"
    status = main(["backtest", "--plan", str(tmp_path / "plan.json"), "--fixes", fixes, "--out", str(out)])
    assert status == 2
    assert "$.pairs[0]" in capsys.readouterr().err
    assert not out.exists()
