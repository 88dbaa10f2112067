"""The coverage memory: which cell a place lies in, and what is known there."""

from __future__ import annotations

import msgspec
import pytest

from korgoo.engine.coverage import Coverage, CoverageCell, CoverageMap, Lost, cell_number
from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import SYSTEM_KEY, Kind, Row
from korgoo.engine.shard import Shard
from tests.stories import at


@pytest.mark.parametrize(
    ("lat_e7", "lon_e7", "number"),
    [
        (0, 0, 0),
        (44_999, 59_999, 0),
        (45_000, 0, 100_000),
        (0, 60_000, 1),
        (-1, 0, -100_000),
        (0, -1, -1),
        (428_700_000, 746_000_000, 952_612_433),
    ],
)
def test_a_cell_is_45_by_60_ten_thousandths_of_a_degree(lat_e7: int, lon_e7: int, number: int) -> None:
    """Numbers are in journals for years: none may ever mean another place."""
    assert cell_number(lat_e7, lon_e7) == number


def test_only_a_cell_where_somebody_has_been_is_known() -> None:
    cell = CoverageCell(100_000, 300, 5, 7)
    memory = CoverageMap(Coverage("2026-05", (cell,)))
    assert memory.version == "2026-05"
    assert memory.find(45_000, 59_999) == cell
    assert memory.find(44_999, 59_999) is None


def test_a_version_with_more_than_we_know_is_refused() -> None:
    """A later engine may have learned more of a cell: this one would read it wrongly."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgspec.msgpack.encode(["2026-05", [], 51, 20, 7]), type=Coverage)


def test_a_version_of_before_losses_were_counted_knows_of_none() -> None:
    """Such rows are in journals: no device has lost anything there, and no loss is usual or common."""
    row = msgspec.msgpack.encode(["2026-05", [[100_000, 300, 5, 7]]])
    read = msgspec.msgpack.decode(row, type=Coverage)
    cell = CoverageCell(100_000, 300, 5, 7, placeless=Lost(0, 0), silent=Lost(0, 0))
    assert read == Coverage("2026-05", (cell,), placeless_rate=0, silent_rate=0)


def test_a_snapshot_holds_the_version_in_use() -> None:
    known = Coverage("2026-05", (CoverageCell(100_000, 300, 5, 7),))

    def nothing(_key: str, _until_seq: int) -> Recalled:
        return Recalled([], [])

    shard, again = (Shard(Parameters(), recall=nothing) for _ in range(2))
    shard.feed([Row(1, at(20), Kind.COVERAGE, SYSTEM_KEY, known)])
    again.restore(shard.snapshot())
    assert again.snapshot().coverage == known
