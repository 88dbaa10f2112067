"""docs/backtest.md and docs/examples say what the code does."""

import re
from pathlib import Path

from korgoo.engine.rows import Kind
from korgoo.planning.document import PairDocument, PlanDocument, SubjectDocument, WindowDocument, ZoneDocument
from korgoo.planning.reading import read_document
from korgoo.replay.findings_file import FIELDS
from korgoo.replay.fixes import _COLUMNS, read_fixes
from korgoo.replay.recording import make_recording

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "backtest.md").read_text(encoding="utf-8")


def named_in(section: str) -> set[str]:
    """The names in the first column of the tables of a section."""
    body = PAGE.split(f"## {section}\n")[1].split("\n## ")[0]
    return {name for line in body.split("\n") for name in re.findall(r"`(\w+)`", line.partition(" | ")[0])}


def test_the_page_names_every_column_of_the_fixes() -> None:
    assert set(_COLUMNS) <= named_in("FIXES.csv")


def test_the_page_names_every_field_of_the_plan() -> None:
    documents = (PlanDocument, SubjectDocument, ZoneDocument, WindowDocument, PairDocument)
    fields = {name for document in documents for name in document.__struct_encode_fields__}
    assert fields <= named_in("PLAN.json")


def test_the_page_names_every_field_of_a_finding() -> None:
    assert set(FIELDS) <= named_in("FINDINGS.jsonl")


def test_the_example_is_a_plan_and_a_recording_of_it() -> None:
    example = DOCS / "examples" / "curfew"
    document = read_document((example / "plan.json").read_bytes())
    fixes = read_fixes(example / "fixes.csv", persons=[subject.id for subject in document.subjects])
    recording = make_recording(document, fixes)
    assert fixes.unknown == {}
    assert [row.kind for row in recording.rows[:2]] == [Kind.PLAN, Kind.OBSERVATION]
    assert len(recording.rows) == 182
