"""A device's clock: set back it is followed, an upload of old fixes is not; it never runs ahead of ours."""

from __future__ import annotations

import pytest

from korgoo.engine.clocks import KEPT, Clock, read_clock
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Observation
from tests.stories import HOUR, MINUTE, at

DAY = 24 * HOUR
NOON = at(12)


class Device:
    """One device whose messages are read as they come."""

    def __init__(self) -> None:
        self.clocks: dict[str, Clock] = {}

    def read(self, fixed_ms: int, received_ms: int, *, name: str = "phone", faulty: bool = False) -> int:
        """Return when the message was made by our clock."""
        seen = Observation(fixed_ms, received_ms, device=name, clock_faulty=faulty)
        return read_clock(self.clocks, seen, MINUTE, Parameters())


def test_a_right_clock_is_believed_and_one_that_is_ahead_is_held_to_ours() -> None:
    device = Device()
    assert device.read(NOON, NOON + 2_000) == NOON
    assert device.read(NOON + HOUR, NOON + MINUTE) == NOON + MINUTE


@pytest.mark.parametrize("back_ms", [5 * MINUTE, 2 * HOUR, DAY])
def test_a_clock_that_was_set_back_is_moved_at_the_second_message(back_ms: int) -> None:
    device = Device()
    device.read(NOON, NOON + 1_000)
    moments = [NOON + n * MINUTE for n in range(1, 5)]
    read = [device.read(moment - back_ms, moment + 1_000) for moment in moments]
    assert read[0] == moments[0] - back_ms
    for moment, found in zip(moments[1:], read[1:], strict=True):
        assert moment <= found <= moment + 1_000


def test_set_right_again_it_is_believed_again() -> None:
    device = Device()
    for n in range(4):
        device.read(NOON + n * MINUTE - DAY, NOON + n * MINUTE)
    assert device.read(NOON + 5 * MINUTE, NOON + 5 * MINUTE + 3_000) == NOON + 5 * MINUTE


def test_the_lag_of_one_slow_message_does_not_stay() -> None:
    device = Device()
    lags = [4_000, 4_000, 500, 4_000]
    read = [device.read(NOON + n * MINUTE - DAY, NOON + n * MINUTE + lag) for n, lag in enumerate(lags)]
    assert read[-1] == NOON + 3 * MINUTE + 500


@pytest.mark.parametrize("order", [1, -1], ids=["oldest first", "newest first"])
@pytest.mark.parametrize("pause_ms", [0, 20, 3_000, 12_000])
def test_an_upload_of_hours_keeps_its_own_times(order: int, pause_ms: int) -> None:
    device = Device()
    device.read(NOON, NOON)
    stored = [NOON + n * MINUTE for n in range(1, 180)][::order]
    read = [device.read(moment, NOON + 4 * HOUR + n * pause_ms) for n, moment in enumerate(stored)]
    assert read == stored


def test_bodies_of_ten_each_ten_minutes_keep_their_own_times() -> None:
    device = Device()
    for body in range(6):
        received = NOON + (body + 1) * 10 * MINUTE
        fixes = [NOON + (body * 10 + n) * MINUTE for n in range(10)]
        assert [device.read(moment, received) for moment in fixes] == fixes


def test_a_clock_that_is_known_to_be_wrong_is_not_read() -> None:
    device = Device()
    assert device.read(NOON - DAY, NOON, faulty=True) == NOON
    assert device.clocks == {}


def test_each_device_has_its_own_clock_and_the_oldest_is_forgotten() -> None:
    device = Device()
    for n in range(3):
        device.read(NOON + n * MINUTE - DAY, NOON + n * MINUTE, name="bracelet")
    assert device.read(NOON + 3 * MINUTE, NOON + 3 * MINUTE, name="phone") == NOON + 3 * MINUTE
    for n in range(KEPT):
        device.read(NOON + HOUR + n - DAY, NOON + HOUR + n, name=f"exchanged {n}")
    assert len(device.clocks) == KEPT
    assert "bracelet" not in device.clocks


def test_an_upload_of_fixes_seconds_apart_keeps_its_own_times() -> None:
    device = Device()
    stored = [NOON + n * 3_000 for n in range(200)]
    assert [device.read(moment, NOON + HOUR + n * 20) for n, moment in enumerate(stored)] == stored
