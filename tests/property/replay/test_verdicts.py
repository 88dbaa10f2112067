"""The map and the findings agree over a whole day."""

from __future__ import annotations

import random

from korgoo.engine.rows import Kind, Motion, Source
from korgoo.replay.verdicts import Verdict, judge_fixes
from tests.stories import MINUTE, P1, at, circle, fix, judge, plan, rows_of, with_marks


def test_findings_and_map_say_the_same_of_every_fix() -> None:
    """The evidence of a live run and the verdicts of a day agree, through jumps, cells and silence."""
    chance = random.Random(4)
    bodies = []
    for n in range(400):
        strange = chance.random()
        place = {"east_m": 400.0 if n % 200 > 100 else 0.0, "north_m": chance.gauss(0, 6)}
        more: dict[str, object] = {}
        if strange < 0.05:
            place["east_m"] = 70_000.0
        elif strange < 0.15:
            more = {"source": Source.CELL}
        elif strange < 0.2:
            more = {"motion": Motion.STILL}
        bodies.append(fix(at(0) + n * MINUTE, **place, **more))  # type: ignore[arg-type]  # fields by name
    rows = rows_of(P1, (at(0) - 1, plan(circle())), *((body.fixed_at_ms + 1, body) for body in bodies))
    findings = [finding for finding in judge(rows).events if finding.kind == "zone.exit"]
    evidence = [item for finding in findings for item in finding.evidence]
    seen = [(row.seq, row.body) for row in with_marks(rows) if row.kind is Kind.OBSERVATION]
    judged = judge_fixes(1, seen, plans=[plan(circle())])
    assert {item.use for item in evidence} == {"used", "held", "ignored"}
    assert [judged[item.seq] for item in evidence] == [Verdict(item.use, item.reason) for item in evidence]
