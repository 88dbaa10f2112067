"""Contact lost and position lost are two findings, by our own clock, and our own outages do not count."""

from __future__ import annotations

from typing import Any

from korgoo.engine.findings import KINDS
from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import SYSTEM_KEY, Body, Kind, Mark, Observation, Row, Source, Suspension
from korgoo.engine.shard import Shard
from tests.stories import HOUR, MINUTE, P1, Ledger, at, circle, fix, kind_of, plan

LIMIT = 3 * MINUTE  # two intervals of a minute and a minute of grace
PLACE_LIMIT = LIMIT + 10 * MINUTE
START = at(20)


class Watch:
    """A shard with one person whose plan came at START, and a clock that is moved by hand."""

    def __init__(self, **fields: Any) -> None:
        self.ledger = Ledger()
        self.shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
        self.seq = 0
        self.take(START, plan(circle(), **fields))

    def take(self, log_ms: int, body: Body, key: str = P1) -> None:
        self.seq += 1
        self.ledger.write(self.shard.feed([Row(self.seq, log_ms, kind_of(body), key, body)]))

    def mark(self, at_ms: int) -> list[tuple[str, str]]:
        before = len(self.ledger.events)
        self.take(at_ms, Mark(), "system:korgoo")
        return [(e.event.value, e.kind) for e in self.ledger.events[before:]]

    def run(self, until_ms: int) -> list[tuple[int, str, str]]:
        """Let marks come each second; return (seconds since START, event, kind)."""
        before = len(self.ledger.events)
        moments = range(self.shard.marked_ms + 1000, until_ms + 1, 1000)
        rows = [Row(seq, at, Kind.MARK, SYSTEM_KEY, Mark()) for seq, at in enumerate(moments, self.seq + 1)]
        self.seq += len(rows)
        self.ledger.write(self.shard.feed(rows))
        return [((e.at_ms - START) // 1000, e.event.value, e.kind) for e in self.ledger.events[before:]]


def watch(**fields: Any) -> Watch:
    made = Watch(**fields)
    made.shard.marked_ms = START
    return made


def status(at_ms: int) -> Observation:
    return Observation(at_ms, at_ms, battery_percent=80)


def test_contact_is_lost_on_its_millisecond_and_before_position() -> None:
    made = watch()
    assert made.run(START + LIMIT - 1000) == []
    assert made.run(START + HOUR) == [(180, "opened", "contact.lost")]
    opened = made.ledger.events[0]
    assert (opened.since_ms, opened.params["limit_s"], opened.params["silent_s"]) == (START, 180, 180)


def test_heard_again_ends_it_and_the_place_has_its_own_time() -> None:
    made = watch()
    made.run(START + 5 * MINUTE)
    made.take(START + 5 * MINUTE, status(START + 5 * MINUTE))
    assert made.ledger.told()[-1] == ("closed", "contact.lost")
    heard = START + 5 * MINUTE
    while made.shard.marked_ms < heard + PLACE_LIMIT + MINUTE:
        told = made.run(made.shard.marked_ms + MINUTE)
        if told:
            assert told == [((heard + PLACE_LIMIT - START) // 1000, "opened", "position.lost")]
            break
        made.take(made.shard.marked_ms, status(made.shard.marked_ms))
    else:
        raise AssertionError("position.lost never opened")
    made.take(made.shard.marked_ms, fix(made.shard.marked_ms))
    assert made.ledger.told()[-1] == ("closed", "position.lost")


def test_an_ignored_position_is_contact_but_no_place() -> None:
    made = watch()
    for minute in range(1, 20):
        made.run(START + minute * MINUTE)
        made.take(START + minute * MINUTE, fix(START + minute * MINUTE, source=Source.CELL))
    assert made.ledger.told() == [("opened", "position.lost")]


def test_our_own_outage_is_added_to_every_deadline() -> None:
    made = watch()
    made.run(START + MINUTE)
    back = START + MINUTE + HOUR
    assert made.mark(back) == [("opened", "system.outage")]
    outage = made.ledger.events[-1]
    assert (outage.since_ms, outage.until_ms) == (START + MINUTE, back)
    assert made.run(back + HOUR) == [((LIMIT + HOUR) // 1000, "opened", "contact.lost")]


def test_a_hole_of_ten_seconds_is_none() -> None:
    made = watch()
    assert made.mark(START + Parameters().outage_ms) == []
    assert made.mark(START + 2 * Parameters().outage_ms + 1)[:1] == [("opened", "system.outage")]


def test_after_an_outage_a_word_without_a_place_does_not_lose_the_position() -> None:
    made = watch()
    made.run(START + MINUTE)
    made.mark(START + HOUR)
    made.take(START + HOUR + 500, status(START + HOUR + 500))
    assert made.run(START + HOUR + 2 * MINUTE) == []
    assert KINDS["system.outage"].counts is False


def test_a_suspension_stops_the_clock_and_it_starts_anew_at_its_end() -> None:
    made = watch()
    made.take(START, Suspension(1, START + MINUTE, START + HOUR))
    assert made.run(START + HOUR + LIMIT - 1000) == []
    assert made.run(START + 2 * HOUR) == [((HOUR + LIMIT) // 1000, "opened", "contact.lost")]


def test_a_suspension_that_is_revoked_counts_no_more() -> None:
    made = watch()
    made.take(START, Suspension(1, START + MINUTE, START + HOUR))
    made.run(START + 10 * MINUTE)
    made.take(START + 10 * MINUTE, Suspension(1, START + MINUTE, START + HOUR, revoked=True))
    assert [t for t, *_ in made.run(START + 15 * MINUTE)] == [10 * 60 + 180]


def test_after_the_end_of_the_order_nobody_has_to_be_heard() -> None:
    assert watch(effective_until_ms=START + 2 * MINUTE).run(START + HOUR) == []
    made = watch(effective_until_ms=START + 10 * MINUTE)
    assert made.run(START + HOUR) == [(180, "opened", "contact.lost"), (600, "closed", "contact.lost")]
