"""A case gives the same bytes without the marks in which nothing happens."""

from __future__ import annotations

import pytest

from korgoo.engine.rows import Kind
from korgoo.replay.derivation import MARKS, derive
from korgoo.replay.evidence.cases import find_sides, make_job, take_case
from korgoo.replay.findings_file import finding_line
from tests.unit.replay.test_cases import night, silent_of


@pytest.mark.parametrize("outage_s", [0, 9, 11, 300])
def test_marks_in_which_nothing_happens_are_thinned_and_the_bytes_stay(outage_s: int) -> None:
    rows = night(outage_s=outage_s)
    job = make_job(silent_of(rows), clock=MARKS, end_ms=rows[-1].log_at_ms, overrides={})
    case = take_case(rows, job, overrides={}, sides=find_sides(rows), recorded=None)
    marks = [row for row in case.rows if row.kind is Kind.MARK]
    assert len(marks) < 260
    assert case.lines.decode().splitlines() == [finding_line(finding) for finding in derive(rows, job)]
