"""A shard's clock and its memory: what a batch, a restart or a late upload must not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Body, Mark, Row, person_key
from korgoo.engine.shard import Shard
from tests.stories import MINUTE, P1, Ledger, at, circle, fix, kind_of, plan, rows_of, with_marks

if TYPE_CHECKING:
    from korgoo.engine.findings import Finding

PEOPLE = [person_key(f"p{n}") for n in range(6)]


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
