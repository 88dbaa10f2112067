"""A hole in shown time that was none in real time is bridged by marks; a real one is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from korgoo.runtime.demo.fast_time import BridgedJournal, ShownClock

if TYPE_CHECKING:
    from korgoo.gateway.ports import Draft, Journal


class Log:
    """Notes at which time it was marked and appended to."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def mark(self, *, now_ms: int, raw_ms: int | None = None) -> int:
        del raw_ms
        self.told.append(("mark", now_ms))
        return len(self.told)

    def append(self, drafts: list[Draft], *, now_ms: int, raw_ms: int | None = None) -> tuple[int, ...]:
        del drafts, raw_ms
        self.told.append(("append", now_ms))
        return (len(self.told),)


def bridged(steady_s: list[float]) -> tuple[Log, BridgedJournal]:
    log = Log()
    return log, BridgedJournal(cast("Journal", log), steady=lambda: steady_s[-1])


def test_a_short_pause_at_sixty_times_the_speed_is_bridged() -> None:
    steady_s = [100.0]
    log, journal = bridged(steady_s)
    journal.mark(now_ms=1_000_000)
    steady_s.append(100.4)
    journal.append([], now_ms=1_024_000)
    assert log.told == [
        ("mark", 1_000_000),
        ("mark", 1_009_000),
        ("mark", 1_018_000),
        ("append", 1_024_000),
    ]


def test_who_was_away_in_real_time_was_away() -> None:
    steady_s = [100.0]
    log, journal = bridged(steady_s)
    journal.mark(now_ms=1_000_000)
    steady_s.append(109.5)
    journal.mark(now_ms=1_570_000)
    assert log.told == [("mark", 1_000_000), ("mark", 1_570_000)]


def test_nothing_is_bridged_before_the_first_append() -> None:
    log, journal = bridged([100.0])
    journal.mark(now_ms=9_000_000)
    assert log.told == [("mark", 9_000_000)]


def test_the_shown_clock_begins_where_the_journal_ends_and_never_runs_back() -> None:
    shown = [500]
    clock = ShownClock(lambda: shown[-1], not_before_ms=1_000)
    assert clock() == 1_000
    shown.append(1_200)
    assert clock() == 1_200
    shown.append(300)
    assert (clock(), clock.raw_ms()) == (1_200, 300)
