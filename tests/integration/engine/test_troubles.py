"""Devices in trouble: whatever clocks, places, sensors and words do, the same rows give the same findings."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from korgoo.engine import quiet as quiets
from korgoo.engine.desk import Desk
from korgoo.engine.findings import KINDS, Closing, Event
from korgoo.engine.parameters import Parameters
from korgoo.engine.rejudge import Recalled
from korgoo.engine.rows import Row
from korgoo.engine.rules.order import DUES, FORESIGHTS
from korgoo.engine.shard import Shard
from korgoo.engine.subject import Subject
from tests.stories import HOUR, P1, Ledger, at, judge, with_marks
from tests.troubles import troubled_rows

UNTIL = at(26)


def test_such_evenings_hold_every_kind_that_is_doubted() -> None:
    evenings = [judge(troubled_rows(seed), until_ms=UNTIL).events for seed in range(24)]
    kinds = Counter(event.kind for events in evenings for event in events)
    assert {
        *("clock.behind", "clock.ahead", "clock.minutes", "position.mock", "position.frozen"),
        *("position.jumping", "position.spoofed", "signal.jammed", "signal.shielded", "phone.permission"),
        *("device.restarted", "removal.permitted", "tamper.tether", "tamper.skin", "tamper.strap"),
    } <= set(kinds)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from([15_000, 30_000, 60_000]))
def test_a_screened_run_equals_the_full_run(seed: int, every_ms: int) -> None:
    rows = troubled_rows(seed, every_ms=every_ms)
    screened = judge(rows, batch=40, until_ms=UNTIL).events
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quiets, "pass_quietly", lambda *_: False)
        assert judge(rows, batch=40, until_ms=UNTIL).events == screened


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000))
def test_a_screened_run_leaves_the_state_of_the_full_run(seed: int) -> None:
    """What a finding does not show yet: where a rest began, which clocks are known, what is suspected."""
    rows = with_marks(troubled_rows(seed, minutes=120))
    shards = [Shard(Parameters(), recall=lambda _key, _seq: Recalled([], [])) for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch:
        for row in rows:
            shards[0].feed([row])
            with patch.context() as full:
                full.setattr(quiets, "pass_quietly", lambda *_: False)
                shards[1].feed([row])
            one, two = (shard.subjects.get(P1) for shard in shards)
            if one is not None and two is not None:
                assert _rest(one) == _rest(two)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000))
def test_what_is_foreseen_is_what_every_rule_would_say_of_whom_no_finding_stands(seed: int) -> None:
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    asked = 0
    for row in with_marks(troubled_rows(seed, minutes=90)):
        shard.feed([row])
        subject = shard.subjects.get(P1)
        if subject is None or subject.force is None or subject.state.standing:
            continue
        desk = Desk(subject.state, at_ms=row.log_at_ms, seq=row.seq, findings=[])
        said = [due(desk, subject.force) for due in DUES]
        foreseen = [foresee(subject.state, subject.force) for foresee in FORESIGHTS]
        assert [moment_ms for moment_ms in said if moment_ms] == [ms for ms in foreseen if ms]
        asked += 1
    assert asked > 10


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000))
def test_the_evidence_about_one_zone_is_that_among_all(seed: int) -> None:
    shard = Shard(Parameters(), recall=lambda _key, _seq: Recalled([], []))
    for row in with_marks(troubled_rows(seed, minutes=90)):
        shard.feed([row])
        subject = shard.subjects.get(P1)
        if subject is not None and subject.force is not None and row.seq % 7 == 0:
            whole = subject.trace_ring(row.log_at_ms)
            for index, zone in enumerate(subject.force.zones):
                assert subject.trace_ring(row.log_at_ms, zone.id).show(index) == whole.show(index)


def _rest(subject: Subject) -> tuple[object, ...]:
    state = subject.state
    known = (state.clocks, state.suspicions, state.standing, state.told, state.heard_ms, state.placed_ms)
    anchor = (state.still_lat, state.still_lon) if state.still_fixes else ()
    return (msgspec.msgpack.encode(known), anchor, state.still_fixes, bytes(state.ring[-96:]))


def test_most_of_such_an_evening_is_not_quiet_but_some_is(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet, taken = quiets.pass_quietly, list[bool]()

    def count(subject: Subject, row: Row) -> bool:
        taken.append(quiet(subject, row))
        return taken[-1]

    monkeypatch.setattr(quiets, "pass_quietly", count)
    for seed in range(10):
        judge(troubled_rows(seed), batch=40)
    assert sum(taken) > 100, "else the two runs are the same one"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from([3, 60, 5000]))
def test_the_size_of_a_batch_changes_nothing(seed: int, batch: int) -> None:
    rows = troubled_rows(seed)
    assert judge(rows, batch=batch, until_ms=UNTIL).events == judge(rows, batch=1, until_ms=UNTIL).events


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000), st.integers(1, 40))
def test_a_restart_at_any_row_changes_nothing(seed: int, every: int) -> None:
    rows = troubled_rows(seed)
    calls = iter(range(10**9))

    def restart(shard: Shard, _row: Row) -> Shard:
        if next(calls) % every:
            return shard
        again = Shard(shard.parameters, recall=shard.recall)
        again.restore(shard.snapshot())
        return again

    assert judge(rows, before=restart, until_ms=UNTIL).events == judge(rows, until_ms=UNTIL).events


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000))
def test_what_the_ring_settles_the_rows_settle_alike(seed: int) -> None:
    rows = troubled_rows(seed)
    ring = judge(rows, until_ms=UNTIL).intervals()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Subject, "within_ring", lambda _: False)
        assert judge(rows, until_ms=UNTIL).intervals() == ring


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000))
def test_every_finding_of_evidence_ends_with_the_order_and_none_opens_after_it(seed: int) -> None:
    rows = troubled_rows(seed * 3)  # every third order ends at 23:30
    ledger = judge(rows, until_ms=UNTIL + HOUR)
    for name, finding in ledger.standing.items():
        if KINDS[finding.kind].closing is Closing.EVIDENCE:
            assert ledger.until[name] is not None, finding
    doubted = ("clock.", "position.", "signal.", "phone.", "device.", "removal.")
    late = [e for e in ledger.events if e.at_ms > at(23.5) and e.event is Event.OPENED]
    assert not [e for e in late if e.kind.startswith(doubted)]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 100_000))
def test_several_shards_find_what_one_finds(seed: int) -> None:
    rows = with_marks(troubled_rows(seed, minutes=90))
    found = []
    for index in range(3):
        ledger, passed = Ledger(), list[Row]()
        shard = Shard(
            Parameters(),
            recall=lambda key, seq, ledger=ledger, passed=passed: Recalled(  # type: ignore[misc]
                [r for r in passed if r.key == key and r.seq <= seq], ledger.recorded(key)
            ),
            index=index,
            shards=3,
        )
        for start in range(0, len(rows), 7):
            passed.extend(rows[start : start + 7])
            ledger.write(shard.feed(rows[start : start + 7]))
        found += ledger.events
    assert found == judge(troubled_rows(seed, minutes=90)).events
