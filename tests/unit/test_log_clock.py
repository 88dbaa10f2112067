"""The clock of the journal goes on, whatever is done to the machine's clock."""

from __future__ import annotations

from itertools import pairwise

import pytest

from korgoo.conf.log_clock import LogClock

START_MS = 1_750_000_000_000
HOUR_MS = 3_600_000


class Machine:
    """A machine whose wall clock can be set, and whose steady clock only passes."""

    def __init__(self) -> None:
        self.wall_ms = START_MS
        self.steady_ns = 5_000_000_000

    def pass_time(self, ms: int, *, suspended: bool = False) -> None:
        self.wall_ms += ms
        self.steady_ns += 0 if suspended else ms * 1_000_000

    def start_clock(self, *, not_before_ms: int = 0, speed: float = 1.0) -> LogClock:
        return LogClock(
            lambda: self.wall_ms,
            speed=lambda: speed,
            steady=lambda: self.steady_ns,
            not_before_ms=not_before_ms,
        )


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_it_shows_the_machines_time_and_passes_with_it(machine: Machine) -> None:
    clock = machine.start_clock()
    machine.pass_time(400)
    assert (clock(), clock.raw_ms(), clock.ahead_ms()) == (START_MS + 400, START_MS + 400, 0)


def test_a_clock_set_back_an_hour_neither_freezes_nor_reorders_and_is_caught_up_slowly(
    machine: Machine,
) -> None:
    clock = machine.start_clock()
    machine.wall_ms -= HOUR_MS
    shown = [clock()]
    for _ in range(600):
        machine.pass_time(500)
        shown.append(clock())
    steps = [after - before for before, after in pairwise(shown)]
    assert min(steps) >= 450  # it never stands still
    assert max(steps) <= 500
    assert clock.raw_ms() == START_MS - HOUR_MS + 300_000
    assert HOUR_MS - 20_000 < clock.ahead_ms() < HOUR_MS - 15_000  # 1/16 of five minutes is caught up


def test_while_ahead_it_catches_up_in_the_end_and_then_keeps_time(machine: Machine) -> None:
    clock = machine.start_clock()
    machine.wall_ms -= 10_000
    for _ in range(400):
        machine.pass_time(1_000)
        clock()
    assert 0 <= clock.ahead_ms() <= 1_100


def test_it_follows_a_jump_forwards_of_more_than_five_seconds(machine: Machine) -> None:
    clock = machine.start_clock()
    machine.pass_time(HOUR_MS, suspended=True)
    machine.pass_time(1_000)
    assert clock() == START_MS + HOUR_MS + 1_000


def test_it_does_not_jump_by_less(machine: Machine) -> None:
    clock = machine.start_clock()
    machine.wall_ms += 4_000
    machine.pass_time(1_000)
    assert clock() == START_MS + 1_000


def test_after_a_start_with_a_clock_set_back_it_goes_on_where_the_journal_ends(machine: Machine) -> None:
    clock = machine.start_clock(not_before_ms=START_MS + HOUR_MS)
    machine.pass_time(999)
    assert clock() == START_MS + HOUR_MS + 999


def test_a_demonstrations_clock_runs_at_its_speed(machine: Machine) -> None:
    clock = machine.start_clock(speed=60.0)
    machine.steady_ns += 500 * 1_000_000
    assert clock() == START_MS + 30_000


def test_a_clock_before_1970_is_no_time(machine: Machine) -> None:
    clock = machine.start_clock()
    machine.wall_ms = -5
    assert clock.raw_ms() == 1
