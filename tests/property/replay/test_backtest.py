"""A backtest gives the same bytes in batches and shards of any size."""

from korgoo.replay.findings_file import finding_line
from tests.unit.replay.test_backtest import AT_MS, heard, judge


def test_neither_batch_nor_shards_change_a_byte() -> None:
    moments = [(f"p{n % 11}", n * n * 37 % 60_000) for n in range(400)]
    people = [f"p{n}" for n in range(11)]
    fixes = heard(*moments)
    whole = judge(fixes, *people, until_ms=AT_MS + 70_000)
    lines = [finding_line(f) for f in whole]
    assert len(lines) > 50
    for batch, shards in ((1, 1), (2_000, 1), (1, 3), (7, 8), (2_000, 5)):
        again = judge(fixes, *people, until_ms=AT_MS + 70_000, batch=batch, shards=shards)
        assert [finding_line(f) for f in again] == lines
