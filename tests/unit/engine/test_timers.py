"""The moments at which the clock looks at each key."""

from __future__ import annotations

from korgoo.engine.timers import Timers


def test_whoever_is_due_comes_in_the_order_of_the_keys_and_only_once() -> None:
    timers = Timers()
    for key, at_ms in (("person:2", 2_500), ("person:1", 2_900), ("person:3", 2_901), ("person:4", 9_000)):
        timers.set_timer(key, at_ms)
    assert timers.take_due(2_499) == []
    assert timers.take_due(2_900) == ["person:1", "person:2"]
    assert timers.take_due(2_900) == []
    assert timers.next_due() == 2_901
    assert timers.take_due(8_999) == ["person:3"]
    assert timers.take_due(9_000) == ["person:4"]
    assert timers.next_due() is None


def test_a_sooner_moment_replaces_a_later_one_and_a_later_one_waits() -> None:
    timers = Timers()
    timers.set_timer("person:1", 9_000)
    timers.set_timer("person:1", 5_000)
    timers.set_timer("person:1", 7_000)
    assert timers.next_due() == 5_000
    assert timers.take_due(5_000) == ["person:1"]
    assert timers.next_due() is None
    assert timers.take_due(9_000) == []


def test_a_key_that_was_moved_within_its_second_comes_once_and_may_be_set_again() -> None:
    timers = Timers()
    timers.set_timer("person:1", 1_900)
    timers.set_timer("person:1", 1_200)
    assert timers.take_due(1_100) == []
    assert timers.take_due(1_300) == ["person:1"]
    timers.set_timer("person:1", 1_950)
    assert timers.take_due(1_940) == []
    assert timers.take_due(1_950) == ["person:1"]
