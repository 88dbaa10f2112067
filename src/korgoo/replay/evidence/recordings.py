"""A case from a backtest's files: plan, fixes and the findings that were written of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from korgoo.replay.derivation import SECONDS
from korgoo.replay.evidence.cases import (
    CaseError,
    concerned,
    find_sides,
    make_job,
    select_rows,
    take_case,
)
from korgoo.replay.findings_file import read_findings
from korgoo.replay.fixes import read_fixes
from korgoo.replay.recording import make_recording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from korgoo.engine.coverage import Coverage
    from korgoo.planning.document import PlanDocument
    from korgoo.replay.evidence.cases import Case


def take_from_recording(
    finding_id: str,
    *,
    document: PlanDocument,
    fixes: Path,
    findings: Path,
    until_ms: int | None,
    overrides: Mapping[str, int],
    coverage: Coverage | None = None,
) -> Case:
    """Return the case of a finding of a backtest.

    Raises:
        CaseError: the findings do not hold it, or plan and fixes give it with other bytes.
        FindingsError, FixesError, OSError: a file cannot be read.
        ParameterError: an override that the engine does not know.
    """
    known = {found["id"] for found in read_findings(findings)}
    if finding_id not in known:
        raise CaseError(f"{findings} holds no finding {finding_id!r}")
    recorded = [line for line in findings.read_text("utf-8").splitlines() if _is_of(line, finding_id)]
    read = read_fixes(fixes, persons=[subject.id for subject in document.subjects])
    rows = make_recording(document, read, until_ms=until_ms, coverage=coverage).rows
    if not rows:
        raise CaseError(f"{fixes} holds no fix of anybody in the plan")
    key = finding_id.partition("/")[0]
    job = make_job(
        finding_id,
        clock=SECONDS,
        end_ms=rows[-1].log_at_ms if until_ms is None else until_ms,
        overrides=overrides,
    )
    mine = select_rows(rows, key, concerned(rows, key))
    return take_case(mine, job, overrides=overrides, sides=find_sides(rows), recorded=recorded)


def _is_of(line: str, finding_id: str) -> bool:
    return bool(line.strip()) and json.loads(line)["id"] == finding_id
