"""Batches of fixes: who is quiet, what is remembered of his neighbourhood, and when that is void."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from korgoo.engine import ring as rings
from korgoo.engine.enclosure import NOWHERE
from korgoo.engine.parameters import Parameters
from korgoo.engine.plan import ZoneKind
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Row, person_key
from korgoo.engine.shard import Shard
from tests.stories import MINUTE, P1, at, circle, fix, kind_of, plan

if TYPE_CHECKING:
    from korgoo.engine.findings import Finding
    from korgoo.engine.rows import Body
    from korgoo.engine.subject import Subject

PEOPLE = [person_key(f"p{n:02}") for n in range(12)]
SCHOOL = circle("school", kind=ZoneKind.EXCLUSION, east_m=5_000)
LAST = at(20) + 10 * MINUTE


def row(seq: int, log_ms: int, body: Body, key: str = P1) -> Row:
    return Row(seq, log_ms, kind_of(body), key, body)


def make_shard() -> Shard:
    return Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))


def town(people: int = 12) -> Shard:
    """So many people, whose rows come one by one: half of them at home, half of them out."""
    shard, seq = make_shard(), 0
    for number, key in enumerate(PEOPLE[:people]):
        seq += 1
        shard.feed([row(seq, at(20), plan(circle(), SCHOOL), key)])
        for minute in range(1, 11):
            seq += 1
            shard.feed(
                [row(seq, at(20) + minute * MINUTE, fix(at(20) + minute * MINUTE, east_of(number)), key)]
            )
    return shard


def east_of(number: int) -> int:
    return 900 if number % 2 else 0


def go_on(shard: Shard, people: int) -> list[Subject]:
    """Take the next minute's fix of all of them in one batch."""
    now_ms = LAST + MINUTE
    shard.feed([row(500 + n, now_ms, fix(now_ms, east_of(n)), key) for n, key in enumerate(PEOPLE[:people])])
    return [shard.subjects[key] for key in PEOPLE[:people]]


def test_twelve_are_screened_at_once_and_each_is_known_to_be_quiet_around_his_place() -> None:
    shard = town()
    assert {subject.enclosure for subject in shard.subjects.values()} == {NOWHERE}
    for number, subject in enumerate(go_on(shard, 12)):
        seen = fix(LAST, east_of(number))
        south, north, west, east = subject.enclosure
        assert south <= (seen.lat_e7 or 0) <= north
        assert west <= (seen.lon_e7 or 0) <= east
        assert subject.behind >= 0, "nobody has looked at him"
        assert subject.kept.last_seq < 500


def test_of_fewer_each_is_screened_by_himself_and_nothing_is_drawn() -> None:
    for subject in go_on(town(11), 11):
        assert subject.behind >= 0
        assert subject.enclosure == NOWHERE


@pytest.mark.parametrize(("south", "north", "west", "east"), [(0, 0, 0, 0), (0, 9, 0, 9), (-9, 0, -9, 0)])
def test_within_his_neighbourhood_up_to_its_edge_he_is_quiet_without_screening(
    south: int, north: int, west: int, east: int
) -> None:
    shard = town(1)
    subject, seen = shard.subjects[PEOPLE[0]], fix(LAST + MINUTE)
    lat_e7, lon_e7 = seen.lat_e7 or 0, seen.lon_e7 or 0
    subject.enclosure = known = (lat_e7 + south, lat_e7 + north, lon_e7 + west, lon_e7 + east)
    shard.feed([row(500, LAST + MINUTE, seen, PEOPLE[0])])
    assert subject.enclosure == known
    assert subject.behind >= 0
    assert rings.count(subject.kept.ring) == 11


@pytest.mark.parametrize("beyond", [(1, 9, -9, 9), (-9, -1, -9, 9), (-9, 9, 1, 9), (-9, 9, -9, -1)])
def test_whoever_leaves_his_neighbourhood_loses_it(beyond: tuple[int, int, int, int]) -> None:
    shard = town(1)
    subject, seen = shard.subjects[PEOPLE[0]], fix(LAST + MINUTE)
    lat_e7, lon_e7 = seen.lat_e7 or 0, seen.lon_e7 or 0
    south, north, west, east = beyond
    subject.enclosure = (lat_e7 + south, lat_e7 + north, lon_e7 + west, lon_e7 + east)
    shard.feed([row(500, LAST + MINUTE, seen, PEOPLE[0])])
    assert subject.enclosure == NOWHERE


def test_a_new_version_takes_the_seats_of_the_old_one_and_forgets_the_neighbourhood() -> None:
    shard = town()
    subject, *_ = go_on(shard, 12)
    first = subject.first
    again = plan(circle(), SCHOOL, version="2", from_ms=LAST + MINUTE)
    shard.feed([row(600, LAST + MINUTE, again, PEOPLE[0])])
    assert (subject.first, subject.seats, subject.enclosure) == (first, 2, NOWHERE)


def test_what_a_batch_was_screened_by_is_void_once_it_holds_a_new_version() -> None:
    """He moves house in the middle of a batch, and goes back to where he lived."""

    def told(*batches: list[Row]) -> list[Finding]:
        shard = town(1)
        return [finding for batch in batches for finding in shard.feed(batch)]

    new = plan(circle(east_m=300), version="2", from_ms=LAST + 1_000)
    rows = [row(500, LAST + 1_000, new, PEOPLE[0])]
    for minute in range(1, 25):
        now_ms = LAST + minute * MINUTE
        rows.append(row(500 + minute, now_ms, fix(now_ms, 300 if minute < 12 else 0), PEOPLE[0]))
    assert [finding.kind for finding in told(rows)] == ["zone.exit"]
    assert told(rows) == told(*([one] for one in rows))


def test_whoever_is_read_from_a_snapshot_is_quiet_at_once() -> None:
    shard = make_shard()
    shard.restore(town().snapshot())
    assert all(subject.behind >= 0 and subject.enclosure != NOWHERE for subject in go_on(shard, 12))
