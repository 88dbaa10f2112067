"""FINDINGS.jsonl: the bytes are the format."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from korgoo.engine.findings import Event, Evidence, Finding, Reason
from korgoo.replay.findings_file import FindingsError, finding_line, read_findings, write_findings

ABSENT = Finding(
    id="person:p1/home/curfew.absent/17",
    number=0,
    kind="curfew.absent",
    event=Event.CLOSED,
    subject="person:p1",
    condition="home",
    at_ms=1_772_380_800_001,
    since_ms=1_772_380_000_000,
    live=True,
    confidence=970,
    code=Reason.RETURNED,
    seq=17,
    until_ms=1_772_380_790_000,
    params={"zone": "Үй", "distance_m": -130.25},
    evidence=(
        Evidence(17, 1_772_380_700_000, distance_m=-130.25, sigma_m=12.0, belief=-4.2),
        Evidence(16, 1_772_380_600_000, use="ignored", reason="spike"),
    ),
)

LINE = (
    '{"id":"person:p1/home/curfew.absent/17","kind":"curfew.absent","event":"closed","subject":"p1","other":null,'
    '"condition":"home","at":"2026-03-01T16:00:00.001Z","since":"2026-03-01T15:46:40.000Z","live":true,'
    '"confidence":0.970,"evidence":[{"seq":17,"fixed_at":"2026-03-01T15:58:20.000Z","use":"used",'
    '"distance_m":-130.25,"sigma_m":12.0,"belief":-4.2},{"seq":16,"fixed_at":"2026-03-01T15:56:40.000Z",'
    '"use":"ignored","reason":"spike"}],"explanation":{"code":"returned","params":{"distance_m":-130.25,'
    '"zone":"Үй","until":"2026-03-01T15:59:50.000Z"}}}'
)


def test_a_line_has_these_bytes() -> None:
    assert finding_line(ABSENT) == LINE


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    assert write_findings([ABSENT, ABSENT], str(path)) == 2
    assert path.read_text(encoding="utf-8") == f"{LINE}\n{LINE}\n"
    assert list(read_findings(path)) == [json.loads(LINE)] * 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["findings.jsonl"]


def test_a_failure_leaves_the_earlier_file_and_no_scraps(tmp_path: Path) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text("earlier\n")

    def broken() -> Iterator[Finding]:
        yield ABSENT
        raise RuntimeError("the engine fell over")

    with pytest.raises(RuntimeError):
        write_findings(broken(), str(path))
    assert path.read_text() == "earlier\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["findings.jsonl"]


def test_a_dash_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    write_findings([ABSENT], "-")
    assert capsys.readouterr().out == f"{LINE}\n"


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "{}", "7", LINE.replace('"live"', '"alive"'), LINE.replace('"p1"', "1"), "[" * 100_000],
)
def test_a_strange_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "findings.jsonl"
    path.write_text(f"{LINE}\n{line}\n", encoding="utf-8")
    with pytest.raises(FindingsError, match="line 2"):
        list(read_findings(path))
