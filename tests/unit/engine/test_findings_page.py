"""docs/findings.md and the engine's closed table are one: every kind, level, ending and word, both ways."""

from __future__ import annotations

import re
from pathlib import Path

from korgoo.engine.findings import KINDS, Closing, Event, Reason
from korgoo.engine.rows import SENSORS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/findings.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """Return the rows of the table below a heading, code marks taken off."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip().strip("|").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [[row[0].strip().strip("`"), *(cell.strip() for cell in row[1:])] for row in rows[1:]]


def test_every_kind_stands_in_the_page_as_in_the_code() -> None:
    told = {row[0]: (row[1], row[2], row[3], row[4]) for row in table("Kinds")}
    assert told == {
        kind.name: (f"P{kind.level}", kind.closing.value, "yes" if kind.counts else "no", kind.lane)
        for kind in KINDS.values()
    }


def test_every_way_to_end_every_event_and_every_reason_is_explained() -> None:
    assert [row[0] for row in table("What ends a finding")] == [closing.value for closing in Closing]
    assert [row[0] for row in table("Events")] == [event.value for event in Event]
    assert {row[0] for row in table("Reasons")} == {reason.value for reason in Reason}


def test_what_the_columns_say_of_each_kind_names_known_reasons() -> None:
    known = {reason.value for reason in Reason}
    for row in table("Kinds"):
        codes = set(re.findall(r"`(\w+)`", " ".join(row[5:])))
        assert codes <= known, f"{row[0]}: {codes - known}"
        assert len(codes) >= 1


def test_only_what_latches_ends_by_a_person() -> None:
    by_person = {kind.name for kind in KINDS.values() if kind.closing is Closing.PERSON}
    assert by_person == {"sos", "pair.tamper", *(f"tamper.{sensor}" for sensor in SENSORS)}
    assert not any(
        KINDS[name].counts for name in KINDS if name.startswith(("battery", "contact", "position"))
    )


def test_the_desk_opens_only_kinds_of_the_table() -> None:
    used = set()
    for file in (ROOT / "src/korgoo/engine").rglob("*.py"):
        used |= set(
            re.findall(
                r'"((?:zone|curfew|tamper|contact|position|battery|system)\.[a-z]+)"', file.read_text()
            )
        )
    assert used <= KINDS.keys()
