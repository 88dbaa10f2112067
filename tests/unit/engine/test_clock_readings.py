"""Reading a device's clock: what was stored, what was set back, and what cannot be followed."""

from __future__ import annotations

from korgoo.engine.clocks import Clock, read_clock
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


def test_eight_clocks_are_kept_and_not_for_ever() -> None:
    clocks: dict[str, Clock] = {}
    for n in range(20):
        said(clocks, NOW + n * MINUTE, HOUR, device=f"b{n}")
    assert list(clocks) == [f"b{n}" for n in range(12, 20)]
    said(clocks, NOW + 19 * MINUTE + PARAMETERS.clock_kept_ms, HOUR, device="other")
    assert list(clocks) == ["b19", "other"], "ten days are not over before they are"
    said(clocks, NOW + 20 * MINUTE + 2 * PARAMETERS.clock_kept_ms, HOUR, device="new")
    assert list(clocks) == ["new"]


def known(*, lag: int = 2 * HOUR) -> dict[str, Clock]:
    """The clock of a device that is known to be so far behind, by two messages a minute apart."""
    clocks: dict[str, Clock] = {}
    for n in range(2):
        said(clocks, NOW + (n - 1) * MINUTE, lag)
    assert clocks["b1"].behind_ms == lag
    return clocks


def test_a_message_as_late_as_any_lag_may_be_shows_a_right_clock() -> None:
    for late_ms, remembered in ((0, False), (1, True)):
        clocks = known()
        said(clocks, NOW + MINUTE, PARAMETERS.clock_fresh_ms + late_ms)
        assert ("b1" in clocks) is remembered


def test_two_messages_may_differ_by_an_eighth_of_what_lies_between_them() -> None:
    """And by five seconds always: the first minute's eighth is seven and a half."""
    for apart_ms, slack_ms in ((16 * MINUTE, 120_000), (MINUTE, 7_500), (20_000, 5_000)):
        for more_ms, age in ((0, 0), (1, 2 * HOUR - slack_ms - 1)):
            clocks: dict[str, Clock] = {}
            said(clocks, NOW, 2 * HOUR)
            assert said(clocks, NOW + apart_ms, 2 * HOUR - slack_ms - more_ms) == age


def test_a_clock_that_would_be_ahead_by_more_than_the_slack_has_been_set_again() -> None:
    for more_ms, age in ((0, 0), (1, 2 * HOUR - 5_001)):
        assert said(known(), NOW + 5_000, 2 * HOUR - 5_000 - more_ms) == age


def test_an_old_message_within_the_slack_does_not_move_the_clock_back() -> None:
    for more_ms, age in ((0, 7_500), (1, 7_501)):
        clocks = known()
        assert said(clocks, NOW + MINUTE, 2 * HOUR + 7_500 + more_ms) == age
        assert clocks["b1"].behind_ms == 2 * HOUR
    clocks = known(lag=2 * HOUR)
    clocks["b1"].behind_ms -= 7_501  # as a drift of before has left it
    assert said(clocks, NOW + MINUTE, 2 * HOUR) == 0


def test_a_stamp_may_stand_still_for_a_minute_and_the_slack() -> None:
    """Two minutes between two messages, whose eighth is a quarter of a minute."""
    for more_ms, anchor in ((0, NOW), (1, NOW + 2 * MINUTE)):
        clocks: dict[str, Clock] = {}
        said(clocks, NOW, HOUR)
        said(clocks, NOW + 2 * MINUTE, HOUR + 75_000 + more_ms)
        assert clocks["b1"].received_ms == anchor


def test_one_stamp_over_and_over_is_no_clock_that_goes_back() -> None:
    clocks: dict[str, Clock] = {}
    for n in range(4):
        said(clocks, NOW + n * 100_000, HOUR + n * 100_000)
    assert clocks["b1"].steps == 0
