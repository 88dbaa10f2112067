"""What befalls the messages of a device, one fault at a time."""

import numpy as np
import pytest

from korgoo.sim import faults
from korgoo.sim.samples import Column, Table


@pytest.fixture
def table() -> Table:
    """Sixty messages, one a minute, received a second later, on the way north."""
    made = np.full((len(Column), 60), -1, dtype=np.int32)
    made[Column.FIXED] = np.arange(60) * 60_000 + 7_000
    made[Column.RECEIVED] = made[Column.FIXED] + 1_000
    made[Column.COUNTER] = np.arange(60)
    made[Column.LAT_E7] = 429_650_000 + np.arange(60) * 9_000
    made[Column.LON_E7] = 749_300_000
    made[Column.ACCURACY_CM], made[Column.SOURCE] = 900, 0
    return made


HALF, FORTY = 1_800_000, 2_400_000


def test_nothing_is_changed_in_place(table: Table) -> None:
    before = table.copy()
    faults.set_flag(table, Column.STRAP, 0, begin=HALF, end=FORTY)
    faults.drop(table, begin=HALF, end=FORTY)
    faults.lose_position(table, begin=HALF, end=FORTY)
    faults.delay(table, begin=HALF, end=FORTY, until=FORTY)
    faults.freeze(table, begin=HALF, end=FORTY)
    faults.shift_clock(table, begin=HALF, offset=-1)
    faults.drift_clock(table, ms_per_hour=1_000)
    faults.stamp_minutes(table)
    assert np.array_equal(before, table)


def test_a_device_that_is_off_makes_nothing(table: Table) -> None:
    kept = faults.drop(table, begin=HALF, end=FORTY)[Column.FIXED]
    assert len(kept) == 50
    assert not ((kept >= HALF) & (kept < FORTY)).any()


def test_positions_go_and_messages_stay(table: Table) -> None:
    lost = faults.lose_position(table, begin=HALF, end=FORTY)
    assert (lost[Column.LAT_E7] < 0).sum() == 10
    assert lost.shape == table.shape
    table[Column.SOURCE, ::2] = 1
    assert (faults.lose_position(table, begin=HALF, end=FORTY, only_gps=True)[Column.LAT_E7] < 0).sum() == 5


def test_what_was_kept_back_arrives_in_order_or_in_none(table: Table) -> None:
    queued = faults.delay(table, begin=HALF, end=FORTY, until=FORTY)[Column.RECEIVED, 30:40]
    assert queued.tolist() == [FORTY + 500 + 40 * number for number in range(10)]
    shuffled = faults.delay(table, begin=HALF, end=FORTY, until=FORTY, shuffle_key=5)[Column.RECEIVED, 30:40]
    assert shuffled.tolist() != queued.tolist()
    assert sorted(shuffled.tolist()) == queued.tolist()


def test_a_frozen_place_is_told_with_fresh_times(table: Table) -> None:
    frozen = faults.freeze(table, begin=HALF, end=FORTY)
    assert set(frozen[Column.LAT_E7, 30:40].tolist()) == {int(table[Column.LAT_E7, 30])}
    assert np.array_equal(frozen[Column.FIXED], table[Column.FIXED])
    assert set(frozen[Column.SOURCE, 30:40].tolist()) == {1}


def test_clocks_jump_drift_and_lose_their_seconds(table: Table) -> None:
    back = (
        faults.shift_clock(table, begin=HALF, end=FORTY, offset=-7_200_000)[Column.FIXED]
        - table[Column.FIXED]
    )
    assert set(back[30:40].tolist()) == {-7_200_000}
    assert not back[:30].any()
    assert not back[40:].any()
    drifted = faults.drift_clock(table, ms_per_hour=60_000)[Column.FIXED] - table[Column.FIXED]
    assert drifted[-1] == pytest.approx(59_117, abs=2)
    assert set((faults.stamp_minutes(table)[Column.FIXED] % 60_000).tolist()) == {0}
