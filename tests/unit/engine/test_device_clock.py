"""The device's clock as people see it: behind, ahead, or stamping whole minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from korgoo.engine.rows import Observation
from tests.stories import HOUR, MINUTE, fix
from tests.unit.engine.doubts import START, found, kinds, minutes, told

if TYPE_CHECKING:
    from korgoo.engine.rows import Body


def test_a_clock_behind_is_told_once_for_each_device_and_not_ended_by_another() -> None:
    story = [
        *minutes(0, 20, every_s=120, lag=HOUR, device="b1"),
        *[(t + MINUTE, b) for t, b in minutes(0, 20, every_s=120, lag=0, device="b2")],
    ]
    story = [(t, fix(t, device="b2")) if b.device == "b2" else (t, b) for t, b in story]  # type: ignore[union-attr]
    assert kinds(told(*story), "clock.behind") == ["clock.behind opened"]


def test_a_future_clock_opens_by_three_messages_and_not_by_one_sent_thrice() -> None:
    assert kinds(told(*minutes(0, 3, lag=-90_000)), "clock.ahead") == ["clock.ahead opened"]
    one = fix(START + 10 * MINUTE)
    again = [
        (
            START + n * 5000,
            Observation(
                **{**{f: getattr(one, f) for f in one.__struct_fields__}, "received_at_ms": START + n * 5000}
            ),
        )
        for n in range(3)
    ]
    assert kinds(told(*again), "clock.ahead") == []


def test_whole_minutes_are_found_by_different_places_with_one_stamp() -> None:
    def stamped(n: int, **fields: Any) -> tuple[int, Body]:
        received = START + n * 15_000
        stamp = received // MINUTE * MINUTE
        return received, fix(stamp, late_ms=received - stamp, **fields)

    moving = [stamped(n, north_m=3 * n) for n in range(16)]
    assert kinds(told(*moving), "clock.minutes") == ["clock.minutes opened"]
    assert kinds(told(*[stamped(n) for n in range(16)]), "clock.minutes") == [], "one message sent again"


def test_a_clock_behind_is_told_with_how_far_it_is_behind() -> None:
    behind = [f for f in found(*minutes(0, 5, lag=HOUR, device="b1")) if f.kind == "clock.behind"]
    assert [f.params for f in behind] == [{"behind_s": 3600, "device": "b1"}]


def test_a_clock_that_goes_back_and_back_is_told_with_how_old_its_last_message_was() -> None:
    story = [
        (START + n * MINUTE, fix(START - 9 * n * MINUTE, late_ms=10 * n * MINUTE, device="b1"))
        for n in range(1, 6)
    ]
    behind = [f for f in found(*story) if f.kind == "clock.behind"]
    assert [f.params for f in behind] == [{"behind_s": 40 * 60, "device": "b1"}], "the third step back"


def test_a_clock_ahead_is_told_and_closed_by_three_messages_of_a_right_one() -> None:
    story = [*minutes(0, 3, lag=-90_000, device="b1"), *minutes(5, 7, device="b1")]
    ahead = found(*story)
    assert [(f.kind, f.code.value, f.params) for f in ahead] == [
        ("clock.ahead", "clock_ahead", {"ahead_s": 90, "device": "b1"})
    ]
    assert told(*story, *minutes(7, 8, device="b1"))[1:] == [("closed", "clock.ahead", "clock_right")]


def test_a_minute_ahead_is_a_clock_not_yet_set_and_no_more() -> None:
    assert kinds(told(*minutes(0, 9, lag=-60_000)), "clock.ahead") == []
    assert kinds(told(*minutes(0, 9, lag=-60_001)), "clock.ahead") == ["clock.ahead opened"]


def test_different_places_with_one_stamp_that_tells_seconds_are_no_clock_of_minutes() -> None:
    def stamped(n: int) -> tuple[int, Body]:
        received = START + n * 15_000
        stamp = received // MINUTE * MINUTE + 1000 - MINUTE
        return received, fix(stamp, late_ms=received - stamp, north_m=3 * n)

    assert told(*[stamped(n) for n in range(30)]) == []
