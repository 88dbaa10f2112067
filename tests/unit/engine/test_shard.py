"""A shard's clock and its memory: what a batch, a restart or a late upload must not change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from korgoo.engine import step
from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import SYSTEM_KEY, Body, Kind, Mark, Observation, Row, person_key
from korgoo.engine.shard import Shard, ShardSnapshot, shard_of
from tests.pairs import APART, order
from tests.stories import MINUTE, P1, Ledger, at, circle, fix, kind_of, plan, rows_of, with_marks

if TYPE_CHECKING:
    import pytest

    from korgoo.engine.findings import Finding
    from korgoo.engine.subject import Subject

PEOPLE = [person_key(f"p{n}") for n in range(6)]


def make_shard(**fields: Any) -> Shard:
    return Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []), **fields)


def stay(from_ms: int, until_ms: int) -> list[tuple[int, Observation]]:
    return [(at_ms, fix(at_ms)) for at_ms in range(from_ms, until_ms, MINUTE)]


def town() -> list[Row]:
    """Six people who fall silent within ten seconds, in another order than that of their keys."""
    rows: list[tuple[int, str, Body]] = [(at(20), key, plan(circle())) for key in PEOPLE]
    for minute in range(1, 30):
        for n, key in enumerate(PEOPLE):
            t = at(20) + minute * MINUTE + (1 + 7 * n % 10) * 1000
            rows.append((t, key, fix(t, 0 if minute < 20 else 30 * n)))
    rows.sort(key=lambda row: row[0])
    numbered = [Row(n, t, kind_of(body), key, body) for n, (t, key, body) in enumerate(rows, 1)]
    return with_marks(numbered, until_ms=at(21))


def findings_of(rows: list[Row], *, batch: int = 1, restart: int = 0) -> list[Finding]:
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    found = []
    for start in range(0, len(rows), batch):
        found += shard.feed(rows[start : start + batch])
        if restart and start % restart == 0:
            again = Shard(Parameters(), recall=shard.recall)
            again.restore(shard.snapshot())
            shard = again
    return found


def test_several_people_at_one_mark_come_in_the_order_of_their_keys() -> None:
    lost = [f for f in findings_of(town()) if f.kind == "contact.lost"]
    assert len({f.at_ms for f in lost}) == 1
    assert [f.subject for f in lost] == PEOPLE


def test_the_clock_never_goes_back_behind_the_newest_row() -> None:
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    bodies: list[tuple[int, Body]] = [(at(20), plan(circle()))]
    bodies += [(t, fix(t)) for t in range(at(20), at(20.1), MINUTE)]
    shard.feed(rows_of(P1, *bodies))
    body = fix(at(22))
    shard.feed([Row(100, at(22), kind_of(body), P1, body)])
    found = shard.advance(at(23))
    assert [f.kind for f in found] == ["contact.lost"]
    assert all(f.at_ms >= at(22) for f in found)
    assert found[0].at_ms == at(22) + 3 * MINUTE


def test_advancing_the_clock_is_a_mark_at_every_whole_second() -> None:
    rows = rows_of(
        P1, (at(20) + 123, plan(circle())), *((t, fix(t)) for t in range(at(20) + 500, at(20.5), MINUTE))
    )
    marked, free = Ledger(), Ledger()
    one, two = (Shard(Parameters(), recall=lambda _key, _seq: Recalled([], [])) for _ in range(2))
    marked.write(one.feed(rows))
    free.write(two.feed(rows))
    for moment in range(at(20.5), at(21), 1000):
        marked.write(
            one.feed([Row(10**6 + moment // 1000, moment, kind_of(Mark()), "system:korgoo", Mark())])
        )
    free.write(two.advance(at(21) - 1000))
    assert marked.events == free.events != []


def test_a_shard_steps_only_its_own_people() -> None:
    rows, whole = town(), findings_of(town())
    parts = [
        Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []), index=i, shards=3) for i in range(3)
    ]
    found = [f for part in parts for f in part.feed(rows)]
    assert sorted(found, key=lambda f: (f.at_ms, f.seq, f.id)) == sorted(
        whole, key=lambda f: (f.at_ms, f.seq, f.id)
    )
    assert all(len(part.subjects) < len(PEOPLE) for part in parts)


def test_a_key_belongs_to_the_same_shard_for_ever() -> None:
    """Shards of one release take over where those of another left off."""
    assert [shard_of(key, 1_000_003) for key in PEOPLE[:3]] == [816_552, 737_803, 660_256]
    assert [make_shard(shards=2, index=n).owns(P1) for n in (0, 1)] == [shard_of(P1, 2) == n for n in (0, 1)]
    assert [make_shard(shards=7).owns(key) for key in PEOPLE] == [shard_of(key, 7) == 0 for key in PEOPLE]


def test_a_snapshot_holds_where_a_shard_stands_and_is_an_array() -> None:
    assert make_shard().snapshot() == ShardSnapshot(0, 0, ())
    assert ShardSnapshot(5, 6, ()).logged_ms == 0, "one of an older release does not say"
    shard = make_shard()
    shard.feed(with_marks(rows_of(P1, (at(20), plan(circle())), (at(20.1), fix(at(20.1)))))[:-1])
    body = fix(at(20.2))
    shard.feed([Row(900 + n, at(20.2) + n, kind_of(body), P1, body) for n in range(3)])
    known = shard.snapshot()
    assert (known.seq, known.marked_ms, known.logged_ms) == (902, at(20.1) - 10_000, at(20.2) + 2)
    again = make_shard()
    again.restore(known)
    assert again.snapshot() == known
    seq, marked_ms, ((key, _),), logged_ms, coverage = msgspec.msgpack.decode(msgspec.msgpack.encode(known))
    assert (seq, marked_ms, key, logged_ms, coverage) == (902, known.marked_ms, P1, known.logged_ms, None)


def test_a_pair_goes_on_from_a_snapshot_with_what_it_waits_for() -> None:
    shard = make_shard()
    shard.feed([Row(1, at(20), Kind.PAIR, APART, order())])
    again = make_shard()
    again.restore(shard.snapshot())
    assert list(again.subjects) == []
    assert again.snapshot() == shard.snapshot()
    assert again.next_due() is not None


def test_what_is_due_at_the_last_moment_fires_then() -> None:
    shard = make_shard()
    shard.feed(rows_of(P1, (at(20), plan(circle())), (at(20), fix(at(20)))))
    assert shard.advance(at(20) + 3 * MINUTE - 1) == []
    assert [f.at_ms for f in shard.advance(at(20) + 3 * MINUTE)] == [at(20) + 3 * MINUTE]


def test_after_our_own_outage_everybody_is_looked_at_once() -> None:
    shard = make_shard()
    shard.feed(with_marks(rows_of(P1, (at(20), plan(circle())), *stay(at(20), at(20.2)))))
    gone_ms, body = at(20.2) + 30_000, fix(at(20.2) + 31_000)
    shard.feed([Row(900, gone_ms, Kind.MARK, SYSTEM_KEY, Mark())])
    assert shard.subjects[P1].state.slack_ms > 0
    shard.feed([Row(901, gone_ms + 1_000, kind_of(body), P1, body)])
    assert shard.subjects[P1].state.slack_ms == 0


def test_what_is_due_at_every_moment_is_looked_at_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def look(subject: Subject, now_ms: int, *_: object) -> None:
        looked.append(now_ms)
        subject.wake_ms = now_ms
        assert len(looked) < 9, "the clock stands still"

    shard = make_shard()
    shard.feed(rows_of(P1, (at(20), plan(circle())), (at(20), fix(at(20)))))
    monkeypatch.setattr(step, "moves_on", lambda *_: False)
    monkeypatch.setattr(step, "mark", look)
    shard.advance(at(20) + 3 * MINUTE + 2_500)
    assert looked == [at(20) + 3 * MINUTE + second * 1_000 for second in range(3)]
