"""`korgoo backtest` as its user meets it: the worked example, twice the same bytes, and bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from korgoo.cli import main
from korgoo.planning.reading import read_document
from korgoo.replay.backtest import backtest
from korgoo.replay.findings_file import finding_line

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


@pytest.mark.parametrize("batch", [1, 7, 2000])
@pytest.mark.parametrize("shards", [1, 3])
def test_batch_and_shards_change_not_one_byte(batch: int, shards: int) -> None:
    document = read_document((EXAMPLE / "plan.json").read_bytes())
    findings = backtest(document, EXAMPLE / "fixes.csv", batch=batch, shards=shards)
    assert "".join(map(finding_line, findings)) == (EXAMPLE / "findings.jsonl").read_text()


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
