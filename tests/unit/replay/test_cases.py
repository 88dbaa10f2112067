"""A case keeps the clock marks that matter, and not one byte of the finding changes by it."""

from __future__ import annotations

import pytest

from korgoo.engine.rows import SYSTEM_KEY, Body, Kind, Mark, Row
from korgoo.replay.derivation import MARKS
from korgoo.replay.evidence.cases import CaseError, find_sides, make_job, select_rows, take_case
from korgoo.replay.evidence.commitments import FEWEST, commit_row, make_blanks, master_salt, root_of, row_salt
from tests.pairs import APART, order
from tests.stories import MINUTE, P1, P2, at, circle, fix, plan


def night(*, outage_s: int = 0) -> list[Row]:
    """A plan, ten fixes at home, then silence, under a mark each second but for one hole."""
    entries: list[tuple[int, Kind, str, Body]] = [(at(20), Kind.PLAN, P1, plan(circle()))]
    entries += [(at(20) + n * MINUTE, Kind.OBSERVATION, P1, fix(at(20) + n * MINUTE)) for n in range(10)]
    hole = range(900, 900 + outage_s)
    seconds = (second for second in range(1, 1_800) if second not in hole)
    entries += [(at(20) + second * 1_000, Kind.MARK, SYSTEM_KEY, Mark()) for second in seconds]
    entries.sort(key=lambda entry: (entry[0], entry[1] is Kind.MARK))
    return [Row(seq, *entry) for seq, entry in enumerate(entries, 1)]


def silent_of(rows: list[Row]) -> str:
    """Return the id of the finding that he fell silent, as these rows tell it."""
    from korgoo.engine.parameters import Parameters  # noqa: PLC0415 - used here only
    from korgoo.replay.course import follow_marks  # noqa: PLC0415 - as above
    from korgoo.replay.derivation import recall_from  # noqa: PLC0415 - as above
    from korgoo.replay.judging import EngineJudge  # noqa: PLC0415 - as above

    told = follow_marks(rows, EngineJudge(Parameters(), recall=recall_from(rows)))
    return next(finding.id for finding in told if finding.kind == "contact.lost")


def test_rows_that_tell_no_such_finding_or_another_are_refused() -> None:
    rows = night()
    end_ms = rows[-1].log_at_ms
    sides = find_sides(rows)
    with pytest.raises(CaseError, match="give no finding"):
        take_case(
            rows, make_job("person:p1/x/sos/1", clock=MARKS, end_ms=end_ms, overrides={}),
            overrides={}, sides=sides, recorded=None,
        )  # fmt: skip
    job = make_job(silent_of(rows), clock=MARKS, end_ms=end_ms, overrides={})
    with pytest.raises(CaseError, match="other bytes"):
        take_case(rows, job, overrides={}, sides=sides, recorded=["{}"])


def test_a_pairs_case_has_no_rows_about_his_own_zones() -> None:
    rows = [
        Row(1, 1, Kind.PLAN, P1, plan(circle())),
        Row(2, 2, Kind.PAIR, APART, order(contacts=("radio",))),
        Row(3, 3, Kind.OBSERVATION, P1, fix(3)),
        Row(4, 4, Kind.OBSERVATION, P2, fix(4)),
        Row(5, 5, Kind.OBSERVATION, "person:other", fix(5)),
        Row(6, 6, Kind.MARK, SYSTEM_KEY, Mark()),
    ]
    assert [row.seq for row in select_rows(rows, APART, frozenset({APART, P1, P2}))] == [2, 3, 4, 6]
    assert [row.seq for row in select_rows(rows, P1, frozenset({P1}))] == [1, 3, 6]
    sides = find_sides(rows)
    assert (set(sides.protected), set(sides.contacts), set(sides.kept_from)) == ({P2}, {"radio"}, {P1})


def test_commitments_bind_row_salt_and_order_of_nothing() -> None:
    master = master_salt(b"k" * 32, "finding", 2)
    record = (7, 1_000, "observation", "person:p1", b"body")
    whole = commit_row(row_salt(master, 7), record)
    assert whole != commit_row(row_salt(master, 8), record)
    assert whole != commit_row(row_salt(master, 7), (*record[:4], b"bodY"))
    assert master != master_salt(b"k" * 32, "finding", 3)
    assert root_of(b"f" * 32, [b"a" * 32, b"b" * 32]) == root_of(b"f" * 32, [b"b" * 32, b"a" * 32])


@pytest.mark.parametrize(("rows", "full"), [(1, FEWEST), (1_024, 1_024), (1_025, 2_048), (5_000, 8_192)])
def test_blanks_fill_up_to_a_power_of_two(rows: int, full: int) -> None:
    blanks = make_blanks(b"m" * 32, rows)
    assert len(blanks) + rows == full
    assert len(set(blanks)) == len(blanks)
