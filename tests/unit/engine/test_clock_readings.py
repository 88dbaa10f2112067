"""Reading a device's clock: what was stored, what was set back, and what cannot be followed."""

from __future__ import annotations

from korgoo.engine.clocks import KEPT, Clock, read_clock
from korgoo.engine.parameters import Parameters
from korgoo.engine.rows import Observation
from tests.stories import HOUR, MINUTE, at

PARAMETERS = Parameters()
NOW = at(20)


def said(
    clocks: dict[str, Clock], received: int, lag: int, *, device: str = "b1", faulty: bool = False
) -> int:
    """Return how old, by our reading, what is received then with that lag is, ms."""
    seen = Observation(received - lag, received, device=device, clock_faulty=faulty)
    return received - read_clock(clocks, seen, PARAMETERS)


def test_a_right_clock_and_a_little_lag_are_taken_as_they_are() -> None:
    clocks: dict[str, Clock] = {}
    assert [said(clocks, NOW + n * MINUTE, lag) for n, lag in enumerate((0, 900, 180_000))] == [
        0,
        900,
        180_000,
    ]
    assert clocks == {}


def test_a_future_is_now_and_a_faulty_clock_is_ours() -> None:
    assert said({}, NOW, -HOUR) == 0
    assert said({}, NOW, 2 * HOUR, faulty=True) == 0


def test_a_clock_that_was_set_back_is_known_by_its_second_message() -> None:
    clocks: dict[str, Clock] = {}
    ages = [said(clocks, NOW + n * MINUTE, 2 * HOUR) for n in range(4)]
    assert ages == [2 * HOUR, 0, 0, 0]
    assert clocks["b1"].behind_ms == 2 * HOUR


def test_five_minutes_back_are_known_at_every_interval() -> None:
    for interval_s in (15, 60, 300, 900):
        clocks: dict[str, Clock] = {}
        ages = [said(clocks, NOW + n * interval_s * 1000, 300_000) for n in range(3)]
        assert ages == [300_000, 0, 0], interval_s


def test_an_upload_of_stored_messages_is_old() -> None:
    clocks: dict[str, Clock] = {}
    stored = [said(clocks, NOW + n * 700, 2 * HOUR - n * MINUTE) for n in range(100)]
    assert min(stored) > 20 * MINUTE - 1, "none is moved to now"
    assert said(clocks, NOW + MINUTE, 0) == 0
    assert clocks == {}


def test_messages_ten_seconds_apart_are_needed() -> None:
    clocks: dict[str, Clock] = {}
    assert [said(clocks, NOW + n * 9_999, HOUR) for n in range(2)] == [HOUR, HOUR]
    clocks = {}
    assert [said(clocks, NOW + n * 10_000, HOUR) for n in range(2)] == [HOUR, 0]


def test_what_is_stored_under_a_clock_set_back_keeps_its_order() -> None:
    """Two hours behind, then an hour offline, then all at once: each an hour old at most, not three."""
    clocks: dict[str, Clock] = {}
    for n in range(3):
        said(clocks, NOW + n * MINUTE, 2 * HOUR)
    back = NOW + 62 * MINUTE
    ages = [said(clocks, back + n * 500, 3 * HOUR - n * MINUTE) for n in range(50)]
    assert ages == [HOUR - n * MINUTE for n in range(50)]


def test_a_clock_that_is_set_right_offline_does_not_move_what_was_stored() -> None:
    """Known two hours behind; set right; then an hour of stored fixes: they are as old as they say."""
    clocks: dict[str, Clock] = {}
    for n in range(3):
        said(clocks, NOW + n * MINUTE, 2 * HOUR)
    back = NOW + 62 * MINUTE
    assert [said(clocks, back + n * 500, HOUR - n * MINUTE) for n in range(40)] == [
        HOUR - n * MINUTE for n in range(40)
    ]


def test_a_whole_minute_clock_that_is_behind_is_found_too() -> None:
    clocks: dict[str, Clock] = {}
    ages = []
    for n in range(20):
        received = NOW + n * 15_000 + 4_000
        fixed = received // MINUTE * MINUTE - HOUR
        ages.append(said(clocks, received, received - fixed))
    assert ages[0] > HOUR
    assert max(ages[6:]) <= MINUTE


def test_a_slow_clock_is_followed_as_it_drifts() -> None:
    clocks: dict[str, Clock] = {}
    ages = [said(clocks, NOW + n * MINUTE, 200_000 + n * 3_000) for n in range(60)]
    assert max(ages[1:]) <= 10_000


def test_going_back_again_and_again_is_counted() -> None:
    clocks: dict[str, Clock] = {}
    for n in range(4):
        said(clocks, NOW + n * MINUTE, 10 * MINUTE * (n + 1))
    assert (clocks["b1"].steps, clocks["b1"].behind_ms) == (3, 0)
    said(clocks, NOW + 4 * MINUTE, 35 * MINUTE)
    assert clocks["b1"].steps == 0, "it went on"


def test_two_devices_have_two_clocks() -> None:
    clocks: dict[str, Clock] = {}
    for n in range(3):
        said(clocks, NOW + n * MINUTE, HOUR)
        assert said(clocks, NOW + n * MINUTE + 1000, 500, device="b2") == 500
    assert list(clocks) == ["b1"]
    assert clocks["b1"].behind_ms == HOUR


def test_few_clocks_are_kept_and_not_for_ever() -> None:
    clocks: dict[str, Clock] = {}
    for n in range(20):
        said(clocks, NOW + n * MINUTE, HOUR, device=f"b{n}")
    assert list(clocks) == [f"b{n}" for n in range(20 - KEPT, 20)]
    said(clocks, NOW + 20 * MINUTE + PARAMETERS.clock_kept_ms, HOUR, device="new")
    assert list(clocks) == ["new"]
